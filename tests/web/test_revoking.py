"""What is open for somebody closes within two seconds of their being locked out, everywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from time import monotonic

import httpx2
import pytest

from liveblog.accounts.sessions import Sessions
from liveblog.store.redis import RedisStore
from tests.people import Browser, a_browser_of, a_session, now
from tests.redis_servers import a_server
from tests.sites import Site, a_site

pytestmark = pytest.mark.anyio

SECONDS = 2.0


@pytest.fixture(scope="module")
def other(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Another web process on the same store."""
    with a_site(redis_url, tmp_path_factory.mktemp("other") / "log") as site:
        yield site


class Stream:
    """An open stream of the desk; ``ended`` waits for its end."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def begun(self) -> None:
        async for line in self._lines:
            if line == "event: hello":
                return
        raise AssertionError("it ended before it began")

    async def ended(self, since: float) -> float:
        async for _ in self._lines:
            assert monotonic() - since < 20, "it goes on"
        return monotonic() - since


@asynccontextmanager
async def a_stream(browser: Browser) -> AsyncIterator[Stream]:
    async with (
        httpx2.AsyncClient(base_url=browser.site.url, timeout=30) as client,
        client.stream("GET", "/desk/events", headers=browser.sent()) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        stream = Stream(answer.aiter_lines())
        await stream.begun()
        yield stream


async def test_locking_somebody_out_closes_their_streams_everywhere_within_two_seconds(
    site: Site, other: Site, store: RedisStore
) -> None:
    admin, _ = await a_browser_of(site, store)
    browser, person = await a_browser_of(site, store, "reporter")
    elsewhere = Browser(other, await a_session(store, person))
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(a_stream(one)) for one in (browser, elsewhere)]
        mine = await stack.enter_async_context(a_stream(admin))
        since = monotonic()
        assert admin.post(f"/desk/people/{person.id}/lock").status_code == 200
        for stream in streams:
            assert await stream.ended(since) < SECONDS
        for one in (browser, elsewhere):
            assert one.get("/desk/events").status_code == 401
            assert (
                one.post("/desk/account/sessions/end")
                .headers["location"]
                .startswith("/desk/sign-in")
            )
        # Nobody else's: it is closed by its own session's end only.
        admin.post("/desk/sign-out")
        assert await mine.ended(monotonic()) < SECONDS


async def test_ending_a_session_closes_its_stream_and_no_other(
    site: Site, other: Site, store: RedisStore
) -> None:
    browser, person = await a_browser_of(site, store)
    elsewhere = Browser(other, await a_session(store, person))
    async with a_stream(browser) as stays, a_stream(elsewhere) as ends:
        since = monotonic()
        assert browser.post("/desk/account/sessions/end").status_code == 303
        assert await ends.ended(since) < SECONDS
        assert browser.get("/desk/account").status_code == 200
        await Sessions(store, now).end_all(person.id)
        assert await stays.ended(monotonic()) < SECONDS


async def test_another_role_closes_a_stream_so_that_it_is_opened_anew(
    site: Site, other: Site, store: RedisStore
) -> None:
    admin, _ = await a_browser_of(site, store)
    browser, person = await a_browser_of(other, store, "editor")
    async with a_stream(browser) as stream:
        since = monotonic()
        admin.post(f"/desk/people/{person.id}/role", role="reader", stories="")
        assert await stream.ended(since) < SECONDS
    assert '"role":"reader"' in await first_event(browser)


async def first_event(browser: Browser) -> str:
    async with (
        httpx2.AsyncClient(base_url=browser.site.url, timeout=30) as client,
        client.stream("GET", "/desk/events", headers=browser.sent()) as answer,
    ):
        async for line in answer.aiter_lines():
            if line.startswith("data:"):
                return line
    raise AssertionError("it ended before it began")


async def test_a_server_that_stops_ends_the_streams_of_the_desk_at_once(
    redis_url: str, store: RedisStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    site = Site(redis_url, tmp_path_factory.mktemp("stops") / "log", LIVEBLOG_GRACE_SECONDS="20")
    site.start()
    browser, _ = await a_browser_of(site, store)
    async with a_stream(browser) as stream:
        since = monotonic()
        assert site.stop() == 0
        await stream.ended(since)
    assert monotonic() - since < 10


async def test_what_was_revoked_while_nobody_listened_is_not_missed(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("redis")
    kept = ("--appendonly", "yes", "--appendfsync", "always")
    async with AsyncExitStack() as stack:
        with a_server(folder, *kept) as port:
            site = Site(f"redis://127.0.0.1:{port}", folder / "log")
            site.start()
            stack.callback(site.kill)
            store = RedisStore(site.redis_url)
            stack.push_async_callback(store.close)
            browser, _ = await a_browser_of(site, store, "reporter")
            stream = await stack.enter_async_context(a_stream(browser))
        with a_server(folder, *kept, port=port):
            # The store was away: what was announced meanwhile was heard by nobody, so every
            # stream ends, and whoever may still read it opens it anew.
            assert await stream.ended(monotonic()) < 20
