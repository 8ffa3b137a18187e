"""Decoding a picture in a process of its own: whatever the picture does, only that process ends."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from msgspec import Struct

from liveblog import renditions
from liveblog.errors import Invalid, NotAPicture
from liveblog.media import sniffing
from liveblog.media.outcome import Outcome, Written
from liveblog.renditions import FORMATS, Format, MediaId, Picture, Rendition

SECONDS = 25.0
"""What one picture may take, waiting for its turn on the processor included."""

_PACKAGES = Path(__file__).parents[2]
_BROKEN = "this picture is broken or costs too much to read; open it and save it anew as JPEG"


class Decoded(Struct, frozen=True, kw_only=True):
    """A picture and the bytes of its renditions, by name."""

    picture: Picture
    files: dict[str, bytes]


async def decode(id: MediaId, original: bytes) -> Decoded:
    """Make a picture's renditions. Raises Invalid where it cannot be read within the limits."""
    with TemporaryDirectory(prefix="liveblog-picture-") as folder:
        outcome = await _run(original, Path(folder))
        if outcome.refused or not outcome.written:
            raise Invalid("file", outcome.refused or _BROKEN)
        return await asyncio.to_thread(collected, id, outcome, Path(folder))


async def start(folder: Path) -> asyncio.subprocess.Process:
    """Start the process that reads a picture from its input and writes into that folder."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "liveblog.media.child",
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        cwd=folder,
        # Nothing of ours is in reach: no secret, no address. One arena: each is counted whole.
        env={"PYTHONPATH": str(_PACKAGES), "MALLOC_ARENA_MAX": "1"},
    )


async def _run(original: bytes, folder: Path) -> Outcome:
    child = await start(folder)
    try:
        async with asyncio.timeout(SECONDS):
            said, _ = await child.communicate(original)
    except TimeoutError:
        return Outcome(refused=_BROKEN)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return _parsed(said) if child.returncode == 0 else Outcome(refused=_BROKEN)


def _parsed(said: bytes) -> Outcome:
    try:
        return msgspec.json.decode(said, type=Outcome)
    except msgspec.DecodeError:
        return Outcome(refused=_BROKEN)


def collected(id: MediaId, outcome: Outcome, folder: Path) -> Decoded:
    """What was made, looked at once more: a decoder that was taken over may write anything."""
    last = outcome.written[-1]
    files: dict[str, bytes] = {}
    made: list[Rendition] = []
    for one in outcome.written:
        format = _format(one, last.width)
        files[one.name] = content = _read(folder / one.name, format)
        made.append(
            Rendition(
                url=renditions.url(id, one.name),
                type=FORMATS[format],
                width=one.width,
                height=one.height,
                bytes=len(content),
            )
        )
    src = renditions.url(id, renditions.name(last.width, last.height, last.width, "webp"))
    picture = Picture(id=id, src=src, width=last.width, height=last.height, renditions=tuple(made))
    return Decoded(picture=picture, files=files)


def _format(one: Written, widest: int) -> Format:
    for format in FORMATS:
        if one.name == renditions.name(one.width, one.height, widest, format):
            return format
    raise Invalid("file", _BROKEN)


def _read(file: Path, format: Format) -> bytes:
    content = file.read_bytes()
    try:
        found = sniffing.sniff(content[: sniffing.HEAD_BYTES])
    except NotAPicture:
        found = ""
    if found != format.upper():
        raise Invalid("file", _BROKEN)
    return content
