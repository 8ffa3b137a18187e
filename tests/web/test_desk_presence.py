"""Who is in a story and what they do there, as their colleagues see it at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from time import monotonic

import pytest

from liveblog.errors import Invalid, NoSuchStory, NotAllowed, UpdateHeld
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from liveblog.web import cookies
from tests.builders import a_slug
from tests.people import Browser, a_browser_of, a_session
from tests.sites import Newsroom, Site, a_site
from tests.web.answers import assert_refused
from tests.web.windows import a_window

pytestmark = pytest.mark.anyio

SOON_SECONDS = 1.0


@pytest.fixture(scope="module")
def other(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Another web process on the same store."""
    with a_site(redis_url, tmp_path_factory.mktemp("other") / "log") as site:
        yield site


@pytest.fixture
async def ada(site: Site, store: RedisStore) -> Browser:
    return (await a_browser_of(site, store, "editor", full_name="Ada Winter"))[0]


@pytest.fixture
async def grace(other: Site, store: RedisStore) -> Browser:
    """In another web process."""
    return (await a_browser_of(other, store, "reporter", full_name="Grace Field"))[0]


async def test_two_see_each_other_come_write_edit_and_leave(
    store: RedisStore, slug: Slug, site: Site, other: Site
) -> None:
    (ada, she), (grace, they) = (
        await a_browser_of(site, store, "editor", full_name="Ada Winter"),
        await a_browser_of(other, store, "reporter", full_name="Grace Field"),
    )
    a, g = she.name, they.name
    async with a_window(ada, slug) as mine:
        await mine.sees((a, "reading"))
        async with a_window(grace, slug) as theirs:
            news = await mine.sees((a, "reading"), (g, "reading"), within=SOON_SECONDS)
            assert {one["full_name"] for one in news["people"]} == {"Ada Winter", "Grace Field"}
            assert {one["connection"] for one in news["people"]} == {
                mine.connection,
                theirs.connection,
            }
            await theirs.sees((a, "reading"), (g, "reading"), within=SOON_SECONDS)
            answer = theirs.says("writing")
            assert answer.status_code == 200
            assert {one["doing"] for one in answer.json()["people"]} == {"reading", "writing"}
            await mine.sees((a, "reading"), (g, "writing"), within=SOON_SECONDS)
            mine.says("editing", "u-1")
            news = await theirs.sees((a, "editing"), (g, "writing"), within=SOON_SECONDS)
            assert [one.get("update") for one in news["people"]].count("u-1") == 1
        await mine.sees((a, "editing"), within=SOON_SECONDS)


async def test_who_edits_an_update_first_holds_it_until_it_is_taken_over(
    store: RedisStore, slug: Slug, site: Site, other: Site
) -> None:
    ada, she = await a_browser_of(site, store, "editor", full_name="Ada Winter")
    grace, they = await a_browser_of(other, store, "reporter", full_name="Grace Field")
    async with a_window(ada, slug) as mine, a_window(grace, slug) as theirs:
        assert mine.says("editing", "u-1").status_code == 200
        assert theirs.says("editing", "u-2").status_code == 200
        refused = theirs.says("editing", "u-1")
        assert_refused(refused, 409, UpdateHeld)
        assert refused.json()["held_by"] == "Ada Winter"
        # What was refused changed nothing.
        await mine.sees((she.name, "editing"), (they.name, "editing"))
        assert theirs.says("editing", "u-1", take=True).status_code == 200
        since = monotonic()
        news = await mine.told("taken")
        assert news == {"story": slug, "update": "u-1", "by": "Grace Field"}
        assert monotonic() - since < SOON_SECONDS
        await theirs.sees((she.name, "reading"), (they.name, "editing"))
        assert_refused(mine.says("editing", "u-1"), 409, UpdateHeld)
        # … and back, which is told anew.
        assert mine.says("editing", "u-1", take=True).status_code == 200
        assert (await theirs.told("taken"))["by"] == "Ada Winter"


async def test_an_update_is_free_when_its_editor_stops_or_leaves(
    slug: Slug, ada: Browser, grace: Browser
) -> None:
    async with a_window(grace, slug) as theirs:
        async with a_window(ada, slug) as mine:
            mine.says("editing", "u-1")
            assert theirs.says("editing", "u-1").status_code == 409
            mine.says("writing")
            assert theirs.says("editing", "u-1").status_code == 200
            theirs.says("reading")
            mine.says("editing", "u-1")
        await theirs.told("presence", lambda news: len(news["people"]) == 1, within=SOON_SECONDS)
        assert theirs.says("editing", "u-1").status_code == 200


async def test_of_two_windows_of_one_person_the_one_that_is_used_holds_the_update(
    site: Site, other: Site, store: RedisStore, slug: Slug
) -> None:
    laptop, person = await a_browser_of(site, store, full_name="Ada Winter")
    phone = Browser(other, await a_session(store, person))
    async with a_window(laptop, slug) as first, a_window(phone, slug) as second:
        first.says("editing", "u-1")
        assert second.says("editing", "u-1").status_code == 200
        assert (await first.told("taken"))["by"] == "Ada Winter"


