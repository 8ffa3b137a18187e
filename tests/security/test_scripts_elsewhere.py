"""No text that anybody hands in runs as a script where our stories are shown on other sites: by the
element or in a frame on a partner's page, in a feed, in a program that believes a feed.

The pages around have no policy at all, and ours is switched off: what is shown is judged by itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import feedparser
import pytest
from playwright.async_api import Browser, Page, expect

from liveblog.feeds import ENTRIES, FEEDS
from liveblog.story import Slug
from tests.partners import Partner
from tests.security.payloads import PAYLOADS
from tests.security.test_scripts import (
    LOOK,
    a_hostile_head,
    hand_in,
    harmless,
    hostile_blocks,
    watched,
)
from tests.sites import Newsroom, Site
from tests.web.answers import until_open, until_shown, until_status

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

SETTLE = """async () => {
  const loaded = [...document.images].filter((image) => !image.complete).map((image) =>
    new Promise((done) => image.addEventListener('error', done) ||
      image.addEventListener('load', done)));
  await Promise.all(loaded);
  for (let n = 0; n < 3; n += 1) await new Promise(requestAnimationFrame);
  await new Promise((done) => setTimeout(done));
}"""
BELIEVE = "html => { document.body.innerHTML = html }"
AT_ONCE = 20
EDITED = -(-len(PAYLOADS) // AT_ONCE)


def parts(number: int) -> Iterator[list[str]]:
    """All payloads, so many at a time."""
    for start in range(0, len(PAYLOADS), number):
        yield PAYLOADS[start : start + number]


@pytest.fixture(scope="module")
def hostile(site: Site, anyio_backend: str) -> Callable[[Newsroom], list[Slug]]:
    """Stories that are over, in which every field of every update is a payload: as many in each as
    a feed holds. Made once."""
    made: list[Slug] = []

    def make(newsroom: Newsroom) -> list[Slug]:
        for part in [] if made else list(parts(ENTRIES)):
            slug = newsroom.open(**a_hostile_head(part[12 % len(part)]))
            for number, payload in enumerate(part):
                hand_in(newsroom, slug, number, payload)
            newsroom.amend(slug, status="closed")
            made.append(slug)
        for slug in made:
            until_open(site, slug)
            until_status(site, slug, "closed")
        return made

    return make


def element(slug: Slug) -> str:
    return f"<live-blog story={slug} limit=1000></live-blog>"


def with_script(site: Site, *elements: str) -> str:
    return "".join(elements) + f'<script src="{site.url}/embed/v1.js"></script>'


async def runs(page: Page) -> int:
    """How many scripts were seen to run, once all that could has had its time."""
    await page.evaluate(SETTLE)
    seen: int = (await page.evaluate(LOOK))["runs"]
    return seen


@pytest.fixture
async def ours(site: Site, newsroom: Newsroom, browser: Browser, partner: Partner) -> set[str]:
    """What a partner's page with an element and frames holds by itself."""
    slug = newsroom.open(**a_hostile_head("Plain words"))
    hand_in(newsroom, slug, 1, "Plain words")
    until_shown(site, slug, newsroom.post(slug, "Plain words")["cursor"])
    found: set[str] = set()
    async with watched(browser, policy=True) as page:
        frame = f"<iframe src={site.url}/embed/{slug}></iframe>"
        await page.goto(partner.page(with_script(site, element(slug)) + frame))
        await expect(page.locator("live-blog article[data-id]")).to_have_count(2)
        found |= set((await page.evaluate(LOOK, site.url))["found"])
        await page.goto(f"{site.url}/embed/{slug}")
        found |= set((await page.evaluate(LOOK))["found"])
    return found


# -- the eye that looks --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("text/html", "<script>ran()</script>"),
        ("text/xml", "<a><script xmlns='http://www.w3.org/1999/xhtml'>ran()</script></a>"),
    ],
)
async def test_a_script_that_runs_is_seen(
    partner: Partner, browser: Browser, kind: str, text: str
) -> None:
    async with watched(browser, policy=False) as page:
        await page.goto(partner.put(text, Content_Type=kind))
        assert await runs(page) == 1


async def test_a_script_that_runs_later_or_in_a_shadow_is_seen(
    partner: Partner, browser: Browser
) -> None:
    async with watched(browser, policy=False) as page:
        await page.goto(partner.page("<b></b>"))
        await page.evaluate(BELIEVE, "<img src=x onerror=ran()><details open ontoggle=ran()>")
        assert await runs(page) == 2
        assert [one for one in (await page.evaluate(LOOK))["found"] if one.startswith("BAD")]
        await page.goto(partner.page("<b></b><p></p>"))
        await page.evaluate(
            "document.querySelector('p').attachShadow({ mode: 'open' })"
            ".innerHTML = '<a onclick=ran()>x</a>'"
        )
        assert [one for one in (await page.evaluate(LOOK))["found"] if one.startswith("BAD")]


# -- on a partner's page -------------------------------------------------------------------------


async def test_no_payload_runs_in_an_element_on_a_partners_page(
    site: Site,
    newsroom: Newsroom,
    browser: Browser,
    partner: Partner,
    hostile: Callable[[Newsroom], list[Slug]],
    ours: set[str],
) -> None:
    slugs = hostile(newsroom)
    async with watched(browser, policy=False) as page:
        await page.goto(partner.page(with_script(site, *map(element, slugs))))
        await expect(page.locator("live-blog article[data-id]")).to_have_count(len(PAYLOADS))
        await page.evaluate(SETTLE)
        await harmless(page, ours, site.url)


