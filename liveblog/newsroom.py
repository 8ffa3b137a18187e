"""What colleagues agree on for a story and tell each other beside it: its rules and notes."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from msgspec.structs import replace

from liveblog import codec, markup
from liveblog.errors import Invalid, NoSuchUpdate
from liveblog.rules import Rules, RulesEdit
from liveblog.store import Audited, Note, Once, Store, is_same
from liveblog.story import Actor, Instant, Slug, UpdateId, milliseconds, update_id


class Newsroom:
    """Rules and notes in the hands of ``by``."""

    def __init__(self, store: Store, by: Actor, now: Callable[[], Instant]) -> None:
        self._store = store
        self._by = by
        self._now = now

    async def change_rules(self, story: Slug, edit: RulesEdit) -> Rules:
        """Change some of a story's rules, on record; answers all. Raises NoSuchStory."""
        await self._store.head(story)
        given = edit.given()
        if given:
            await self._store.change_rules(story, edit)
            detail = "; ".join(
                f"{name}: {codec.to_json(value).decode()}" for name, value in given.items()
            )
            line = Audited(
                kind="rules_changed",
                at=self._now(),
                by=self._by,
                story=story,
                subject=story,
                detail=detail,
            )
            await self._store.audit(line)
        return await self._store.rules(story)

    async def keep_open(self, story: Slug) -> None:
        """Let the time after which the story is closed begin anew. Raises NoSuchStory."""
        await self._store.head(story)
        await self._store.keep_open(story, self._now())

    async def note(
        self, story: Slug, text: str, update: UpdateId | None = None, *, once: Once | None = None
    ) -> Note:
        """Tell colleagues something. Raises NoSuchStory, NoSuchUpdate, Invalid, KeyReused."""
        await self._store.head(story)
        if update is not None:
            await self._require_update(story, update)
        text = markup.clean_text(text).strip()
        if not text:
            raise Invalid("text", "write something")
        now = self._now()
        id = update_id(milliseconds(now), secrets.randbits(30))
        by = replace(self._by, address="")
        note = Note(id=id, text=text, by=by, at=now, update=update)
        return await self._store.add_note(story, note, once=once)

    async def notes(self, story: Slug) -> list[Note]:
        """A story's notes, oldest first, but for those on drafts that are hidden from the reader.
        Raises NoSuchStory."""
        await self._store.head(story)
        drafts = await self._store.drafts(story)
        hidden = {draft.update.id for draft in drafts if not draft.is_shown_to(self._by)}
        return [note for note in await self._store.notes(story) if note.update not in hidden]

    def wrote(self, note: Note) -> bool:
        """Whether a note is the reader's own."""
        return is_same(note.by, self._by)

    async def _require_update(self, story: Slug, id: UpdateId) -> None:
        draft = await self._store.draft(story, id)
        if draft is None:
            await self._store.current(story, id)
        elif not draft.is_shown_to(self._by):
            raise NoSuchUpdate(story, id)