async def test_who_vanishes_with_their_server_is_gone_and_holds_nothing(
    redis_url: str, store: RedisStore, slug: Slug, site: Site, tmp_path: Path
) -> None:
    quick = {"LIVEBLOG_PRESENCE_SECONDS": "1"}
    async with AsyncExitStack() as stack:
        dies = stack.enter_context(a_site(redis_url, tmp_path / "dies", **quick))
        stays = stack.enter_context(a_site(redis_url, tmp_path / "stays", **quick))
        ada, _ = await a_browser_of(dies, store, "editor", full_name="Ada Winter")
        grace, they = await a_browser_of(stays, store, "editor", full_name="Grace Field")
        theirs = await stack.enter_async_context(a_window(grace, slug))
        mine = await stack.enter_async_context(a_window(ada, slug))
        mine.says("editing", "u-1")
        await theirs.told("presence", lambda news: len(news["people"]) == 2)
        dies.kill()
        killed = monotonic()
        assert theirs.says("editing", "u-1").status_code == 409
        await theirs.sees((they.name, "reading"))
        # Four signs of life, and what the machine needs besides.
        assert monotonic() - killed < 4 + 2
        assert theirs.says("editing", "u-1").status_code == 200


async def test_what_the_store_forgot_is_said_again(
    redis_url: str, store: RedisStore, slug: Slug, tmp_path: Path
) -> None:
    with a_site(redis_url, tmp_path / "log", LIVEBLOG_PRESENCE_SECONDS="1") as site:
        ada, she = await a_browser_of(site, store, "editor")
        async with a_window(ada, slug) as mine:
            mine.says("editing", "u-1")
            await mine.sees((she.name, "editing"))
            (entry,) = [one for one in await store.present() if one.connection == mine.connection]
            await store.leave_present([mine.connection])
            await mine.sees()
            await mine.sees((she.name, "editing"))
            assert [one for one in await store.present() if one.connection == mine.connection] == [
                entry
            ]


async def test_what_is_said_may_reach_another_process_than_the_one_that_has_the_stream(
    site: Site, other: Site, store: RedisStore, slug: Slug
) -> None:
    browser, person = await a_browser_of(site, store)
    async with a_window(browser, slug) as window:
        window.browser = Browser(other, browser.cookies[cookies.SESSION])
        assert window.says("editing", "u-1").status_code == 200
        await window.sees((person.name, "editing"), within=SOON_SECONDS)
        # Its own process has heard of it, too: what is forgotten comes back as it was.
        await store.leave_present([window.connection])
        await window.sees()
        await window.sees((person.name, "editing"))


# -- what is refused -------------------------------------------------------------------------------


async def test_nobody_speaks_for_the_window_of_another(
    slug: Slug, ada: Browser, grace: Browser
) -> None:
    async with a_window(ada, slug) as mine, a_window(grace, slug) as theirs:
        mine.connection, own = theirs.connection, mine.connection
        assert_refused(mine.says("editing", "u-1"), 422, Invalid, "connection")
        mine.connection = "made-up"
        assert_refused(mine.says("reading"), 422, Invalid, "connection")
        mine.connection = own
        assert mine.says("reading").status_code == 200


async def test_who_may_write_nothing_holds_nothing(
    site: Site, store: RedisStore, slug: Slug
) -> None:
    reader, _ = await a_browser_of(site, store, "reader")
    async with a_window(reader, slug) as window:
        for doing in ("writing", "editing"):
            assert_refused(window.says(doing, "u-1"), 403, NotAllowed)
        assert window.says("reading").status_code == 200


async def test_another_story_than_ones_own_is_refused(
    site: Site, store: RedisStore, slug: Slug, newsroom: Newsroom
) -> None:
    elsewhere = newsroom.open()
    browser, _ = await a_browser_of(site, store, "reporter", (slug,))
    answer = browser.get(f"/desk/events?story={elsewhere}", Accept="*/*")
    assert_refused(answer, 403, NotAllowed)
    async with a_window(browser, slug) as window:
        assert_refused(window.says("writing", story=elsewhere), 403, NotAllowed)


async def test_a_story_that_is_nowhere_is_refused(site: Site, store: RedisStore) -> None:
    browser, _ = await a_browser_of(site, store)
    answer = browser.get(f"/desk/events?story={a_slug()}", Accept="*/*")
    assert_refused(answer, 404, NoSuchStory)


@pytest.mark.parametrize(
    "more",
    [{"doing": "sleeping"}, {"update": "x" * 101}, {"update": "a b"}, {"connection": 1},
     {"story": None}, {"take": "yes"}],
    ids=str,
)  # fmt: skip
async def test_what_is_no_such_word_is_refused(
    ada: Browser, slug: Slug, more: dict[str, object]
) -> None:
    async with a_window(ada, slug) as window:
        assert_refused(window.says(**({"doing": "editing"} | more)), 422, Invalid)  # type: ignore[arg-type] # that is what is tried
