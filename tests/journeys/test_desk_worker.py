"""The desk opens without a network, with what was there last, and for nobody but who saw it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from liveblog.store.redis import RedisStore
from tests.desks import a_desk, story_path
from tests.journeys.test_offline import box, end_sessions, looked_after
from tests.people import PASSWORD, a_person
from tests.sites import Newsroom, Site

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

ANSWERS = "caches.has('liveblog-answers')"


async def test_a_story_opens_offline_as_it_was_and_catches_up(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    newsroom.post(slug, "Before the tunnel")
    async with a_desk(
        browser, site, store, await a_person(store), slug, service_workers="allow"
    ) as page:
        await looked_after(page)
        await page.reload()
        await expect(page.get_by_text("Before the tunnel")).to_be_visible()
        await page.context.set_offline(True)
        await page.reload()
        await expect(page.get_by_text("Before the tunnel")).to_be_visible()
        await expect(page.get_by_text("No network.")).to_be_visible()
        await expect(box(page)).to_be_visible()
        newsroom.post(slug, "While in the tunnel")
        await page.context.set_offline(False)
        await expect(page.get_by_text("While in the tunnel")).to_be_visible(timeout=30_000)


async def test_who_is_no_longer_signed_in_is_asked_to_sign_in(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug, person = newsroom.open(), await a_person(store)
    async with a_desk(browser, site, store, person, slug, service_workers="allow") as page:
        await looked_after(page)
        await end_sessions(store, person)
        await page.reload()
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_who_signs_out_leaves_nothing_for_the_next_one(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug, person = newsroom.open(), await a_person(store)
    newsroom.post(slug, "Not for everybody")
    async with a_desk(browser, site, store, person, slug, service_workers="allow") as page:
        await looked_after(page)
        await page.reload()
        await expect(page.get_by_text("Not for everybody")).to_be_visible()
        assert await page.evaluate(ANSWERS)
        await page.goto("/desk/account")
        await page.get_by_role("button", name="Sign out", exact=True).click()
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert not await page.evaluate(ANSWERS)
        await page.context.set_offline(True)
        await page.goto(story_path(slug))
        await expect(page.get_by_text("You were signed out.")).to_be_visible()
        await expect(page.get_by_text("Not for everybody")).to_have_count(0)
        await expect(box(page)).to_have_count(0)


async def test_who_signs_in_afterwards_finds_nothing_of_who_was_here_before(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug, ada = newsroom.open(), await a_person(store)
    grace = await a_person(store, full_name="Grace Field")
    async with a_desk(browser, site, store, ada, slug, service_workers="allow") as page:
        await looked_after(page)
        await page.reload()
        await expect(
            page.get_by_role("button", name=f"Signed in as {ada.full_name}")
        ).to_be_visible()
        await end_sessions(store, ada)
        await page.reload()
        await page.get_by_label("Name").fill(grace.name)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_role("button", name="Signed in as Grace Field")).to_be_visible()
        await page.context.set_offline(True)
        await page.reload()
        await expect(page.get_by_role("button", name="Signed in as Grace Field")).to_be_visible()


async def test_a_server_that_is_away_behind_its_proxy_does_not_keep_the_desk_from_opening(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    async with a_desk(browser, site, store, await a_person(store), service_workers="allow") as page:
        await looked_after(page)
        # What the service worker fetches itself goes by here, too.
        await page.context.route(
            re.compile("/desk$"), lambda route: route.fulfill(status=502, body="Bad gateway")
        )
        await page.reload()
        await expect(page.get_by_role("banner")).to_be_visible()
