"""Notes to colleagues in Redis, beside a story; readers never see them."""

from __future__ import annotations

from typing import cast

from liveblog import codec
from liveblog.errors import Invalid, NoSuchNote
from liveblog.store import Note, Once, keys
from liveblog.store.announcing import Announcing
from liveblog.store.answers import Answers
from liveblog.story import Slug, UpdateId

MOST_NOTES = 500
"""Of a story; beyond it a note is refused until others are removed: the desk loads all of them."""


class Notes(Answers, Announcing):
    """The part of the store that keeps what colleagues tell each other."""

    async def add_note(self, slug: Slug, note: Note, *, once: Once | None = None) -> Note:
        names = [keys.notes(slug), keys.key(slug, f"once:{slug}:{once.key if once else ''}")]
        words = [*keys.once(once), note.id, codec.to_json(note), MOST_NOTES]
        word, *rest = await self.run("add_note", names, words)
        if word == b"full":
            raise Invalid("text", f"the story has {MOST_NOTES} notes; remove some of them first")
        if word == b"reused":
            raise await self._refusal(word, rest, slug, once)
        if word == b"again":
            return await self._first(slug, cast(bytes, rest[0]).decode(), note)
        await self.announce("notes", slug)
        return note

    async def notes(self, slug: Slug) -> list[Note]:
        kept = await self.ask("HVALS", keys.notes(slug))
        return sorted((codec.from_json(one, Note) for one in kept), key=lambda note: note.id)

    async def note(self, slug: Slug, id: str) -> Note:
        kept = await self.ask("HGET", keys.notes(slug), id)
        if kept is None:
            raise NoSuchNote(slug, id)
        return codec.from_json(kept, Note)

    async def drop_note(self, slug: Slug, id: str) -> None:
        await self.ask("HDEL", keys.notes(slug), id)
        await self.announce("notes", slug)

    async def drop_notes_on(self, slug: Slug, update: UpdateId) -> set[str]:
        """Forget what was noted on an update; answers the notes' ids."""
        dropped = {note.id for note in await self.notes(slug) if note.update == update}
        for id in dropped:
            await self.drop_note(slug, id)
        return dropped

    async def put_note(self, slug: Slug, note: Note) -> None:
        """Put a note back as a backup kept it."""
        await self.ask("HSET", keys.notes(slug), note.id, codec.to_json(note))

    async def _first(self, slug: Slug, id: str, note: Note) -> Note:
        """What a repeated request added; one that was removed since is not added again."""
        kept = await self.ask("HGET", keys.notes(slug), id)
        return codec.from_json(kept, Note) if kept else note
