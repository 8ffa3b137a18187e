"""What the desk's stream tells: the list of stories, what is not public, figures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from time import monotonic

import httpx2
import pytest

from liveblog.accounts.sessions import Sessions
from liveblog.floor.board import LISTED
from liveblog.store import keys
from liveblog.store.announcing import What
from liveblog.store.redis import RedisStore
from liveblog.story import Instant, Slug
from tests.people import Browser, a_browser_of, now
from tests.redis_servers import a_server
from tests.sites import Newsroom, Site, a_site
from tests.web.answers import until_open
from tests.web.windows import Json, Window, a_window

pytestmark = pytest.mark.anyio

SOON_SECONDS = 2.5
"""A second in which changes are gathered, and what a busy machine needs."""

LATER = "2099-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def counting(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Another web process on the same store, which counts its readers every second."""
    log = tmp_path_factory.mktemp("counting") / "log"
    with a_site(redis_url, log, LIVEBLOG_COUNT_SECONDS="1") as site:
        yield site
    assert "Traceback" not in log.read_text()


@pytest.fixture
async def ada(site: Site, store: RedisStore) -> Browser:
    return (await a_browser_of(site, store, "editor", full_name="Ada Winter"))[0]


async def row(window: Window, slug: Slug) -> Json:
    """That story in the list with which a stream begins."""
    stories = (await window.told("stories"))["stories"]
    (found,) = [one for one in stories if one["slug"] == slug]
    assert isinstance(found, dict)
    return found


async def told_of(window: Window, slug: Slug, **wanted: object) -> Json:
    """Wait until the story's row says this."""
    return await window.told(
        "story",
        lambda one: one["slug"] == slug and wanted.items() <= one.items(),
        within=15,
    )


# -- the list of stories ---------------------------------------------------------------------------


async def test_a_stream_begins_with_all_stories_the_one_that_changed_last_first(
    ada: Browser, newsroom: Newsroom, site: Site
) -> None:
    older, draft = newsroom.open(headline="Older"), newsroom.open(status="draft", kicker="Floods")
    newer = newsroom.open(headline="Newer", language="fr")
    until_open(site, newer)
    posted = newsroom.post(older)
    async with a_window(ada) as window:
        stories = (await window.told("stories"))["stories"]
        slugs = [one["slug"] for one in stories]
        assert slugs.index(older) < slugs.index(newer)
        rows = {one["slug"]: one for one in stories}
        assert rows[newer] == {
            "slug": newer,
            "headline": "Newer",
            "kicker": "",
            "status": "live",
            "language": "fr",
            "revision": 1,
            "changed": rows[newer]["changed"],
            "readers": 0,
            "present": [],
            "waiting": 0,
            "scheduled": 0,
            "closes": None,
        }
        assert rows[older]["changed"] >= rows[newer]["changed"]
        assert (rows[draft]["status"], rows[draft]["kicker"]) == ("draft", "Floods")
        assert posted["id"]


async def test_a_story_that_changed_long_ago_is_listed_for_who_is_limited_to_it_or_looks_at_it(
    site: Site, store: RedisStore, newsroom: Newsroom
) -> None:
    old = newsroom.open()
    until_open(site, old)
    # As long ago as if all others of 200 had changed since.
    await store.ask("ZADD", keys.key(old, "stories"), 1, old)
    for _ in range(LISTED):
        newsroom.open()
    limited, _ = await a_browser_of(site, store, "reporter", (old, Slug("gone")))
    editor, _ = await a_browser_of(site, store, "editor")
    async with a_window(editor) as window:
        stories = (await window.told("stories"))["stories"]
        assert old not in [one["slug"] for one in stories]
    async with a_window(limited) as window:
        assert [one["slug"] for one in (await window.told("stories"))["stories"]] == [old]
    async with a_window(editor, old) as window:
        assert (await row(window, old))["slug"] == old


async def test_a_story_that_changes_is_told_at_most_once_a_second(
    ada: Browser, slug: Slug, newsroom: Newsroom
) -> None:
    async with a_window(ada) as window:
        began = monotonic()
        before = (await row(window, slug))["changed"]
        for number in range(20):
            newsroom.post(slug, f"Number {number}")
        head = newsroom.amend(slug, headline="Better", status="paused")
        news = await told_of(window, slug, headline="Better", status="paused")
        assert (news["revision"], news["status"]) == (head["revision"], "paused")
        assert news["changed"] > before
        told = [one for event, one in window.heard if event == "story" and one["slug"] == slug]
        assert len(told) <= monotonic() - began + 1


