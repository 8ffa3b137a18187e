"""A session is good for whoever holds its secret, until it is idle, old, or ended."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from liveblog.accounts.people import People
from liveblog.accounts.sessions import (
    CONFIRMED_SECONDS,
    IDLE_SECONDS,
    LIFE_SECONDS,
    Sessions,
)
from liveblog.errors import NotAuthenticated, NotConfirmed
from liveblog.store.people import Person
from liveblog.store.redis import RedisStore
from tests.desk.newsroom import Clock
from tests.people import a_person

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(store: RedisStore, clock: Clock) -> Sessions:
    return Sessions(store, clock)


@pytest.fixture
async def person(store: RedisStore) -> Person:
    return await a_person(store, "editor")


async def begun(sessions: Sessions, person: Person, old: str = "") -> str:
    return await sessions.begin(person, address="192.0.2.1", agent="Firefox", old=old)


async def test_who_holds_the_secret_is_the_person(sessions: Sessions, person: Person) -> None:
    caller = await sessions.caller(await begun(sessions, person), "192.0.2.7")
    assert caller.person == person
    assert (caller.role, caller.stories) == ("editor", None)
    assert (caller.actor.id, caller.actor.address) == (person.id, "192.0.2.7")


async def test_only_a_digest_of_the_secret_is_in_the_store(
    sessions: Sessions, person: Person, store: RedisStore
) -> None:
    secret = await begun(sessions, person)
    (session,) = await store.sessions(person.id)
    assert secret not in str(session)
    for key in await store.ask("KEYS", "*accounts*"):
        assert secret.encode() not in key


@pytest.mark.parametrize("secret", ["", "wrong", "x" * 4_000])
async def test_another_secret_is_nobody(sessions: Sessions, secret: str) -> None:
    with pytest.raises(NotAuthenticated):
        await sessions.caller(secret, "")


async def test_a_session_is_rotated_at_every_sign_in(sessions: Sessions, person: Person) -> None:
    old = await begun(sessions, person)
    new = await begun(sessions, person, old=old)
    assert new != old
    with pytest.raises(NotAuthenticated):
        await sessions.caller(old, "")
    await sessions.caller(new, "")


async def test_a_session_lasts_no_longer_than_its_life_however_much_it_is_used(
    sessions: Sessions, person: Person, clock: Clock
) -> None:
    secret = await begun(sessions, person)
    clock.move(seconds=LIFE_SECONDS - 1)
    await sessions.caller(secret, "")
    clock.move(seconds=1)
    with pytest.raises(NotAuthenticated):
        await sessions.caller(secret, "")


async def test_a_session_that_is_not_used_ends_by_itself_in_the_store(
    sessions: Sessions, person: Person, clock: Clock, store: RedisStore
) -> None:
    secret = await begun(sessions, person)
    (key,) = await session_keys(store, person)
    assert 0 < await store.ask("TTL", key) <= IDLE_SECONDS
    clock.move(seconds=LIFE_SECONDS - 100)
    await sessions.caller(secret, "")
    assert 0 < await store.ask("TTL", key) <= 100


async def session_keys(store: RedisStore, person: Person) -> list[str]:
    digests = await store.ask("HVALS", f"{{lb0}}:accounts:sessions:{person.id}")
    return [f"{{lb0}}:accounts:session:{digest.decode()}" for digest in digests]


async def test_use_is_noted_once_a_minute(
    sessions: Sessions, person: Person, clock: Clock, store: RedisStore
) -> None:
    secret = await begun(sessions, person)
    begin = (await store.sessions(person.id))[0].seen
    clock.move(seconds=59)
    await sessions.caller(secret, "")
    assert (await store.sessions(person.id))[0].seen == begin
    clock.move(seconds=1)
    await sessions.caller(secret, "", seen=False)
    assert (await store.sessions(person.id))[0].seen == begin
    await sessions.caller(secret, "")
    assert (await store.sessions(person.id))[0].seen > begin


async def test_a_session_that_ended_does_not_come_back_by_being_used(
    sessions: Sessions, person: Person, clock: Clock, store: RedisStore
) -> None:
    secret = await begun(sessions, person)
    caller = await sessions.caller(secret, "")
    assert caller.session is not None
    await sessions.end(person.id, caller.session.id)
    # As by a request that was on its way.
    await sessions.confirm(secret, caller.session)
    with pytest.raises(NotAuthenticated):
        await sessions.caller(secret, "")


async def test_all_others_are_ended_but_one(
    sessions: Sessions, person: Person, store: RedisStore
) -> None:
    secrets = [await begun(sessions, person) for _ in range(3)]
    kept = (await sessions.caller(secrets[1], "")).session
    assert kept is not None
    await sessions.end_all(person.id, but=kept.id)
    assert [one.id for one in await store.sessions(person.id)] == [kept.id]
    for secret in (secrets[0], secrets[2]):
        with pytest.raises(NotAuthenticated):
            await sessions.caller(secret, "")


async def test_who_signed_in_long_ago_must_show_again_who_they_are(
    sessions: Sessions, person: Person, clock: Clock
) -> None:
    secret = await begun(sessions, person)
    clock.move(seconds=CONFIRMED_SECONDS)
    caller = await sessions.caller(secret, "")
    caller.require_confirmed()
    clock.move(seconds=1)
    caller = await sessions.caller(secret, "")
    with pytest.raises(NotConfirmed):
        caller.require_confirmed()
    assert caller.session is not None
    await sessions.confirm(secret, caller.session)
    (await sessions.caller(secret, "")).require_confirmed()


async def test_who_is_locked_out_has_no_session_any_more(
    sessions: Sessions, person: Person, clock: Clock, store: RedisStore
) -> None:
    secret = await begun(sessions, person)
    people = People(store, sessions, clock)
    await people.lock(person.id)
    with pytest.raises(NotAuthenticated):
        await sessions.caller(secret, "")
    await people.unlock(person.id)
    with pytest.raises(NotAuthenticated):
        await sessions.caller(secret, "")


async def test_a_lock_counts_even_where_a_session_was_not_ended(
    sessions: Sessions, person: Person, store: RedisStore
) -> None:
    secret = await begun(sessions, person)
    await store.save_person(replace(person, locked=True))
    with pytest.raises(NotAuthenticated):
        await sessions.caller(secret, "")
