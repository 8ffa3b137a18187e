"""The ways to sign in: password and code, passkey, single sign-on. Each ends with a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from liveblog.accounts import authenticator, passkeys
from liveblog.accounts.attempts import Attempts, Visitor
from liveblog.accounts.audit import Audit
from liveblog.accounts.links import Invitation
from liveblog.accounts.passkeys import Party
from liveblog.accounts.passwords import Passwords
from liveblog.accounts.people import People
from liveblog.accounts.roles import Role
from liveblog.accounts.sealing import Seal
from liveblog.accounts.secret import a_secret, an_id, digest
from liveblog.accounts.single_sign_on import Begun, SignOnFailed, SingleSignOn, Subject
from liveblog.errors import Invalid, NameTaken, NotAuthenticated
from liveblog.store.people import PeopleStore, Person
from liveblog.story import Actor, Instant, instant

_PENDING_SECONDS = 300
_TRIES = 5
_AWAY_SECONDS = 600
_WRONG = "the name and the password do not go together, or the account is locked"


class Pending(Struct, frozen=True, kw_only=True):
    """Somebody whose password was right and whose code is still to come."""

    person: str
    tries: int = 0


class Challenge(Struct, frozen=True, kw_only=True):
    """What a device must sign; ``person`` is who has to, empty for anybody."""

    challenge: bytes
    person: str = ""


class Away(Struct, frozen=True, kw_only=True):
    """Somebody who is at the identity provider's; ``person`` would be known there from now on,
    empty for who signs in. ``next`` is where they go afterwards."""

    begun: Begun
    next: str
    person: str = ""


class SignIn:
    """Tells who somebody is. ``role`` is that of people whom the provider brings, None: none are.

    Every way counts tries first (TooFast) and writes down what became of it.
    """

    def __init__(
        self,
        store: PeopleStore,
        people: People,
        passwords: Passwords,
        seal: Seal,
        attempts: Attempts,
        audit: Audit,
        clock: Callable[[], datetime],
        role: Role | None = None,
    ) -> None:
        self._store = store
        self._people = people
        self._passwords = passwords
        self._seal = seal
        self._attempts = attempts
        self._audit = audit
        self._clock = clock
        self._role = role

    # -- password and code ------------------------------------------------------------------------

    async def by_password(self, name: str, password: str, visitor: Visitor) -> Person | str:
        """Who it is, or the secret of what is pending until their code comes.

        Raises Invalid, TooFast, Crowded.
        """
        name = name.strip().lower()[:100]
        person = await self._store.person_named(name)
        self._attempts.password(name, person, visitor)
        right = await self._passwords.verify(person.password if person else "", password)
        if person is None or not right or person.locked:
            await self._failed(person, visitor, "password")
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
            await self._failed(person, visitor, "password")
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
            await self._failed(person, visitor, "code")
            raise

    # -- passkeys ---------------------------------------------------------------------------------

    async def begin_passkey(
        self, party: Party, visitor: Visitor, person: Person | None = None
    ) -> tuple[str, str]:
        """A conversation's secret, and what to ask the browser for. Raises TooFast."""
        self._attempts.begin(visitor)
        challenge = Challenge(challenge=passkeys.challenge(), person=person.id if person else "")
        secret = await self._remember(challenge)
        known = person.passkeys if person else ()
        return secret, passkeys.to_sign_in(party, known, challenge.challenge)

    async def by_passkey(
        self, party: Party, secret: str, response: bytes, visitor: Visitor
    ) -> Person:
        """Who it is. Raises Invalid."""
        challenge = await self._store.use_secret(digest(secret), Challenge)
        person = None
        try:
            if challenge is not None:
                claimant = challenge.person or passkeys.claimant(response)
                person = await self._store.person(claimant)
            signs = challenge.challenge if challenge else b""
            return await self._with_passkey(party, person, response, signs)
        except NotAuthenticated as error:
            await self._failed(person, visitor, "passkey")
            raise Invalid("passkey", "this passkey is not known here; try another way") from error

    async def _with_passkey(
        self, party: Party, person: Person | None, response: bytes, challenge: bytes
    ) -> Person:
        if person is None or person.locked:
            raise NotAuthenticated

        def used(person: Person) -> Person:
            claimed = passkeys.claimed(response)
            for at, passkey in enumerate(person.passkeys):
                if passkey.id == claimed:
                    after = passkeys.verified(party, response, challenge, passkey)
                    kept = (*person.passkeys[:at], after, *person.passkeys[at + 1 :])
                    return replace(person, passkeys=kept)
            raise NotAuthenticated

        return await self._people.change(person.id, used)

    async def begin_register(self, party: Party, person: Person) -> tuple[str, str]:
        """A conversation's secret, and what to ask the browser for to make a passkey."""
        challenge = Challenge(challenge=passkeys.challenge(), person=person.id)
        secret = await self._remember(challenge)
        asked = passkeys.to_register(
            party,
            handle=person.id.encode(),
            name=person.name,
            known=person.passkeys,
            challenge=challenge.challenge,
        )
        return secret, asked

    async def register(
        self, party: Party, person: Person, secret: str, response: bytes, name: str
    ) -> Person:
        """The person with the passkey that the browser made. Raises Invalid."""
        challenge = await self._store.use_secret(digest(secret), Challenge)
        if challenge is None or challenge.person != person.id:
            raise Invalid("passkey", "that took too long; try again")
        made = passkeys.registered(
            party, response, challenge.challenge, name=name or "Passkey", now=self._now()
        )
        return await self._people.change(
            person.id, lambda one: replace(one, passkeys=(*one.passkeys, made))
        )

    async def _remember(self, challenge: Challenge) -> str:
        secret = a_secret()
        await self._store.keep_secret(digest(secret), challenge, _PENDING_SECONDS)
        return secret

    # -- single sign-on ---------------------------------------------------------------------------

    async def begin_sso(
        self,
        sso: SingleSignOn,
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
        address, begun = await sso.begin(again=again)
        secret = a_secret()
        away = Away(begun=begun, next=next, person=person)
        await self._store.keep_secret(digest(secret), away, _AWAY_SECONDS)
        return address, secret

    async def by_sso(
        self, sso: SingleSignOn, secret: str, query: Mapping[str, str], visitor: Visitor
    ) -> tuple[Person, Away]:
        """Who came back, and what they went for. Raises SignOnFailed, Invalid."""
        away = await self._store.use_secret(digest(secret), Away) if secret else None
        if away is None:
            raise SignOnFailed("This sign-in was not begun here, or too long ago. Begin it again.")
        subject = await sso.finish(away.begun, query)
        known_as = f"{subject.issuer} {subject.id}"
        if away.person:
            linked = lambda one: replace(one, subject=known_as)  # noqa: E731 # as short as it is
            return await self._people.change(away.person, linked), away
        person = await self._store.person_known_as(known_as)
        if person is None:
            person = await self._brought(subject, known_as)
        if person is None or person.locked:
            await self._failed(person, visitor, "single sign-on")
            raise SignOnFailed("You have no account here. Ask an admin for an invitation.")
        return person, away

    async def _brought(self, subject: Subject, known_as: str) -> Person | None:
        """A new person, where the installation takes whom the provider brings."""
        if self._role is None:
            return None
        invited = Invitation(role=self._role, until=self._now())
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

    # -- what became of it ------------------------------------------------------------------------

    async def _failed(self, person: Person | None, visitor: Visitor, way: str) -> None:
        # A name that is nobody's is not written down: people type passwords there.
        by = Actor(
            kind="person",
            id=person.id if person else "",
            name=person.name if person else "",
            address=visitor.address,
        )
        await self._audit.note("sign_in_failed", by, detail=way)

    def _now(self) -> Instant:
        return instant(self._clock())
