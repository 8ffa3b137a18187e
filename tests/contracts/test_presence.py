"""Who is at the desk, and what processes announce, on a Redis alone and on a cluster."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec.structs import replace

from liveblog.accounts.secret import an_id
from liveblog.errors import Invalid, UpdateHeld
from liveblog.store.announcing import Announced
from liveblog.store.presence import Present
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.builders import NOON, a_slug

pytestmark = pytest.mark.anyio

LONG_SECONDS = 60.0
SHORT_SECONDS = 0.2


@pytest.fixture(params=["alone", "cluster"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[RedisStore]:
    url = request.getfixturevalue("redis_url" if request.param == "alone" else "cluster_url")
    store = RedisStore(url)
    yield store
    await store.close()


def somebody(story: Slug, **given: Any) -> Present:
    values: dict[str, Any] = {
        "connection": an_id(), "story": story, "person": an_id(), "name": "ada", "since": NOON
    }  # fmt: skip
    return Present(**(values | given))


async def there(store: RedisStore, *those: Present, seconds: float = LONG_SECONDS) -> None:
    await store.keep_present(those, good_for_seconds=seconds)


async def says(store: RedisStore, one: Present, take: bool = False, **doing: Any) -> None:
    said = replace(one, **doing)
    await store.say_present(said, take=take, good_for_seconds=LONG_SECONDS)


async def people(store: RedisStore, story: Slug) -> list[Present]:
    return [one for one in await store.present() if one.story == story]


async def test_what_is_revoked_and_what_changed_is_heard_on_one_connection(
    store: RedisStore,
) -> None:
    heard = store.announced()
    assert await anext(heard) is None
    await store.announce_revoked("a session")
    assert await anext(heard) == Announced("revoked", "a session")
    slug = a_slug()
    await store.announce("drafts", slug)
    assert await anext(heard) == Announced("drafts", slug)
    one = somebody(slug)
    await there(store, one)
    assert await anext(heard) == Announced("presence", slug)
    # A sign of life is no news.
    await there(store, one)
    await says(store, one, doing="writing")
    await says(store, one, doing="reading")
    await store.leave_present([one.connection])
    await store.announce("notes", slug)
    said = [await anext(heard) for _ in range(4)]
    assert said == 3 * [Announced("presence", slug)] + [Announced("notes", slug)]
    await heard.aclose()  # type: ignore[attr-defined] # a generator


async def test_who_is_not_heard_of_again_is_gone_while_others_stay(store: RedisStore) -> None:
    slug = a_slug()
    stays, vanishes = somebody(slug), somebody(slug)
    await there(store, stays)
    await there(store, vanishes, seconds=SHORT_SECONDS)
    assert len(await people(store, slug)) == 2
    async with asyncio.timeout(20):
        while len(await people(store, slug)) == 2:
            pass
    assert await people(store, slug) == [stays]
    await store.leave_present([stays.connection, "made-up"])
    assert await people(store, slug) == []


async def test_two_who_begin_to_edit_at_once_are_told_apart(store: RedisStore) -> None:
    slug = a_slug()
    crowd = [somebody(slug, name=f"person-{number}") for number in range(10)]
    await there(store, *crowd)
    answers = await asyncio.gather(
        *(says(store, one, doing="editing", update="u-1") for one in crowd),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, UpdateHeld) for answer in answers) == 9
    assert [one.doing for one in await people(store, slug)].count("editing") == 1


async def test_a_sign_of_life_takes_nothing_back_that_was_taken_over(store: RedisStore) -> None:
    slug = a_slug()
    mine, theirs = somebody(slug), somebody(slug, full_name="Grace Field")
    await there(store, mine, theirs)
    await says(store, mine, doing="editing", update="u-1")
    await says(store, theirs, take=True, doing="editing", update="u-1")
    editing = replace(mine, doing="editing", update="u-1")
    await there(store, editing)
    lost = replace(mine, lost="u-1", lost_to="Grace Field", losses=1)
    assert lost in await people(store, slug)
    # Nor does one who was forgotten meanwhile.
    await store.leave_present([mine.connection])
    await there(store, editing)
    assert lost in await people(store, slug)


async def test_a_connection_is_its_own_persons_alone(store: RedisStore) -> None:
    slug = a_slug()
    one = somebody(slug)
    await there(store, one)
    with pytest.raises(Invalid):
        await says(store, one, person="another")
    with pytest.raises(Invalid):
        await says(store, somebody(slug))
    assert await people(store, slug) == [one]
