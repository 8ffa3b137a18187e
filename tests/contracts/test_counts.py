"""What every Store does with the numbers of readers, on a Redis that stands alone and on a cluster
of three."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from liveblog.store import keys
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.builders import a_slug

pytestmark = pytest.mark.anyio

LONG_SECONDS = 60.0
SHORT_SECONDS = 0.2


@pytest.fixture(params=["alone", "cluster"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[RedisStore]:
    url = request.getfixturevalue("redis_url" if request.param == "alone" else "cluster_url")
    store = RedisStore(url)
    yield store
    await store.close()


async def counted(
    store: RedisStore, process: str, good_for_seconds: float = LONG_SECONDS, **readers: int
) -> dict[Slug, int]:
    named = {Slug(slug): number for slug, number in readers.items()}
    return await store.sum_readers(process, named, good_for_seconds=good_for_seconds)


async def test_the_readers_of_all_processes_are_summed(store: RedisStore) -> None:
    slug = a_slug()
    assert await counted(store, "one", **{slug: 3}) == {slug: 3}
    assert await counted(store, "two", **{slug: 4}) == {slug: 7}
    assert await counted(store, "one", **{slug: 10}) == {slug: 14}


async def test_a_process_may_take_off_what_it_sent_to_another(store: RedisStore) -> None:
    slug = a_slug()
    assert await counted(store, "one", **{slug: -1}) == {slug: -1}
    assert await counted(store, "two", **{slug: 4}) == {slug: 3}
    assert await counted(store, "one", **{slug: 0}) == {slug: 4}


async def test_stories_of_all_shards_are_summed_in_one_call(store: RedisStore) -> None:
    stories = {a_slug(): number for number in range(1, 51)}
    assert len({keys.tag(slug) for slug in stories}) == keys.SHARDS
    assert await counted(store, "one", **stories) == stories
    assert await counted(store, "two", **stories) == {
        slug: 2 * number for slug, number in stories.items()
    }


async def test_nothing_is_asked_of_redis_for_no_stories(store: RedisStore) -> None:
    assert await counted(store, "one") == {}


async def test_a_zero_takes_a_number_back(store: RedisStore) -> None:
    slug = a_slug()
    await counted(store, "one", **{slug: 3})
    await counted(store, "two", **{slug: 4})
    assert await counted(store, "one", **{slug: 0}) == {slug: 4}
    assert await counted(store, "two", **{slug: 0}) == {slug: 0}
    assert await store.ask("EXISTS", keys.readers(slug)) == 0


async def test_a_number_that_is_not_told_again_disappears_while_others_are(
    store: RedisStore,
) -> None:
    slug = a_slug()
    await counted(store, "dead", SHORT_SECONDS, **{slug: 5})
    assert await counted(store, "alive", **{slug: 2}) == {slug: 7}
    async with asyncio.timeout(20):
        while await counted(store, "alive", **{slug: 2}) != {slug: 2}:
            pass
    assert await store.ask("HLEN", keys.readers(slug)) == 1


async def test_the_number_of_one_lives_as_long_as_it_says_whoever_comes_after(
    store: RedisStore,
) -> None:
    slug = a_slug()
    await counted(store, "patient", LONG_SECONDS, **{slug: 5})
    await counted(store, "hasty", SHORT_SECONDS, **{slug: 2})
    assert await store.ask("PTTL", keys.readers(slug)) > (LONG_SECONDS - 10) * 1000


async def test_redis_keeps_nothing_of_a_story_that_nobody_counts_any_more(
    store: RedisStore,
) -> None:
    slug = a_slug()
    await counted(store, "dead", SHORT_SECONDS, **{slug: 5})
    async with asyncio.timeout(20):
        while await store.ask("EXISTS", keys.readers(slug)):
            pass
