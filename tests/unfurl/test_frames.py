"""Other sites' posts and videos on the reader's page: nothing before a click, then one frame."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, Route

from liveblog.story import Slug
from tests.sites import Newsroom, Site

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

VIDEO = "https://youtu.be/dQw4w9WgXcQ"
POST = "https://x.com/ann/status/20"
FRAME = "iframe.lb-frame"


@pytest.fixture
def slug(newsroom: Newsroom) -> Slug:
    slug = newsroom.open()
    blocks = [
        {"type": "embed", "url": VIDEO, "title": "The gates open"},
        {"type": "embed", "url": POST, "title": "Ann on X"},
        {"type": "embed", "url": "https://news.example/a", "title": "A page"},
    ]
    newsroom.api.post(f"/stories/{slug}/updates", json={"blocks": blocks}).raise_for_status()
    return slug


class Elsewhere:
    """All other sites, which answer with a page of nothing. ``asked``: what came, from where."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def answer(self, route: Route) -> None:
        request = route.request
        self.asked.append((request.url, request.headers.get("referer", "")))
        await route.fulfill(body="<p>A frame</p>", content_type="text/html")


async def opened(page: Page, site: Site, slug: Slug) -> Elsewhere:
    elsewhere = Elsewhere()
    await page.route(lambda url: not url.startswith(site.url), elsewhere.answer)
    await page.goto(f"{site.url}/stories/{slug}")
    await page.locator('main[data-connection="live"]').wait_for()
    return elsewhere


async def test_nothing_is_asked_of_others_before_a_click(
    site: Site, browser: Browser, slug: Slug
) -> None:
    async with await browser.new_page() as page:
        elsewhere = await opened(page, site, slug)
        await page.locator(".lb-embed").first.hover()
        await page.locator(".lb-embed a").first.focus()
        assert await page.locator("iframe").count() == 0
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("title", "src", "policy", "referer"),
    [
        (
            "The gates open",
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
            "strict-origin",
            "{site}/",
        ),
        (
            "Ann on X",
            "https://platform.twitter.com/embed/Tweet.html?id=20&dnt=true",
            "no-referrer",
            "",
        ),
    ],
)
async def test_a_click_shows_one_frame_in_its_place(
    site: Site, browser: Browser, slug: Slug, title: str, src: str, policy: str, referer: str
) -> None:
    async with await browser.new_page() as page:
        elsewhere = await opened(page, site, slug)
        link = page.get_by_role("link", name=title)
        await link.click()
        frame = page.locator(FRAME)
        await page.frame_locator(FRAME).get_by_text("A frame").wait_for()
        assert await frame.get_attribute("src") == src
        assert await frame.get_attribute("title") == title
        assert await frame.get_attribute("referrerpolicy") == policy
        sandbox = (await frame.get_attribute("sandbox") or "").split()
        assert "allow-scripts" in sandbox
        assert not {"allow-top-navigation", "allow-forms", "allow-modals", "allow-downloads"} & set(
            sandbox
        )
        assert elsewhere.asked == [(src, referer.format(site=site.url))]
        # The link stays and leads to the page now.
        assert await link.get_attribute("data-frame") is None
        assert page.url == f"{site.url}/stories/{slug}"


async def test_a_page_of_nobody_in_the_table_stays_a_link(
    site: Site, browser: Browser, slug: Slug
) -> None:
    async with await browser.new_page() as page:
        await opened(page, site, slug)
        await page.get_by_role("link", name="A page").click()
        await page.wait_for_url("https://news.example/a")


@pytest.mark.parametrize("src", ["https://evil.example/", "/", "data:text/html,x"])
async def test_the_policy_lets_no_other_frame_in(
    site: Site, browser: Browser, slug: Slug, src: str
) -> None:
    async with await browser.new_page() as page:
        elsewhere = await opened(page, site, slug)
        refused = await page.evaluate(
            """src => new Promise(done => {
              document.addEventListener('securitypolicyviolation', e => done(e.effectiveDirective));
              const frame = document.createElement('iframe');
              frame.src = src;
              document.body.append(frame);
            })""",
            src,
        )
        assert refused == "frame-src"
        assert elsewhere.asked == []
