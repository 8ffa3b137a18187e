"""No text that anybody hands in runs as a script in a reader's browser, wherever it is shown.

The pages are looked at with their Content-Security-Policy switched off, so that what they hold is
judged by itself; and once with it on, to see that it had nothing to do.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Frame, Page

from liveblog import codec
from liveblog.exchange import read
from liveblog.story import Slug
from tests.builders import a_slug
from tests.security.payloads import ADDRESSES, PAYLOADS
from tests.sites import Newsroom, Site

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

SAMPLES = Path(__file__).parent.parent / "samples"
A_PAGE = 30
IDS = "articles => articles.map((article) => article.dataset.id)"

WATCH = """
window.runs = 0; window.refused = 0; window.ran = () => { window.runs += 1 };
window.alert = window.print = window.ran;
document.addEventListener('securitypolicyviolation', () => { window.refused += 1 });
"""

LOOK = """(ours) => {
  const elements = new Set(['script', 'style', 'iframe', 'object', 'embed', 'base', 'meta', 'link',
    'form', 'svg', 'math', 'template', 'frame', 'frameset', 'noscript', 'video', 'audio', 'input',
    'button', 'textarea', 'select', 'dialog', 'marquee', 'body', 'html', 'title']);
  const addresses = new Set(['href', 'src', 'srcset', 'action', 'formaction', 'xlink:href', 'data',
    'poster', 'ping', 'background', 'cite', 'longdesc', 'manifest', 'srcdoc']);
  const found = [];
  const all = (root) => [...root.querySelectorAll('*')]
    .flatMap((element) => [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])]);
  for (const element of all(document)) {
    const names = element.getAttributeNames();
    if (elements.has(element.localName) || element.localName.includes('-')) {
      // Those of the page itself are told apart by comparing with a harmless page.
      found.push(element.localName + ' ' + names.sort().join(' '));
    }
    for (const name of names) {
      let bad = name.startsWith('on') || name === 'style' || name === 'srcdoc';
      if (addresses.has(name)) {
        const address = new URL(element.getAttribute(name), location.href);
        const loads = element.localName !== 'a';
        bad ||= !['http:', 'https:', 'mailto:', 'tel:'].includes(address.protocol);
        // Nothing is loaded from elsewhere before a click.
        const origin = ours || location.origin;
        bad ||= loads && element.localName !== 'link' && address.origin !== origin;
      }
      if (bad) found.push(`BAD ${element.localName} ${name}=${element.getAttribute(name)}`);
    }
  }
  return { runs: window.runs, refused: window.refused, found };
}"""


@asynccontextmanager
async def watched(browser: Browser, *, policy: bool) -> AsyncIterator[Page]:
    """A page in which ``ran()`` counts, with or without what a policy would hinder."""
    context = await browser.new_context(bypass_csp=not policy)
    await context.add_init_script(WATCH)
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def harmless(page: Page | Frame, ours: set[str], host: str = "") -> None:
    """What the page holds is what a page of the same kind holds whose words are plain. On another
    site's page ``host`` is where ours come from."""
    seen = await page.evaluate(LOOK, host)
    assert seen["runs"] == 0, page.url
    assert seen["refused"] == 0, page.url
    assert not [one for one in seen["found"] if one.startswith("BAD")], page.url
    assert set(seen["found"]) <= ours, page.url


@pytest.fixture
async def ours(site: Site, newsroom: Newsroom, browser: Browser) -> set[str]:
    """What pages hold by themselves: elements with their attributes."""
    slug = newsroom.open(**a_hostile_head("Plain words"))
    for number in range(A_PAGE + 2):
        hand_in(newsroom, slug, number, "Plain words")
    last = newsroom.post(slug, "Plain words")["id"]
    found: set[str] = set()
    async with watched(browser, policy=True) as page:
        for address in (f"/stories/{slug}", f"/stories/{slug}/updates/{last}"):
            await page.goto(site.url + address)
            found |= set((await page.evaluate(LOOK))["found"])
    assert not [one for one in found if one.startswith("BAD")]
    return found


@pytest.fixture(scope="module")
def hostile_story(site: Site, anyio_backend: str) -> Callable[[Newsroom], Slug]:
    """A story in which every field of every update is a payload; made once."""
    made: list[Slug] = []

    def make(newsroom: Newsroom) -> Slug:
        if not made:
            made.append(newsroom.open(**a_hostile_head(PAYLOADS[12])))
            for number, payload in enumerate(PAYLOADS):
                hand_in(newsroom, made[0], number, payload)
        return made[0]

    return make


def a_hostile_head(payload: str) -> dict[str, Any]:
    return {
        "headline": payload,
        "standfirst": payload,
        "kicker": payload,
        "byline": payload,
        "contributors": [payload],
        "tags": [payload[:60]],
        "status_line": payload,
    }


def hand_in(newsroom: Newsroom, slug: Slug, number: int, payload: str) -> None:
    given = {
        "title": payload,
        "byline": payload,
        "source": payload,
        "tags": [payload[:60]],
        "key_event": True,
    }
    is_text = number % 2 or payload.startswith("```block")
    body = {"text": payload} if is_text else {"blocks": list(hostile_blocks(payload))}
    posted = newsroom.api.post(f"/stories/{slug}/updates", json=given | body)
    assert posted.status_code in {201, 422}, posted.text
    if posted.status_code == 422:
        # It left no text once it was cleaned: then at least around it.
        posted = newsroom.api.post(
            f"/stories/{slug}/updates", json=given | {"text": f"x {payload}"}
        )
        assert posted.status_code == 201, posted.text
    update = posted.json()
    if number % 3 == 0:
        newsroom.edit(slug, update, correction={"kind": "correction", "note": payload})
    elif number % 7 == 0:
        newsroom.retract(slug, update, payload)


