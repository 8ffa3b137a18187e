"""What is on its way to the server arrives once, or says why it does not."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from PIL import ExifTags, Image
from playwright.async_api import Browser, FilePayload, Page, Request, Route, expect

from liveblog.store.redis import RedisStore
from tests.desks import a_desk, axe, sign_in, story_path
from tests.journeys.test_offline import (
    ARRIVED_MS,
    a_photograph,
    a_story,
    box,
    killed,
    on_its_way,
    post,
    published,
    words,
    write,
)
from tests.people import a_person, a_session
from tests.sites import Newsroom, Site, Worker

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

# Faults are put in between the page and the server, which a service worker would stand before.
BARE: dict[str, Any] = {"service_workers": "block"}

Fault = Callable[[Route], Awaitable[None]]


async def cut_before(route: Route) -> None:
    """The connection breaks before the server has anything."""
    await route.abort("connectionrefused")


async def cut_after(route: Route) -> None:
    """The server took it, and nobody hears that it did."""
    await route.fetch()
    await route.abort("connectionreset")


async def late(route: Route) -> None:
    """The server took it, and its answer takes too long."""
    await route.fetch()
    await route.abort("timedout")


async def garbled(route: Route) -> None:
    """The server took it, and its answer is cut in the middle."""
    answer = await route.fetch()
    await route.fulfill(status=answer.status, body='{"id": "0', content_type="application/json")


def answering(status: int, **headers: str) -> Fault:
    async def answer(route: Route) -> None:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        await route.fulfill(status=status, headers=given, body="out of order")

    return answer


FAULTS: tuple[Fault, ...] = (
    cut_before,
    cut_after,
    late,
    garbled,
    answering(500),
    answering(502),
    answering(503, Retry_After="1"),
    answering(429, Retry_After="1"),
)


async def with_faults(page: Page, address: str) -> list[str]:
    """Each call there meets all of them before it goes through; a list of the keys that came."""
    keys: list[str] = []

    async def handle(route: Route) -> None:
        key = route.request.headers["idempotency-key"]
        tried = keys.count(key)
        keys.append(key)
        await (FAULTS[tried](route) if tried < len(FAULTS) else route.continue_())

    await page.route(address, handle)
    return keys


async def in_a_hurry(page: Page) -> None:
    """Until all is sent: the waits between the tries are not what is tested."""
    sent = asyncio.create_task(
        on_its_way(page).first.wait_for(state="detached", timeout=2 * ARRIVED_MS)
    )
    while not sent.done():
        await page.evaluate("dispatchEvent(new Event('online'))")
        await asyncio.wait([sent], timeout=0.2)
    await sent


async def test_whatever_fails_on_the_way_is_tried_again_and_nothing_is_lost_or_doubled(
    site: Site,
    store: RedisStore,
    newsroom: Newsroom,
    picture_worker: Worker,
    browser: Browser,
) -> None:
    slug = a_story(newsroom)
    async with a_desk(browser, site, store, await a_person(store), slug, **BARE) as page:
        posts = await with_faults(page, f"**/stories/{slug}/updates")
        uploads = await with_faults(page, "**/api/v1/media")
        await post(page, "One", a_photograph(40))
        await post(page, "Two")
        await in_a_hurry(page)
    assert words(published(newsroom, slug)) == ["One", "Two"]
    assert len(posts) == 2 * (len(FAULTS) + 1) and len(set(posts)) == 2
    assert len(uploads) == len(FAULTS) + 1 and len(set(uploads)) == 1


async def refuse(route: Route) -> None:
    """As a server of tomorrow might, which wants something that this page does not know."""
    await route.fulfill(status=422, json={"title": "Invalid", "detail": "Say where it was."})


async def test_what_is_refused_says_why_and_stands_in_the_way_of_nothing(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = a_story(newsroom)
    async with a_desk(browser, site, store, await a_person(store), slug, **BARE) as page:
        await page.route(f"**/stories/{slug}/updates", refuse, times=1)
        await post(page, "Refused")
        line = on_its_way(page).filter(has_text="Not sent: Say where it was.")
        await expect(line).to_have_count(1, timeout=ARRIVED_MS)
        await post(page, "Another")
        await expect(on_its_way(page)).to_have_count(2)
        await expect(on_its_way(page)).to_have_count(1, timeout=ARRIVED_MS)
        assert words(published(newsroom, slug)) == ["Another"]
        await line.get_by_role("button", name="Edit").click()
        await expect(on_its_way(page)).to_have_count(0)
        await expect(box(page)).to_have_value("Refused")


async def test_a_closed_story_keeps_the_words_until_they_are_discarded_for_good(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = a_story(newsroom, undo_seconds=5)
    async with a_desk(browser, site, store, await a_person(store), slug) as page:
        await post(page, "Too late")
        await post(page, "Later still")
        newsroom.amend(slug, status="closed")
        lines = on_its_way(page).filter(has_text="Not sent: The story")
        await expect(lines).to_have_count(2, timeout=ARRIVED_MS)
        newsroom.amend(slug, status="live")
        first, second = lines.filter(has_text="Too late"), lines.filter(has_text="Later still")
        await first.get_by_role("button", name="Try again").click()
        await second.get_by_role("button", name="Discard").click()
        await second.get_by_role("button", name="Discard for good?").click()
        await expect(on_its_way(page)).to_have_count(0, timeout=ARRIVED_MS)
    assert words(published(newsroom, slug)) == ["Too late"]


async def test_what_was_posted_a_moment_ago_is_taken_back_and_written_on(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = a_story(newsroom, undo_seconds=5)
    async with a_desk(browser, site, store, await a_person(store), slug) as page:
        await post(page, "Wrogn")
        await on_its_way(page).get_by_role("button", name="Undo").click()
        await expect(box(page)).to_have_value("Wrogn")
        await post(page, "Wrong")
        await expect(on_its_way(page)).to_have_count(1)
        await expect(on_its_way(page)).to_have_count(0, timeout=ARRIVED_MS)
    assert words(published(newsroom, slug)) == ["Wrong"]


NOTHING_ON_ITS_WAY = """() => new Promise((resolve) => {
    const opened = indexedDB.open("liveblog-desk");
    opened.onsuccess = () => {
        const count = opened.result.transaction("jobs").objectStore("jobs").count();
        count.onsuccess = () => { opened.result.close(); resolve(count.result === 0); };
    };
})"""


async def test_what_is_taken_back_survives_the_death_of_its_tab(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = a_story(newsroom, undo_seconds=5)
    async with a_desk(browser, site, store, await a_person(store), slug) as page:
        await post(page, "Not yet")
        await on_its_way(page).get_by_role("button", name="Undo").click()
        await expect(box(page)).to_have_value("Not yet")
        # Dying before it is kept elsewhere, it would be shown in both places.
        await page.wait_for_function(NOTHING_ON_ITS_WAY)
        again = await (await killed(page)).new_page()
        await again.goto(story_path(slug))
        await expect(box(again)).to_have_value("Not yet")
        await expect(on_its_way(again)).to_have_count(0)
    assert published(newsroom, slug) == []


async def test_what_is_held_is_sent_by_whatever_tab_comes_next(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = a_story(newsroom, undo_seconds=5)
    async with a_desk(browser, site, store, await a_person(store), slug) as page:
        await post(page, "Held")
        again = await (await killed(page)).new_page()
        await again.goto(story_path(None))
        await expect(again.get_by_role("button", name="1 not sent yet")).to_be_visible()
        await expect(again.get_by_role("status").filter(has_text="1 update sent")).to_have_count(
            1, timeout=ARRIVED_MS
        )
    assert words(published(newsroom, slug)) == ["Held"]


async def test_several_tabs_send_each_post_once_and_in_order(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = a_story(newsroom)
    async with a_desk(browser, site, store, await a_person(store), slug, **BARE) as page:
        tabs = [page, await page.context.new_page()]
        keys: list[str] = []

        def asked(request: Request) -> None:
            keys.extend(filter(None, [request.headers.get("idempotency-key")]))

        page.context.on("request", asked)
        await tabs[1].goto(story_path(slug))
        for n in range(9):
            await post(tabs[n % 2], f"Post {n}")
        for tab in tabs:
            await expect(on_its_way(tab)).to_have_count(0, timeout=ARRIVED_MS)
        assert len(set(keys)) == len(keys) == 9
    assert words(published(newsroom, slug)) == [f"Post {n}" for n in range(9)]


async def test_nobody_sends_or_sees_the_words_of_somebody_else(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug, other = a_story(newsroom), newsroom.open()
    ada, grace = await a_person(store), await a_person(store, full_name="Grace Field")
    async with a_desk(browser, site, store, ada, slug) as page:
        await page.context.set_offline(True)
        await post(page, "Ada's")
        await write(page, "Ada's half")
        await expect(on_its_way(page)).to_contain_text(
            "Waiting for the network", timeout=ARRIVED_MS
        )
        # Another tab, where somebody else signs in; this one does not know it.
        await sign_in(page.context, site, await a_session(store, grace))
        await page.context.set_offline(False)
        await expect(page.get_by_role("button", name="Grace Field")).to_be_visible(
            timeout=ARRIVED_MS
        )
        await expect(on_its_way(page)).to_have_count(0)
        await expect(box(page)).to_have_value("")
        await post(page, "Grace's")
        await expect(on_its_way(page)).to_have_count(1)
        await expect(on_its_way(page)).to_have_count(0, timeout=ARRIVED_MS)
        assert words(published(newsroom, slug)) == ["Grace's"]
        await sign_in(page.context, site, await a_session(store, ada))
        await page.goto(story_path(other))
        await page.goto(story_path(slug))
        await expect(box(page)).to_have_value("Ada's half")
        await expect(on_its_way(page)).to_have_count(0, timeout=ARRIVED_MS)
    found = published(newsroom, slug)
    assert words(found) == ["Grace's", "Ada's"]


async def test_a_tab_takes_up_what_a_dead_one_left_and_nothing_from_one_that_lives(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = a_story(newsroom)
    async with a_desk(browser, site, store, await a_person(store), slug) as page:
        await write(page, "Still here")
        second = await page.context.new_page()
        await second.goto(story_path(slug))
        second_box = box(second)
        await expect(second_box).to_have_value("")
        await second_box.fill("Soon gone")
        await second.reload()
        await expect(second_box).to_have_value("Soon gone")
        third = await (await killed(second)).new_page()
        await third.goto(story_path(slug))
        await expect(box(third)).to_have_value("Soon gone")
        await expect(box(page)).to_have_value("Still here")


async def test_a_device_that_keeps_nothing_says_so_and_asks_before_it_is_left(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser
) -> None:
    slug = a_story(newsroom)
    async with a_desk(browser, site, store, await a_person(store), slug, **BARE) as page:
        await page.add_init_script(
            "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); }"
        )
        await page.goto(story_path(slug))
        await post(page, "In memory")
        await expect(page.get_by_text("Leave this tab open")).to_be_visible()
        async with page.expect_event("dialog") as asked:
            leaving = asyncio.create_task(page.close(run_before_unload=True))
        dialog = await asked.value
        assert dialog.type == "beforeunload"
        await dialog.dismiss()
        await leaving
        await expect(on_its_way(page)).to_have_count(0, timeout=ARRIVED_MS)
    assert words(published(newsroom, slug)) == ["In memory"]


async def test_pictures_are_made_small_and_upright_and_what_moves_is_left_alone(
    site: Site,
    store: RedisStore,
    newsroom: Newsroom,
    picture_worker: Worker,
    browser: Browser,
) -> None:
    slug = a_story(newsroom)
    sent: list[bytes] = []
    async with a_desk(browser, site, store, await a_person(store), slug, **BARE) as page:

        async def look(route: Route) -> None:
            sent.append(route.request.post_data_buffer or b"")
            await route.continue_()

        await page.route("**/api/v1/media", look)
        await post(page, "On its side", a_photograph_on_its_side())
        await post(page, "Moving", an_animation())
        await expect(on_its_way(page)).to_have_count(0, timeout=ARRIVED_MS)
    made = Image.open(io.BytesIO(sent[0].partition(b"\r\n\r\n")[2]))
    assert made.size == (1707, 2560)
    assert made.format == "JPEG" and made.getexif().get(ExifTags.Base.Orientation, 1) == 1
    assert an_animation()["buffer"] in sent[1]


def a_photograph_on_its_side() -> FilePayload:
    """3,000 by 2,000 pixels as a camera that was turned stores them."""
    made = io.BytesIO()
    turned = Image.Exif()
    turned[ExifTags.Base.Orientation] = 6
    Image.new("RGB", (3000, 2000), "teal").save(made, "JPEG", exif=turned)
    return {"name": "turned.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def an_animation() -> FilePayload:
    """A GIF with two frames."""
    made = io.BytesIO()
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    frames[0].save(made, "GIF", save_all=True, append_images=frames[1:])
    return {"name": "moving.gif", "mimeType": "image/gif", "buffer": made.getvalue()}


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
@pytest.mark.parametrize("dark", [True, False], ids=["dark", "light"])
async def test_what_is_on_its_way_is_for_everybody(
    site: Site,
    store: RedisStore,
    newsroom: Newsroom,
    browser: Browser,
    language: str,
    phone: bool,
    dark: bool,
) -> None:
    slug = a_story(newsroom)
    look: dict[str, Any] = {"language": language, "phone": phone, "dark": dark} | BARE
    async with a_desk(browser, site, store, await a_person(store), slug, **look) as page:
        area = page.locator(".composer textarea").first
        await page.route("**/updates", refuse, times=1)
        await area.fill("Refused")
        await area.press("Control+Enter")
        lines = page.locator(".timeline .outbox-line")
        await expect(lines.and_(page.locator("[data-state=failed]"))).to_have_count(
            1, timeout=ARRIVED_MS
        )
        await page.route("**/updates", cut_before)
        await area.fill("Held")
        await area.press("Control+Enter")
        await expect(lines).to_have_count(2)
        await axe(page, ".timeline .outbox-lines")
        await axe(page, ".masthead")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.locator(".outbox-mark").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await axe(page, "dialog")
