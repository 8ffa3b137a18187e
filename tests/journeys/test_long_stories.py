"""Two thousand updates in a story: it opens at once, keys are answered at once, nothing grows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import Browser, CDPSession, Page, expect

from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.desks import a_desk, story_path
from tests.long_stories import a_long_story
from tests.people import a_person
from tests.sites import Newsroom, Site

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

_UPDATES = 2_000
_OPEN_SECONDS = 1.5
_KEY_MS = 50
_CHANGES = 1_000

# From the beginning of the navigation until the first update is drawn, and until all are there.
_OPENED = """() => new Promise((resolve) => {
    const seen = {};
    const look = () => {
        const row = document.querySelector(".feed article");
        if (row) seen.first ??= performance.now();
        if (row?.ariaSetSize === "%d") return resolve({ ...seen, all: performance.now() });
        requestAnimationFrame(look);
    };
    look(); })"""
# How long each key took until what it did was painted (Event Timing; what is faster than 16 ms is
# not reported).
_LISTEN = """() => { window.slow = [];
    new PerformanceObserver((list) => window.slow.push(...list.getEntries()
        .filter(({ name }) => name === "keydown")
        .map(({ name, duration }) => duration))
    ).observe({ type: "event", durationThreshold: 16 }); }"""


async def opened(page: Page, updates: int) -> dict[str, float]:
    """Seconds until the first update was drawn, and until all were there."""
    found: dict[str, float] = await page.evaluate(_OPENED % updates)
    return {name: ms / 1000 for name, ms in found.items()}


async def keys_took(page: Page, keys: int) -> dict[str, float]:
    """The milliseconds that keys took since it was asked last. Other processes on the machine make
    some slow that are not: what counts is how it is for nearly all of them."""
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    slow = sorted(await page.evaluate("window.slow.splice(0)"))
    took = [0.0] * max(0, keys - len(slow)) + slow
    return {"p50": took[len(took) // 2], "p95": took[int(len(took) * 0.95)], "most": took[-1]}


async def test_a_story_of_two_thousand_updates_opens_and_answers_keys_at_once(
    site: Site, store: RedisStore, browser: Browser, record_property: Any
) -> None:
    slug = await a_long_story(store, _UPDATES)
    desk = a_desk(browser, site, store, await a_person(store, "editor"), slug)
    async with desk as page:
        await opened(page, _UPDATES)
        # The second time, as it is for who works here: the first fills the browser's cache.
        await page.goto(story_path(slug))
        seconds = await opened(page, _UPDATES)
        await page.evaluate(_LISTEN)
        await page.get_by_label("Update", exact=True).click()
        words = "The council sat until midnight. " * 5
        await page.keyboard.type(words, delay=20)
        composing = await keys_took(page, len(words))
        await page.get_by_label("Search in the story").click()
        await page.keyboard.type("council", delay=50)
        await expect(page.get_by_text("updates found")).to_be_attached()
        searching = await keys_took(page, 7)
        drawn = await page.locator(".feed article").count()
    record_property("opened", seconds)
    record_property("key_ms", {"composing": composing, "searching": searching})
    assert seconds["first"] < _OPEN_SECONDS, seconds
    assert composing["p95"] < _KEY_MS, composing
    assert searching["p50"] < _KEY_MS, searching
    assert drawn < 40


async def size(tools: CDPSession) -> tuple[int, int]:
    """The document's nodes, and the bytes of what scripts made, when nothing is left to collect:
    objects, strings, closures, but not the code that the browser compiled of what ran often."""
    chunks: list[str] = []
    tools.on("HeapProfiler.addHeapSnapshotChunk", lambda event: chunks.append(event["chunk"]))
    await tools.send("HeapProfiler.collectGarbage")
    await tools.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    metrics = (await tools.send("Performance.getMetrics"))["metrics"]
    nodes = next(int(one["value"]) for one in metrics if one["name"] == "Nodes")
    return nodes, _made_by_scripts(json.loads("".join(chunks)))


def _made_by_scripts(heap: dict[str, Any]) -> int:
    """Bytes in a heap snapshot, as V8 writes one: a flat array of so many fields a node."""
    meta = heap["snapshot"]["meta"]
    fields, kinds = meta["node_fields"], meta["node_types"][0]
    kind, bytes_ = fields.index("type"), fields.index("self_size")
    flat = heap["nodes"]
    return sum(
        flat[at + bytes_]
        for at in range(0, len(flat), len(fields))
        if kinds[flat[at + kind]] not in {"code", "native", "hidden", "object shape"}
    )


async def change_all(newsroom: Newsroom, page: Page, slug: Slug, changes: int) -> None:
    """Edit the newest update again and again, until the desk shows the last."""
    posted = newsroom.api.get(f"/stories/{slug}/updates?limit=1").json()["updates"][0]
    for number in range(changes):
        posted = newsroom.edit(slug, posted, title=f"Change {number} of {changes}")
    await expect(page.locator(".feed")).to_contain_text(f"Change {changes - 1} of {changes}")


async def test_a_thousand_live_changes_leave_nothing_behind(
    site: Site, store: RedisStore, newsroom: Newsroom, browser: Browser, record_property: Any
) -> None:
    slug = await a_long_story(store, _UPDATES)
    desk = a_desk(browser, site, store, await a_person(store, "editor"), slug)
    async with desk as page:
        await opened(page, _UPDATES)
        tools = await page.context.new_cdp_session(page)
        await tools.send("Performance.enable")
        # What is made once, as code that is compiled when it has run often, is there before.
        await change_all(newsroom, page, slug, 400)
        nodes, heap = await size(tools)
        await change_all(newsroom, page, slug, _CHANGES)
        more_nodes, more_heap = await size(tools)
    record_property("grown", {"nodes": more_nodes - nodes, "bytes": more_heap - heap})
    assert more_nodes - nodes < 200
    # Of every change kept it would be more than half a megabyte.
    assert more_heap - heap < 50_000
