"""What all ways to sign in share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from liveblog.accounts.attempts import Attempts, Visitor
from liveblog.accounts.audit import Audit
from liveblog.accounts.people import People
from liveblog.store.people import PeopleStore, Person
from liveblog.story import Actor, Instant, instant


class Way:
    """A way to tell who somebody is. It counts tries first (TooFast), and writes down what came of
    them."""

    def __init__(
        self,
        store: PeopleStore,
        people: People,
        attempts: Attempts,
        audit: Audit,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._people = people
        self._attempts = attempts
        self._audit = audit
        self._clock = clock

    async def failed(self, person: Person | None, visitor: Visitor, way: str) -> None:
        """Write down that somebody did not come in."""
        # A name that is nobody's is not written down: people type passwords there.
        by = Actor(
            kind="person",
            id=person.id if person else "",
            name=person.name if person else "",
            address=visitor.address,
        )
        await self._audit.note("sign_in_failed", by, detail=way)

    def now(self) -> Instant:
        """The time."""
        return instant(self._clock())
