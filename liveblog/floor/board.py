"""The desk's list of stories, kept while anybody looks at it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from liveblog.errors import NoSuchStory
from liveblog.floor.news import Overview
from liveblog.hub.hub import Hub
from liveblog.store.overview import Waiting
from liveblog.story import Change, Head, Instant, Slug

LISTED = 200
"""Stories in the list: those that changed last, and all that are not public yet."""

Closing = Callable[[Head, Instant], Awaitable[Instant | None]]
"""When a story is closed by itself, by its head and its last change."""


class Stories(Protocol):
    """What the store knows of all stories."""

    async def moved(self, most: int) -> list[tuple[Slug, Instant]]: ...

    async def draft_heads(self) -> list[Head]: ...

    async def head(self, slug: Slug) -> Head: ...

    async def waiting(self, slugs: list[Slug]) -> dict[Slug, Waiting]: ...


class _Row(Struct, frozen=True, kw_only=True):
    head: Head
    changed: Instant
    waiting: Waiting = Waiting()
    closes: Instant | None = None


class Board:
    """The rows, and which of them must be looked at again."""

    def __init__(self, store: Stories, hub: Hub, closes_at: Closing) -> None:
        self._store = store
        self._hub = hub
        self._closes_at = closes_at
        self._rows: dict[Slug, _Row] = {}
        self._touched: dict[Slug, Instant | None] = {}
        self._lock = asyncio.Lock()
        self._loaded = False

    def slugs(self) -> list[Slug]:
        """The stories listed."""
        return list(self._rows)

    def forget(self) -> None:
        """Nobody looks, or much was missed: begin anew the next time."""
        self._loaded = False
        self._rows.clear()
        self._touched.clear()

    def touch(self, slug: Slug) -> None:
        """Something of a story that is not public changed."""
        if self._loaded:
            self._touched.setdefault(slug, None)

    def take(self, change: Change) -> None:
        """A change of what is public. Cheap, for it stands in the way of every change."""
        if not self._loaded:
            return
        row = self._rows.get(change.slug)
        if row is None:
            self._touched[change.slug] = change.at
            return
        self._rows[change.slug] = replace(row, head=change.head or row.head, changed=change.at)
        if change.head or row.closes or row.waiting != Waiting():
            # It may have been a draft until now, and counts as none any more.
            self._touched[change.slug] = change.at

    async def load(self) -> None:
        """Know all stories. Raises NotStored."""
        async with self._lock:
            if not self._loaded:
                self._loaded = True
                try:
                    await self._load()
                except BaseException:
                    self.forget()
                    raise

    async def refresh(self) -> None:
        """Look again at what was touched. Raises NotStored."""
        async with self._lock:
            touched, self._touched = self._touched, {}
            try:
                await self._look_at(touched)
            except BaseException:
                self._touched = touched | self._touched
                raise

    def overview(self, slug: Slug, readers: int, present: tuple[str, ...]) -> Overview:
        """One row as the desk is told it."""
        row = self._rows[slug]
        head = row.head
        return Overview(
            slug=slug,
            headline=head.headline,
            kicker=head.kicker,
            status=head.status,
            language=head.language,
            revision=head.revision,
            changed=row.changed,
            readers=readers,
            present=present,
            waiting=row.waiting.submitted,
            scheduled=row.waiting.scheduled,
            closes=row.closes,
        )

    async def _load(self) -> None:
        found: dict[Slug, Instant | None] = dict(await self._store.moved(LISTED))
        found |= {head.slug: None for head in await self._store.draft_heads()}
        await self._look_at(found)

    async def _look_at(self, found: dict[Slug, Instant | None]) -> None:
        """Make the rows of stories, whose last change is given where it is known."""
        waiting = await self._store.waiting(list(found))
        for slug, changed in found.items():
            try:
                head = await self._head(slug)
            except NoSuchStory:
                continue
            row = self._rows.get(slug)
            at = max(changed or "", row.changed if row else "", head.modified or head.opened)
            at = Instant(at)
            closes = await self._closes_at(head, at)
            self._rows[slug] = _Row(head=head, changed=at, waiting=waiting[slug], closes=closes)

    async def _head(self, slug: Slug) -> Head:
        held = self._hub.held(slug)
        return held.story.head if held else await self._store.head(slug)
