"""A reader's page follows editorial times: what moves goes to its place, and nothing else moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from liveblog.story import Slug
from tests.sites import Newsroom, Site

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

MANY = 12
WORDS = "A sentence of some length, so that the page is long enough to be scrolled. " * 4
SHOWN = "() => [...document.querySelectorAll('article[data-id]')].map((one) => one.dataset.id)"
KEYS = "() => [...document.querySelectorAll('.rail-list li')].map((one) => one.dataset.key)"
TOP = "(id) => document.getElementById('u-' + id).getBoundingClientRect().top"
LOOK_AT = "one => one.scrollIntoView({ behavior: 'instant' })"


def at(minute: int) -> str:
    return f"{datetime.now(UTC) - timedelta(hours=1) + timedelta(minutes=minute):%FT%H:%M:00Z}"


@pytest.fixture
def story(newsroom: Newsroom) -> tuple[Slug, list[dict[str, Any]]]:
    """A story whose updates are shown ten minutes apart, oldest first."""
    slug = newsroom.open()
    shown = [at(10 * number - 600) for number in range(MANY)]
    posted = [
        newsroom.post(slug, f"Number {number}. {WORDS}", key_event=True, displayed=time)
        for number, time in enumerate(shown)
    ]
    return slug, posted


async def until_revision(page: Page, update: dict[str, Any]) -> None:
    article = page.locator(f'article[data-id="{update["id"]}"]')
    await expect(article).to_have_attribute("data-revision", str(update["revision"]))


async def opened(page: Page, site: Site, slug: Slug, query: str = "") -> None:
    await page.goto(f"{site.url}/stories/{slug}{query}")
    await expect(page.locator("main")).to_have_attribute("data-connection", "live")


@pytest.mark.parametrize("query", ["", "?order=oldest"])
async def test_an_update_whose_time_changes_moves_and_what_is_read_stays(
    site: Site,
    newsroom: Newsroom,
    browser: Browser,
    story: tuple[Slug, list[dict[str, Any]]],
    query: str,
) -> None:
    slug, posted = story
    ids = [one["id"] for one in posted]
    async with await browser.new_page(viewport={"width": 800, "height": 600}) as page:
        await opened(page, site, slug, query)
        # Or the browser would go where it was, some time after the page is loaded anew.
        await page.evaluate("history.scrollRestoration = 'manual'")
        # From above what is read to below it, then from below to above.
        for number, time, order in (
            (9, at(15 - 600), [0, 1, 9, 2, 3, 4, 5, 6, 7, 8, 10, 11]),
            (0, at(95 - 600), [1, 9, 2, 3, 4, 5, 6, 7, 8, 0, 10, 11]),
        ):
            await page.locator(f"#u-{ids[5]}").evaluate(LOOK_AT)
            before = await page.evaluate(TOP, ids[5])
            assert abs(before) < 100
            moved = newsroom.edit(slug, posted[number], displayed=time)
            await until_revision(page, moved)
            newest_first = [ids[place] for place in reversed(order)]
            wanted = newest_first[::-1] if query else newest_first
            assert await page.evaluate(SHOWN) == wanted
            assert await page.evaluate(KEYS) == newest_first
            assert abs(await page.evaluate(TOP, ids[5]) - before) <= 1
            await page.reload()
            assert await page.evaluate(SHOWN) == wanted


async def test_what_stands_below_stays_when_the_update_at_the_top_goes(
    site: Site, newsroom: Newsroom, browser: Browser, story: tuple[Slug, list[dict[str, Any]]]
) -> None:
    slug, posted = story
    async with await browser.new_page(viewport={"width": 800, "height": 600}) as page:
        await opened(page, site, slug)
        await page.locator(f"#u-{posted[5]['id']}").evaluate(LOOK_AT)
        before = await page.evaluate(TOP, posted[4]["id"])
        assert 0 < before < 600
        await until_revision(page, newsroom.edit(slug, posted[5], displayed=at(-700)))
        assert abs(await page.evaluate(TOP, posted[4]["id"]) - before) <= 1


async def test_a_new_update_of_an_earlier_time_is_shown_in_its_place(
    site: Site, newsroom: Newsroom, browser: Browser, story: tuple[Slug, list[dict[str, Any]]]
) -> None:
    slug, posted = story
    ids = [one["id"] for one in posted]
    async with await browser.new_page() as page:
        await opened(page, site, slug)
        early = newsroom.post(slug, "It began so", displayed=at(25 - 600))
        await page.get_by_role("button", name="1 new update").click()
        wanted = [*ids[:3], early["id"], *ids[3:]][::-1]
        await expect(page.locator(f"#u-{early['id']}")).to_be_focused()
        assert await page.evaluate(SHOWN) == wanted
        time = page.locator(f"#u-{early['id']} time").first
        await expect(time).to_have_attribute("datetime", early["displayed"])


async def test_what_moves_to_an_older_page_leaves_this_one_and_what_is_older_does_not_come(
    site: Site, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    posted = [newsroom.post(slug, f"Number {number}") for number in range(40)]
    async with await browser.new_page() as page:
        await opened(page, site, slug)
        shown = await page.evaluate(SHOWN)
        assert len(shown) == 30
        newsroom.post(slug, "Long ago", displayed=at(-600))
        gone = newsroom.edit(slug, posted[35], displayed=at(-600))
        await expect(page.locator(f"#u-{gone['id']}")).to_have_count(0)
        assert await page.evaluate(SHOWN) == [id for id in shown if id != gone["id"]]
        await expect(page.locator(".pill button")).to_be_hidden()


async def test_after_a_reset_the_page_is_in_the_order_of_times(
    site: Site, newsroom: Newsroom, browser: Browser, story: tuple[Slug, list[dict[str, Any]]]
) -> None:
    slug, posted = story
    ids = [one["id"] for one in posted]
    async with await browser.new_page() as page:
        # A page from a cache: its cursor is not of this log, so that it hears a reset.
        async def old(route: Any) -> None:
            answer = await route.fetch()
            body = (await answer.text()).replace('data-cursor="', 'data-cursor="9')
            await route.fulfill(response=answer, body=body)

        await page.route(f"**/stories/{slug}", old)

        async def then_edited(route: Any) -> None:
            # Edited after the page was made and before it asks where the story stands.
            newsroom.edit(slug, posted[0], displayed=at(55 - 600))
            await route.fallback()

        await page.route(f"**/stories/{slug}/state", then_edited, times=1)
        await page.goto(f"{site.url}/stories/{slug}")
        await until_revision(page, {"id": ids[0], "revision": 2})
        wanted = [ids[place] for place in (1, 2, 3, 4, 5, 0, 6, 7, 8, 9, 10, 11)]
        assert await page.evaluate(SHOWN) == wanted[::-1]
