"""Signing in with what an identity provider says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from liveblog.accounts.attempts import Attempts, Visitor
from liveblog.accounts.audit import Audit
from liveblog.accounts.links import Invitation
from liveblog.accounts.people import People
from liveblog.accounts.roles import Role
from liveblog.accounts.secret import a_secret, an_id, digest
from liveblog.accounts.single_sign_on import Begun, SignOnFailed, SingleSignOn, Subject
from liveblog.accounts.way import Way
from liveblog.errors import NameTaken
from liveblog.store.people import PeopleStore, Person
from liveblog.story import Actor

_AWAY_SECONDS = 600


class Away(Struct, frozen=True, kw_only=True):
    """Somebody who is at the identity provider's; ``person`` would be known there from now on,
    empty for who signs in. ``next`` is where they go afterwards."""

    begun: Begun
    next: str
    person: str = ""


class BySso(Way):
    """One provider. ``role`` is that of people whom it brings, None: none are brought."""

    def __init__(
        self,
        store: PeopleStore,
        people: People,
        attempts: Attempts,
        audit: Audit,
        clock: Callable[[], datetime],
        *,
        provider: SingleSignOn,
        role: Role | None,
    ) -> None:
        super().__init__(store, people, attempts, audit, clock)
        self._provider = provider
        self._role = role

    async def begin(
        self,
        visitor: Visitor,
        *,
        next: str,
        person: str = "",
        again: bool = False,
    ) -> tuple[str, str]:
        """Where to send the browser, and the secret that it keeps meanwhile. ``again``: the
        provider must ask them who they are, even if it remembers them.

        Raises SignOnFailed, TooFast.
        """
        self._attempts.begin(visitor)
        address, begun = await self._provider.begin(again=again)
        secret = a_secret()
        away = Away(begun=begun, next=next, person=person)
        await self._store.keep_secret(digest(secret), away, _AWAY_SECONDS)
        return address, secret

    async def finish(
        self, secret: str, query: Mapping[str, str], visitor: Visitor
    ) -> tuple[Person, Away]:
        """Who came back, and what they went for. Raises SignOnFailed, Invalid."""
        away = await self._store.use_secret(digest(secret), Away) if secret else None
        if away is None:
            raise SignOnFailed("This sign-in was not begun here, or too long ago. Begin it again.")
        subject = await self._provider.finish(away.begun, query)
        known_as = f"{subject.issuer} {subject.id}"
        if away.person:
            linked = lambda one: replace(one, subject=known_as)  # noqa: E731 # as short as it is
            return await self._people.change(away.person, linked), away
        person = await self._store.person_known_as(known_as)
        if person is None:
            person = await self._brought(subject, known_as)
        if person is None or person.locked:
            await self.failed(person, visitor, "single sign-on")
            raise SignOnFailed("You have no account here. Ask an admin for an invitation.")
        return person, away

    async def _brought(self, subject: Subject, known_as: str) -> Person | None:
        """A new person, where the installation takes whom the provider brings."""
        if self._role is None:
            return None
        invited = Invitation(role=self._role, until=self.now())
        # An address that somebody merely claims gives no name; and a name that is taken is never
        # joined to: it may be another's.
        wanted = (
            re.sub(r"[^a-z0-9._@+-]", "", subject.email.lower()) if subject.email_verified else ""
        )
        for name in (wanted or f"sso-{an_id()}", f"sso-{an_id()}"):
            try:
                person = await self._people.add(
                    invited, name, full_name=subject.name, subject=known_as
                )
            except NameTaken:
                continue
            by = Actor(kind="person", id=person.id, name=person.name)
            await self._audit.note("person_added", by, subject=person.name, detail=person.role)
            return person
        return None
