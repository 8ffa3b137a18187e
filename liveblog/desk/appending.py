"""How every verb ends: a change is appended, with the pin that moves and who did it on record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace

from liveblog.desk.ids import Ids
from liveblog.errors import NoSuchUpdate, PinMoved, RevisionConflict
from liveblog.publishing import Gate, Verdict
from liveblog.store import Once, PinMove, Store, Taken
from liveblog.story import (
    Actor,
    Change,
    Head,
    HeadKind,
    Instant,
    Slug,
    Update,
    UpdateId,
    UpdateKind,
    instant,
)

T = TypeVar("T")

_ATTEMPTS = 5


class Appending:
    """What the verbs share: the store, the clock and the hands that they are in."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        chance: Callable[[], int],
        appended: Callable[[Change], Awaitable[None]] | None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = Ids(chance)
        self._appended = appended
        self._actor: Actor | None = None

    def _now(self) -> Instant:
        return instant(self._clock())

    @property
    def _gate(self) -> Gate:
        return Gate(self._store, self._actor, self._now)

    async def _post(
        self,
        story: Slug,
        update: Update,
        now: Instant,
        *,
        once: Once | None = None,
        takes: Taken | None = None,
        verdict: Verdict | None = None,
    ) -> Change:
        change = changed("posted", story, update, now)

        async def attempt() -> Change:
            return await self._append(change, once=once, takes=takes, verdict=verdict)

        return await settled(attempt, mine=update.id)

    async def _append(
        self,
        change: Change,
        *,
        once: Once | None = None,
        takes: Taken | None = None,
        unpins: bool = False,
        verdict: Verdict | None = None,
    ) -> Change:
        change = replace(change, by=self._actor)
        changes, pin = [change], None
        update = change.update
        if update is not None and (update.pinned or unpins):
            was = await self._store.pinned(change.slug)
            pin = PinMove(was=was, now=update.id if update.pinned else None)
            if pin.now and was not in (None, update.id):
                changes.insert(0, await self._unpinning(change, was))
        appended = await self._store.append(changes, pin=pin, once=once, takes=takes)
        if self._appended is not None:
            await self._appended(appended[-1])
        if verdict is not None and update is not None:
            placed = appended[-1].update or update
            await self._gate.note(change.slug, placed.id, verdict)
        return appended[-1]

    async def _unpinning(self, change: Change, id: UpdateId) -> Change:
        stands = await self._store.current(change.slug, id)
        unpinned = replace(stands, revision=stands.revision + 1, pinned=False)
        return replace(change, kind="unpinned", update=unpinned)

    async def _is_published(self, story: Slug, id: UpdateId) -> bool:
        try:
            await self._store.current(story, id)
        except NoSuchUpdate:
            return False
        return True

    async def _published(self, story: Slug, id: UpdateId) -> Update:
        stands = await self._store.current(story, id)
        if stands.status == "retracted":
            raise NoSuchUpdate(story, id)
        return stands


def headed(kind: HeadKind, head: Head, now: Instant) -> Change:
    """A change of a story's head."""
    return Change(slug=head.slug, kind=kind, at=now, head=head)


def changed(kind: UpdateKind, story: Slug, update: Update, now: Instant) -> Change:
    """A change of an update."""
    return Change(slug=story, kind=kind, at=now, update=update)


def head_of(change: Change) -> Head:
    """What such a change made of it."""
    assert change.head is not None, "the store answers a change of a head with one"
    return change.head


async def settled(attempt: Callable[[], Awaitable[T]], *, mine: str | None = None) -> T:
    """Try again when something that the caller did not speak of moved meanwhile: the pin, or any
    revision but that of ``mine``, which the caller named and must hear of."""
    for attempts_left in range(_ATTEMPTS, 0, -1):
        try:
            return await attempt()
        except PinMoved:
            if attempts_left == 1:
                raise
        except RevisionConflict as error:
            if attempts_left == 1 or (mine is not None and error.subject == mine):
                raise
    raise AssertionError("the last attempt returns or raises")
