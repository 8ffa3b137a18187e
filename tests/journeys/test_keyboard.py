"""The desk without a pointer: every act by keys, and it is always to be seen where one is."""

from __future__ import annotations

from contextlib import suppress

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

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)
            await self.is_somewhere()

    async def is_somewhere(self) -> None:
        """The focus is on something, and that is in the window and marked."""
        # What closes gives it back, and what it goes to scrolls into view, before the next key.
        with suppress(TimeoutError):
            await self.page.wait_for_function(
                f"() => {{ const found = ({_FOCUS})();"
                " return !found.lost && found.marked && found.inView; }",
                timeout=2_000,
            )
        found = await self.page.evaluate(_FOCUS)
        assert not found["lost"], found
        assert found["marked"], found
        assert found["inView"], found

    async def goes_to(self, selector: str, key: str = "Tab") -> None:
        """Step by step."""
        for _ in range(MOST_TABS):
            if await self.page.evaluate(
                "(selector) => document.activeElement.matches(selector)", selector
            ):
                return
            await self.press(key)
        raise AssertionError(f"{selector} was not reached by {MOST_TABS} times {key}")


async def test_an_update_is_posted_edited_pinned_and_retracted_by_keys_alone(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    newsroom.rules(slug, undo_seconds=0)
    newsroom.post(slug, "What was there before")
    person = await a_person(store, "editor", full_name="Ada Winter")
    async with a_desk(browser, site, store, person, slug) as page:
        keys = Keys(page)
        rows = page.locator(".feed article")
        newest, dialog = rows.first, page.get_by_role("dialog")
        await expect(rows).to_have_count(1)
        await expect(page.locator(".composer textarea")).to_be_visible()
        # One begins in the content, behind the masthead.
        await expect(page.locator("#content")).to_be_focused()
        await keys.goes_to(".composer textarea")

        await page.keyboard.type("Nobody is hurt.")
        await keys.goes_to(".switch-key_event")
        await keys.press("Space")
        await keys.goes_to(".composer textarea", "Shift+Tab")
        await keys.press("Control+Enter")
        await expect(newest).to_contain_text("Nobody is hurt.")
        await expect(newest).to_contain_text("Key event")
        await expect(newest).to_have_attribute("aria-busy", "false")

        await keys.goes_to(".feed article")
        await expect(newest).to_be_focused()
        await keys.press("e")
        await expect(dialog.get_by_label("Update", exact=True)).to_have_value("Nobody is hurt.")
        await keys.goes_to("dialog textarea")
        await keys.press("Control+End")
        await page.keyboard.type(" Not one.")
        await keys.press("Control+Enter")
        await expect(dialog).to_be_hidden()
        await expect(newest).to_contain_text("Not one.")
        await expect(newest).to_be_focused()
        await keys.is_somewhere()

        await keys.press("p")
        await expect(newest).to_contain_text("Pinned")
        await expect(newest).to_be_focused()
        await keys.press("j", "k")

        # The same by its menu, and out of a dialog again without doing it.
        await keys.goes_to(".row:focus-within .menu button")
        await keys.press("Enter")
        await expect(page.get_by_role("menuitem").first).to_be_focused()
        await keys.press("End", "ArrowUp", "End", "Enter")
        await expect(dialog.get_by_role("heading", name="Retract this update")).to_be_visible()
        await keys.press("Escape")
        await expect(dialog).to_be_hidden()
        await keys.is_somewhere()

        await keys.goes_to(".feed article", "Shift+Tab")
        await expect(newest).to_be_focused()
        await keys.press("Delete")
        await expect(dialog).to_be_visible()
        await keys.goes_to("dialog textarea")
        await page.keyboard.type("It was a drill.")
        await keys.goes_to("dialog .danger")
        await keys.press("Enter")
        await expect(dialog).to_be_hidden()
        await expect(newest).to_contain_text("It was a drill.")
        await expect(newest).to_be_focused()
        await keys.press("Shift+Tab", "Tab")
        (kept,) = newsroom.api.get(f"/stories/{slug}/updates").json()["updates"][:1]
        assert (kept["status"], kept["notice"]) == ("retracted", "It was a drill.")
