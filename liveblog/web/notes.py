"""The write API's calls about notes to colleagues."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from liveblog.store import Note
from liveblog.story import Instant, UpdateId
from liveblog.web.operations import Answer, Call, Operation
from liveblog.web.paths import CHANGE, NOTE, READ, STORY

_NOTES = f"{STORY}/notes"


class NewNote(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What colleagues are told, of the story or of an ``update`` in it."""

    text: Annotated[str, Meta(min_length=1, max_length=2_000)]
    update: UpdateId | None = None


class WireNote(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A note as colleagues see it; ``by`` is a name, and ``id`` sorts by time."""

    id: str
    text: str
    by: str
    at: Instant
    update: UpdateId | None = None


class WireNotes(Struct, frozen=True, kw_only=True):
    """A story's notes, oldest first."""

    notes: list[WireNote]


async def list_notes(call: Call) -> Answer:
    """What colleagues tell each other of a story; readers never see it."""
    found = await call.desk.newsroom.notes(call.slug)
    return Answer(value=WireNotes(notes=[_wire(note) for note in found]))


async def add_note(call: Call) -> Answer:
    """Tell colleagues something of a story, or of an update in it."""
    note = await call.desk.newsroom.note(
        call.slug, call.body.text, call.body.update, once=call.once
    )
    return Answer(value=_wire(note), status=201)


async def drop_note(call: Call) -> Answer:
    """Remove a note: one's own, or any where one may retract."""
    note = await call.store.note(call.slug, call.update)
    if not call.desk.newsroom.wrote(note):
        call.caller.require("retract", call.slug)
    await call.store.drop_note(call.slug, note.id)
    return Answer()


def _wire(note: Note) -> WireNote:
    return WireNote(id=note.id, text=note.text, by=note.by.name, at=note.at, update=note.update)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="GET",
        path=_NOTES,
        name="listNotes",
        needs="read",
        handler=list_notes,
        answers={200: WireNotes},
        errors=READ,
    ),
    Operation(
        method="POST",
        path=_NOTES,
        name="addNote",
        needs="draft",
        handler=add_note,
        body=NewNote,
        answers={201: WireNote},
        errors=NOTE,
    ),
    Operation(
        method="DELETE",
        path=f"{_NOTES}/{{id}}",
        name="dropNote",
        needs="draft",
        handler=drop_note,
        answers={204: None},
        errors=CHANGE,
    ),
)
