"""Sessions: a browser that a person signed in with holds a secret, the store its digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from liveblog.accounts.callers import Caller
from liveblog.accounts.roles import role
from liveblog.accounts.secret import a_secret, an_id, digest
from liveblog.errors import NotAuthenticated
from liveblog.store.people import PeopleStore, Person, Session
from liveblog.story import Actor, Instant, instant, moment

IDLE_SECONDS = 12 * 3_600
LIFE_SECONDS = 7 * 86_400
CONFIRMED_SECONDS = 600
_SEEN_SECONDS = 60
"""How often it is noted that a session is in use."""

_AGENT_CHARACTERS = 200
_NEVER = Instant("1970-01-01T00:00:00.000Z")


class Sessions:
    """Begins, knows and ends sessions."""

    def __init__(self, store: PeopleStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    async def begin(
        self,
        person: Person,
        *,
        address: str,
        agent: str,
        old: str = "",
        confirmed: bool = True,
    ) -> str:
        """Begin a session and answer its secret, always a new one; ``old`` is the secret of the
        session that the browser had, which ends. ``confirmed``: the person showed who they are."""
        if old:
            await self.end_secret(old)
        now = instant(self._clock())
        session = Session(
            id=an_id(),
            person=person.id,
            created=now,
            seen=now,
            confirmed=now if confirmed else _NEVER,
            address=address,
            agent=agent[:_AGENT_CHARACTERS],
        )
        secret = a_secret()
        await self._store.keep_session(digest(secret), session, IDLE_SECONDS)
        return secret

    async def caller(self, secret: str, address: str, *, seen: bool = True) -> Caller:
        """Who holds this secret; ``seen`` is whether that counts as using the session.

        Raises NotAuthenticated.
        """
        session = await self._store.session(digest(secret)) if secret else None
        person = await self._store.person(session.person) if session else None
        if session is None or person is None or person.locked or self.left(session) <= 0:
            raise NotAuthenticated
        if seen and self._since(session.seen) >= _SEEN_SECONDS:
            await self._touch(secret, replace(session, seen=instant(self._clock())))
        return Caller(
            actor=Actor(kind="person", id=person.id, name=person.name, address=address),
            role=role(person.role),
            stories=person.stories,
            ids=frozenset({person.id, session.id}),
            confirmed=self._since(session.confirmed) <= CONFIRMED_SECONDS,
            person=person,
            session=session,
        )

    def left(self, session: Session) -> float:
        """Seconds that a session can last at most."""
        return LIFE_SECONDS - self._since(session.created)

    async def confirm(self, secret: str, session: Session) -> None:
        """The person proved again who they are."""
        now = instant(self._clock())
        await self._touch(secret, replace(session, seen=now, confirmed=now))

    async def end_secret(self, secret: str) -> None:
        """End the session of this secret, if there is one."""
        session = await self._store.session(digest(secret))
        if session is not None:
            await self.end(session.person, session.id)

    async def end(self, person: str, id: str) -> None:
        """End a session; what is open for it ends, too."""
        await self._store.end_session(person, id)
        await self._store.announce_revoked(id)

    async def end_all(self, person: str, *, but: str = "") -> None:
        """End all sessions of a person, or all but one."""
        for session in await self._store.sessions(person):
            if session.id != but:
                await self.end(person, session.id)

    async def _touch(self, secret: str, session: Session) -> None:
        seconds = max(1, round(min(IDLE_SECONDS, self.left(session))))
        await self._store.touch_session(digest(secret), session, seconds)

    def _since(self, at: Instant) -> float:
        return (self._clock() - moment(at)).total_seconds()
