"""What every transport does, on a real server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import connect

from liveblog.story import Slug
from liveblog.transports import TRANSPORTS
from tests.following import a_reader
from tests.sites import SERVERS, Newsroom, Site, a_site

pytestmark = pytest.mark.anyio

CURSORS_NOT_IN_THE_LOG = [
    "",
    "junk",
    "0-0",
    "1-1",
    "99999999999999-0",
    "9" * 40,
    "1795435200000",
    "-1",
    "'; FLUSHALL",
    "é☃\u0000",
    "x" * 3_000,
]


@pytest.fixture(scope="module", params=SERVERS)
def site(
    request: pytest.FixtureRequest, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site on each kind of server: the transports must not differ."""
    log = tmp_path_factory.mktemp("site") / "log"
    with a_site(redis_url, log, request.param) as site:
        yield site
    assert "Traceback" not in log.read_text()


@pytest.fixture(params=sorted(TRANSPORTS))
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def slug(newsroom: Newsroom) -> Slug:
    """A story that is open."""
    return newsroom.open()


def state(site: Site, slug: Slug) -> dict[str, Any]:
    answer: dict[str, Any] = site.http.get(f"/stories/{slug}/state").json()
    return answer


async def test_a_reader_hears_what_comes_after_it_connected(
    site: Site, newsroom: Newsroom, slug: Slug, transport: str
) -> None:
    newsroom.post(slug, "Before")
    async with a_reader(site.url, slug, transport) as reading:
        posted = newsroom.post(slug, "After")
        await reading.until_at(posted["cursor"])
        assert [change["update"]["html"] for change in reading.heard] == ["<p>After</p>"]


async def test_a_reader_that_resumes_hears_what_it_missed_in_order(
    site: Site, newsroom: Newsroom, slug: Slug, transport: str
) -> None:
    held = newsroom.post(slug, "Held")
    missed = [newsroom.post(slug, f"Missed {n}") for n in range(5)]
    async with a_reader(site.url, slug, transport, after=held["cursor"]) as reading:
        await reading.until_at(missed[-1]["cursor"])
        assert [change["cursor"] for change in reading.heard] == [one["cursor"] for one in missed]


async def test_a_reader_can_resume_from_every_position(
    site: Site, newsroom: Newsroom, slug: Slug, transport: str
) -> None:
    cursors = [state(site, slug)["cursor"]] + [newsroom.post(slug)["cursor"] for _ in range(4)]
    for place, cursor in enumerate(cursors[:-1]):
        async with a_reader(site.url, slug, transport, after=cursor) as reading:
            await reading.until_at(cursors[-1])
            assert [change["cursor"] for change in reading.heard] == cursors[place + 1 :]


@pytest.mark.parametrize("cursor", CURSORS_NOT_IN_THE_LOG)
async def test_a_cursor_that_is_not_in_the_log_ends_with_the_current_state(
    site: Site, newsroom: Newsroom, slug: Slug, transport: str, cursor: str
) -> None:
    newsroom.post(slug, "Before")
    async with a_reader(site.url, slug, transport, after=cursor) as reading:
        posted = newsroom.post(slug, "After")
        await reading.until_at(posted["cursor"])
        now = state(site, slug)
        assert reading.follower.copy.newest_first() == now["updates"]
        assert reading.follower.copy.story == now["story"]
        assert reading.resets == 1


async def test_every_verb_arrives_and_makes_the_state(
    site: Site, newsroom: Newsroom, slug: Slug, transport: str
) -> None:
    async with a_reader(site.url, slug, transport) as reading:
        do_everything(newsroom, slug)
        now = state(site, slug)
        await reading.until_at(now["cursor"])
        assert reading.follower.copy.newest_first() == now["updates"]
        assert reading.follower.copy.story == now["story"]
        kinds = [change["kind"] for change in reading.heard]
        assert kinds == [
            *("posted", "posted", "edited", "corrected", "pinned", "unpinned", "pinned"),
            *("unpinned", "retracted", "story_edited", "paused", "resumed", "closed"),
        ]


