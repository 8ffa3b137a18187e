"""The benchmark's own C programs, compiled when it starts."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import click

_HERE = Path(__file__).parent
_FLAGS = ["-O2", "-Wall", "-Wextra"]
_COMPILE_SECONDS = 60


@cache
def load(folder: Path) -> tuple[Path, bool]:
    """The load generator, and whether it can read gzip."""
    sources = [_HERE / "load" / "main.c", _HERE / "load" / "wire.c"]
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / "load"
    if _compiles([*sources, "-DWITH_GZIP", "-lz", "-o", out]):
        return out, True
    click.echo("No zlib headers (apt-get install zlib1g-dev): gzip is skipped.")
    _must(_compiles([*sources, "-o", out]))
    return out, False


@cache
def floor(folder: Path) -> Path:
    """The C send() loop."""
    out = folder / "floor"
    _must(_compiles([_HERE / "floor.c", "-o", out]))
    return out


def _compiler() -> str:
    found = shutil.which("gcc") or shutil.which("cc")
    if found is None:
        raise click.ClickException(
            "The benchmark's readers are a small C program, and there is no C compiler:"
            " apt-get install gcc libc6-dev zlib1g-dev"
        )
    return found


def _compiles(words: list[str | Path]) -> bool:
    command = [_compiler(), *_FLAGS, *words]
    tried = subprocess.run(command, capture_output=True, check=False, timeout=_COMPILE_SECONDS)
    return tried.returncode == 0


def _must(compiled: bool) -> None:
    if not compiled:
        raise click.ClickException("The benchmark's C programs do not compile here; try `gcc -v`.")
