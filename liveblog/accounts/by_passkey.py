"""Making a passkey, and signing in with it."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from liveblog.accounts import passkeys
from liveblog.accounts.attempts import Visitor
from liveblog.accounts.passkeys import Party
from liveblog.accounts.secret import a_secret, digest
from liveblog.accounts.way import Way
from liveblog.errors import Invalid, NotAuthenticated
from liveblog.store.people import Person

_CONVERSATION_SECONDS = 300


class Challenge(Struct, frozen=True, kw_only=True):
    """What a device must sign; ``person`` is who has to, empty for anybody."""

    challenge: bytes
    person: str = ""


class ByPasskey(Way):
    """Two messages each time: what the browser is asked, and what it answers."""

    async def begin(
        self, party: Party, visitor: Visitor, person: Person | None = None
    ) -> tuple[str, str]:
        """A conversation's secret, and what to ask the browser for. Raises TooFast."""
        self._attempts.begin(visitor)
        challenge = Challenge(challenge=passkeys.challenge(), person=person.id if person else "")
        secret = await self._remember(challenge)
        known = person.passkeys if person else ()
        return secret, passkeys.to_sign_in(party, known, challenge.challenge)

    async def sign_in(self, party: Party, secret: str, response: bytes, visitor: Visitor) -> Person:
        """Who it is. Raises Invalid."""
        challenge = await self._store.use_secret(digest(secret), Challenge)
        person = None
        try:
            if challenge is not None:
                claimant = challenge.person or passkeys.claimant(response)
                person = await self._store.person(claimant)
            signs = challenge.challenge if challenge else b""
            return await self._used(party, person, response, signs)
        except NotAuthenticated as error:
            await self.failed(person, visitor, "passkey")
            raise Invalid("passkey", "this passkey is not known here; try another way") from error

    async def _used(
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
            party, response, challenge.challenge, name=name or "Passkey", now=self.now()
        )
        return await self._people.change(
            person.id, lambda one: replace(one, passkeys=(*one.passkeys, made))
        )

    async def _remember(self, challenge: Challenge) -> str:
        secret = a_secret()
        await self._store.keep_secret(digest(secret), challenge, _CONVERSATION_SECONDS)
        return secret