async def test_a_story_that_is_opened_or_not_public_yet_is_told_too(
    ada: Browser, newsroom: Newsroom
) -> None:
    async with a_window(ada) as window:
        opened = newsroom.open(headline="Gates")
        await told_of(window, opened, headline="Gates", status="live")
        draft = newsroom.open(headline="Soon", status="draft")
        await told_of(window, draft, status="draft", revision=1)
        newsroom.amend(draft, headline="Sooner")
        await told_of(window, draft, headline="Sooner", status="draft")
        newsroom.amend(draft, status="live")
        await told_of(window, draft, headline="Sooner", status="live")


async def test_the_list_says_who_is_in_a_story_in_another_process_too(
    ada: Browser, counting: Site, store: RedisStore, slug: Slug
) -> None:
    grace, _ = await a_browser_of(counting, store, "reporter", full_name="Grace Field")
    async with a_window(ada) as window:
        async with a_window(grace, slug):
            await told_of(window, slug, present=["Grace Field"])
            async with a_window(ada) as late:
                assert (await row(late, slug))["present"] == ["Grace Field"]
        await told_of(window, slug, present=[])


async def test_the_list_says_what_waits_for_an_editor_and_for_its_time(
    ada: Browser, site: Site, store: RedisStore, slug: Slug, newsroom: Newsroom
) -> None:
    contributor = Newsroom(site, await site.token("contributor"))
    draft = contributor.post(slug, draft=True)
    async with a_window(ada) as window:
        found = await row(window, slug)
        assert (found["waiting"], found["scheduled"]) == (0, 0)
        contributor.edit(slug, draft, draft=False)
        newsroom.post(slug, embargo=LATER)
        await told_of(window, slug, waiting=1, scheduled=1)
        # Published, it is a draft no more, which nobody need announce.
        approved = newsroom.api.post(
            f"/stories/{slug}/drafts/{draft['id']}/approval", headers={"If-Match": '"2"'}
        )
        assert approved.status_code == 200, approved.text
        await told_of(window, slug, waiting=0, scheduled=1)


async def test_the_list_says_when_a_story_is_going_to_close_by_itself(
    ada: Browser, store: RedisStore, slug: Slug, newsroom: Newsroom
) -> None:
    async with a_window(ada) as window:
        assert (await row(window, slug)).get("closes") is None
        # As the worker does, an hour before.
        await store.set_closing(slug, Instant(LATER))
        await told_of(window, slug, closes=LATER)
        kept = newsroom.api.put(f"/stories/{slug}/keep-open")
        assert kept.status_code == 204
        await told_of(window, slug, closes=None)


# -- who hears what --------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["drafts", "notes", "rules"])
async def test_what_is_not_public_is_told_to_all_who_may_see_it_and_to_nobody_else(
    site: Site, counting: Site, store: RedisStore, slug: Slug, newsroom: Newsroom, what: What
) -> None:
    own = newsroom.open()
    editor, _ = await a_browser_of(site, store, "editor")
    elsewhere, _ = await a_browser_of(counting, store, "reader")
    limited, _ = await a_browser_of(site, store, "reporter", (own,))
    async with a_window(editor, slug) as one, a_window(elsewhere) as two, a_window(limited) as not_:
        since = monotonic()
        await store.announce(what, slug)
        for window in (one, two):
            news = await window.told("private", lambda news: news["story"] == slug)
            assert news == {"story": slug, "what": what}
        assert monotonic() - since < SOON_SECONDS
        # What is told after it has come, and nothing before it was of that story.
        await store.announce(what, own)
        await not_.told("private", lambda news: news["story"] == own)
        assert slug not in str(not_.heard)


async def test_who_is_limited_to_a_story_hears_nothing_of_others(
    ada: Browser, site: Site, store: RedisStore, slug: Slug, newsroom: Newsroom
) -> None:
    own = newsroom.open()
    until_open(site, own)
    limited, _ = await a_browser_of(site, store, "reporter", (own,), full_name="Grace Field")
    async with a_window(limited, own) as window, a_window(ada, slug) as theirs:
        assert [one["slug"] for one in (await window.told("stories"))["stories"]] == [own]
        theirs.says("writing")
        newsroom.post(slug)
        newsroom.amend(slug, headline="Not theirs")
        newsroom.open(headline="Not theirs either")
        await told_of(theirs, slug, headline="Not theirs")
        newsroom.amend(own, headline="Theirs")
        await told_of(window, own, headline="Theirs")
        assert slug not in str(window.heard)
        assert "Not theirs" not in str(window.heard)
        assert "Ada Winter" not in str(window.heard)


