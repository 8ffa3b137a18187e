"""What an update's body is made of.

A block is a frozen value. Its ``html`` fields hold the stored HTML subset of
:mod:`liveblog.markup`, which is the only module that writes or cleans them; all other strings are
plain text. To add a block: one class, one line in ``BLOCKS``, one line in ``markup.RENDERERS``.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

LINE_CHARACTERS = 1_000
ADDRESS_CHARACTERS = 2_000

Html = str
Line = Annotated[str, Meta(max_length=LINE_CHARACTERS)]
Address = Annotated[str, Meta(min_length=1, max_length=ADDRESS_CHARACTERS)]


class Heading(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="heading"):
    """A heading inside an update; ``level`` 2 to 4, below the update's own title."""

    html: Html
    level: Annotated[int, Meta(ge=2, le=4)] = 2


class Text(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="text"):
    """One or more paragraphs."""

    html: Html


class Quote(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="quote"):
    """What somebody said or wrote, who, and where it can be read."""

    html: Html
    attribution: Line = ""
    url: Annotated[str, Meta(max_length=ADDRESS_CHARACTERS)] = ""


class List(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="list"):
    """Points; an item may hold a list of its own. ``start`` numbers an ordered one's first."""

    items: tuple[Html, ...]
    ordered: bool = False
    start: Annotated[int, Meta(ge=0, le=999_999_999)] = 1


class Image(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="image"):
    """A picture: ``src`` is a path of ours or an https address, sizes are in CSS pixels."""

    src: Address
    alt: Line = ""
    caption: Line = ""
    credit: Line = ""
    width: Annotated[int, Meta(ge=1, le=20_000)] | None = None
    height: Annotated[int, Meta(ge=1, le=20_000)] | None = None


class Embed(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="embed"):
    """Somebody else's post, video or page, by link; nothing of it loads before a click."""

    url: Address
    title: Line = ""
    provider: Line = ""
    text: Annotated[str, Meta(max_length=5_000)] = ""


class Divider(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="divider"):
    """A break between two parts."""


class Table(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="table"):
    """Rows of equal length under an optional header row."""

    rows: tuple[tuple[Html, ...], ...]
    header: tuple[Html, ...] = ()
    caption: Line = ""


class Side(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One competitor or party in a score. ``points`` is text: "2", "41.3 %", "6 6 (7)"."""

    name: Line
    points: Annotated[str, Meta(max_length=60)] = ""


class Score(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="score"):
    """A match or a count as it stands: two sides or more, and when (`Half-time`, `90+3`)."""

    sides: Annotated[tuple[Side, ...], Meta(min_length=1, max_length=30)]
    title: Line = ""
    state: Line = ""


Block = Heading | Text | Quote | List | Image | Embed | Divider | Table | Score

BLOCKS: tuple[type[Block], ...] = (
    Heading,
    Text,
    Quote,
    List,
    Image,
    Embed,
    Divider,
    Table,
    Score,
)
