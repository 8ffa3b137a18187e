"""The timeline of a story at the desk: what it shows, how one goes through it, what is done."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from liveblog.store.redis import RedisStore
from tests.desks import a_desk, axe
from tests.long_stories import a_long_story
from tests.people import a_person
from tests.sites import Newsroom, Site

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

_TOP = "(row) => row.getBoundingClientRect().top"
# The first row below the upper third of the window, far from the top of the feed.
_READ = """() => [...document.querySelectorAll(".feed article")]
    .filter((row) => row.getBoundingClientRect().top > 300 && row.ariaPosInSet > 8)
    .map((row) => [row.dataset.id, Number(row.ariaPosInSet)])[0]"""


def row(page: Page, posted: dict[str, Any]) -> Locator:
    """An update in the timeline."""
    return page.locator(f'.feed [data-id="{posted["id"]}"]')


def rows(page: Page) -> Locator:
    return page.locator(".feed article")


async def do(page: Page, posted: dict[str, Any], action: str) -> None:
    """Choose it from the menu of an update."""
    await row(page, posted).get_by_role("button", name="More to do with this update").click()
    await page.get_by_role("menuitem", name=action).click()


async def test_an_update_is_shown_as_readers_see_it_with_what_the_newsroom_knows(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    posted = newsroom.post(
        slug,
        "The **river** is over the wall.",
        title="Over the wall",
        byline="Grace Field",
        key_event=True,
        breaking=True,
        pinned=True,
        verification="reported",
        tags=["river"],
    )
    newsroom.edit(slug, posted, correction={"kind": "correction", "note": "It was the weir."})
    hoax = newsroom.post(slug, "A whale in the river")
    newsroom.retract(slug, hoax, "It was a hoax.")
    async with a_desk(browser, site, store, await a_person(store), slug) as page:
        shown = row(page, posted)
        await expect(shown.locator("strong").first).to_have_text("river")
        for label in ("Pinned", "Breaking", "Key event", "Reported", "Corrected", "#river"):
            await expect(shown).to_contain_text(label)
        await expect(shown).to_contain_text("It was the weir.")
        await expect(row(page, hoax)).to_contain_text("It was a hoax.")
        await expect(row(page, hoax)).not_to_contain_text("whale")
        await expect(rows(page).first).to_have_attribute("aria-setsize", "2")


async def test_nothing_moves_under_who_reads(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = await a_long_story(store, 120)
    async with a_desk(browser, site, store, await a_person(store), slug) as page:
        await expect(rows(page).first).to_have_attribute("aria-setsize", "120")
        newsroom.post(slug, "At the top it just appears")
        await expect(rows(page).first).to_contain_text("At the top it just appears")
        await page.mouse.move(700, 500)
        await page.mouse.wheel(0, 6000)
        await page.wait_for_function(_READ)
        id, position = await page.evaluate(_READ)
        read = page.locator(f'.feed [data-id="{id}"]')
        before = await read.evaluate(_TOP)
        for number in range(3):
            newsroom.post(slug, f"News {number}\n\nof three\n\nparagraphs")
        pill = page.get_by_role("button", name="3 new updates")
        await expect(pill).to_be_visible()
        await expect(read).to_have_attribute("aria-posinset", str(position + 3))
        assert abs(await read.evaluate(_TOP) - before) < 1.5
        await pill.click()
        await expect(rows(page).first).to_be_in_viewport()
        await expect(rows(page).first).to_contain_text("News 2")
        await expect(pill).to_be_hidden()


async def test_the_keys_go_from_update_to_update_and_the_focus_stays(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = await a_long_story(store, 60)
    async with a_desk(browser, site, store, await a_person(store), slug) as page:
        await expect(rows(page).first).to_have_attribute("aria-setsize", "60")
        focused = page.locator(".feed article:focus")
        await page.locator("#content").focus()
        await page.keyboard.press("j")
        await expect(focused).to_have_attribute("aria-posinset", "1")
        for _ in range(11):
            await page.keyboard.press("j")
        await expect(focused).to_have_attribute("aria-posinset", "12")
        await expect(focused).to_be_in_viewport()
        await page.keyboard.press("k")
        await page.keyboard.press("PageUp")
        await expect(focused).to_have_attribute("aria-posinset", "10")
        await page.keyboard.press("PageDown")
        id = await focused.get_attribute("data-id")
        # Far from view it is still there, with the focus.
        await page.keyboard.press("End")
        await expect(focused).not_to_be_in_viewport()
        await expect(focused).to_have_attribute("data-id", id or "")
        newsroom.post(slug, "Something else happens")
        await expect(focused).to_have_attribute("aria-posinset", "12")


async def test_filters_say_how_many_there_are(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = await a_long_story(store, 50)
    newsroom.post(slug, "By me", byline="Ada Winter", tags=["odd"])
    newsroom.post(slug, "Later", embargo="2030-01-01T00:00:00Z")
    newsroom.retract(slug, newsroom.post(slug, "Wrong"))
    person = await a_person(store, "editor", full_name="Ada Winter")
    async with a_desk(browser, site, store, person, slug) as page:
        for words, n in (("All", 52), ("Key events", 2), ("Mine", 18), ("Retracted", 1)):
            await expect(page.get_by_role("button", name=f"{words} {n}")).to_be_visible()
        await page.get_by_role("button", name="Scheduled 1").click()
        await expect(rows(page)).to_have_count(1)
        await expect(rows(page)).to_contain_text("Later")
        await page.get_by_role("button", name="Key events 2").click()
        await expect(rows(page).first).to_have_attribute("aria-setsize", "2")
        await page.get_by_role("button", name="Key events 2").click()
        await page.get_by_label("Only with the tag").select_option("odd")
        await expect(rows(page)).to_have_count(1)
        await expect(rows(page)).to_contain_text("By me")


async def test_what_is_searched_is_found_without_its_accents_and_marked(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = await a_long_story(store, 40)
    wanted = newsroom.post(slug, "A train to Zürich, said **Ñuñez** of the القَاهِرة office")
    async with a_desk(browser, site, store, await a_person(store), slug) as page:
        await expect(row(page, wanted)).to_be_visible()
        await page.locator("#content").focus()
        await page.keyboard.press("/")
        await page.keyboard.type("nunez ZURICH")
        await expect(rows(page)).to_have_count(1)
        marked = "() => [...CSS.highlights.get('found')].map(String)"
        assert sorted(await page.evaluate(marked)) == ["Zürich", "Ñuñez"]
        await page.get_by_label("Search in the story").fill("القاهرة")
        await expect(row(page, wanted)).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(rows(page).first).to_have_attribute("aria-setsize", "41")


async def test_marks_are_set_from_the_timeline_and_seen_by_a_reader(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    first, second = newsroom.post(slug, "First"), newsroom.post(slug, "Second")
    async with a_desk(browser, site, store, await a_person(store, "editor"), slug) as page:
        reader = await page.context.new_page()
        await reader.goto(f"/stories/{slug}")
        await row(page, first).focus()
        await page.keyboard.press("p")
        await expect(row(page, first)).to_contain_text("Pinned")
        await expect(reader.locator(".update-pinned")).to_contain_text("First")
        await row(page, second).focus()
        await page.keyboard.press("p")
        await expect(row(page, first)).not_to_contain_text("Pinned")
        await page.keyboard.press("Shift+K")
        await expect(row(page, second)).to_contain_text("Key event")
        await expect(reader.locator(".rail-list")).to_contain_text("Second")
        await row(page, first).focus()
        await page.keyboard.press("Delete")
        await page.get_by_label("Reason").fill("It was a drill.")
        await page.get_by_role("button", name="Retract").click()
        await expect(row(page, first)).to_contain_text("It was a drill.")
        await expect(reader.get_by_text("It was a drill.")).to_be_visible()


async def test_what_is_done_without_a_network_is_shown_and_done_later(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    posted = newsroom.post(slug, "First")
    async with a_desk(browser, site, store, await a_person(store, "editor"), slug) as page:
        await expect(row(page, posted)).to_be_visible()
        await page.context.set_offline(True)
        await row(page, posted).focus()
        await page.keyboard.press("p")
        await page.keyboard.press("Shift+K")
        for label in ("Pinned", "Key event", "On its way"):
            await expect(row(page, posted)).to_contain_text(label)
        state = newsroom.api.get(f"/stories/{slug}/updates/{posted['id']}").json()
        assert "pinned" not in state
        await page.context.set_offline(False)
        await expect(row(page, posted)).not_to_contain_text("On its way")
        state = newsroom.api.get(f"/stories/{slug}/updates/{posted['id']}").json()
        assert state["pinned"] and state["key_event"]


async def test_an_editorial_time_puts_an_update_where_it_belongs(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = await a_long_story(store, 5)
    late = newsroom.post(slug, "What we learnt only now")
    async with a_desk(browser, site, store, await a_person(store, "editor"), slug) as page:
        await expect(row(page, late)).to_have_attribute("aria-posinset", "1")
        await do(page, late, "Editorial time")
        field = page.get_by_role("textbox", name="Editorial time")
        now = await field.input_value()
        await field.fill(f"{int(now[:4]) - 1}{now[4:]}")
        await page.get_by_role("button", name="Save").click()
        await expect(row(page, late)).to_have_attribute("aria-posinset", "6")
        await expect(row(page, late)).to_contain_text("Own time")
        await do(page, late, "Editorial time")
        await page.get_by_role("button", name="Use the time of publishing").click()
        await expect(row(page, late)).to_have_attribute("aria-posinset", "1")


async def test_the_history_shows_what_changed_and_brings_it_back(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    posted = newsroom.post(slug, "Two people are missing.", title="Two missing")
    edited = newsroom.edit(slug, posted, text="Three people are missing.", title="Three missing")
    newsroom.edit(slug, edited, text="Three people are found.")
    async with a_desk(browser, site, store, await a_person(store, "editor"), slug) as page:
        await do(page, posted, "History")
        dialog = page.get_by_role("dialog")
        await expect(dialog.locator("del")).to_contain_text("missing")
        await expect(dialog.locator("ins")).to_contain_text("found")
        await dialog.locator(".revision").last.click()
        await expect(dialog.locator("del, ins")).to_have_count(0)
        await dialog.get_by_label("Compare with").select_option("3")
        await expect(dialog.locator("del").first).to_contain_text("Three")
        await axe(page)
        await dialog.get_by_role("button", name="Restore this version").click()
        await expect(row(page, posted)).to_contain_text("Two people are missing.")
        await expect(row(page, posted).get_by_role("heading")).to_have_text("Two missing")
        await do(page, posted, "History")
        await expect(dialog.locator(".revision")).to_have_count(4)


async def test_a_correction_is_made_with_a_note_to_readers(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    posted = newsroom.post(slug, "It opened in 1957.")
    async with a_desk(browser, site, store, await a_person(store, "reporter"), slug) as page:
        await do(page, posted, "Correct")
        await page.get_by_label("Text", exact=True).fill("It opened in 1958.")
        await page.get_by_label("What was corrected").fill("The year was wrong.")
        await page.get_by_role("button", name="Correct", exact=True).click()
        await expect(row(page, posted)).to_contain_text("It opened in 1958.")
        await expect(row(page, posted)).to_contain_text("The year was wrong.")


async def test_several_are_done_at_once_and_what_could_not_be_is_said(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    posted = [newsroom.post(slug, f"Number {number}") for number in range(4)]
    async with a_desk(browser, site, store, await a_person(store, "editor"), slug) as page:
        await row(page, posted[3]).focus()
        await page.keyboard.press("x")
        await row(page, posted[1]).get_by_role("checkbox").click(modifiers=["Shift"])
        await expect(page.get_by_text("3 selected")).to_be_visible()
        await page.get_by_role("button", name="Select all 4 shown").click()
        await expect(page.get_by_text("4 selected")).to_be_visible()
        # Somebody else changes one of them, unseen here, before it is its turn.
        await page.route(
            f"**/updates/{posted[0]['id']}",
            lambda route: route.continue_(headers=route.request.headers | {"if-match": '"99"'}),
        )
        await page.get_by_role("button", name="Add a tag").click()
        await page.get_by_label("Tag", exact=True).fill("flood")
        await page.get_by_role("dialog").get_by_role("button", name="Add a tag").click()
        result = page.get_by_role("dialog", name="Not all could be done")
        await expect(result).to_contain_text("3 updates were changed.")
        await expect(result).to_contain_text("Somebody changed it meanwhile")
        await result.get_by_role("button", name="Close").click()
        await expect(page.get_by_text("1 selected")).to_be_visible()
        for one in posted[1:]:
            await expect(row(page, one)).to_contain_text("#flood")
        await expect(row(page, posted[0])).not_to_contain_text("#flood")


async def test_who_may_only_read_is_offered_nothing_to_do(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = newsroom.open()
    posted = newsroom.post(slug, "First")
    async with a_desk(browser, site, store, await a_person(store, "reader"), slug) as page:
        await row(page, posted).get_by_role("button", name="More to do").click()
        names = await page.get_by_role("menuitem").all_inner_texts()
        words = [name.splitlines()[0] for name in names]
        assert words == ["Notes", "History", "Copy the link", "See it on the page"]
        await expect(row(page, posted).get_by_role("checkbox")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [False, True])
async def test_the_timeline_is_for_everybody(
    site: Site,
    store: RedisStore,
    newsroom: Newsroom,
    browser: Browser,
    language: str,
    dark: bool,
    phone: bool,
) -> None:
    slug = await a_long_story(store, 12)
    posted = newsroom.post(
        slug, "By the river", pinned=True, breaking=True, verification="disputed"
    )
    newsroom.edit(slug, posted, correction={"kind": "clarification", "note": "The other river."})
    newsroom.retract(slug, newsroom.post(slug, "Wrong"))
    newsroom.post(slug, "Later", embargo="2030-01-01T00:00:00Z")
    newsroom.post(slug, "Not yet", draft=True)
    person = await a_person(store, "editor")
    desk = a_desk(browser, site, store, person, slug, phone=phone, dark=dark, language=language)
    async with desk as page:
        await expect(rows(page).first).to_have_attribute("aria-setsize", "14")
        await row(page, posted).focus()
        await page.keyboard.press("x")
        await expect(page.locator(".bulk")).to_be_visible()
        # So high that all of it is in view: what a bar covers by half would count as too small.
        await page.set_viewport_size({"width": 360 if phone else 1440, "height": 6000})
        await expect(rows(page)).to_have_count(14)
        await axe(page)
        if phone:
            await page.locator('.parts [data-part="waiting"]').click()
            await expect(page.locator(".draft").first).to_be_visible()
            await axe(page)