async def test_no_payload_runs_in_a_frame(
    site: Site,
    newsroom: Newsroom,
    browser: Browser,
    hostile: Callable[[Newsroom], list[Slug]],
    ours: set[str],
) -> None:
    shown = 0
    async with watched(browser, policy=False) as page:
        for slug in hostile(newsroom):
            await page.goto(f"{site.url}/embed/{slug}")
            while True:
                await harmless(page, ours)
                shown += await page.locator("article[data-id]").count()
                older = page.get_by_role("link", name="Older updates")
                if not await older.count():
                    break
                await older.click()
    assert shown >= len(PAYLOADS)


async def test_no_payload_runs_that_arrives_on_a_partners_page(
    site: Site, newsroom: Newsroom, browser: Browser, partner: Partner, ours: set[str]
) -> None:
    slug = newsroom.open()
    plain = [newsroom.post(slug, "Plain words") for _ in range(EDITED)]
    until_shown(site, slug, plain[-1]["cursor"])
    frame = f'<iframe src="{site.url}/embed/{slug}"></iframe>'
    async with watched(browser, policy=False) as page:
        await page.goto(partner.page(with_script(site, element(slug)) + frame))
        elements = page.locator("live-blog article[data-id]")
        framed = page.frame_locator("iframe").locator("article[data-id]")
        await expect(elements).to_have_count(EDITED)
        await expect(framed).to_have_count(EDITED)

        # What is shown already becomes a payload in its place.
        for update, part in zip(plain, parts(AT_ONCE), strict=True):
            blocks = [block for payload in part for block in hostile_blocks(payload)]
            newsroom.edit(slug, update, title=part[0], byline=part[-1], blocks=blocks[:100])
        for number, payload in enumerate(PAYLOADS):
            hand_in(newsroom, slug, number, payload)
        newsroom.amend(slug, **a_hostile_head(PAYLOADS[12]))
        last = newsroom.post(slug, "The last one")["id"]

        for shown in (page.locator("live-blog"), page.frame_locator("iframe")):
            await shown.get_by_role("button", name=f"{len(PAYLOADS) + 1} new updates").click()
            await shown.locator(f'article[data-id="{last}"]').wait_for()
        await expect(elements).to_have_count(EDITED + len(PAYLOADS) + 1)
        await page.evaluate(SETTLE)
        await harmless(page, ours, site.url)
        await harmless(page.frames[1], ours)


# -- in feeds ------------------------------------------------------------------------------------


def feeds(site: Site, slugs: list[Slug]) -> Iterator[str]:
    for name in FEEDS:
        for slug in slugs:
            yield f"{site.url}/stories/{slug}/feed.{name}"
        yield f"{site.url}/feed.{name}"


@pytest.mark.parametrize("copied", [False, True])
async def test_no_payload_runs_in_a_feed_that_is_opened_in_a_browser(
    site: Site,
    newsroom: Newsroom,
    browser: Browser,
    partner: Partner,
    hostile: Callable[[Newsroom], list[Slug]],
    *,
    copied: bool,
) -> None:
    """As it is served, and from a mirror that serves it as XML and has no policy of its own."""
    async with watched(browser, policy=False) as page:
        for address in feeds(site, hostile(newsroom)):
            opened = address
            if copied:
                kind = "application/json" if address.endswith("json") else "text/xml"
                opened = partner.put(site.http.get(address).text, Content_Type=kind)
            await page.goto(opened)
            assert len(await page.content()) > 1000, "nothing is shown"
            assert await page.evaluate("window.runs ?? 0") == 0, address


@pytest.mark.parametrize("name", FEEDS)
async def test_no_payload_runs_in_a_program_that_believes_a_feed(
    site: Site,
    newsroom: Newsroom,
    browser: Browser,
    partner: Partner,
    hostile: Callable[[Newsroom], list[Slug]],
    name: str,
) -> None:
    believed = 0
    async with watched(browser, policy=False) as page:
        await page.goto(partner.page(""))
        ours = set((await page.evaluate(LOOK))["found"])
        for slug in [*hostile(newsroom), None]:
            address = f"/stories/{slug}/feed.{name}" if slug else f"/feed.{name}"
            pieces = list(html_of(name, site.http.get(address).text))
            believed += len(pieces)
            await page.evaluate(BELIEVE, "<hr>".join(pieces))
            await page.evaluate(SETTLE)
            await harmless(page, ours, site.url)
    assert believed > len(PAYLOADS)


def html_of(name: str, feed: str) -> Iterator[str]:
    """All of a feed that is HTML, or that programs take for it."""
    if name == "json":
        items: list[dict[str, Any]] = json.loads(feed)["items"]
        yield from (item["content_html"] for item in items)
        return
    found = feedparser.parse(feed, sanitize_html=False, resolve_relative_uris=False)
    for entry in found.entries:
        yield entry.content[0].value
        if name == "rss":
            yield entry.title
            yield entry.get("author", "")
            yield entry.description
            yield from (tag.term for tag in entry.get("tags", ()))
