"""People, their sessions, and secrets that are good once: where Redis keeps them.

Of every secret only a digest is a key, so that a copy of the store opens no door::

    {lb0}:accounts:people           hash    id → "REVISION PERSON"
    {lb0}:accounts:names            hash    name → id
    {lb0}:accounts:subjects         hash    what an identity provider calls somebody → id
    {lb0}:accounts:session:DIGEST   string  a session, for as long as it lasts
    {lb0}:accounts:sessions:PERSON  hash    session's id → digest
    {lb0}:accounts:secret:KIND:DIGEST       what a secret of a kind is good for, once
    {lb0}:accounts:revoked          channel ids as they are revoked
"""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace

from liveblog import codec
from liveblog.errors import Invalid, NameTaken, RevisionConflict
from liveblog.store import Token, keys
from liveblog.store.client import RedisClient
from liveblog.store.people import Person, Session
from liveblog.story import Instant

T = TypeVar("T")

_PEOPLE, _NAMES = f"{keys.ACCOUNTS}:people", f"{keys.ACCOUNTS}:names"
_SUBJECTS = f"{keys.ACCOUNTS}:subjects"
_SESSIONS_SECONDS = 90 * 86_400


class Accounts(RedisClient):
    """The part of the store that knows who works here. All of it lies in one shard."""

    async def person(self, id: str) -> Person | None:
        """Somebody by id."""
        kept = await self.ask("HGET", _PEOPLE, id)
        return codec.from_json(keys.body(kept), Person) if kept else None

    async def person_named(self, name: str) -> Person | None:
        """Somebody by the name they sign in with."""
        id = await self.ask("HGET", _NAMES, name)
        return await self.person(id.decode()) if id else None

    async def person_known_as(self, subject: str) -> Person | None:
        """Somebody by what an identity provider calls them."""
        id = await self.ask("HGET", _SUBJECTS, subject)
        return await self.person(id.decode()) if id else None

    async def people(self) -> list[Person]:
        """Everybody, by name."""
        kept = await self.ask("HVALS", _PEOPLE)
        found = [codec.from_json(keys.body(one), Person) for one in kept]
        return sorted(found, key=lambda person: person.name)

    async def save_person(self, person: Person, *, subject_before: str = "") -> Person:
        """Keep somebody as they are after the revision read; answers with the next revision.

        Raises RevisionConflict, NameTaken, Invalid where the subject is another person's.
        """
        saved = replace(person, revision=person.revision + 1)
        words = [person.id, person.revision, saved.revision, codec.to_json(saved), person.name]
        words += [person.subject, subject_before]
        word, *rest = await self.run("save_person", [_PEOPLE, _NAMES, _SUBJECTS], words)
        if word == b"taken":
            raise NameTaken(person.name)
        if word == b"known":
            raise Invalid("subject", "the identity provider knows another person here by this")
        if word != b"ok":
            raise RevisionConflict(person.id, int(rest[0]))
        return saved

    async def keep_session(self, digest: str, session: Session, seconds: int) -> None:
        """Keep a session for so long."""
        of_person = _sessions(session.person)
        await self.ask("SET", _session(digest), codec.to_json(session), "EX", seconds)
        await self.ask("HSET", of_person, session.id, digest)
        await self.ask("EXPIRE", of_person, _SESSIONS_SECONDS)

    async def session(self, digest: str) -> Session | None:
        """The session of that digest."""
        kept = await self.ask("GET", _session(digest))
        return codec.from_json(kept, Session) if kept else None

    async def touch_session(self, digest: str, session: Session, seconds: int) -> None:
        """Keep what changed of a session that is there still: one that ended stays ended."""
        await self.ask("SET", _session(digest), codec.to_json(session), "EX", seconds, "XX")

    async def sessions(self, person: str) -> list[Session]:
        """Where somebody is signed in, the one seen last first."""
        kept = await self.ask("HGETALL", _sessions(person))
        found = []
        for id, digest in keys.fields(kept).items():
            session = await self.session(digest.decode())
            if session is None:
                await self.ask("HDEL", _sessions(person), id)
            else:
                found.append(session)
        return sorted(found, key=lambda session: session.seen, reverse=True)

    async def end_session(self, person: str, id: str) -> None:
        """Forget a session; it counts for nothing from now on."""
        digest = await self.ask("HGET", _sessions(person), id)
        if digest:
            await self.ask("DEL", _session(digest.decode()))
            await self.ask("HDEL", _sessions(person), id)

    async def keep_secret(self, digest: str, value: object, seconds: int) -> None:
        """Keep what a secret is good for, once, for so long."""
        await self.ask("SET", _secret(type(value), digest), codec.to_json(value), "EX", seconds)

    async def secret(self, digest: str, kind: type[T]) -> T | None:
        """What a secret is good for, without using it."""
        kept = await self.ask("GET", _secret(kind, digest))
        return codec.from_json(kept, kind) if kept else None

    async def use_secret(self, digest: str, kind: type[T]) -> T | None:
        """What a secret is good for; it is good for nothing afterwards."""
        kept = await self.ask("GETDEL", _secret(kind, digest))
        return codec.from_json(kept, kind) if kept else None

    # -- tokens -----------------------------------------------------------------------------------

    async def tokens_kept(self) -> dict[str, Token]:
        """All tokens by their digests, with when they were last used."""
        kept = keys.fields(await self.ask("HGETALL", keys.TOKENS))
        used = keys.fields(await self.ask("HGETALL", keys.TOKENS_USED))
        return {
            digest.decode(): replace(
                codec.from_json(token, Token),
                used=Instant(used[digest].decode()) if digest in used else None,
            )
            for digest, token in kept.items()
        }

    async def use_token(self, digest: str, at: Instant) -> None:
        """Remember when a token was last sent."""
        await self.ask("HSET", keys.TOKENS_USED, digest, at)


def _session(digest: str) -> str:
    return f"{keys.ACCOUNTS}:session:{digest}"


def _sessions(person: str) -> str:
    return f"{keys.ACCOUNTS}:sessions:{person}"


def _secret(kind: type, digest: str) -> str:
    # What one kind of secret is good for can never be read as another's.
    return f"{keys.ACCOUNTS}:secret:{kind.__name__}:{digest}"
