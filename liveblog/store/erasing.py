"""A legal erase in Redis: what was asked for, and how nothing of a text is left."""

from __future__ import annotations

from typing import cast

from redis.asyncio.cluster import RedisCluster

from liveblog import codec
from liveblog.errors import NoSuchErasure
from liveblog.store import Erasure, keys
from liveblog.store.client import reaching
from liveblog.store.notes import Notes
from liveblog.story import Cursor, Slug, UpdateId


class Erasing(Notes):
    """The part of the store that forgets."""

    async def put_erasure(self, erasure: Erasure) -> None:
        await self.ask("HSET", keys.ERASURES, erasure.id, codec.to_json(erasure))
        if erasure.status == "erased":
            # Without a change it wakes the worker, which has the rest to do.
            feed = keys.key(erasure.story, "feed")
            words = ["MAXLEN", "~", keys.FEED_LENGTH, "*", "s", erasure.story]
            await self.ask("XADD", feed, *words)

    async def erasure(self, id: str) -> Erasure:
        kept = await self.ask("HGET", keys.ERASURES, id)
        if kept is None:
            raise NoSuchErasure(id)
        return codec.from_json(kept, Erasure)

    async def erasures(self) -> list[Erasure]:
        kept = await self.ask("HVALS", keys.ERASURES)
        return sorted((codec.from_json(one, Erasure) for one in kept), key=lambda one: one.id)

    async def erase(self, slug: Slug, id: UpdateId, keep: Cursor) -> None:
        log, feed = keys.log(slug), keys.key(slug, "feed")
        drafts, due = keys.key(slug, f"drafts:{slug}"), keys.key(slug, "due")
        anew = [keys.key(slug, f"anew:{slug}"), keys.key(slug, f"anew-feed:{slug}")]
        erased = await self.run("erase", [log, feed, *anew, drafts, due], [slug, id, keep])
        notes = await self.drop_notes_on(slug, id)
        await self._forget_requests(slug, {id, *notes, *(cursor.decode() for cursor in erased)})
        await self.announce("drafts", slug)

    async def _forget_requests(self, slug: Slug, answers: set[str]) -> None:
        """A request that must happen once is kept by its digest, by which its text could be guessed
        and with which it could be sent again: from now on its key fits nothing."""
        pattern = keys.key(slug, f"once:{slug}:*")
        async with reaching():
            names = [name async for name in self._any.scan_iter(match=pattern, count=1_000)]
        for name in names:
            kept = cast(bytes, await self.ask("GET", name) or b"").decode()
            _, _, answer = kept.partition(" ")
            if answers & set(answer.split(" ")):
                await self.ask("SET", name, f"erased {answer}", "XX", "KEEPTTL")

    async def rewrite(self) -> None:
        """Have Redis write its log of commands, and its dump where it makes any, anew, without what
        was removed since. Raises NotStored where it is busy or does not permit it."""
        everywhere = (
            {"target_nodes": RedisCluster.ALL_NODES}
            if isinstance(self._client, RedisCluster)
            else {}
        )
        async with reaching():
            await self._any.execute_command("BGREWRITEAOF", **everywhere)
            if await self._dumps():
                await self._any.execute_command("BGSAVE", "SCHEDULE", **everywhere)

    async def _dumps(self) -> bool:
        """Whether it keeps dumps of all its data, too."""
        configured = keys.fields(await self.ask("CONFIG", "GET", "save"))
        return bool(configured.get(b"save"))
