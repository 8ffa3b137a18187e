"""What is not public yet: drafts, embargoed updates, stories that are not open."""

from __future__ import annotations

from typing import cast

from liveblog import codec
from liveblog.store import DraftUpdate, Once, keys
from liveblog.store.announcing import Announcing
from liveblog.store.answers import Answers
from liveblog.story import Head, Instant, Slug, UpdateId, milliseconds


class Drafts(Answers, Announcing):
    """The part of the store that no reader's process ever reads."""

    async def save_draft(self, draft: DraftUpdate, *, once: Once | None = None) -> DraftUpdate:
        due = milliseconds(draft.scheduled) if draft.scheduled else ""
        body = codec.to_json(draft)
        slug, id, revision = draft.slug, draft.update.id, draft.update.revision
        drafts = keys.key(slug, f"drafts:{slug}")
        again = await self._save(slug, drafts, id, revision, body, due, once, answer=id)
        if again:
            return await self.draft(slug, UpdateId(again)) or draft
        await self.announce("drafts", slug)
        return draft

    async def save_draft_head(self, head: Head, *, once: Once | None = None) -> None:
        if once:
            await self._claim(once)
        slug = head.slug
        heads = keys.key(slug, "heads")
        await self._save(
            slug, heads, slug, head.revision, codec.to_json(head), "", once, answer=slug
        )
        await self.announce("head", slug)

    async def _save(
        self,
        slug: Slug,
        kept_in: str,
        subject: str,
        revision: int,
        body: bytes,
        due: int | str,
        once: Once | None,
        answer: str,
    ) -> str | None:
        names = [
            keys.story(slug),
            kept_in,
            keys.key(slug, "heads"),
            keys.key(slug, "due"),
            keys.key(slug, "feed"),
            keys.key(slug, f"once:{slug}:{once.key if once else ''}"),
        ]
        words = [slug, *keys.once(once), subject, revision, body, due, keys.FEED_LENGTH, answer]
        word, *rest = await self.run("save_draft", names, words)
        if word == b"again":
            return cast(bytes, rest[0]).decode().split(" ")[-1]
        if word != b"ok":
            raise await self._refusal(word, rest, slug, once)
        return None

    async def draft_heads(self) -> list[Head]:
        heads: list[Head] = []
        for tag in keys.tags():
            kept = await self.ask("HVALS", f"{tag}:heads")
            heads += [codec.from_json(keys.body(value), Head) for value in kept]
        return sorted(heads, key=lambda head: head.opened, reverse=True)

    async def drafts(self, slug: Slug) -> list[DraftUpdate]:
        kept = await self.ask("HVALS", keys.key(slug, f"drafts:{slug}"))
        drafts = [codec.from_json(keys.body(value), DraftUpdate) for value in kept]
        return sorted(drafts, key=lambda draft: draft.update.id)

    async def drop_draft(self, slug: Slug, id: UpdateId) -> None:
        await self.ask("HDEL", keys.key(slug, f"drafts:{slug}"), id)
        await self.ask("ZREM", keys.key(slug, "due"), f"{slug} {id}")
        await self.announce("drafts", slug)

    async def due(self, now: Instant) -> tuple[list[DraftUpdate], Instant | None]:
        due: list[DraftUpdate] = []
        following: list[Instant] = []
        for tag in keys.tags():
            waiting = await self.ask("ZRANGE", f"{tag}:due", 0, 99)
            for member in waiting:
                slug, id = member.decode().split(" ")
                draft = await self.draft(slug, id)
                if draft is None or draft.scheduled is None:
                    continue
                if draft.scheduled > now:
                    following.append(draft.scheduled)
                    break
                due.append(draft)
        return due, min(following, default=None)

    async def put_draft(self, draft: DraftUpdate) -> None:
        """Put a draft back as a backup kept it."""
        slug, update = draft.slug, draft.update
        body = b"%d %b" % (update.revision, codec.to_json(draft))
        await self.ask("HSET", keys.key(slug, f"drafts:{slug}"), update.id, body)
        if draft.scheduled:
            due = milliseconds(draft.scheduled)
            await self.ask("ZADD", keys.key(slug, "due"), due, f"{slug} {update.id}")

    async def put_draft_head(self, head: Head) -> None:
        """Put the draft of a story back as a backup kept it."""
        body = b"%d %b" % (head.revision, codec.to_json(head))
        await self.ask("HSET", keys.key(head.slug, "heads"), head.slug, body)
