"""No text that anybody hands in runs as a script in the desk's application.

Its Content-Security-Policy is switched off, so that what the desk itself does is judged.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.desks import sign_in, site_url, story_path
from tests.people import a_person, a_session
from tests.security.payloads import PAYLOADS
from tests.security.test_scripts import a_hostile_head, hand_in, watched
from tests.sites import Newsroom, Site

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

A_PREVIEW = 60
LOOK = """() => {
  const addresses = ['href', 'src', 'srcset', 'action', 'formaction', 'data', 'poster', 'ping'];
  const bad = [];
  for (const element of document.body.querySelectorAll('*')) {
    if (/^(script|iframe|object|embed|base|frame|math|template)$/.test(element.localName)
        && !(element.localName === 'script' && element.src.includes('/static/'))) {
      bad.push(element.outerHTML.slice(0, 200));
    }
    for (const name of element.getAttributeNames()) {
      const address = addresses.includes(name) && new URL(element.getAttribute(name), location);
      const allowed = ['http:', 'https:', 'mailto:', 'tel:', 'blob:'];
      if (name.startsWith('on') || name === 'srcdoc'
          || (address && !allowed.includes(address.protocol))) {
        bad.push(element.outerHTML.slice(0, 200));
      }
    }
  }
  return { runs: window.runs, bad };
}"""
# A screen further down; false at the end.
ON = """async () => {
  const before = scrollY;
  scrollBy({ top: innerHeight * 0.9, behavior: 'instant' });
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  return scrollY > before;
}"""
IDS = "rows => rows.map((row) => row.id || row.dataset.id || row.textContent.slice(0, 80))"


@asynccontextmanager
async def at_the_desk(browser: Browser, site: Site, store: RedisStore) -> AsyncIterator[Page]:
    person = await a_person(store, "editor", full_name=PAYLOADS[12])
    async with watched(browser, policy=False) as page:
        # The more is seen at once, the sooner all of it is.
        await page.set_viewport_size({"width": 1440, "height": 4000})
        await sign_in(page.context, site, await a_session(store, person))
        yield page


async def harmless(page: Page) -> None:
    seen = await page.evaluate(LOOK)
    assert seen == {"runs": 0, "bad": []}, page.url


def hostile(newsroom: Newsroom) -> Slug:
    """A story, its updates, drafts and notes: every word of it is a payload."""
    slug = newsroom.open(**a_hostile_head(PAYLOADS[12]))
    for number, payload in enumerate(PAYLOADS):
        hand_in(newsroom, slug, number, payload)
    for payload in PAYLOADS[::8]:
        newsroom.post(slug, f"x {payload}", title=payload, byline=payload, draft=True)
        newsroom.api.post(f"/stories/{slug}/notes", json={"text": payload})
    return slug


async def test_no_payload_runs_in_the_timeline_the_waiting_or_the_head(
    browser: Browser, site: Site, store: RedisStore, newsroom: Newsroom
) -> None:
    slug = hostile(newsroom)
    seen: set[str] = set()
    async with at_the_desk(browser, site, store) as page:
        await page.goto(site_url(site) + story_path(slug))
        rows = page.get_by_role("feed").get_by_role("article")
        await expect(rows.first).to_be_visible()
        down = True
        while down:
            await harmless(page)
            seen |= set(await rows.evaluate_all(IDS))
            down = await page.evaluate(ON)
        assert len(seen) >= len(PAYLOADS)
        await page.goto(site_url(site) + story_path(slug, "about"))
        await expect(page.get_by_label("Standfirst")).to_have_value(PAYLOADS[12])
        await harmless(page)
        await page.goto(site_url(site) + "/desk")
        await expect(page.get_by_role("main").get_by_role("listitem").first).to_be_visible()
        await harmless(page)


async def test_no_payload_runs_in_a_preview_a_history_or_a_composer(
    browser: Browser, site: Site, store: RedisStore, newsroom: Newsroom
) -> None:
    slug = newsroom.open()
    update = newsroom.post(slug, PAYLOADS[0], title=PAYLOADS[0])
    for payload in PAYLOADS[1:60]:
        update = newsroom.edit(slug, update, text=f"x {payload}", title=payload)
    async with at_the_desk(browser, site, store) as page:
        await page.goto(site_url(site) + story_path(slug))
        await page.get_by_role("article").first.focus()
        await page.keyboard.press("h")
        await expect(page.get_by_role("dialog").get_by_role("listitem").first).to_be_visible()
        await harmless(page)
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="Preview").click()
        for first in range(0, len(PAYLOADS), A_PREVIEW):
            text = "\n\n".join(["x", *PAYLOADS[first : first + A_PREVIEW]])
            async with page.expect_response("**/preview"):
                await page.get_by_role("textbox", name="Update", exact=True).first.fill(text)
            await harmless(page)
