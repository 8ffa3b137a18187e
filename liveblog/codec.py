"""Change to JSON and back, in the log and on the wire; the only encoding. Pure.

In the log an update is whole, with its blocks and its Markdown. On the wire it carries rendered
HTML instead, and every field at its default is left out: those bytes are sent a million times.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import fields, replace

from liveblog import markup
from liveblog.blocks import Block
from liveblog.errors import BrokenLog
from liveblog.story import (
    Actor,
    Change,
    Correction,
    Cursor,
    Head,
    Instant,
    Kind,
    Slug,
    Update,
    UpdateId,
    Verification,
)

T = TypeVar("T")


class WireUpdate(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """An update as the public sees it; ``text`` and ``blocks`` only where they were asked for."""

    id: UpdateId
    revision: int
    published: Instant
    displayed: Instant | None = None
    modified: Instant | None = None
    title: str = ""
    html: str = ""
    byline: str = ""
    key_event: bool = False
    pinned: bool = False
    breaking: bool = False
    verification: Verification | None = None
    source: str = ""
    tags: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    status: Literal["published", "retracted"] = "published"
    notice: str = ""
    text: str = ""
    blocks: tuple[Block, ...] = ()

    @property
    def dated(self) -> Instant:
        """The time that readers see."""
        return self.displayed or self.published


class UpdateChange(Struct, frozen=True, kw_only=True):
    """A change of an update on the wire."""

    cursor: Cursor
    story: Slug
    kind: Kind
    at: Instant
    update: WireUpdate


class HeadChange(Struct, frozen=True, kw_only=True):
    """A change of a story's head on the wire; ``story`` is the whole head, its slug inside."""

    cursor: Cursor
    story: Head
    kind: Kind
    at: Instant


class _Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change in the log, where the cursor is the entry's own id and the slug the log's."""

    kind: Kind
    at: Instant
    update: Update | None = None
    head: Head | None = None
    by: Actor | None = None


_encoder = msgspec.json.Encoder()
_entry = msgspec.json.Decoder(_Entry)
_update_change = msgspec.json.Decoder(UpdateChange)
_SHARED = tuple(
    field.name
    for field in fields(WireUpdate)
    if field.name in {other.name for other in fields(Update)} - {"text", "blocks"}
)


def to_log(change: Change) -> bytes:
    """A log entry's body."""
    return _encoder.encode(
        _Entry(kind=change.kind, at=change.at, update=change.update, head=change.head, by=change.by)
    )


def from_log(slug: Slug, cursor: Cursor, body: bytes) -> Change:
    """The reverse of :func:`to_log`. Raises BrokenLog."""
    try:
        entry = _entry.decode(body)
    except msgspec.MsgspecError as error:
        raise BrokenLog(f"{slug} {cursor}: {error}") from error
    return Change(
        cursor=cursor,
        slug=slug,
        kind=entry.kind,
        at=entry.at,
        update=entry.update,
        head=entry.head,
        by=entry.by,
    )


def to_json(value: Any) -> bytes:
    """Any of our values as JSON."""
    return _encoder.encode(value)


def from_json(body: bytes, type: type[T]) -> T:
    """The reverse of :func:`to_json`, of what the store kept."""
    return msgspec.json.decode(body, type=type)


def public(update: Update, *, whole: bool = False) -> WireUpdate:
    """What the public sees of an update; with ``whole`` its Markdown and blocks too."""
    shown = WireUpdate(
        html=markup.to_html(update.blocks),
        **{name: getattr(update, name) for name in _SHARED},
    )
    if whole:
        return replace(
            shown, blocks=update.blocks, text=update.text or markup.to_text(update.blocks)
        )
    return shown


def editable(update: Update) -> WireUpdate:
    """What the newsroom edits: an update with its blocks and, always, Markdown."""
    text = update.text or markup.to_markdown(update.blocks)
    return replace(public(update), blocks=update.blocks, text=text)


def wire(change: Change) -> UpdateChange | HeadChange:
    """A change as every transport sends it."""
    if change.update is not None:
        return UpdateChange(
            cursor=change.cursor,
            story=change.slug,
            kind=change.kind,
            at=change.at,
            update=public(change.update),
        )
    if change.head is None:
        raise BrokenLog(f"{change.slug} {change.cursor}: a change of nothing")
    return HeadChange(cursor=change.cursor, story=change.head, kind=change.kind, at=change.at)


def to_wire(change: Change) -> bytes:
    """A change as JSON on one line."""
    return _encoder.encode(wire(change))


def redacted(wire: bytes) -> bytes:
    """A change of an update as sent, without its text and its notice: for one that was taken back
    (again) since."""
    change = _update_change.decode(wire)
    bare = WireUpdate(
        id=change.update.id,
        revision=change.update.revision,
        published=change.update.published,
        # Its place stays, so that it does not move about while a client catches up.
        displayed=change.update.displayed,
        status="retracted",
    )
    return _encoder.encode(replace(change, update=bare))


def state(cursor: Cursor, head: Head, updates: Iterable[bytes], *, more: bool) -> bytes:
    """A snapshot, from updates that are encoded already (newest first)."""
    return b'{"cursor":%b,"story":%b,"updates":[%b],"more":%b}' % (
        _encoder.encode(cursor),
        _encoder.encode(head),
        b",".join(updates),
        b"true" if more else b"false",
    )
