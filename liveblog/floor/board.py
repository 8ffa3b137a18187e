"""The desk's list of stories, kept while anybody looks at it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from liveblog.errors import NoSuchStory
from liveblog.floor.news import Overview
from liveblog.hub.hub import Hub
from liveblog.store.overview import Waiting
from liveblog.story import Change, Head, Instant, Slug

LISTED = 200
"""Stories in the list: those that changed last. Besides, all that are not public yet, and those
that somebody asks for."""


class Stories(Protocol):
    """What the store knows of all stories."""

    async def moved(self, most: int) -> list[tuple[Slug, Instant]]: ...

    async def last_change(self, slug: Slug) -> Instant | None: ...

    async def draft_heads(self) -> list[Head]: ...

    async def head(self, slug: Slug) -> Head: ...

    async def waiting(self, slugs: list[Slug]) -> dict[Slug, Waiting]: ...

    async def closing(self) -> dict[Slug, Instant]: ...


class _Row(Struct, frozen=True, kw_only=True):
    head: Head
    changed: Instant
    waiting: Waiting = Waiting()
    closes: Instant | None = None


class Board:
    """The rows, and which of them must be looked at again."""

    def __init__(self, store: Stories, hub: Hub) -> None:
        self._store = store
        self._hub = hub
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

    async def include(self, slugs: Iterable[Slug]) -> None:
        """List these, too, however long ago they changed. Raises NotStored."""
        missing = [slug for slug in slugs if slug not in self._rows]
        if missing:
            self._touched = dict.fromkeys(missing) | self._touched
            await self.refresh()

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
        closing = await self._store.closing()
        for slug, changed in found.items():
            try:
                head = await self._head(slug)
            except NoSuchStory:
                continue
            at = max(changed or await self._last_change(slug), head.modified or head.opened)
            row = _Row(head=head, changed=at, waiting=waiting[slug], closes=closing.get(slug))
            self._put(row)

    def _put(self, row: _Row) -> None:
        """A change that came while it was looked at is newer than what was found."""
        known = self._rows.get(row.head.slug)
        if known is not None:
            changed = max(known.changed, row.changed)
            # A draft's revisions begin anew when it is opened.
            newer = known.head.revision > row.head.revision and known.head.status != "draft"
            row = replace(row, changed=changed, head=known.head if newer else row.head)
        self._rows[row.head.slug] = row

    async def _last_change(self, slug: Slug) -> Instant:
        row = self._rows.get(slug)
        # A draft has no change yet.
        return row.changed if row else await self._store.last_change(slug) or Instant("")

    async def _head(self, slug: Slug) -> Head:
        held = self._hub.held(slug)
        return held.story.head if held else await self._store.head(slug)
