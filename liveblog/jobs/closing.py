"""Stories that nobody touches are closed, after the desk was warned.

It waits in the feed: changes, rules and whoever keeps a story open wake it, and nothing is polled.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from msgspec import Struct
from msgspec.structs import replace

from liveblog.desk import Desk
from liveblog.errors import RevisionConflict
from liveblog.intake import StoryEdit
from liveblog.jobs.following import keep_at, seconds_until
from liveblog.rules import Rules, closes_at, warned_from, warning
from liveblog.store import Fed, Feed, Store
from liveblog.story import Actor, Instant, Slug, instant

_log = structlog.get_logger()


async def close_forgotten(
    store: Store, desk: Desk, clock: Callable[[], datetime], wait: Callable[[int], float]
) -> None:
    """Work for as long as the process runs; ``wait`` gives the seconds to wait before the nth
    attempt in a row to reach the store."""
    mine = desk.by(Actor(kind="worker"))
    await keep_at(store.feed(), lambda feed: _Closing(store, mine, clock).run(feed), wait)


class _Open(Struct, frozen=True, kw_only=True):
    """What is known of a story that is live or paused."""

    revision: int
    changed: Instant
    rules: Rules
    kept: Instant | None
    planned_end: Instant | None

    @property
    def closes(self) -> Instant | None:
        return closes_at(self.rules, self.changed, self.kept, self.planned_end)


class _Closing:
    def __init__(self, store: Store, desk: Desk, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._desk = desk
        self._clock = clock
        self._open: dict[Slug, _Open] = {}
        self._warned: dict[Slug, Instant] = {}

    async def run(self, feed: Feed) -> None:
        self._warned = await self._store.closing()
        for slug, changed in (await self._store.last_changes()).items():
            await self._look_at(slug, changed)
        while True:
            await self._woken(feed, await self._settle_all())

    async def _settle_all(self) -> Instant | None:
        """Warn and close what is due; answers when something will be."""
        for slug in self._warned.keys() - self._open.keys():
            await self._drop_warning(slug)
        found = [await self._settle(slug, story) for slug, story in list(self._open.items())]
        return min(filter(None, found), default=None)

    async def _settle(self, slug: Slug, story: _Open) -> Instant | None:
        now, closes = instant(self._clock()), story.closes
        if closes is None or now < warned_from(story.rules, closes):
            await self._drop_warning(slug)
            return closes and warned_from(story.rules, closes)
        told = self._warned.get(slug)
        # Nobody's story is closed unwarned, however long no worker ran.
        closes = max(closes, told or instant(self._clock() + warning(story.rules)))
        if told != closes:
            self._warned[slug] = closes
            await self._store.set_closing(slug, closes)
        return closes if now < closes else await self._close(slug)

    async def _close(self, slug: Slug) -> Instant | None:
        # Asked again: what was done at this moment may not have been heard of yet.
        await self._look_at(slug, (await self._store.last_changes())[slug])
        story = self._open.get(slug)
        if story is None:
            return None
        if story.closes is None or story.closes > instant(self._clock()):
            return await self._settle(slug, story)
        try:
            await self._desk.amend(slug, StoryEdit(status="closed"), revision=story.revision)
        except RevisionConflict:
            # Another worker was faster, or an editor: the feed tells.
            return None
        _log.info("closed a story that nobody touched", story=slug)
        del self._open[slug]
        await self._drop_warning(slug)
        return None

    async def _drop_warning(self, slug: Slug) -> None:
        if self._warned.pop(slug, None):
            await self._store.drop_closing([slug])

    async def _look_at(self, slug: Slug, changed: Instant) -> None:
        head = await self._store.head(slug)
        if head.status not in {"live", "paused"}:
            self._open.pop(slug, None)
            return
        self._open[slug] = _Open(
            revision=head.revision,
            changed=changed,
            rules=await self._store.rules(slug),
            kept=await self._store.kept_open(slug),
            planned_end=head.planned_end,
        )

    async def _woken(self, feed: Feed, due: Instant | None) -> None:
        """Wait until something is due, or something else becomes so."""
        while (seconds := seconds_until(due, self._clock())) > 0:
            heard = [await self._hear(fed) for fed in await feed.read(seconds)]
            if any(heard):
                return

    async def _hear(self, fed: Fed) -> bool:
        """Take in what happened; answers whether it may be due earlier than was known, or is
        warned of no longer."""
        change, story = fed.change, self._open.get(fed.slug)
        if change is not None and change.head is not None:
            await self._look_at(fed.slug, change.at)
            return True
        if story is None:
            return False
        if change is None:
            await self._look_at(fed.slug, story.changed)
            return True
        self._open[fed.slug] = replace(story, changed=max(story.changed, change.at))
        return fed.slug in self._warned
