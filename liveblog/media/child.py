"""The process in which one picture is decoded: `python -m liveblog.media.child`.

It reads the original from standard input, writes the renditions into the current folder, and says
on standard output what it made. Before it reads a byte it gives up what it does not need; where it
comes to an end otherwise, the picture is to blame.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

import msgspec

from liveblog.errors import Refused
from liveblog.media.outcome import Outcome, Written

MEMORY_BYTES = 1 << 30
"""Address space: 50 megapixels in four bytes, twice, and the libraries."""

CPU_SECONDS = 20
FILE_BYTES = 25_000_000
_OPEN_FILES = 32
_NICE = 10


def _limit() -> None:
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    # Readers and reporters come first.
    os.nice(_NICE)


def _outcome(original: bytes) -> Outcome:
    # Imported under the limits, too.
    from liveblog.media import pictures  # noqa: PLC0415

    written = []
    try:
        for made in pictures.made(original):
            Path(made.name).write_bytes(made.content)
            written.append(Written(name=made.name, width=made.width, height=made.height))
    except Refused as error:
        return Outcome(refused=getattr(error, "why", str(error)))
    return Outcome(written=tuple(written))


def main() -> None:
    """Make the renditions of one picture."""
    _limit()
    sys.stdout.buffer.write(msgspec.json.encode(_outcome(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
