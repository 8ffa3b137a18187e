"""The newsroom's verbs, one module for each thing that they are about; :class:`Desk` has them all.

:mod:`.stories` open, amend; :mod:`.updates` post, edit, retract, pin, unpin, bring; :mod:`.drafts`
approve, send back, publish what is due. Each reads what stands, makes the next revision of it and
appends that as a change (:mod:`.appending`). The store compares revisions in the same step, so two
people can never overwrite each other.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from copy import copy
from datetime import datetime

from liveblog.desk.stories import Stories
from liveblog.desk.updates import Updates
from liveblog.erasing import Erasing
from liveblog.newsroom import Newsroom
from liveblog.store import Store
from liveblog.story import Actor, Change


class Desk(Stories, Updates):
    """The newsroom's side of the store. ``clock`` gives the time, ``chance`` 30 random bits;
    ``appended`` is awaited with each change that is safe before the verb answers; ``count_admins``
    says how many could approve an erase (by default: the admins' tokens)."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        chance: Callable[[], int] = lambda: secrets.randbits(30),
        appended: Callable[[Change], Awaitable[None]] | None = None,
        count_admins: Callable[[], Awaitable[int]] | None = None,
    ) -> None:
        super().__init__(store, clock, chance, appended)
        self._count_admins = count_admins or self._admin_tokens

    def by(self, actor: Actor) -> Desk:
        """The same desk in somebody's hands: what it appends says who did it."""
        desk = copy(self)
        desk._actor = actor  # noqa: SLF001 # a copy of ourselves
        return desk

    @property
    def newsroom(self) -> Newsroom:
        """What colleagues agree on and tell each other beside a story."""
        return Newsroom(self._store, self._actor or Actor(kind="command"), self._now)

    @property
    def erasing(self) -> Erasing:
        """Legal erases: an update's text removed from every entry of the record, for good."""
        by = self._actor or Actor(kind="command")
        return Erasing(self._store, by, self._now, self.retract, self._count_admins)

    async def _admin_tokens(self) -> int:
        tokens = await self._store.tokens()
        return len({one.name for one in tokens if one.role == "admin" and one.story is None})
