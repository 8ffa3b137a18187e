"""Redis goes away, comes back, or comes back without the last changes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from redis import Redis

from liveblog.store import keys
from liveblog.story import Slug
from liveblog.transports import TRANSPORTS
from tests.following import a_reader
from tests.redis_servers import a_free_port, a_server
from tests.sites import Newsroom, Site, a_site

pytestmark = pytest.mark.anyio

DURABLE = ("--appendonly", "yes", "--appendfsync", "always")


@pytest.fixture
def redis_port() -> int:
    return a_free_port()


@pytest.mark.parametrize("transport", sorted(TRANSPORTS))
async def test_an_outage_costs_readers_nothing_but_freshness(
    tmp_path: Path, redis_port: int, transport: str
) -> None:
    url = f"redis://127.0.0.1:{redis_port}"
    with a_server(tmp_path / "redis", *DURABLE, port=redis_port):
        site = Site(url, tmp_path / "log")
        site.start()
        newsroom = Newsroom(site, await site.token())
        slug = newsroom.open()
        first = newsroom.post(slug, "Before")
    try:
        async with a_reader(site.url, slug, transport) as reading:
            assert site.http.get(f"/stories/{slug}").status_code == 200
            assert site.http.get(f"/stories/{slug}/state").json()["cursor"] == first["cursor"]
            assert_not_stored(newsroom, slug)
            with a_server(tmp_path / "redis", *DURABLE, port=redis_port):
                second = post_until_stored(newsroom, slug, "After")
                await reading.until_at(second)
                assert [change["cursor"] for change in reading.heard] == [second]
                assert reading.resets == 0
    finally:
        site.kill()


async def test_a_failover_that_lost_changes_is_a_reset_and_never_a_silent_difference(
    tmp_path: Path, redis_port: int
) -> None:
    with (
        a_server(tmp_path / "redis", port=redis_port),
        a_site(f"redis://127.0.0.1:{redis_port}", tmp_path / "log") as site,
    ):
        newsroom = Newsroom(site, await site.token())
        slug = newsroom.open()
        kept = newsroom.post(slug, "Kept")
        async with a_reader(site.url, slug, "sse") as reading:
            lost = newsroom.post(slug, "Lost")
            await reading.until_at(lost["cursor"])
            await asyncio.to_thread(lose, redis_port, slug, kept["cursor"], lost)
            await reading.until(lambda reading: reading.resets == 1)
            later = await asyncio.to_thread(post_until_stored, newsroom, slug, "Later")
            await reading.until_at(later)
            state = site.http.get(f"/stories/{slug}/state").json()
            assert [update["html"] for update in state["updates"]] == [
                "<p>Later</p>",
                "<p>Kept</p>",
            ]
            assert reading.follower.copy.newest_first() == state["updates"]


async def test_stories_that_a_feed_had_no_room_for_are_read_from_their_logs(
    tmp_path: Path, redis_port: int
) -> None:
    with (
        a_server(tmp_path / "redis", port=redis_port),
        a_site(f"redis://127.0.0.1:{redis_port}", tmp_path / "log") as site,
    ):
        newsroom = Newsroom(site, await site.token())
        slug = newsroom.open()
        async with a_reader(site.url, slug, "sse") as reading:
            forgotten = newsroom.post(slug, "Forgotten by the feed")
            await reading.until_at(forgotten["cursor"])
            with Redis(port=redis_port) as redis:
                redis.client_kill_filter(_type="normal")
                redis.delete(keys.key(slug, "feed"))
            later = await asyncio.to_thread(post_until_stored, newsroom, slug, "Later")
            await reading.until_at(later)
            assert [change["cursor"] for change in reading.heard] == [
                forgotten["cursor"],
                later,
            ]


def lose(port: int, slug: Slug, kept: str, lost: dict[str, str]) -> None:
    """What a replica that was promoted too early knows: nothing of the last change."""
    feed = keys.key(slug, "feed")
    with Redis(port=port) as redis:
        redis.xdel(keys.key(slug, f"log:{slug}"), lost["cursor"])
        redis.hset(keys.story(slug), "tail", kept)
        redis.hdel(keys.story(slug), f"at:{lost['id']}")
        (newest,) = redis.xrevrange(feed, count=1)
        redis.xdel(feed, newest[0])
        redis.client_kill_filter(_type="normal")


def assert_not_stored(newsroom: Newsroom, slug: Slug) -> None:
    answer = newsroom.api.post(f"/stories/{slug}/updates", json={"text": "Lost?"})
    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/not-stored"
    assert int(answer.headers["Retry-After"]) > 0


def post_until_stored(newsroom: Newsroom, slug: Slug, text: str) -> str:
    """With one key, as a desk would; answers the cursor."""
    for _ in range(100):
        answer = newsroom.api.post(
            f"/stories/{slug}/updates", json={"text": text}, headers={"Idempotency-Key": "k"}
        )
        if answer.status_code == 201:
            return str(answer.json()["cursor"])
        assert answer.status_code == 503
    raise AssertionError("never stored")
