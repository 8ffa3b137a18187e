"""The desk without a pointer: every act by keys, and it is always to be seen where one is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, TimeoutError, expect

from liveblog.store.redis import RedisStore
from tests.desks import a_desk
from tests.people import a_person
from tests.sites import Newsroom, Site

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

# Where the focus is, and whether it is seen: an outline or a shadow of it or of what is around it.
_FOCUS = """() => {
    const one = document.activeElement;
    const isMarked = (element) => { const { outlineStyle, outlineWidth, boxShadow } =
        getComputedStyle(element);
        return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none"; };
    const around = (element) => element && element !== document.body
        ? [element, ...around(element.parentElement)] : [];
    const { width, height, top, bottom } = one.getBoundingClientRect();
    return {
        lost: one === document.body || one === document.documentElement,
        // In a text there is also the caret.
        marked: around(one).slice(0, 3).some(isMarked) || one.matches("textarea, input"),
        inView: width > 0 && height > 0 && bottom > 0 && top < innerHeight,
        is: one.outerHTML.slice(0, 120) }; }"""
MOST_TABS = 60


class Keys:
    """Somebody who has keys and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.rows = page.locator(".feed article")
        self.newest = self.rows.first
        self.dialog = page.get_by_role("dialog")

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)
            await self.is_somewhere()

    async def is_somewhere(self) -> None:
        """The focus is on something, and that is in the window and marked."""
        # What closes gives it back, and what it goes to scrolls into view, before the next key.
        good = "!found.lost && found.marked && found.inView"
        try:
            await self.page.wait_for_function(
                f"() => {{ const found = ({_FOCUS})(); return {good}; }}", timeout=2_000
            )
        except TimeoutError:
            raise AssertionError(await self.page.evaluate(_FOCUS)) from None

    async def goes_to(self, selector: str, key: str = "Tab") -> None:
        """Step by step."""
        for _ in range(MOST_TABS):
            if await self.page.evaluate(
                "(selector) => document.activeElement.matches(selector)", selector
            ):
                return
            await self.press(key)
        raise AssertionError(f"{selector} was not reached by {MOST_TABS} times {key}")


@pytest.fixture
async def desk(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> AsyncIterator[Keys]:
    """A story with one update in it, opened by an editor."""
    slug = newsroom.open()
    newsroom.rules(slug, undo_seconds=0)
    newsroom.post(slug, "What was there before")
    person = await a_person(store, "editor", full_name="Ada Winter")
    async with a_desk(browser, site, store, person, slug) as page:
        keys = Keys(page)
        await expect(keys.rows).to_have_count(1)
        await expect(page.locator(".composer textarea")).to_be_visible()
        # One begins in the content, behind the masthead.
        await expect(page.locator("#content")).to_be_focused()
        yield keys


async def test_an_update_is_posted_edited_pinned_and_retracted_by_keys_alone(desk: Keys) -> None:
    await posted(desk)
    await desk.goes_to(".feed article")
    await expect(desk.newest).to_be_focused()
    await edited(desk)
    await desk.press("p")
    await expect(desk.newest).to_contain_text("Pinned")
    await expect(desk.newest).to_be_focused()
    await desk.press("j", "k")
    await asked_by_the_menu(desk)
    await retracted(desk)
    await desk.press("Shift+Tab", "Tab")


async def posted(desk: Keys) -> None:
    await desk.goes_to(".composer textarea")
    await desk.page.keyboard.type("Nobody is hurt.")
    await desk.goes_to(".switch-key_event")
    await desk.press("Space")
    await desk.goes_to(".composer textarea", "Shift+Tab")
    await desk.press("Control+Enter")
    await expect(desk.newest).to_contain_text("Nobody is hurt.")
    await expect(desk.newest).to_contain_text("Key event")
    await expect(desk.newest).to_have_attribute("aria-busy", "false")


async def edited(desk: Keys) -> None:
    await desk.press("e")
    await expect(desk.dialog.get_by_label("Update", exact=True)).to_have_value("Nobody is hurt.")
    await desk.goes_to("dialog textarea")
    await desk.press("Control+End")
    await desk.page.keyboard.type(" Not one.")
    await desk.press("Control+Enter")
    await expect(desk.dialog).to_be_hidden()
    await expect(desk.newest).to_contain_text("Not one.")
    await expect(desk.newest).to_be_focused()


async def asked_by_the_menu(desk: Keys) -> None:
    """And out of the dialog again, without doing it."""
    await desk.goes_to(".row:focus-within .menu button")
    await desk.press("Enter")
    await expect(desk.page.get_by_role("menuitem").first).to_be_focused()
    await desk.press("End", "ArrowUp", "End", "Enter")
    await expect(desk.page.get_by_role("heading", name="Retract this update")).to_be_visible()
    await desk.press("Escape")
    await expect(desk.dialog).to_be_hidden()
    await desk.is_somewhere()
    await desk.goes_to(".feed article", "Shift+Tab")
    await expect(desk.newest).to_be_focused()


async def retracted(desk: Keys) -> None:
    await desk.press("Delete")
    await expect(desk.dialog).to_be_visible()
    await desk.goes_to("dialog textarea")
    await desk.page.keyboard.type("It was a drill.")
    await desk.goes_to("dialog .danger")
    await desk.press("Enter")
    await expect(desk.dialog).to_be_hidden()
    await expect(desk.newest).to_contain_text("It was a drill.")
    await expect(desk.newest).to_have_attribute("aria-busy", "false")
    await expect(desk.newest).to_be_focused()
