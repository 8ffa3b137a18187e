"""No word is lost: without a network, without a server, without a session, without a tab."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Error, FilePayload, Locator, Page, expect

from liveblog.store.people import Person
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.desks import a_desk, story_path
from tests.people import PASSWORD, a_person
from tests.redis_servers import a_server
from tests.sites import Newsroom, Site, a_picture_worker, a_site

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

ARRIVED_MS = 60_000


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[tuple[Site, RedisStore]]:
    """A site that may be killed, with a worker that makes its pictures."""
    data = {"LIVEBLOG_DATA": str(tmp_path / "data")}
    with a_server(tmp_path / "redis") as port:
        url = f"redis://127.0.0.1:{port}"
        with (
            a_site(url, tmp_path / "log", **data) as site,
            a_picture_worker(url, tmp_path / "worker", **data),
        ):
            store = RedisStore(url)
            yield site, store
            await store.close()


def a_photograph(hue: int) -> FilePayload:
    """A JPEG of 3,000 by 2,000 pixels, different for each hue."""
    made = io.BytesIO()
    Image.new("HSV", (3000, 2000), (hue, 200, 200)).convert("RGB").save(made, "JPEG")
    return {"name": f"photo-{hue}.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def box(page: Page) -> Locator:
    """Where an update is written; behind a picture there is another."""
    return page.locator(".composer").get_by_role("textbox", name="Update", exact=True).first


async def write(page: Page, text: str, picture: FilePayload | None = None) -> None:
    await box(page).fill(text)
    if picture:
        await page.locator(".composer input[type=file]").first.set_input_files(picture)
        card = page.locator(".card-image")
        for label in ("Description", "Caption", "Credit"):
            await card.get_by_label(label).fill(f"Some {label}")


async def post(page: Page, text: str, picture: FilePayload | None = None) -> None:
    await write(page, text, picture)
    await page.locator(".composer").get_by_role("button", name="Post", exact=True).click()
    await expect(page.locator(".card-image")).to_have_count(0)
    await expect(box(page)).to_have_value("")


def a_story(newsroom: Newsroom, undo_seconds: int = 0) -> Slug:
    """A story, open, whose posts can be taken back for so long."""
    slug = newsroom.open()
    rules = newsroom.api.patch(f"/stories/{slug}/rules", json={"undo_seconds": undo_seconds})
    assert rules.is_success, rules.text
    return slug


def on_its_way(page: Page) -> Any:
    return page.get_by_role("list", name="On its way").get_by_role("listitem")


def published(newsroom: Newsroom, slug: Slug) -> list[dict[str, Any]]:
    """All updates of a story, oldest first."""
    answer = newsroom.api.get(f"/stories/{slug}/updates", params={"limit": 500})
    updates: list[dict[str, Any]] = answer.json()["updates"]
    return updates[::-1]


def words(updates: list[dict[str, Any]]) -> list[str]:
    """The first paragraph of each."""
    return [re.sub("<[^>]+>", "", update["html"].partition("</p>")[0]) for update in updates]


async def looked_after(page: Page) -> None:
    """Until the service worker would open the desk without a network."""
    await page.evaluate("navigator.serviceWorker.ready")
    await page.wait_for_function("navigator.serviceWorker.controller !== null")


async def killed(page: Page) -> BrowserContext:
    """The tab dies at once, as on a phone that runs out of memory."""
    context = page.context
    async with page.expect_event("crash"):
        with suppress(Error):
            await page.goto("chrome://crash")
    await page.close()
    return context


async def end_sessions(store: RedisStore, person: Person) -> None:
    for session in await store.sessions(person.id):
        await store.end_session(person.id, session.id)


async def test_twenty_posts_and_three_pictures_survive_everything_and_arrive_once_in_order(
    own: tuple[Site, RedisStore], browser: Browser
) -> None:
    site, store = own
    newsroom = Newsroom(site, await site.token())
    slug, person = a_story(newsroom), await a_person(store)
    async with a_desk(browser, site, store, person, slug, service_workers="allow") as page:
        await looked_after(page)
        await page.reload()
        await page.context.set_offline(True)
        for n in range(10):
            await post(page, f"Post {n}", a_photograph(n * 25) if n in {2, 5} else None)
        await expect(on_its_way(page)).to_have_count(10)
        await write(page, "Half a sen")
        context = await killed(page)

        again = await context.new_page()
        await again.goto(story_path(slug))
        await expect(box(again)).to_have_value("Half a sen")
        await expect(on_its_way(again)).to_have_count(10)
        site.kill()
        await context.set_offline(False)
        for n in range(10, 20):
            await post(again, f"Post {n}", a_photograph(n * 10) if n == 15 else None)
        await expect(on_its_way(again)).to_have_count(20)

        await end_sessions(store, person)
        site.start()
        await comes_back(again, person)
        await again.wait_for_url(f"**{story_path(slug)}")
        await expect(on_its_way(again)).not_to_have_count(0)
        await expect(on_its_way(again)).to_have_count(0, timeout=ARRIVED_MS)
        assert await left_behind(again) == {"jobs": 0, "pictures": 0}
    found = published(newsroom, slug)
    assert words(found) == [f"Post {n}" for n in range(20)]
    assert [n for n, update in enumerate(found) if "<img" in update["html"]] == [2, 5, 15]


async def comes_back(page: Page, person: Person) -> None:
    """Is told that the session is over, and signs in."""
    await expect(page.get_by_text("You were signed out.")).to_be_visible(timeout=ARRIVED_MS)
    await page.get_by_role("link", name="Sign in").click()
    await page.get_by_label("Name").fill(person.name)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()


async def left_behind(page: Page) -> dict[str, int]:
    """How many jobs and pictures are on this device's disk."""
    counted: dict[str, int] = await page.evaluate(
        """async () => {
            const told = (asked) => new Promise((resolve, reject) => {
                asked.onsuccess = () => resolve(asked.result);
                asked.onerror = () => reject(asked.error); });
            const disk = await told(indexedDB.open("liveblog-desk"));
            const count = (room) => told(disk.transaction(room).objectStore(room).count());
            const counted = { jobs: await count("jobs"), pictures: await count("pictures") };
            disk.close();
            return counted; }"""
    )
    return counted
