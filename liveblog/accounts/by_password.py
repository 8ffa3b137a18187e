"""Signing in with a password, and with a code where an authenticator app is set up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from liveblog.accounts import authenticator
from liveblog.accounts.attempts import Attempts, Visitor
from liveblog.accounts.audit import Audit
from liveblog.accounts.passwords import Passwords
from liveblog.accounts.people import People
from liveblog.accounts.sealing import Seal
from liveblog.accounts.secret import a_secret, digest
from liveblog.accounts.way import Way
from liveblog.errors import Invalid
from liveblog.store.people import PeopleStore, Person

_PENDING_SECONDS = 300
_TRIES = 5
_WRONG = "the name and the password do not go together, or the account is locked"


class Pending(Struct, frozen=True, kw_only=True):
    """Somebody whose password was right and whose code is still to come."""

    person: str
    tries: int = 0


class ByPassword(Way):
    """Name and password, then the code."""

    def __init__(
        self,
        store: PeopleStore,
        people: People,
        attempts: Attempts,
        audit: Audit,
        clock: Callable[[], datetime],
        *,
        passwords: Passwords,
        seal: Seal,
    ) -> None:
        super().__init__(store, people, attempts, audit, clock)
        self._passwords = passwords
        self._seal = seal

    async def sign_in(self, name: str, password: str, visitor: Visitor) -> Person | str:
        """Who it is, or the secret of what is pending until their code comes.

        Raises Invalid, TooFast, Crowded.
        """
        name = name.strip().lower()[:100]
        person = await self._store.person_named(name)
        self._attempts.password(name, person, visitor)
        right = await self._passwords.verify(person.password if person else "", password)
        if person is None or not right or person.locked:
            await self.failed(person, visitor, "password")
            raise Invalid("password", _WRONG)
        self._attempts.passed(name, person, visitor)
        if not person.authenticator:
            return person
        secret = a_secret()
        await self._store.keep_secret(digest(secret), Pending(person=person.id), _PENDING_SECONDS)
        return secret

    async def by_code(self, secret: str, code: str, visitor: Visitor) -> Person:
        """Who it is, by what is pending and their code. Raises Invalid, TooFast."""
        pending = await self._store.use_secret(digest(secret), Pending)
        person = await self._store.person(pending.person) if pending else None
        if pending is None or person is None or person.locked:
            raise Invalid("", "that took too long; sign in again")
        self._attempts.code(person, visitor)
        try:
            return await self._with_code(person, code, visitor)
        except Invalid:
            # At most so many tries of one password; a try takes the secret, so none runs beside it.
            if pending.tries + 1 < _TRIES:
                again = replace(pending, tries=pending.tries + 1)
                await self._store.keep_secret(digest(secret), again, _PENDING_SECONDS)
            raise

    async def confirms(self, person: Person, password: str, code: str, visitor: Visitor) -> Person:
        """Who signed in shows again who they are. Raises Invalid, TooFast, Crowded."""
        self._attempts.password(person.name, person, visitor)
        if not await self._passwords.verify(person.password, password):
            await self.failed(person, visitor, "password")
            raise Invalid("password", "this is not your password")
        if person.authenticator:
            self._attempts.code(person, visitor)
            person = await self._with_code(person, code, visitor)
        self._attempts.passed(person.name, person, visitor)
        return person

    async def _with_code(self, person: Person, code: str, visitor: Visitor) -> Person:
        def used(person: Person) -> Person:
            after = authenticator.with_code_used(person, code, self._seal, self._clock())
            if after is None:
                raise Invalid("code", "this code is not valid now, or was used already")
            return after

        try:
            return await self._people.change(person.id, used)
        except Invalid:
            await self.failed(person, visitor, "code")
            raise
