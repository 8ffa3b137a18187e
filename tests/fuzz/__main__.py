"""Run a target under atheris, guided by coverage: `python -m tests.fuzz TARGET [FLAGS]`, where the
flags are those of libFuzzer."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris  # type: ignore[import-untyped] # it has no types

with atheris.instrument_imports(include=["liveblog"]):
    from tests.fuzz.targets import SEEDS, TARGETS


def main() -> None:
    """Seeds first, then what libFuzzer makes of them."""
    name, *flags = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(SEEDS[name]):
            (Path(folder) / str(number)).write_bytes(seed)
        atheris.Setup([sys.argv[0], f"-artifact_prefix={folder}/", *flags, folder], TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
