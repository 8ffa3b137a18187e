"""All stories of this process, each loaded from its log when it is first asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from liveblog.errors import NoSuchStory, NotStored
from liveblog.hub.channel import Channel
from liveblog.hub.doors import Doors
from liveblog.hub.sending import Send, write_each
from liveblog.store import Fed, Store
from liveblog.story import NOWHERE, Change, Slug

LOADED_AT_START = 50
"""Stories that a process holds before it serves: those that changed last."""

LOADED = 1_000
"""Stories held in memory; beyond it the one asked for longest ago is dropped and loaded again
from its log when somebody asks. A dropped story's readers resume by cursor."""

_READ_SECONDS = 60.0
_BEAT_SECONDS = 1.0
_REACHED_SECONDS = 1.0
_STEP_SECONDS = 0.05
_LET_GO_AT_ONCE = 100

_log = structlog.get_logger()


class Hub:
    """The stories in memory. ``reachable`` says whether the store's feed is being followed."""

    def __init__(self, store: Store, doors: Doors, send: Send = write_each) -> None:
        self._store = store
        self.doors = doors
        self._send = send
        self._channels: dict[Slug, Channel] = {}
        self._loading: dict[Slug, asyncio.Task[Channel]] = {}
        self._held_back: dict[Slug, list[Fed]] = {}
        self._slugs: dict[Slug, None] = {}
        self._started = asyncio.Event()
        self._progress = asyncio.Event()
        self.reachable = False
        self.draining = False
        # Called with each change that the feed brings; None: any may have been missed.
        self.told: Callable[[Change | None], None] = lambda change: None

    async def start(self) -> None:
        """Know all stories and hold the latest. The feed must be joined before."""
        for slug in reversed(await self._store.slugs()):
            self._touch(slug)
        for slug in self.latest(LOADED_AT_START):
            await self.channel(slug)
        self._started.set()

    @property
    def ready(self) -> bool:
        """Whether the stories are known."""
        return self._started.is_set()

    async def started(self) -> None:
        """Wait until the stories are known."""
        await self._started.wait()

    def latest(self, number: int) -> list[Slug]:
        """Slugs, the story that changed last first."""
        return list(reversed(self._slugs))[:number]

    def channels(self) -> list[Channel]:
        """All stories in memory."""
        return list(self._channels.values())

    def tell_count(self, slug: Slug, count: int | None) -> None:
        """So many read a story, in all processes."""
        if slug in self._channels:
            self._channels[slug].count = count

    def held(self, slug: Slug) -> Channel | None:
        """A story, if this process holds it."""
        return self._channels.get(slug)

    async def channel(self, slug: Slug) -> Channel:
        """A story, loaded once however many ask. Raises NoSuchStory, NotStored."""
        channel = self._channels.get(slug)
        if channel is not None:
            return channel
        if slug not in self._slugs:
            raise NoSuchStory(slug)
        loading = self._loading.get(slug)
        if loading is None:
            # Hold back before reading: what comes meanwhile would otherwise fall between.
            self._held_back[slug] = []
            loading = self._loading[slug] = asyncio.create_task(self._load(slug))
        return await asyncio.shield(loading)

    async def _load(self, slug: Slug) -> Channel:
        try:
            changes = await self._store.changes(slug)
            if not changes:
                raise NoSuchStory(slug)
            channel = Channel(changes, self._send)
            # What comes during this loop joins its end.
            for fed in self._held_back[slug]:
                await self._bring(channel, fed)
            if channel.ended:
                raise NotStored("the story's log changed while it was read")
            self._channels[slug] = channel
        finally:
            del self._held_back[slug], self._loading[slug]
        self._make_room()
        return channel

    async def take(self, fed: Fed) -> None:
        """Add what the feed brought to its story, if this process holds it. Raises NotStored."""
        if fed.change is None:
            return
        self._touch(fed.slug)
        await self._put(fed, fed.change)
        self.told(fed.change)
        progress, self._progress = self._progress, asyncio.Event()
        progress.set()

    async def _put(self, fed: Fed, change: Change) -> None:
        if fed.slug in self._held_back:
            self._held_back[fed.slug].append(fed)
        elif fed.slug in self._channels:
            await self._bring(self._channels[fed.slug], fed)
        elif fed.after == NOWHERE:
            # A story that begins needs no reading: this is all of it.
            self._channels[fed.slug] = Channel([change], self._send)
            self._make_room()

    async def reached(self, change: Change) -> None:
        """Wait until readers of this process can see a change, so that who wrote it does. If that
        takes long, the writer is not kept: the change is safe already."""
        if not self.reachable:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(_REACHED_SECONDS):
                while not self._shows(change):
                    await self._progress.wait()

    def _shows(self, change: Change) -> bool:
        channel = self._channels.get(change.slug)
        return change.slug in self._slugs and (channel is None or channel.holds(change.cursor))

    async def _bring(self, channel: Channel, fed: Fed) -> None:
        if fed.change is None or channel.holds(fed.change.cursor):
            return
        if fed.after == channel.cursor:
            channel.take(fed.change)
        else:
            await self._catch_up(channel)

    async def compare(self) -> None:
        """Bring every story held to what its log says: the feed cannot tell what was missed."""
        for slug in reversed(await self._store.slugs()):
            self._touch(slug)
        for channel in list(self._channels.values()):
            await self._catch_up(channel)
        self.told(None)

    async def _catch_up(self, channel: Channel) -> None:
        changes = await self._store.changes(channel.slug, channel.cursor)
        if changes is None:
            # The log does not hold what was shown: its readers must start again from what it does.
            _log.warning("the log lost changes that were shown", story=channel.slug)
            self._channels.pop(channel.slug, None)
            channel.end_here()
            return
        for change in changes:
            channel.take(change)

    async def beat(self) -> None:
        """The one wheel: each second, a sign of life where nothing was written lately."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            now = loop.time()
            for channel in list(self._channels.values()):
                for room in channel.rooms:
                    room.beat(now)

    async def let_go(self, seconds: float) -> None:
        """Let all readers go within that time, a few at once, so that they do not all come back at
        once elsewhere."""
        self.drain()
        rooms = [room for channel in self._channels.values() for room in channel.rooms]
        most = max((len(room) for room in rooms), default=0)
        steps = max(min(most // _LET_GO_AT_ONCE, int(seconds / _STEP_SECONDS)), 1)
        for step in range(steps, 0, -1):
            for room in rooms:
                room.let_go(-(-len(room) // step))
            await asyncio.sleep(_STEP_SECONDS if step > 1 else 0)

    def drain(self) -> None:
        """Let every reader go: the process is about to end."""
        self.draining = True
        for channel in self._channels.values():
            channel.wake()

    def _touch(self, slug: Slug) -> None:
        self._slugs.pop(slug, None)
        self._slugs[slug] = None

    def _make_room(self) -> None:
        while len(self._channels) > LOADED:
            oldest = next(iter(self._channels))
            self._channels.pop(oldest).end_here()


async def follow_feed(hub: Hub, store: Store, wait: Callable[[int], float]) -> None:
    """The tail: one a process, for as long as it runs. ``wait`` gives the seconds to wait before
    the nth attempt in a row to reach the store."""
    feed = store.feed()
    failures = 0
    behind = False
    try:
        while True:
            try:
                # Until all stories were compared: the feed itself is joined well the next time.
                behind |= not await feed.join()
                if not hub.ready:
                    await hub.start()
                elif behind:
                    await hub.compare()
                behind = False
                hub.reachable, failures = True, 0
                while True:
                    batch = await feed.read(_READ_SECONDS)
                    # If one of them cannot be taken, those after it must not be forgotten.
                    behind = True
                    for fed in batch:
                        await hub.take(fed)
                    behind = False
            except NotStored as error:
                hub.reachable = False
                failures += 1
                _log.warning("the feed is out of reach", why=str(error), attempt=failures)
                await asyncio.sleep(wait(failures))
    finally:
        await feed.leave()
