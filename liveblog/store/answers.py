"""From what the scripts answer to values and errors."""

from __future__ import annotations

import re

from liveblog import codec
from liveblog.errors import (
    KeyReused,
    LiveblogError,
    NoSuchStory,
    PinMoved,
    RevisionConflict,
    StoryClosed,
    StoryExists,
    StoryNotOpen,
)
from liveblog.store import DraftUpdate, Once, keys
from liveblog.store.client import RedisClient
from liveblog.story import Change, Cursor, Slug, UpdateId

_CURSOR = re.compile(r"\d{1,19}-\d{1,19}")


class Answers(RedisClient):
    """Reads entries of the log and tells why a write was refused."""

    async def draft(self, slug: Slug, id: UpdateId) -> DraftUpdate | None:
        kept = await self.ask("HGET", keys.key(slug, f"drafts:{slug}"), id)
        return codec.from_json(keys.body(kept), DraftUpdate) if kept else None

    async def _entry(self, slug: Slug, cursor: Cursor) -> Change | None:
        if not _CURSOR.fullmatch(cursor):
            return None
        found = await self.ask("XRANGE", keys.key(slug, f"log:{slug}"), cursor, cursor)
        return keys.change(slug, found[0]) if found else None

    async def _again(self, slug: Slug, answer: bytes) -> list[Change]:
        cursors = [Cursor(cursor) for cursor in answer.decode().split(" ")]
        changes = [await self._entry(slug, cursor) for cursor in cursors]
        return [change for change in changes if change is not None]

    async def _claim(self, once: Once) -> None:
        """A key that opens a story counts for all stories, not only for those of its shard."""
        claimed = f"{keys.tag(once.key)}:opens:{once.key}"
        await self.ask("SET", claimed, once.request, "NX", "EX", keys.ONCE_SECONDS)
        if await self.ask("GET", claimed) != once.request.encode():
            raise KeyReused(once.key)

    async def _refusal(
        self, word: bytes, answer: list[bytes], slug: Slug, once: Once | None
    ) -> LiveblogError:
        if word == b"conflict":
            return await self._conflict(slug, answer)
        if word == b"reused":
            return KeyReused(once.key if once else "")
        return _REFUSALS[word](slug)

    async def _conflict(self, slug: Slug, answer: list[bytes]) -> RevisionConflict:
        subject, revision, cursor = (part.decode() for part in answer)
        entry = await self._entry(slug, Cursor(cursor)) if cursor else None
        if entry is None:
            draft = await self.draft(slug, UpdateId(subject))
            return RevisionConflict(subject, int(revision), draft.update if draft else None)
        current = entry.update or entry.head
        return RevisionConflict(subject, int(revision), current)


_REFUSALS: dict[bytes, type[LiveblogError]] = {
    b"exists": StoryExists,
    b"absent": NoSuchStory,
    b"draft": StoryNotOpen,
    b"closed": StoryClosed,
    b"pin": PinMoved,
}
