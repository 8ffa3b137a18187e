"""People, their sessions and passkeys as values, and the protocol of the store that keeps them."""

from __future__ import annotations

from typing import Protocol, TypeVar

from msgspec import Struct

from liveblog.store import Token
from liveblog.story import Instant, Slug

T = TypeVar("T")


class Passkey(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A public key that a person's device answers for; ``id`` and ``public_key`` in base64url."""

    id: str
    public_key: str
    sign_count: int
    name: str
    created: Instant
    transports: tuple[str, ...] = ()


class Person(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who works at the desk.

    ``stories`` are those that they are assigned to, None for all; ``password`` is an argon2 hash;
    ``authenticator`` is sealed; ``code_step`` is the last time step whose code was used;
    ``recovery`` are digests; ``subject`` is how an identity provider calls the person.
    """

    id: str
    revision: int
    name: str
    role: str
    created: Instant
    full_name: str = ""
    stories: tuple[Slug, ...] | None = None
    locked: bool = False
    password: str = ""
    authenticator: str = ""
    code_step: int = 0
    recovery: tuple[str, ...] = ()
    passkeys: tuple[Passkey, ...] = ()
    subject: str = ""


class Session(Struct, frozen=True, kw_only=True):
    """A browser that a person signed in with. ``confirmed`` is when the person last proved who they
    are; ``id`` names the session without opening it."""

    id: str
    person: str
    created: Instant
    seen: Instant
    confirmed: Instant
    address: str
    agent: str


class PeopleStore(Protocol):
    """Who works here. Every method raises NotStored when the store cannot be reached."""

    async def person(self, id: str) -> Person | None:
        """Somebody by id."""

    async def person_named(self, name: str) -> Person | None:
        """Somebody by the name they sign in with."""

    async def person_known_as(self, subject: str) -> Person | None:
        """Somebody by what an identity provider calls them."""

    async def people(self) -> list[Person]:
        """Everybody, by name."""

    async def save_person(self, person: Person, *, subject_before: str = "") -> Person:
        """Keep somebody as they are after the revision read; answers with the next revision.

        Raises RevisionConflict, NameTaken, Invalid where the subject is another person's.
        """

    async def tokens(self) -> list[Token]:
        """All tokens."""

    async def keep_session(self, digest: str, session: Session, seconds: int) -> None:
        """Keep a session for so long."""

    async def session(self, digest: str) -> Session | None:
        """The session of that digest."""

    async def touch_session(self, digest: str, session: Session, seconds: int) -> None:
        """Keep what changed of a session that is there still: one that ended stays ended."""

    async def sessions(self, person: str) -> list[Session]:
        """Where somebody is signed in, the one seen last first."""

    async def end_session(self, person: str, id: str) -> None:
        """Forget a session; it counts for nothing from now on."""

    async def keep_secret(self, digest: str, value: object, seconds: int) -> None:
        """Keep what a secret is good for, once, for so long."""

    async def secret(self, digest: str, kind: type[T]) -> T | None:
        """What a secret is good for, without using it."""

    async def use_secret(self, digest: str, kind: type[T]) -> T | None:
        """What a secret is good for; it is good for nothing afterwards."""

    async def announce_revoked(self, id: str) -> None:
        """Tell all processes that a person, session or token counts for nothing any more."""
