"""The rules of stories in Redis, who keeps a story open, and which are about to be closed."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from liveblog import codec
from liveblog.rules import Rules, RulesEdit
from liveblog.store import keys
from liveblog.store.announcing import Announcing
from liveblog.story import Instant, Slug


class StoryRules(Announcing):
    """The part of the store that keeps what was agreed on. Only what differs from
    ``default_rules`` is kept, so that a new default holds for all who never chose."""

    default_rules = Rules()

    async def rules(self, slug: Slug) -> Rules:
        return (await self.own_rules(slug)).over(self.default_rules)

    async def own_rules(self, slug: Slug) -> RulesEdit:
        """What a story has of its own."""
        kept = keys.fields(await self.ask("HGETALL", keys.rules(slug)))
        own = {name.decode(): msgspec.json.decode(value) for name, value in kept.items()}
        return msgspec.convert(own, RulesEdit)

    async def change_rules(self, slug: Slug, edit: RulesEdit) -> None:
        words = [
            word for name, value in edit.given().items() for word in (name, codec.to_json(value))
        ]
        if words:
            await self.ask("HSET", keys.rules(slug), *words)
            await self._tell(slug)

    async def keep_open(self, slug: Slug, at: Instant) -> None:
        await self.ask("HSET", keys.key(slug, "kept"), slug, at)
        await self.ask("HDEL", keys.CLOSING, slug)
        await self._tell(slug)

    async def kept_open(self, slug: Slug) -> Instant | None:
        kept = await self.ask("HGET", keys.key(slug, "kept"), slug)
        return Instant(kept.decode()) if kept else None

    async def closing(self) -> dict[Slug, Instant]:
        kept = keys.fields(await self.ask("HGETALL", keys.CLOSING))
        return {Slug(slug.decode()): Instant(at.decode()) for slug, at in kept.items()}

    async def set_closing(self, slug: Slug, at: Instant) -> None:
        await self.ask("HSET", keys.CLOSING, slug, at)
        await self.announce("rules", slug)

    async def drop_closing(self, slugs: Iterable[Slug]) -> None:
        for slug in slugs:
            await self.ask("HDEL", keys.CLOSING, slug)
            await self.announce("rules", slug)

    async def _tell(self, slug: Slug) -> None:
        # Without a change it wakes the worker, which counts the time.
        words = ["MAXLEN", "~", keys.FEED_LENGTH, "*", "s", slug]
        await self.ask("XADD", keys.key(slug, "feed"), *words)
        await self.announce("rules", slug)
