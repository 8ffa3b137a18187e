# Two commands matter: `make run` and `make test`. They install whatever is missing.

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
DIST := static/dist/manifest.json
STATIC := $(shell find static -mindepth 1 \( -name dist -o -name node_modules \) -prune -o -print 2>/dev/null)
PYTHON_SOURCES := liveblog tests bench hatch_build.py

.PHONY: help run test check format bench fault screenshots lock clean
.DELETE_ON_ERROR:

help: ## what there is
	@grep -hE '^[a-z]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 10

run: .venv/run ## install, build, and start a newsroom with a demo story (PORT=8000)
	@exec $(BIN)/liveblog run --demo $(if $(PORT),--port $(PORT))

test: .venv/dev ## install, build, and run the tests (ARGS="-k pinned")
	@tools/provide.sh chromium
	@exec $(BIN)/python -m pytest -m "not fault" $(or $(ARGS),$(SIDE_BY_SIDE))

# All of them, that is: a few are done sooner than a second process has begun.
SIDE_BY_SIDE := --numprocesses 2 --dist worksteal

check: .venv/dev ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(wildcard $(PYTHON_SOURCES))
	$(BIN)/lint-imports --no-logo
	$(BIN)/python hatch_build.py check

format: .venv/dev ## put the code in order
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	$(BIN)/python hatch_build.py format

bench: .venv/dev ## measure (ARGS="--help")
	@exec $(BIN)/python -m bench $(ARGS)

fault: .venv/dev ## break things on purpose: slow
	@exec $(BIN)/python -m pytest tests/faults $(ARGS)

screenshots: .venv/dev ## pictures of the desk's views, in var/screenshots (ARGS="story about")
	@exec $(BIN)/python -m tests.screenshots $(ARGS)

lock: ## choose versions anew within pyproject.toml (needs uv)
	$(LOCK) --group build pyproject.toml -o requirements/run.txt
	$(LOCK) --group dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt
	$(LOCK) --group node -o requirements/node.txt

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"

clean: ## remove all that was installed or built; the data in var/ stays
	rm -rf .venv static/node_modules static/dist dist .*_cache .hypothesis .coverage
	find . -name __pycache__ -prune -exec rm -rf {} +

# What is installed is remembered by empty files in .venv, older than nothing they were made from.

.venv/made:
	@tools/provide.sh venv
	@touch $@

.venv/packages: requirements/run.txt | .venv/made
	@echo "Installing what liveblog runs on …"
	@$(PIP) install --require-hashes --requirement $<
	@touch $@

$(DIST): $(STATIC) hatch_build.py | .venv/packages
	@$(BIN)/python hatch_build.py --node || { echo "Installing node …" && \
		$(PIP) install --require-hashes --requirement requirements/node.txt; }
	@$(BIN)/python hatch_build.py

.venv/run: .venv/packages pyproject.toml | $(DIST)
	@echo "Installing liveblog …"
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@tools/provide.sh redis
	@touch $@

.venv/dev: requirements/dev.txt .venv/run
	@echo "Installing what the tests and checks need …"
	@$(PIP) install --require-hashes --requirement $<
	@touch $@