async def test_all_transports_send_the_same_object(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    # Nothing is retracted here: who comes late hears less of that, on purpose.
    async with AsyncExitStack() as stack:
        readings = [
            await stack.enter_async_context(a_reader(site.url, slug, name)) for name in TRANSPORTS
        ]
        do_everything(newsroom, slug, retracting=False)
        cursor = state(site, slug)["cursor"]
        for reading in readings:
            await reading.until_at(cursor)
    heard = [[without_type(change) for change in reading.heard] for reading in readings]
    assert heard[0] == heard[1] == heard[2]


async def test_what_was_retracted_is_not_told_to_who_resumes(
    site: Site, newsroom: Newsroom, slug: Slug, transport: str
) -> None:
    start = state(site, slug)["cursor"]
    secret = newsroom.post(slug, "The witness is called Secret")
    retracted = newsroom.retract(slug, secret)
    async with a_reader(site.url, slug, transport, after=start) as reading:
        await reading.until_at(retracted["cursor"])
        assert "Secret" not in json.dumps(reading.heard)
        assert [change["kind"] for change in reading.heard] == ["posted", "retracted"]


async def test_readers_of_one_story_hear_nothing_of_another(
    site: Site, newsroom: Newsroom, slug: Slug, transport: str
) -> None:
    other = newsroom.open()
    async with a_reader(site.url, slug, transport) as reading:
        newsroom.post(other)
        posted = newsroom.post(slug)
        await reading.until_at(posted["cursor"])
        assert [change["story"] for change in reading.heard] == [slug]


async def test_readers_are_let_go_at_once_when_the_server_stops_and_resume_on_the_next(
    redis_url: str, tmp_path: Path, transport: str
) -> None:
    with a_site(redis_url, tmp_path / "log") as site:
        newsroom = Newsroom(site, await site.token())
        slug = newsroom.open()
        async with a_reader(site.url, slug, transport) as reading:
            first = newsroom.post(slug, "Before")
            await reading.until_at(first["cursor"])
            assert await asyncio.to_thread(site.stop) == 0
            site.start()
            second = newsroom.post(slug, "After")
            await reading.until_at(second["cursor"])
        assert [change["update"]["html"] for change in reading.heard] == [
            "<p>Before</p>",
            "<p>After</p>",
        ]


async def test_a_stream_of_events_has_the_headers_that_proxies_and_browsers_need(
    site: Site, slug: Slug
) -> None:
    async with (
        httpx2.AsyncClient(base_url=site.url) as client,
        client.stream("GET", f"/stories/{slug}/events") as stream,
    ):
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-cache, no-transform"
        assert stream.headers["x-accel-buffering"] == "no"
        assert stream.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in stream.headers
        async for line in stream.aiter_lines():
            assert line.startswith("retry: ")
            break


async def test_a_silent_stream_of_events_gives_a_sign_of_life_within_15_seconds(
    redis_url: str, tmp_path: Path
) -> None:
    """On all servers at once, since each takes its time."""
    with ExitStack() as stack:
        sites = [stack.enter_context(a_site(redis_url, tmp_path / name, name)) for name in SERVERS]
        async with asyncio.TaskGroup() as tasks:
            for site in sites:
                slug = Newsroom(site, await site.token()).open()
                tasks.create_task(a_sign_of_life(site, slug))


async def a_sign_of_life(site: Site, slug: Slug) -> None:
    async with (
        httpx2.AsyncClient(base_url=site.url, timeout=20) as client,
        client.stream("GET", f"/stories/{slug}/events") as stream,
        asyncio.timeout(15),
    ):
        assert stream.status_code == 200
        async for line in stream.aiter_lines():
            if line.startswith(":"):
                return
    raise AssertionError("the stream ended")


@pytest.mark.parametrize("name", ["last_event_id", "lastEventId", "after"])
async def test_a_stream_of_events_takes_the_last_id_in_the_address_too(
    site: Site, newsroom: Newsroom, slug: Slug, name: str
) -> None:
    start = state(site, slug)["cursor"]
    posted = newsroom.post(slug)
    async with (
        httpx2.AsyncClient(base_url=site.url) as client,
        client.stream("GET", f"/stories/{slug}/events", params={name: start}) as stream,
    ):
        async for line in stream.aiter_lines():
            if line.startswith("id: "):
                assert line == f"id: {posted['cursor']}"
                return
    raise AssertionError("the stream ended")


async def test_the_last_id_of_an_event_wins_over_the_address(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    first, second, third = (newsroom.post(slug)["cursor"] for _ in range(3))
    async with (
        httpx2.AsyncClient(base_url=site.url) as client,
        client.stream(
            "GET",
            f"/stories/{slug}/events",
            params={"after": first},
            headers={"Last-Event-ID": second},
        ) as stream,
    ):
        async for line in stream.aiter_lines():
            if line.startswith("id: "):
                assert line == f"id: {third}"
                return
    raise AssertionError("the stream ended")


async def test_a_socket_says_that_there_is_no_such_story(site: Site) -> None:
    async with connect(f"{site.url.replace('http', 'ws')}/stories/nowhere/socket") as socket:
        await socket.wait_closed()
        assert socket.close_code == 4404


async def test_a_poll_that_waits_is_answered_as_soon_as_there_is_something(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    cursor = state(site, slug)["cursor"]
    async with httpx2.AsyncClient(base_url=site.url, timeout=30) as client:
        params = {"after": cursor, "wait": "25"}
        polling = asyncio.create_task(client.get(f"/stories/{slug}/changes", params=params))
        async with asyncio.timeout(20):
            posted = await asyncio.to_thread(newsroom.post, slug)
            answer = (await polling).json()
    assert answer["cursor"] == posted["cursor"]
    assert [change["cursor"] for change in answer["changes"]] == [posted["cursor"]]
    assert answer["reset"] is False


async def test_a_poll_that_waits_in_vain_is_answered_with_nothing(site: Site, slug: Slug) -> None:
    cursor = state(site, slug)["cursor"]
    answer = site.http.get(f"/stories/{slug}/changes", params={"after": cursor, "wait": "0.05"})
    assert answer.json() == {"cursor": cursor, "changes": [], "reset": False}


def do_everything(newsroom: Newsroom, slug: Slug, *, retracting: bool = True) -> None:
    """Each of the newsroom's verbs, at least once."""
    first = newsroom.post(slug, "First", key_event=True, tags=["court"])
    second = newsroom.post(slug, "Second", breaking=True)
    second = newsroom.edit(slug, second, text="Second, edited")
    note = {"kind": "correction", "note": "It was the other minister."}
    second = newsroom.edit(slug, second, text="Second, corrected", correction=note)
    for update in (first, second):
        assert newsroom.api.put(f"/stories/{slug}/updates/{update['id']}/pin").status_code == 200
    assert newsroom.api.delete(f"/stories/{slug}/updates/{second['id']}/pin").status_code == 200
    if retracting:
        newsroom.retract(slug, first)
    newsroom.amend(slug, headline="Charity told to close by noon")
    newsroom.amend(slug, status="paused", status_line="Updates to follow")
    newsroom.amend(slug, status="live")
    newsroom.amend(slug, status="closed")


def without_type(change: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in change.items() if name != "type"}
