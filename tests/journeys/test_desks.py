"""The desk opens, and its helper for tests finds what is wrong with a page."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from liveblog.store.redis import RedisStore
from tests.desks import a_desk, axe
from tests.people import a_person
from tests.sites import Newsroom, Site

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_the_frame_of_the_desk_is_for_everybody(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser, language: str
) -> None:
    person, slug = await a_person(store), newsroom.open()
    newsroom.post(slug)
    async with a_desk(browser, site, store, person, slug, language=language) as page:
        await expect(page.get_by_role("banner")).to_be_visible()
        await axe(page)


async def test_axe_and_the_console_are_heard(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    desk = a_desk(browser, site, store, await a_person(store))
    page = await desk.__aenter__()
    await expect(page.get_by_role("banner")).to_be_visible()
    await page.evaluate("document.querySelector('main').append(new Image())")
    with pytest.raises(AssertionError, match="image-alt"):
        await axe(page)
    async with page.expect_console_message():
        await page.evaluate("console.error('broken on purpose')")
    with pytest.raises(AssertionError, match="broken on purpose"):
        await desk.__aexit__(None, None, None)
