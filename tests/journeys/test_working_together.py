"""Several people in one story: what waits, who edits what, two who write on the same update."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.desks import a_desk, axe
from tests.people import a_person
from tests.sites import Newsroom, Site

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


def row(page: Page, posted: dict[str, Any]) -> Locator:
    """An update in the timeline."""
    return page.locator(f'.feed [data-id="{posted["id"]}"]')


def cards(page: Page) -> Locator:
    """What waits beside the timeline."""
    return page.locator(".waiting .draft")


async def do(within: Locator, action: str) -> None:
    """Choose it from the menu of an update."""
    await within.get_by_role("button", name="More to do with this update").click()
    await within.get_by_role("menuitem", name=action).click()


async def edit(page: Page, posted: dict[str, Any]) -> Locator:
    """Open the composer with the update."""
    await row(page, posted).focus()
    await page.keyboard.press("e")
    dialog = page.get_by_role("dialog", name="Edit")
    await expect(dialog.get_by_label("Update", exact=True)).not_to_have_value("")
    return dialog


async def save(dialog: Locator) -> None:
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_be_hidden()


def at_once(newsroom: Newsroom, slug: Slug) -> None:
    """Nothing is held back so that it can be undone."""
    answer = newsroom.api.patch(f"/stories/{slug}/rules", json={"undo_seconds": 0})
    assert answer.status_code == 200, answer.text


_WAS = "The bridge is closed.\n\nTwo people are missing.\n\nMore soon."
_THEIRS = "The old bridge is closed.\n\nTwo people are missing.\n\nMore soon."
_MINE = "The bridge is closed.\n\nTwo people are missing.\n\nMore at noon."


async def a_conflict(newsroom: Newsroom, ada: Page, slug: Slug, mine: str = _MINE) -> Any:
    """Ada writes while somebody else changes the same update; her desk shows both texts."""
    posted = newsroom.post(slug, _WAS)
    dialog = await edit(ada, posted)
    await dialog.get_by_label("Update", exact=True).fill(mine)
    newsroom.edit(slug, posted, text=_THEIRS)
    await save(dialog)
    await ada.locator(".timeline").get_by_role("button", name="Compare").click()
    return posted, ada.get_by_role("dialog", name="Two wrote on this update")


async def test_two_edit_the_same_update_and_both_texts_are_shown_and_kept(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    at_once(newsroom, slug)
    ada = await a_person(store, "editor")
    bo = await a_person(store, "editor", full_name="Bo Field")
    async with (
        a_desk(browser, site, store, ada, slug) as hers,
        a_desk(browser, site, store, bo, slug) as his,
    ):
        posted = newsroom.post(slug, _WAS)
        first = await edit(hers, posted)
        await expect(row(his, posted).get_by_label("Edited now by Ada Winter")).to_be_visible()
        second = await edit(his, posted)
        await expect(his.get_by_text("Ada Winter is editing this update.")).to_be_visible()
        await first.get_by_label("Update", exact=True).fill(_MINE)
        await second.get_by_label("Update", exact=True).fill(_THEIRS)
        await save(second)
        await expect(row(his, posted)).to_contain_text("The old bridge is closed.")
        await save(first)
        await hers.locator(".timeline").get_by_role("button", name="Compare").click()
        dialog = hers.get_by_role("dialog", name="Two wrote on this update")
        await expect(dialog).to_contain_text("Bo Field changed this update while you wrote")
        await expect(dialog.get_by_label("When you began")).to_contain_text("More soon.")
        await expect(dialog.get_by_label("Now, by Bo Field").locator("ins")).to_contain_text("old")
        await expect(dialog.get_by_label("Yours").locator("ins")).to_contain_text("at noon")
        await axe(hers)
        # Each changed another line, so that both fit together.
        await dialog.get_by_role("button", name="Publish both together").click()
        for page in (hers, his):
            await expect(row(page, posted)).to_contain_text("The old bridge is closed.")
            await expect(row(page, posted)).to_contain_text("More at noon.")


async def test_where_both_changed_the_same_line_both_stay_until_somebody_chooses(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    at_once(newsroom, slug)
    ada = await a_person(store, "editor")
    async with a_desk(browser, site, store, ada, slug) as page:
        mine = _WAS.replace("closed", "open again")
        posted, dialog = await a_conflict(newsroom, page, slug, mine)
        together = dialog.get_by_label("Both together")
        publish = dialog.get_by_role("button", name="Publish both together")
        text = await together.input_value()
        assert "The old bridge is closed." in text
        assert "The bridge is open again." in text
        await expect(publish).to_be_disabled()
        await together.fill("The old bridge is open again.\n\nTwo people are missing.")
        await publish.click()
        await expect(row(page, posted)).to_contain_text("The old bridge is open again.")


async def test_who_yields_keeps_the_own_words_as_a_draft(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    at_once(newsroom, slug)
    ada = await a_person(store, "editor")
    async with a_desk(browser, site, store, ada, slug) as page:
        posted, dialog = await a_conflict(newsroom, page, slug)
        await dialog.get_by_role("button", name="Leave theirs").click()
        await expect(cards(page)).to_contain_text("More at noon.")
        await expect(cards(page)).to_contain_text("Only you")
        await expect(row(page, posted)).to_contain_text("The old bridge is closed.")


async def test_who_insists_leaves_the_other_text_in_the_history(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    at_once(newsroom, slug)
    ada = await a_person(store, "editor")
    async with a_desk(browser, site, store, ada, slug) as page:
        posted, dialog = await a_conflict(newsroom, page, slug)
        await dialog.get_by_role("button", name="Publish mine").click()
        await expect(row(page, posted)).to_contain_text("More at noon.")
        await expect(row(page, posted)).not_to_contain_text("old")
        await do(row(page, posted), "History")
        await expect(page.get_by_role("dialog").locator("del").first).to_contain_text("old")


async def test_a_mark_set_on_an_older_version_is_set_on_the_newer(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    ada = await a_person(store, "editor")
    async with a_desk(browser, site, store, ada, slug) as page:
        posted = newsroom.post(slug, _WAS)
        await expect(row(page, posted)).to_be_visible()
        await page.context.set_offline(True)
        await row(page, posted).focus()
        await page.keyboard.press("Shift+K")
        newsroom.edit(slug, posted, text=_THEIRS)
        await page.context.set_offline(False)
        await expect(row(page, posted)).to_contain_text("The old bridge")
        await expect(row(page, posted)).not_to_contain_text("On its way")
        await expect(row(page, posted)).to_contain_text("Key event")


async def test_a_submission_is_approved_while_its_author_is_away(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    at_once(newsroom, slug)
    bo = await a_person(store, "contributor", full_name="Bo Field")
    ada = await a_person(store, "editor")
    async with a_desk(browser, site, store, ada, slug) as page:
        async with a_desk(browser, site, store, bo, slug) as author:
            await author.get_by_label("Update", exact=True).fill("Water at the mill.")
            await author.get_by_role("button", name="Submit", exact=True).click()
            await expect(cards(author)).to_contain_text("Water at the mill.")
        # Bo is gone; Ada sees the submission without a reload.
        await expect(cards(page)).to_contain_text("Submitted by Bo Field", ignore_case=True)
        await expect(page.get_by_role("heading", name="Submitted 1")).to_be_visible()
        reader = await page.context.new_page()
        await reader.goto(f"/stories/{slug}")
        await cards(page).get_by_role("button", name="Approve", exact=True).click()
        await expect(cards(page)).to_have_count(0)
        await expect(page.locator(".feed")).to_contain_text("Water at the mill.")
        await reader.get_by_role("button", name="1 new update").click()
        await expect(reader.get_by_text("Water at the mill.")).to_be_visible()


async def test_a_submission_is_sent_back_with_a_note_and_comes_again(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    bo = await a_person(store, "contributor", full_name="Bo Field")
    ada = await a_person(store, "editor")
    at_once(newsroom, slug)
    async with (
        a_desk(browser, site, store, ada, slug) as page,
        a_desk(browser, site, store, bo, slug) as author,
    ):
        await author.get_by_label("Update", exact=True).fill("Water at the mill.")
        await author.get_by_role("button", name="Submit", exact=True).click()
        await do(cards(page), "Send back")
        await page.get_by_label("Note", exact=True).fill("Which mill?")
        await page.get_by_role("dialog").get_by_role("button", name="Send back").click()
        await expect(cards(author).locator(".returned")).to_contain_text("Which mill?")
        await cards(author).get_by_role("button", name="Edit").click()
        dialog = author.get_by_role("dialog", name="Edit")
        await dialog.get_by_label("Update", exact=True).fill("Water at the upper mill.")
        await dialog.get_by_role("button", name="Save draft").click()
        await expect(cards(author)).to_contain_text("upper mill")
        await cards(author).get_by_role("button", name="Submit", exact=True).click()
        await expect(cards(page)).to_contain_text("upper mill")
        await cards(page).get_by_role("button", name="Edit and approve").click()
        dialog = page.get_by_role("dialog", name="Edit and approve")
        await dialog.get_by_label("Update", exact=True).fill("Water at the upper mill, says Bo.")
        await save(dialog)
        await expect(page.locator(".feed")).to_contain_text("says Bo")
        await expect(cards(author)).to_have_count(0)


async def test_nobody_is_the_second_pair_of_eyes_on_the_own_update(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    rules = {"breaking_approval": True, "undo_seconds": 0}
    assert newsroom.api.patch(f"/stories/{slug}/rules", json=rules).status_code == 200
    ada = await a_person(store, "editor")
    bo = await a_person(store, "editor", full_name="Bo Field")
    async with (
        a_desk(browser, site, store, ada, slug) as page,
        a_desk(browser, site, store, bo, slug) as other,
    ):
        await page.get_by_label("Update", exact=True).fill("The dam is breaking.")
        await page.get_by_role("button", name="Breaking", exact=True).click()
        await page.get_by_role("button", name="Submit", exact=True).click()
        await cards(page).get_by_role("button", name="Approve", exact=True).click()
        await expect(page.locator(".timeline").get_by_text("Not sent:")).to_be_visible()
        await expect(page.locator(".feed article")).to_have_count(0)
        await cards(other).get_by_role("button", name="Approve", exact=True).click()
        await expect(page.locator(".feed")).to_contain_text("The dam is breaking.")


async def test_what_is_scheduled_can_go_out_now_or_not_at_all(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    ada = await a_person(store, "editor")
    async with a_desk(browser, site, store, ada, slug) as page:
        newsroom.post(slug, "The minister speaks", embargo="2030-01-01T00:00:00Z")
        await expect(page.get_by_role("heading", name="Scheduled 1")).to_be_visible()
        await do(cards(page), "Do not schedule")
        await expect(page.get_by_role("heading", name="Drafts 1")).to_be_visible()
        await cards(page).get_by_role("button", name="Publish now").click()
        await expect(page.locator(".feed")).to_contain_text("The minister speaks")
        await expect(cards(page)).to_have_count(0)


async def test_a_draft_that_is_dropped_can_be_called_back(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    ada = await a_person(store, "editor")
    async with a_desk(browser, site, store, ada, slug) as page:
        newsroom.post(slug, "Half a thought", draft=True)
        await do(cards(page), "Drop the draft")
        await expect(cards(page)).to_have_count(0)
        await page.locator(".toasts").get_by_role("button", name="Undo").click()
        await expect(cards(page)).to_contain_text("Half a thought")
        drafts = newsroom.api.get(f"/stories/{slug}/drafts").json()["drafts"]
        assert len(drafts) == 1


async def test_a_note_is_seen_by_colleagues_at_once_and_never_by_readers(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    posted = newsroom.post(slug, _WAS)
    ada = await a_person(store, "editor")
    bo = await a_person(store, "reporter", full_name="Bo Field")
    async with (
        a_desk(browser, site, store, ada, slug) as page,
        a_desk(browser, site, store, bo, slug) as other,
    ):
        await do(row(page, posted), "Notes")
        await page.get_by_label("New note").fill("Who says two?")
        await page.get_by_role("button", name="Add the note").click()
        await expect(page.locator(".note")).to_contain_text("Who says two?")
        await expect(row(other, posted).locator(".unread")).to_have_text("1 note")
        await do(row(other, posted), "Notes")
        await expect(other.locator(".note")).to_contain_text("Who says two?")
        await axe(other)
        await other.get_by_role("button", name="Close").click()
        await expect(row(other, posted).locator(".row-notes")).to_be_visible()
        await expect(row(other, posted).locator(".unread")).to_have_count(0)
        await page.get_by_role("button", name="Delete the note").click()
        await expect(row(other, posted).locator(".row-notes")).to_have_count(0)
    assert "Who says two?" not in site.http.get(f"/stories/{slug}").text
