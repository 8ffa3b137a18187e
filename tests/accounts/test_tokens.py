"""A token is good for its role and story, until its end or until it is revoked."""

from __future__ import annotations

import pytest

from liveblog.accounts import tokens
from liveblog.accounts.tokens import Bearers
from liveblog.errors import Invalid, NotAuthenticated
from liveblog.store import Token
from liveblog.store.redis import RedisStore
from liveblog.story import Slug, instant
from tests.desk.newsroom import NOON as NOW
from tests.desk.newsroom import Clock

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bearers(store: RedisStore, clock: Clock) -> Bearers:
    return Bearers(store, clock)


async def kept(store: RedisStore, name: str) -> tuple[str, Token]:
    (found,) = [one for one in tokens.listed(await store.tokens_kept()) if one[1].name == name]
    return found


async def test_a_token_is_its_role_and_its_story(bearers: Bearers, store: RedisStore) -> None:
    secret = await tokens.add(store, "Wire", "reporter", story=Slug("a"), now=instant(NOW))
    caller = await bearers.caller(secret, "192.0.2.1")
    assert (caller.role, caller.stories) == ("reporter", ("a",))
    assert (caller.actor.name, caller.actor.address) == ("Wire", "192.0.2.1")
    assert caller.person is None


async def test_a_token_acts_for_who_made_it(bearers: Bearers, store: RedisStore) -> None:
    secret = await tokens.add(store, "Wire", "admin", owner="p1", now=instant(NOW))
    assert (await bearers.caller(secret, "")).actor.id == "p1"


async def test_a_token_ends_at_its_time(bearers: Bearers, store: RedisStore, clock: Clock) -> None:
    secret = await tokens.add(store, "Short", "reader", days=2, now=instant(NOW))
    clock.move(days=2, seconds=-1)
    await bearers.caller(secret, "")
    clock.move(seconds=1)
    with pytest.raises(NotAuthenticated):
        await bearers.caller(secret, "")


async def test_when_a_token_was_used_is_noted_once_a_minute(
    bearers: Bearers, store: RedisStore, clock: Clock
) -> None:
    secret = await tokens.add(store, "Noted", "reader", now=instant(NOW))
    assert (await kept(store, "Noted"))[1].used is None
    await bearers.caller(secret, "")
    assert (await kept(store, "Noted"))[1].used == instant(NOW)
    clock.move(seconds=59)
    await bearers.caller(secret, "")
    assert (await kept(store, "Noted"))[1].used == instant(NOW)
    clock.move(seconds=1)
    await bearers.caller(secret, "")
    assert (await kept(store, "Noted"))[1].used == instant(clock.now)


async def test_a_token_is_revoked_by_its_id(bearers: Bearers, store: RedisStore) -> None:
    secret = await tokens.add(store, "Revoked", "reader", now=instant(NOW))
    await bearers.caller(secret, "")
    id, token = await kept(store, "Revoked")
    assert id not in secret
    assert (await tokens.revoke_id(store, id)).name == token.name
    with pytest.raises(NotAuthenticated):
        await bearers.caller(secret, "")
    with pytest.raises(Invalid, match="no token"):
        await tokens.revoke_id(store, id)


@pytest.mark.parametrize("id", ["", "x"])
async def test_no_token_is_revoked_by_another_id(store: RedisStore, id: str) -> None:
    await tokens.add(store, "Stays", "reader", now=instant(NOW))
    before = await store.tokens_kept()
    with pytest.raises(Invalid):
        await tokens.revoke_id(store, id)
    assert await store.tokens_kept() == before


async def test_a_token_of_before_there_were_ids_can_be_listed_and_revoked(
    bearers: Bearers, store: RedisStore
) -> None:
    await store.add_token(
        "0123456789abcdef", Token(name="Old", role="editor", created=instant(NOW))
    )
    id, _ = await kept(store, "Old")
    await tokens.revoke_id(store, id)
    assert await store.token("0123456789abcdef") is None