def hostile_blocks(payload: str) -> Iterator[dict[str, Any]]:
    yield {"type": "heading", "html": payload}
    yield {"type": "text", "html": payload}
    yield {"type": "quote", "html": payload, "attribution": payload}
    yield {"type": "list", "items": [payload]}
    yield {"type": "table", "rows": [[payload]], "header": [payload], "caption": payload}
    for src in ("/media/a.jpg", "https://a.example/a.jpg"):
        yield {"type": "image", "src": src, "alt": payload, "caption": payload, "credit": payload}
    about = {"title": payload, "provider": payload, "text": payload}
    yield {"type": "embed", "url": "https://a.example/'\"><x", **about}
    # One whose frame is known: what follows its id is a stranger's as well.
    yield {"type": "embed", "url": f"https://youtu.be/dQw4w9WgXcQ?{payload}", **about}
    side = {"name": payload, "points": payload[:20]}
    yield {"type": "score", "sides": [side], "title": payload, "state": payload}


async def test_no_payload_runs_on_the_storys_page(
    site: Site,
    newsroom: Newsroom,
    browser: Browser,
    hostile_story: Callable[[Newsroom], Slug],
    ours: set[str],
) -> None:
    slug = hostile_story(newsroom)
    async with watched(browser, policy=False) as page:
        address, shown = f"{site.url}/stories/{slug}", 0
        for _ in range(0, len(PAYLOADS), A_PAGE):
            await page.goto(address)
            await harmless(page, ours)
            ids = await page.locator("article[data-id]").evaluate_all(IDS)
            shown += len(ids)
            address = f"{site.url}/stories/{slug}?before={ids[-1]}"
    assert shown >= len(PAYLOADS)


@pytest.mark.parametrize("policy", [False, True])
async def test_no_payload_runs_on_a_permalink(
    site: Site,
    newsroom: Newsroom,
    browser: Browser,
    hostile_story: Callable[[Newsroom], Slug],
    ours: set[str],
    *,
    policy: bool,
) -> None:
    slug = hostile_story(newsroom)
    state: dict[str, Any] = {"more": True}
    ids: list[str] = []
    while state["more"]:
        before = f"?before={ids[-1]}" if ids else ""
        state = newsroom.api.get(f"{site.url}/stories/{slug}/state{before}").json()
        ids += [update["id"] for update in state["updates"]]
    seen: set[str] = set()
    async with watched(browser, policy=policy) as page:
        # Each page shows its neighbours too.
        for id in ids[policy :: 5 + 20 * policy]:
            await page.goto(
                f"{site.url}/stories/{slug}/updates/{id}", wait_until="domcontentloaded"
            )
            await harmless(page, ours)
            seen |= set(await page.locator("article[data-id]").evaluate_all(IDS))
    assert len(seen) >= len(PAYLOADS) - A_PAGE


@pytest.mark.parametrize("policy", [False, True])
async def test_no_payload_runs_when_it_arrives(
    site: Site, newsroom: Newsroom, browser: Browser, ours: set[str], *, policy: bool
) -> None:
    slug = newsroom.open()
    async with watched(browser, policy=policy) as page:
        await page.goto(f"{site.url}/stories/{slug}")
        for number, payload in enumerate(PAYLOADS[policy :: 1 + 9 * policy]):
            hand_in(newsroom, slug, number, payload)
        last = newsroom.post(slug, "The last one")["id"]
        pill = page.locator(".pill button")
        await pill.click()
        await page.locator(f'article[data-id="{last}"]').wait_for()
        await harmless(page, ours)


@pytest.mark.parametrize("address", ADDRESSES)
async def test_an_address_that_runs_is_refused(newsroom: Newsroom, address: str) -> None:
    slug = newsroom.open()
    for block in (
        {"type": "image", "src": address, "alt": "x"},
        {"type": "embed", "url": address},
        {"type": "quote", "html": "x", "url": address},
    ):
        answer = newsroom.api.post(f"/stories/{slug}/updates", json={"blocks": [block]})
        if answer.status_code == 422:
            continue
        # It was read as an address of the web: then nothing else may have come through.
        assert answer.status_code == 201
        assert address.startswith("https://")


@pytest.mark.parametrize("name", ["guardian.json", "superdesk.json"])
async def test_no_payload_runs_that_was_imported(
    site: Site, newsroom: Newsroom, browser: Browser, ours: set[str], name: str
) -> None:
    sample = json.loads((SAMPLES / name).read_text())
    async with watched(browser, policy=False) as page:
        for payload in PAYLOADS[::10]:
            coverage = read(json.dumps(poisoned(sample, payload)).encode())
            slug = newsroom.open(a_slug())
            for brought in coverage.updates:
                posted = newsroom.api.post(
                    f"/stories/{slug}/updates",
                    content=codec.to_json(brought.update),
                    headers={"Content-Type": "application/json"},
                )
                assert posted.status_code in {201, 422}, posted.text
            await page.goto(f"{site.url}/stories/{slug}")
            await harmless(page, ours)


_WORDS = {"html", "text", "title", "alt", "caption", "credit", "attribution", "headline"}
_WORDS |= {"standfirst", "trailText", "name", "byline", "role", "description"}


def poisoned(value: Any, payload: str) -> Any:
    """The same file with a payload wherever it holds words."""
    if isinstance(value, dict):
        return {
            key: f"<p>{payload}</p>"
            if key in _WORDS and isinstance(inner, str)
            else poisoned(inner, payload)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [poisoned(inner, payload) for inner in value]
    return value
