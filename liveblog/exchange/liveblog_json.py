"""Our own format: a story's head and its updates as they stand, in one JSON object.

It carries all that readers see. Brought back, a story has the same words, blocks, flags, times of
publishing and times that readers see; what an import cannot set (corrections, times of edits,
retracted updates, a pause) is in the file and is noted as left out.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import asdict, fields

from liveblog import codec, markup
from liveblog.blocks import Block
from liveblog.errors import Invalid
from liveblog.exchange.coverage import (
    Brought,
    Coverage,
    Format,
    Notebook,
    covered,
    decode,
    decodes,
)
from liveblog.intake import NewStory, NewUpdate
from liveblog.story import Head, Instant, Story, Update, moment

_ID = re.compile(r"[0-7][0-9a-hjkmnp-tv-z]{15}")
_CARRIED = tuple(
    field.name
    for field in fields(NewUpdate)
    if field.name in {other.name for other in fields(Update)} - {"text", "blocks"}
)
_HEAD_CARRIED = tuple(
    field.name
    for field in fields(NewStory)
    if field.name in {other.name for other in fields(Head)} - {"status", "planned_end"}
)


class _File(Struct, frozen=True, kw_only=True):
    format: Literal["liveblog"] = "liveblog"
    version: Literal[1] = 1
    story: Head
    updates: tuple[Update, ...]


class _Sniffed(Struct, frozen=True, kw_only=True):
    format: Literal["liveblog"]


def recognises(body: bytes) -> bool:
    """Whether the file says that it is ours."""
    return decodes(body, _Sniffed)


def write(story: Story) -> bytes:
    """A story as it stands, oldest update first."""
    return codec.to_json(_File(story=story.head, updates=tuple(story.updates))) + b"\n"


def read(body: bytes) -> Coverage:
    """Read a story that :func:`write` wrote. Raises Unimportable."""
    file = decode(body, _File)
    notes = Notebook()
    _note_head(file.story, notes)
    updates = [brought for update in file.updates if (brought := _brought(update, notes))]
    return covered(_story(file.story), updates, notes, closed=file.story.status == "closed")


def _story(head: Head) -> NewStory:
    carried = {name: getattr(head, name) for name in _HEAD_CARRIED}
    return NewStory(**carried, planned_end=_moment(head.planned_end))


def _moment(text: Instant | None) -> datetime | None:
    try:
        read = moment(text or Instant(""))
    except ValueError:
        return None
    return read if read.tzinfo else None


def _brought(update: Update, notes: Notebook) -> Brought | None:
    where = f"update {update.id}"
    if update.status == "retracted":
        notes.leave_out(where, "it was retracted")
        return None
    published = _moment(update.published)
    if published is None:
        notes.leave_out(where, f"{update.published!r} is not a time of publishing")
        return None
    for correction in update.corrections:
        notes.leave_out(where, f"its {correction.kind} of {correction.at}: {correction.note}")
    if update.modified:
        notes.leave_out(where, f"the time of its last edit, {update.modified}")
    given = {name: value for name, value in asdict(update).items() if name in _CARRIED}
    given["displayed"] = _moment(update.displayed)
    if update.displayed and not given["displayed"]:
        notes.leave_out(where, f"{update.displayed!r} is not a time that readers could see")
    # Its Markdown is the better form to bring, as long as it still reads as the same blocks.
    if update.text and _reads_as(update.text, update.blocks):
        new = NewUpdate(**given, text=update.text)
    else:
        new = NewUpdate(**given, blocks=_blocks(update, where, notes))
    # Its permalink stays, and bringing it back to where it came from adds nothing.
    id = update.id if _ID.fullmatch(update.id) else None
    return Brought(external_id=update.id, id=id, published=published, update=new)


def _blocks(update: Update, where: str, notes: Notebook) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for block in update.blocks:
        try:
            blocks += markup.clean([block])
        except Invalid as error:
            notes.leave_out(where, f"{type(block).__name__.lower()} ({error})")
    return tuple(blocks)


def _reads_as(text: str, blocks: tuple[Block, ...]) -> bool:
    try:
        return markup.to_blocks(text) == blocks
    except Invalid:
        return False


def _note_head(head: Head, notes: Notebook) -> None:
    for correction in head.corrections:
        notes.leave_out("story", f"its {correction.kind} of {correction.at}: {correction.note}")
    if head.status == "paused":
        notes.leave_out("story", "that it was paused: it is opened live")
    notes.leave_out("story", f"that it was opened at {head.opened}: it is opened now")
    if head.closed:
        notes.leave_out("story", f"that it was closed at {head.closed}: it is closed now")


LIVEBLOG = Format(name="liveblog", recognises=recognises, read=read, write=write)
