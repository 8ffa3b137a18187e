"""What every format is read into: a story, its updates at their own times, what was left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar
from urllib.parse import urljoin

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from liveblog import markup
from liveblog.blocks import Block, Text
from liveblog.errors import Invalid, Unimportable
from liveblog.intake import NewStory, NewUpdate
from liveblog.story import Slug, Story, UpdateId

LINE = 300
"""Characters in a title, byline or headline, as :mod:`liveblog.desk` takes them."""

_MOST_BLOCKS = 200
_LARGEST_BYTES = 256 * 1024
"""An update as the write API takes it: what is imported can be posted again."""

_MOST_TAGS = 30
_MOST_TAG_CHARACTERS = 60

T = TypeVar("T")


class Brought(Struct, frozen=True, kw_only=True):
    """An update as it was published elsewhere, by its id there; ``published`` knows its zone.

    ``id`` is the one to keep, of an update that was exported by a liveblog."""

    external_id: str
    id: UpdateId | None = None
    published: datetime
    update: NewUpdate


class Coverage(Struct, frozen=True, kw_only=True):
    """A live blog read from a file: ``updates`` oldest first, ``left_out`` a line for each thing
    that could not be brought, ``closed`` if the source says that its coverage has ended."""

    story: NewStory
    updates: tuple[Brought, ...]
    closed: bool = False
    left_out: tuple[str, ...] = ()

    def under(self, slug: Slug) -> Coverage:
        """The same under another slug. A headline that was only made from the slug follows it."""
        made_up = self.story.headline == headline_of(self.story.slug)
        headline = headline_of(slug) if made_up else self.story.headline
        return replace(self, story=replace(self.story, slug=slug, headline=headline))


class Format(Struct, frozen=True, kw_only=True):
    """A format of live blogs. ``read`` raises Unimportable; ``write`` is None where there is no
    exporter."""

    name: str
    recognises: Callable[[bytes], bool]
    read: Callable[[bytes], Coverage]
    write: Callable[[Story], bytes] | None = None


class Notebook:
    """Collects what could not be brought while a file is read; nothing is dropped in silence."""

    def __init__(self) -> None:
        self.left_out: list[str] = []

    def leave_out(self, where: str, what: str) -> None:
        """Note one thing. ``where`` names the update or the part of the story."""
        self.left_out.append(f"{where}: {what}")

    def line(self, where: str, text: str | None, limit: int = LINE) -> str:
        """Text on one line, cut to ``limit`` characters if it must be."""
        joined = " ".join(markup.clean_text(text or "").split())
        if len(joined) <= limit:
            return joined
        self.leave_out(where, f"cut after {limit - 1} characters: {joined[limit - 1 :]}")
        return joined[: limit - 1] + "…"

    def tags(self, given: Iterable[str]) -> tuple[str, ...]:
        """Tags, each once, as many as a story takes."""
        tags = tuple(dict.fromkeys(self.line("tag", tag, _MOST_TAG_CHARACTERS) for tag in given))
        tags = tuple(filter(None, tags))
        for tag in tags[_MOST_TAGS:]:
            self.leave_out("tags", f"{tag} (a story takes {_MOST_TAGS})")
        return tags[:_MOST_TAGS]

    def blocks(self, where: str, given: Iterable[Block]) -> tuple[Block, ...]:
        """Cleaned blocks, as many as an update takes."""
        blocks: list[Block] = []
        for block in given:
            try:
                blocks += markup.clean([block])
            except Invalid as error:
                said = markup.to_text([block])
                self.leave_out(where, f"{type(block).__name__.lower()} ({error.why}): {said}")
        if len(blocks) > _MOST_BLOCKS:
            blocks = joined(blocks)
        for block in blocks[_MOST_BLOCKS:]:
            self.leave_out(where, f"past {_MOST_BLOCKS} blocks: {markup.to_text([block])}")
        return tuple(blocks[:_MOST_BLOCKS])


def decode(body: bytes, type: type[T]) -> T:
    """JSON as one of a format's own shapes. Raises Unimportable."""
    try:
        return msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"), type=type)
    except msgspec.ValidationError as error:
        raise Unimportable(f"The file is not in the format it claims: {error}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unimportable(f"The file is not JSON: {error}.") from error


def decodes(body: bytes, type: type[Struct]) -> bool:
    """Whether JSON has that shape."""
    try:
        decode(body, type)
    except Unimportable:
        return False
    return True


def covered(
    story: NewStory, updates: Iterable[Brought], notes: Notebook, *, closed: bool
) -> Coverage:
    """Put a coverage together: oldest first, one update pinned at most, none empty or refused.

    Raises Unimportable where the story itself would be refused.
    """
    wrong = _wrong(story)
    if wrong:
        raise Unimportable(f"The story cannot be opened: {wrong}.")
    kept = []
    for brought in sorted(updates, key=lambda brought: brought.published):
        wrong = _wrong(brought.update)
        if wrong:
            notes.leave_out(f"update {brought.external_id}", wrong)
        else:
            kept.append(brought)
    return Coverage(
        story=story,
        updates=tuple(_with_one_pin(kept, notes)),
        closed=closed,
        left_out=tuple(notes.left_out),
    )


def _wrong(new: NewStory | NewUpdate) -> str:
    """Why the desk would refuse it, empty if it would not."""
    if isinstance(new, NewUpdate) and not (new.blocks or new.text or new.title):
        return "nothing is left of it to publish"
    encoded = msgspec.json.encode(new)
    if len(encoded) > _LARGEST_BYTES:
        return f"it is larger than {_LARGEST_BYTES:,} bytes"
    try:
        # Values made here were not checked against the limits that their types state.
        msgspec.json.decode(encoded, type=type(new))
    except msgspec.ValidationError as error:
        return str(error)
    return ""


def _with_one_pin(updates: list[Brought], notes: Notebook) -> Iterable[Brought]:
    pinned = [brought for brought in updates if brought.update.pinned]
    for brought in updates:
        if not brought.update.pinned or brought is pinned[-1]:
            yield brought
            continue
        newest = pinned[-1].external_id
        notes.leave_out(
            f"update {brought.external_id}", f"its pin (one can be pinned: {newest} is newer)"
        )
        yield replace(brought, update=replace(brought.update, pinned=False))


def joined(blocks: Iterable[Block]) -> list[Block]:
    """Blocks with neighbouring texts made one."""
    found: list[Block] = []
    for block in blocks:
        last = found[-1] if found else None
        if isinstance(block, Text) and isinstance(last, Text):
            found[-1] = Text(html=last.html + block.html)
        else:
            found.append(block)
    return found


def remote(address: str, base: str = "") -> str:
    """A whole address from one that may be relative to ``base`` or lack its scheme."""
    address = address.strip()
    try:
        # A path without a host must not pass for a picture of ours: `https:///path` is refused.
        return urljoin(base or "https:", address)
    except ValueError:
        return address


def slug_of(text: str) -> Slug:
    """A slug made from a title or an id."""
    ascii = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", ascii)[:100].strip("-")
    return Slug(words or "live")


def headline_of(slug: str) -> str:
    """A plain headline where the source has none."""
    return f"Live: {slug.replace('-', ' ')}"
