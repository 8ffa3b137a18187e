"""A real live blog replayed at high speed while four readers watch, each cut off at random."""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.async_api import Browser, Page, expect

from liveblog.exchange import Coverage, read
from liveblog.exchange.replay import replay
from liveblog.story import Slug
from liveblog.transports import TRANSPORTS
from tests.builders import a_slug
from tests.following import Reading, a_reader
from tests.line import Line, a_line
from tests.sites import Newsroom, Site

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

SAMPLES = Path(__file__).parent.parent / "samples"
SECONDS = 6
SHOWN = """() => [...document.querySelectorAll('article[data-id]')]
    .map((article) => [article.dataset.id, Number(article.dataset.revision)])
    .sort((a, b) => (a[0] < b[0] ? 1 : -1))"""


@pytest.mark.parametrize("name", ["guardian.json", "superdesk.json"])
async def test_all_readers_of_a_sample_end_with_the_state(
    site: Site, browser: Browser, name: str
) -> None:
    await watch(site, browser, read((SAMPLES / name).read_bytes()))


@pytest.mark.parametrize("name", ["guardian-mars-landing.json", "superdesk-posts.json"])
async def test_all_readers_of_a_real_live_blog_end_with_the_state(
    site: Site, browser: Browser, shared_data: Path, name: str
) -> None:
    await watch(site, browser, read((shared_data / name).read_bytes()))


async def watch(site: Site, browser: Browser, coverage: Coverage) -> None:
    """Replay it, edit and retract some of it, cut lines all the while; then compare."""
    token = await site.token()
    newsroom = Newsroom(site, token)
    slug = newsroom.open(a_slug())
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(a_line(site.port)) for _ in range(4)]
        readings = [
            await stack.enter_async_context(a_reader(line.url, slug, name))
            for line, name in zip(lines, TRANSPORTS, strict=False)
        ]
        page = await stack.enter_async_context(await browser.new_page())
        await page.goto(f"{lines[-1].url}/stories/{slug}")
        cutting = asyncio.create_task(cut_at_random(lines))
        await play(site, newsroom, slug, coverage, token)
        cutting.cancel()
        state = site.http.get(f"/stories/{slug}/state").json()
        await compare(state, readings, page)
        assert all(line.calls > 3 for line in lines), "nobody was cut off"


async def play(site: Site, newsroom: Newsroom, slug: Slug, coverage: Coverage, token: str) -> None:
    """The whole coverage in a few seconds, with corrections and retractions among it."""
    chance = random.Random(7)
    posted: list[dict[str, Any]] = []
    lasts = coverage.updates[-1].published - coverage.updates[0].published
    async with httpx2.AsyncClient(base_url=site.url) as client:

        def on_posted(_: object, answer: Any) -> None:
            posted.append({"id": answer.id, "revision": answer.revision})

        await replay(
            client,
            slug,
            coverage,
            speed=lasts.total_seconds() / SECONDS,
            token=token,
            on_posted=on_posted,
        )
    for update in posted:
        await asyncio.sleep(0)
        fate = chance.random()
        if fate < 0.3:
            note = {"kind": "clarification", "note": "We said more than we knew."}
            await asyncio.to_thread(
                newsroom.edit, slug, stands(newsroom, slug, update), title="Oh", correction=note
            )
        elif fate < 0.5:
            await asyncio.to_thread(newsroom.retract, slug, update)
        elif fate < 0.7:
            pinned = newsroom.api.put(f"/stories/{slug}/updates/{update['id']}/pin")
            assert pinned.status_code == 200


def stands(newsroom: Newsroom, slug: Slug, update: dict[str, Any]) -> dict[str, Any]:
    """The update as it stands: another one's pin may have taken its own away."""
    found: dict[str, Any] = newsroom.api.get(f"/stories/{slug}/updates/{update['id']}").json()
    return found


async def cut_at_random(lines: list[Line]) -> None:
    """Cut a line every now and then, each at its own times."""
    chance = random.Random(11)
    while True:
        await asyncio.sleep(chance.uniform(0.05, 0.4))
        chance.choice(lines).cut()


async def compare(state: dict[str, Any], readings: list[Reading], page: Page) -> None:
    """All hold exactly the state, in order; nothing came twice after it was applied."""
    for reading in readings:
        await reading.until_at(state["cursor"])
        assert reading.follower.copy.newest_first() == state["updates"]
        assert reading.follower.copy.story == state["story"]
        cursors = [change["cursor"] for change in reading.heard]
        assert len(cursors) == len(set(cursors)), "a change came twice"
        assert reading.resets == 0, "a cursor of this log was not taken"
    await expect(page.locator("main")).to_have_attribute(
        "data-cursor", state["cursor"], timeout=40_000
    )
    pill = page.get_by_role("button", name="new update")
    if await pill.is_visible():
        await pill.click()
    shown = await page.evaluate(SHOWN)
    assert shown == [[update["id"], update["revision"]] for update in state["updates"]]
