"""The record in Redis (6.2 or later): the Store protocol on streams and scripts."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from liveblog import chain, codec
from liveblog.errors import NoSuchStory, NoSuchUpdate
from liveblog.rules import Rules
from liveblog.store import Once, PinMove, Taken, Token, keys
from liveblog.store.accounts import Accounts
from liveblog.store.counts import Counts
from liveblog.store.drafts import Drafts
from liveblog.store.erasing import Erasing
from liveblog.store.feed import RedisFeed
from liveblog.store.logs import Logs, sealed
from liveblog.store.overview import Overviews
from liveblog.store.presence import Presence
from liveblog.store.rules import StoryRules
from liveblog.story import (
    Change,
    Cursor,
    Head,
    Instant,
    Slug,
    Update,
    UpdateId,
    at_milliseconds,
)

_PAGE = 500


class RedisStore(Drafts, Counts, Logs, Erasing, StoryRules, Accounts, Presence, Overviews):
    """The Store protocol on Redis. ``replicas`` must confirm each write before it is acknowledged;
    beyond ``timeout_seconds`` a write counts as not stored. ``rules`` are those of a story that has
    none of its own."""

    def __init__(
        self,
        url: str,
        *,
        replicas: int = 0,
        timeout_seconds: float = 5,
        rules: Rules | None = None,
    ) -> None:
        super().__init__(url, replicas=replicas, timeout_seconds=timeout_seconds)
        self.default_rules = rules or Rules()

    # -- the record -------------------------------------------------------------------------------

    async def append(
        self,
        changes: Sequence[Change],
        *,
        pin: PinMove | None = None,
        once: Once | None = None,
        takes: Taken | None = None,
    ) -> list[Change]:
        first = changes[-1]
        slug = first.slug
        if first.kind == "opened" and once:
            await self._claim(once)
        status = first.head.status if first.head else ""
        words = [
            slug,
            *keys.once(once),
            keys.FEED_LENGTH,
            *keys.pin(pin),
            *keys.takes(takes),
            status,
            keys.mode(first),
        ]
        for change in changes:
            words += [keys.subject(change), change.revision, *sealed(codec.to_log(change))]
        names = [
            keys.story(slug),
            keys.key(slug, f"log:{slug}"),
            keys.key(slug, "feed"),
            keys.key(slug, f"once:{slug}:{once.key if once else ''}"),
            keys.key(slug, f"drafts:{slug}"),
            keys.key(slug, "due"),
            keys.key(slug, "stories"),
            keys.key(slug, "heads"),
        ]
        word, *answer = await self.run("append", names, words)
        if word == b"ok":
            if takes:
                await self.announce("drafts", slug)
            return _placed(changes, answer[0])
        if word == b"again":
            return await self._again(slug, answer[0])
        raise await self._refusal(word, answer, slug, once)

    async def current(self, slug: Slug, id: UpdateId) -> Update:
        status, at = await self.ask("HMGET", keys.story(slug), "status", f"at:{id}")
        if status is None:
            raise NoSuchStory(slug)
        change = await self._entry(slug, keys.at(at)[1]) if at else None
        if change is None or change.update is None:
            raise NoSuchUpdate(slug, id)
        return change.update

    async def head(self, slug: Slug) -> Head:
        at = await self.ask("HGET", keys.story(slug), f"at:{slug}")
        change = await self._entry(slug, keys.at(at)[1]) if at else None
        if change is not None and change.head is not None:
            return change.head
        kept = await self.ask("HGET", keys.key(slug, "heads"), slug)
        if kept is None:
            raise NoSuchStory(slug)
        return codec.from_json(keys.body(kept), Head)

    async def pinned(self, slug: Slug) -> UpdateId | None:
        pinned = await self.ask("HGET", keys.story(slug), "pinned")
        return UpdateId(pinned.decode()) if pinned else None

    async def changes(self, slug: Slug, after: Cursor | None = None) -> list[Change] | None:
        log = keys.key(slug, f"log:{slug}")
        position = "-"
        if after is not None:
            if await self._entry(slug, after) is None:
                return None
            position = f"({after}"
        changes: list[Change] = []
        while True:
            page = await self.ask("XRANGE", log, position, "+", "COUNT", _PAGE)
            changes += [keys.change(slug, entry) for entry in page]
            if len(page) < _PAGE:
                return changes
            position = f"({changes[-1].cursor}"

    async def slugs(self) -> list[Slug]:
        return [slug for _, slug in sorted(await self._stories(), reverse=True)]

    async def last_changes(self) -> dict[Slug, Instant]:
        return {slug: at_milliseconds(round(score)) for score, slug in await self._stories()}

    async def _stories(self) -> list[tuple[float, Slug]]:
        found: list[tuple[float, Slug]] = []
        for tag in keys.tags():
            pairs = await self.ask("ZRANGE", f"{tag}:stories", 0, -1, "WITHSCORES")
            found += [(score, Slug(slug.decode())) for slug, score in keys.pairs(pairs)]
        return found

    # -- tokens -----------------------------------------------------------------------------------

    async def add_token(self, digest: str, token: Token) -> None:
        await self.ask("HSET", keys.TOKENS, digest, codec.to_json(token))

    async def token(self, digest: str) -> Token | None:
        kept = await self.ask("HGET", keys.TOKENS, digest)
        return codec.from_json(kept, Token) if kept else None

    async def tokens(self) -> list[Token]:
        return [codec.from_json(kept, Token) for kept in await self.ask("HVALS", keys.TOKENS)]

    async def drop_token(self, digest: str) -> None:
        await self.ask("HDEL", keys.TOKENS, digest)
        await self.ask("HDEL", keys.TOKENS_USED, digest)

    # -- connections ------------------------------------------------------------------------------

    def feed(self, *, audit: bool = False) -> RedisFeed:
        streams = [f"{tag}:feed" for tag in keys.tags()]
        return RedisFeed(self.url, [*streams, keys.log(chain.AUDIT)] if audit else streams)


def _placed(changes: Sequence[Change], cursors: bytes) -> list[Change]:
    return [
        replace(change, cursor=Cursor(cursor))
        for change, cursor in zip(changes, cursors.decode().split(" "), strict=True)
    ]
