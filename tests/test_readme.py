"""The README keeps its word: every command in it exists and takes what it is given."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import click
import environ
import pytest

from liveblog.cli import main
from liveblog.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"^```\w*\n(.*?)^```|^((?:    .*\n)+)", README, flags=re.MULTILINE | re.DOTALL)
LINES = "".join(fenced or indented for fenced, indented in CODE).replace("\\\n", " ").splitlines()
INLINE = re.findall(r"`([^`\n]+)`", README)


def commands(program: str) -> list[str]:
    """Every use of a program, in blocks of code, in $(…) and in the text."""
    found = [re.sub(r"^.*\$\((.*)\)", r"\1", line).strip() for line in LINES] + INLINE
    return sorted({line for line in found if line.split(" ")[0] == program})


def parse(line: str) -> click.Context:
    """What click makes of a command line, without running it."""
    _, *words = shlex.split(line, comments=True)
    command: click.Command = main
    context = click.Context(main, info_name="liveblog")
    while isinstance(command, click.Group):
        name, found, words = command.resolve_command(context, words)
        assert found is not None, f"there is no `{line}`"
        command, context = found, click.Context(found, parent=context, info_name=name)
    command.parse_args(context, words)
    return context


def test_the_two_commands_are_make_run_and_make_test() -> None:
    alone = [line.strip() for line in re.findall(r"\n\n    (.*)\n\n", README)]
    assert [line for line in alone if line.startswith("make")] == ["make run", "make test"]


@pytest.mark.parametrize("line", commands("make"))
def test_every_make_target_exists(line: str) -> None:
    _, *targets = line.split()
    for target in targets:
        answer = subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=False)
        assert answer.returncode == 0


@pytest.mark.parametrize("line", commands("liveblog"))
def test_every_command_takes_what_the_readme_gives_it(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "coverage.json").touch()
    monkeypatch.chdir(tmp_path)
    parse(line)


def test_commands_are_found_at_all() -> None:
    assert "liveblog check" in commands("liveblog")
    assert len(commands("liveblog")) > 5


def test_a_command_that_does_not_exist_is_noticed() -> None:
    with pytest.raises(click.UsageError):
        parse("liveblog publish storm --loudly")


def test_every_file_the_readme_points_to_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).is_file(), target


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(LIVEBLOG_[A-Z_]+)`", README))))
def test_every_setting_in_the_readme_exists(name: str) -> None:
    assert f"{name} (" in environ.generate_help(Settings)
