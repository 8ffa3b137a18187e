"""The sizes and formats in which a picture is kept, and the addresses that say so. Pure.

``/media/ID/960.webp`` is 960 pixels wide. The widest one says its height too, ``1600x1067.webp``:
its address is all that a page needs to show the picture, in every size and without a shift.
"""

from __future__ import annotations

import re
from typing import Literal, NewType

from msgspec import Struct

WIDTHS = (480, 960, 1600)
"""Widths in pixels; a picture is never made wider than it is."""

MIDDLE_WIDTH = 960
"""The one for a browser that must take one without choosing."""

LONGEST_SIDE = 16_383
"""Pixels; WebP knows no more."""

Format = Literal["avif", "webp"]
FORMATS: dict[Format, str] = {"avif": "image/avif", "webp": "image/webp"}

MediaId = NewType("MediaId", str)
"""Made of the bytes of what was uploaded: the same picture has the same id."""

_ID = r"[a-z2-7]{24}"
_NAME = re.compile(r"([1-9][0-9]{0,3})(?:x[1-9][0-9]{0,4})?\.(avif|webp)", re.ASCII)
_OURS = re.compile(rf"/media/({_ID})/.+")
_WIDEST = re.compile(
    rf"/media/({_ID})/([1-9][0-9]{{0,3}})x([1-9][0-9]{{0,4}})\.(?:avif|webp)", re.ASCII
)


class Rendition(Struct, frozen=True, kw_only=True):
    """One file of a picture. Sizes in pixels and bytes."""

    url: str
    type: str
    width: int
    height: int
    bytes: int


class Picture(Struct, frozen=True, kw_only=True):
    """A picture as it is kept. ``src`` is what a block or Markdown refers to it by."""

    id: MediaId
    src: str
    width: int
    height: int
    renditions: tuple[Rendition, ...]


class Widest(Struct, frozen=True, kw_only=True):
    """What the address of a picture's widest rendition says."""

    id: MediaId
    width: int
    height: int


def widths(width: int) -> tuple[int, ...]:
    """The widths in which a picture so wide is kept, the widest last."""
    return (*(one for one in WIDTHS if one < min(width, WIDTHS[-1])), min(width, WIDTHS[-1]))


def name(width: int, height: int, widest: int, format: Format) -> str:
    """The name of a rendition."""
    return f"{width}x{height}.{format}" if width == widest else f"{width}.{format}"


def url(id: MediaId, name: str) -> str:
    """The address of a rendition."""
    return f"/media/{id}/{name}"


def widest(address: str) -> Widest | None:
    """What the address of a picture's widest rendition says; None for any other address."""
    found = _WIDEST.fullmatch(address)
    if found is None:
        return None
    width, height = int(found[2]), int(found[3])
    if width > WIDTHS[-1] or height > LONGEST_SIDE:
        return None
    return Widest(id=MediaId(found[1]), width=width, height=height)


def middle(kept: Widest) -> str:
    """The address for a browser that cannot choose a width, in the format that all know."""
    return _address(kept, max(one for one in widths(kept.width) if one <= MIDDLE_WIDTH), "webp")


def srcset(kept: Widest) -> str:
    """All widths, as a browser chooses among them; short, since it is sent to every reader."""
    return ",".join(f"{_address(kept, one, 'avif')} {one}w" for one in widths(kept.width))


def addresses(kept: Widest) -> list[str]:
    """All addresses at which a picture is served."""
    return [_address(kept, one, format) for format in FORMATS for one in widths(kept.width)]


def _address(kept: Widest, width: int, format: Format) -> str:
    return url(kept.id, name(width, kept.height, kept.width, format))


def media_id(address: str) -> MediaId | None:
    """The id of the picture of ours that an address belongs to."""
    found = _OURS.fullmatch(address)
    return MediaId(found[1]) if found else None


def format_of(id: str, name: str) -> Format | None:
    """The format of what such an address serves; None where nothing of ours can be."""
    found = _NAME.fullmatch(name)
    if found is None or re.fullmatch(_ID, id) is None:
        return None
    return "avif" if found[2] == "avif" else "webp"