async def test_the_stream_of_a_session_that_ended_ends_and_frees_what_it_held(
    ada: Browser, site: Site, store: RedisStore, slug: Slug
) -> None:
    browser, person = await a_browser_of(site, store, "reporter")
    async with a_window(browser, slug) as window, a_window(ada, slug) as theirs:
        window.says("editing", "u-1")
        assert theirs.says("editing", "u-1").status_code == 409
        since = monotonic()
        await Sessions(store, now).end_all(person.id)
        with pytest.raises(AssertionError, match="the stream ended"):
            await window.told("none", within=SOON_SECONDS)
        assert monotonic() - since < SOON_SECONDS
        await theirs.told("presence", lambda news: len(news["people"]) == 1)
        assert theirs.says("editing", "u-1").status_code == 200


async def test_whoever_asks_for_the_head_of_a_stream_takes_no_seat(
    ada: Browser, store: RedisStore, slug: Slug
) -> None:
    assert ada.ask("HEAD", f"/desk/events?story={slug}").status_code == 200
    assert [one for one in await store.present() if one.story == slug] == []


# -- figures ---------------------------------------------------------------------------------------


@asynccontextmanager
async def readers(site: Site, slug: Slug, number: int) -> AsyncIterator[None]:
    """So many read the story."""
    async with (
        httpx2.AsyncClient(base_url=site.url, timeout=30) as client,
        AsyncExitStack() as stack,
    ):
        for _ in range(number):
            answer = await stack.enter_async_context(
                client.stream("GET", f"/stories/{slug}/events")
            )
            assert answer.status_code == 200
        yield


async def test_figures_say_how_many_read_the_story_and_that_the_store_is_there(
    counting: Site, store: RedisStore, slug: Slug
) -> None:
    until_open(counting, slug)
    browser, _ = await a_browser_of(counting, store, "reporter")
    async with a_window(browser, slug) as window:
        news = await window.told("figures")
        assert (news["readers"], news["p50_ms"], news["store"]) == (0, None, "reachable")
        async with readers(counting, slug, 3):
            news = await window.told("figures", lambda news: news["readers"] >= 3)
            # The probe is a reader, too, but no one.
            assert news["readers"] == 3
            assert (await told_of(window, slug, readers=3))["slug"] == slug
        await window.told("figures", lambda news: news["readers"] == 0)


async def test_figures_say_how_soon_readers_see_what_is_published(
    counting: Site, store: RedisStore, slug: Slug
) -> None:
    until_open(counting, slug)
    newsroom = Newsroom(counting, await counting.token())
    browser, _ = await a_browser_of(counting, store, "reporter")
    async with a_window(browser, slug) as window:

        async def publish() -> None:
            # The probe may be on its way still: what it misses it does not measure.
            while True:
                await asyncio.to_thread(newsroom.post, slug)

        publishing = asyncio.create_task(publish())
        news = await window.told("figures", lambda news: news["p50_ms"] is not None)
        publishing.cancel()
        assert 0 <= news["p50_ms"] <= news["p95_ms"] < 2_000
        assert news["readers"] == 0


async def test_there_is_no_probe_where_a_server_does_not_know_its_address_and_no_harm(
    redis_url: str, store: RedisStore, slug: Slug, newsroom: Newsroom, tmp_path: Path
) -> None:
    with a_site(redis_url, tmp_path / "log", "uvicorn", LIVEBLOG_COUNT_SECONDS="1") as site:
        until_open(site, slug)
        browser, _ = await a_browser_of(site, store, "reporter")
        async with a_window(browser, slug) as window:
            newsroom.post(slug)
            async with readers(site, slug, 1):
                news = await window.told("figures", lambda news: news["readers"] == 1)
            assert news["p50_ms"] is None


async def test_figures_say_when_the_store_is_out_of_reach(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        with a_server(tmp_path / "redis") as port:
            site = stack.enter_context(a_site(f"redis://127.0.0.1:{port}", tmp_path / "log"))
            store = RedisStore(site.redis_url)
            stack.push_async_callback(store.close)
            slug = Newsroom(site, await site.token()).open()
            browser, _ = await a_browser_of(site, store)
            window = await stack.enter_async_context(a_window(browser, slug))
            await window.told("figures", lambda news: news["store"] == "reachable")
        await window.told("figures", lambda news: news["store"] == "out of reach")
    assert "Traceback" not in (tmp_path / "log").read_text()
