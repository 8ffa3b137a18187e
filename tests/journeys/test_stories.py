"""The desk's list of stories, opening one, and what is done to a story as a whole."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.builders import a_slug
from tests.desks import a_desk, axe, story_path
from tests.people import a_person
from tests.sites import Newsroom, Site

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


def row(page: Page, headline: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=headline)


async def test_a_story_is_opened_in_two_fields(
    browser: Browser, site: Site, store: RedisStore
) -> None:
    editor = await a_person(store, "editor")
    headline = f"Ferry stopped {a_slug()}"
    async with a_desk(browser, site, store, editor) as page:
        await page.get_by_role("button", name="Open a story").click()
        dialog = page.get_by_role("dialog", name="Open a story")
        await dialog.get_by_label("Headline").fill(headline)
        slug = headline.lower().replace(" ", "-")
        await expect(dialog.get_by_label("Address")).to_have_value(slug)
        await dialog.get_by_role("button", name="Open a story").click()
        await expect(page).to_have_url(re.compile(f"{story_path(Slug(slug))}$"))
        await expect(page.get_by_role("heading", name=headline)).to_be_visible()
        assert site.http.get(f"/stories/{slug}").status_code == 200


async def test_an_address_that_is_taken_is_told_with_another(
    browser: Browser, site: Site, store: RedisStore, newsroom: Newsroom
) -> None:
    slug = newsroom.open()
    async with a_desk(browser, site, store, await a_person(store, "editor")) as page:
        await page.get_by_role("button", name="Open a story").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Headline").fill("Anything")
        await dialog.get_by_label("Address").fill(slug)
        await dialog.get_by_role("button", name="Open a story").click()
        await expect(
            dialog.get_by_text(re.compile("There is a story at this address"))
        ).to_be_visible()
        await expect(dialog.get_by_label("Headline")).to_have_value("Anything")


async def test_a_headline_without_latin_letters_still_has_an_address(
    browser: Browser, site: Site, store: RedisStore
) -> None:
    async with a_desk(browser, site, store, await a_person(store, "editor")) as page:
        await page.get_by_role("button", name="Open a story").click()
        await page.get_by_role("dialog").get_by_label("Headline").fill("توقفت العبّارات")
        await expect(page.get_by_role("dialog").get_by_label("Address")).to_have_value(
            re.compile(r"^story-\d{4}-\d\d-\d\d$")
        )


async def test_the_list_tells_what_happens_without_being_loaded_again(
    browser: Browser, site: Site, store: RedisStore, newsroom: Newsroom
) -> None:
    headline = f"Bridge closed {a_slug()}"
    async with a_desk(browser, site, store, await a_person(store, "editor")) as page:
        await expect(page.get_by_role("heading", name="Stories")).to_be_visible()
        slug = newsroom.open(headline=headline)
        one = row(page, headline)
        await expect(one).to_contain_text("Live")
        contributor = Newsroom(site, await site.token("contributor", name="Tom"))
        contributor.post(slug, "I am there")
        await expect(one).to_contain_text("1 waits for approval")
        newsroom.amend(slug, status="paused", headline=f"{headline}, for now")
        await expect(row(page, f"{headline}, for now")).to_contain_text("Paused")


async def test_who_is_in_a_story_is_seen_in_the_list(
    browser: Browser, site: Site, store: RedisStore, newsroom: Newsroom
) -> None:
    headline = f"Strike {a_slug()}"
    slug = newsroom.open(headline=headline)
    grace = await a_person(store, "reporter", full_name="Grace Field")
    ada = await a_person(store, "editor")
    async with a_desk(browser, site, store, ada) as page:
        await expect(row(page, headline)).to_be_visible()
        async with a_desk(browser, site, store, grace, slug):
            await expect(
                row(page, headline).get_by_role("img", name="Here now: Grace Field")
            ).to_be_visible()
        await expect(row(page, headline).get_by_role("img")).to_have_count(0)


async def test_readers_see_a_pause_a_close_and_a_reopening(
    browser: Browser, site: Site, store: RedisStore, newsroom: Newsroom
) -> None:
    slug = newsroom.open()
    reader = await browser.new_page()
    await reader.goto(f"{site.url}/stories/{slug}")
    async with a_desk(browser, site, store, await a_person(store, "editor"), slug) as page:
        await page.get_by_role("button", name="State of the story: Live").click()
        await page.get_by_role("menuitem", name="Pause").click()
        line = page.get_by_label("What readers are told")
        await expect(line).to_have_value("Updates to follow")
        await line.fill("Back at six")
        await page.get_by_role("button", name="Pause", exact=True).click()
        await expect(reader.get_by_text("Back at six")).to_be_visible()

        await page.get_by_role("button", name="State of the story: Paused").click()
        await page.get_by_role("menuitem", name="Close").click()
        await page.get_by_role("button", name="Close the story").click()
        await expect(reader.get_by_text("This live coverage has ended")).to_be_visible()

        await page.get_by_role("button", name="State of the story: Closed").click()
        await page.get_by_role("menuitem", name="Reopen").click()
        await expect(page.get_by_role("button", name="State of the story: Live")).to_be_visible()
    await reader.close()


async def test_a_head_is_changed_and_readers_are_told(
    browser: Browser, site: Site, store: RedisStore, newsroom: Newsroom
) -> None:
    slug = newsroom.open()
    reader = await browser.new_page()
    await reader.goto(f"{site.url}/stories/{slug}")
    editor = await a_person(store, "editor")
    async with a_desk(browser, site, store, editor, slug, part="about") as page:
        await page.get_by_label("Standfirst").fill("A letter came this morning.")
        await page.get_by_label("Additional reporting by").fill("Grace Field")
        await page.keyboard.press("Enter")
        await page.get_by_label("Tell readers what changed").fill(
            "This story has been updated to reflect the letter."
        )
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_text("Saved. Readers see it now.")).to_be_visible()
        await expect(reader.get_by_text("A letter came this morning.")).to_be_visible()
        await expect(reader.get_by_text("Additional reporting by Grace Field")).to_be_visible()
        await expect(reader.get_by_text("updated to reflect the letter")).to_be_visible()
        await expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    await reader.close()


async def test_two_who_change_the_same_line_choose_and_lose_nothing(
    browser: Browser, site: Site, store: RedisStore, newsroom: Newsroom
) -> None:
    slug = newsroom.open(standfirst="First")
    editor = await a_person(store, "editor")
    async with a_desk(browser, site, store, editor, slug, part="about") as page:
        await page.get_by_label("Standfirst").fill("Mine")
        await page.get_by_label("Kicker").fill("Court")
        newsroom.amend(slug, standfirst="Theirs", byline="Ada Winter")
        await page.get_by_role("button", name="Save", exact=True).click()
        conflict = page.get_by_role("alert").filter(has_text="Somebody else changed this")
        await expect(conflict).to_contain_text("Theirs")
        await expect(conflict).to_contain_text("Mine")
        await conflict.get_by_role("button", name="Yours").click()
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_text("Saved. Readers see it now.")).to_be_visible()
        head = newsroom.api.get(f"/stories/{slug}").json()
        assert (head["standfirst"], head["kicker"], head["byline"]) == (
            "Mine",
            "Court",
            "Ada Winter",
        )


async def test_the_rules_of_a_story_are_saved_at_once(
    browser: Browser, site: Site, store: RedisStore, newsroom: Newsroom
) -> None:
    slug = newsroom.open()
    editor = await a_person(store, "editor")
    async with a_desk(browser, site, store, editor, slug, part="about") as page:
        await page.get_by_label("Breaking needs a second pair of eyes").check()
        await expect(page.get_by_text("The rules are saved.")).to_be_visible()
        await page.get_by_label("Seconds to undo after posting").fill("20")
        async with page.expect_response(re.compile("/rules$")) as changed:
            await page.keyboard.press("Tab")
        assert (await changed.value).status == 200
        rules = newsroom.api.get(f"/stories/{slug}/rules").json()
        assert (rules["breaking_approval"], rules["undo_seconds"]) == (True, 20)


async def test_a_reporter_reads_the_head_but_does_not_change_it(
    browser: Browser, site: Site, store: RedisStore, newsroom: Newsroom
) -> None:
    slug = newsroom.open()
    reporter = await a_person(store, "reporter")
    async with a_desk(browser, site, store, reporter, slug, part="about") as page:
        await expect(page.get_by_text("Only editors can change this.")).to_be_visible()
        await expect(page.get_by_label("Standfirst")).not_to_be_editable()
        await expect(page.get_by_label("Breaking needs a second pair of eyes")).to_be_disabled()


async def test_a_story_that_is_not_there_is_told_with_a_way_back(
    browser: Browser, site: Site, store: RedisStore
) -> None:
    editor = await a_person(store, "editor")
    async with a_desk(browser, site, store, editor, Slug("nothing-here")) as page:
        await expect(page.get_by_role("heading", name="There is no story")).to_be_visible()
        await page.get_by_role("link", name="All stories").click()
        await expect(page.get_by_role("heading", name="Stories")).to_be_visible()


async def test_the_desk_speaks_arabic_from_right_to_left_and_remembers_it(
    browser: Browser, site: Site, store: RedisStore
) -> None:
    async with a_desk(browser, site, store, await a_person(store, "editor")) as page:
        await page.get_by_role("button", name="Signed in as").click()
        await page.get_by_role("menuitem", name="العربية").click()
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await expect(page.get_by_role("heading", name="القصص")).to_be_visible()
        await page.reload()
        await expect(page.locator("html")).to_have_attribute("lang", "ar")
        await expect(page.get_by_role("heading", name="القصص")).to_be_visible()


async def test_signing_out_ends_the_session(
    browser: Browser, site: Site, store: RedisStore
) -> None:
    async with a_desk(browser, site, store, await a_person(store, "editor")) as page:
        await page.get_by_role("button", name="Signed in as").click()
        await page.get_by_role("menuitem", name="Sign out").click()
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        await page.goto("/desk")
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize(
    ("dark", "language"), [(False, "en"), (True, "en"), (False, "ar")], ids=["light", "dark", "ar"]
)
async def test_axe_finds_nothing_in_the_list_and_the_head(
    browser: Browser,
    site: Site,
    store: RedisStore,
    newsroom: Newsroom,
    phone: bool,
    dark: bool,
    language: str,
) -> None:
    slug = newsroom.open(kicker="Breaking", contributors=["Grace Field"])
    newsroom.amend(slug, correction={"kind": "update", "note": "Updated with the letter."})
    editor = await a_person(store, "editor")
    async with a_desk(
        browser, site, store, editor, phone=phone, dark=dark, language=language
    ) as page:
        await expect(page.get_by_role("listitem").first).to_be_visible()
        await axe(page)
        await page.get_by_role("main").get_by_role("button").first.click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await axe(page)
        await page.goto(story_path(slug, "about"))
        await expect(page.get_by_role("main").get_by_role("textbox").nth(5)).to_be_visible()
        await axe(page)
