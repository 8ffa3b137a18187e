"""A story on a partner's page, on an origin of its own: as an element, and in a frame."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, FrameLocator, Locator, Page, Request, expect

from liveblog.story import Slug
from tests.partners import Partner
from tests.sites import Newsroom, Site, a_site
from tests.web.answers import until_open, until_shown, until_status

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

HEAR = """
window.heard = [];
for (const name of ['ready', 'update', 'error']) {
  document.addEventListener('liveblog:' + name, ({ detail }) => {
    window.heard.push([name, detail.story, detail.update?.id]);
  });
}
addEventListener('message', ({ data, source }) => {
  for (const frame of document.querySelectorAll('iframe')) {
    if (frame.contentWindow === source && data.type === 'liveblog:resize') {
      frame.style.height = data.height + 'px';
    }
  }
});
window.opened = 0;
const Source = window.EventSource;
window.EventSource = class extends Source {
  constructor(...given) { super(...given); window.opened += 1; }
};
"""
FALLBACK = '<a href="{site}/stories/{slug}">Live: the fallback</a>'


def element(site: Site, slug: str, attributes: str = "") -> str:
    """What a partner writes."""
    fallback = FALLBACK.format(site=site.url, slug=slug)
    return f'<live-blog story=" {slug} " {attributes}>{fallback}</live-blog>'


def script(site: Site) -> str:
    return f'<script async src="{site.url}/embed/v1.js"></script>'


@asynccontextmanager
async def a_page(browser: Browser, **how: Any) -> AsyncIterator[Page]:
    """A page that keeps what the embeds say; none may fail for want of catching."""
    context = await browser.new_context(**how)
    await context.add_init_script(HEAR)
    page = await context.new_page()
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    try:
        yield page
        assert mistakes == []
    finally:
        await context.close()


def updates(shown: Locator | Page | FrameLocator) -> Locator:
    return shown.locator("article[data-id]")


def fallback(page: Page) -> Locator:
    return page.get_by_text("Live: the fallback")


@pytest.fixture
def slug(newsroom: Newsroom, site: Site) -> Slug:
    slug = newsroom.open(headline="Storm reaches the coast", status_line="More to follow")
    until_open(site, slug)
    return slug


async def heard(page: Page, *wanted: object) -> None:
    """Wait for an event of an element."""
    told = "wanted => window.heard.some((one) => wanted.every((of, at) => one[at] === of))"
    await page.wait_for_function(told, arg=list(wanted))


# -- the element ---------------------------------------------------------------------------------


async def test_an_element_shows_a_story_in_the_place_of_its_fallback(
    site: Site, newsroom: Newsroom, partner: Partner, browser: Browser, slug: Slug
) -> None:
    posted = newsroom.post(slug, "They **left** [us](/about).", title="Gates shut")
    until_shown(site, slug, posted["cursor"])
    async with a_page(browser) as page:
        await page.goto(partner.page(element(site, slug) + script(site)))
        await heard(page, "ready", slug)
        shown = page.locator("live-blog")
        await expect(shown.get_by_role("heading", name="Storm reaches the coast")).to_be_visible()
        await expect(shown.locator("strong").first).to_have_text("Live")
        await expect(updates(shown)).to_have_count(1)
        await expect(fallback(page)).not_to_be_visible()
        # From another site's page only whole addresses lead to ours.
        link = shown.get_by_role("link", name="us", exact=True)
        assert await link.get_attribute("href") == f"{site.url}/about"
        permalink = await shown.locator(".update-time").get_attribute("href")
        assert permalink == site.url + posted["url"]


async def test_an_element_stays_in_step_with_its_story(
    site: Site, newsroom: Newsroom, partner: Partner, browser: Browser, slug: Slug
) -> None:
    first = newsroom.post(slug, "They left.")
    until_shown(site, slug, first["cursor"])
    async with a_page(browser) as page:
        await page.goto(partner.page(element(site, slug) + script(site)))
        shown = page.locator("live-blog")
        await expect(updates(shown)).to_have_count(1)

        # A new update waits until somebody asks for it.
        second = newsroom.post(slug, "They came back.")
        await heard(page, "update", slug, second["id"])
        await expect(updates(shown)).to_have_count(1)
        await shown.get_by_role("button", name="1 new update").click()
        await expect(updates(shown).first).to_contain_text("They came back.")
        await expect(shown.get_by_role("button")).not_to_be_visible()

        # What is shown changes in its place.
        newsroom.edit(slug, first, text="They left at noon.")
        await expect(updates(shown).last).to_contain_text("at noon")
        newsroom.retract(slug, second, "It was another harbour")
        await expect(updates(shown).first).to_contain_text("It was another harbour")
        await expect(updates(shown).first).not_to_contain_text("came back")
        newsroom.api.put(f"/stories/{slug}/updates/{first['id']}/pin")
        await expect(updates(shown).first).to_contain_text("at noon")
        await expect(updates(shown)).to_have_count(2)

        newsroom.amend(slug, headline="Storm moves on", status="closed")
        await expect(shown.get_by_role("heading", name="Storm moves on")).to_be_visible()
        await expect(shown.locator("strong").first).to_have_text("This live coverage has ended")


async def test_an_element_of_a_closed_story_shows_it_and_follows_nothing(
    site: Site, newsroom: Newsroom, partner: Partner, browser: Browser, slug: Slug
) -> None:
    newsroom.post(slug)
    newsroom.amend(slug, status="closed")
    until_status(site, slug, "closed")
    async with a_page(browser) as page:
        await page.goto(partner.page(element(site, slug) + script(site)))
        await expect(updates(page.locator("live-blog"))).to_have_count(1)
        assert await page.evaluate("window.opened") == 0


async def test_an_element_shows_as_many_as_it_is_asked_for_in_the_order_asked_for(
    site: Site, newsroom: Newsroom, partner: Partner, browser: Browser, slug: Slug
) -> None:
    posted = [newsroom.post(slug, f"Number {n}") for n in range(60)]
    until_shown(site, slug, posted[-1]["cursor"])
    asked = ("limit=' 3 '", "limit=55 order='oldest '", "")
    html = "".join(element(site, slug, given) for given in asked) + script(site)
    async with a_page(browser) as page:
        await page.goto(partner.page(html))
        few, many, usual = [page.locator("live-blog").nth(n) for n in range(3)]
        await expect(updates(few).locator("p")).to_have_text([f"Number {n}" for n in (59, 58, 57)])
        await expect(updates(many).locator("p")).to_have_text([f"Number {n}" for n in range(5, 60)])
        await expect(updates(usual)).to_have_count(20)
        # All three hear of it by one connection.
        last = newsroom.post(slug, "The last")
        await heard(page, "update", slug, last["id"])
        assert await page.evaluate("window.opened") == 1


async def test_the_script_included_twice_does_no_harm(
    site: Site, newsroom: Newsroom, partner: Partner, browser: Browser, slug: Slug
) -> None:
    until_shown(site, slug, newsroom.post(slug)["cursor"])
    twice = script(site) + element(site, slug) + script(site)
    async with a_page(browser) as page:
        await page.goto(partner.page(twice, Content_Security_Policy="trusted-types liveblog"))
        await expect(updates(page.locator("live-blog"))).to_have_count(1)


async def test_an_element_that_is_moved_or_taken_away_follows_as_long_as_it_is_there(
    site: Site, newsroom: Newsroom, partner: Partner, browser: Browser, slug: Slug
) -> None:
    until_shown(site, slug, newsroom.post(slug)["cursor"])
    async with a_page(browser) as page:
        await page.goto(partner.page(element(site, slug) + "<main></main>" + script(site)))
        shown = page.locator("live-blog")
        await expect(updates(shown)).to_have_count(1)
        await page.evaluate(
            "document.querySelector('main').append(document.querySelector('live-blog'))"
        )
        last = newsroom.post(slug, "The last")
        await heard(page, "update", slug, last["id"])
        await shown.get_by_role("button", name="1 new update").click()
        await expect(updates(shown)).to_have_count(2)


STRICT = "default-src 'none'; script-src {site}; connect-src {site}; "


@pytest.mark.parametrize(
    "policy",
    [
        STRICT + "style-src 'none'",
        STRICT + "require-trusted-types-for 'script'; trusted-types liveblog",
    ],
)
async def test_an_element_works_under_a_strict_policy_and_breaks_none_of_it(
    site: Site,
    newsroom: Newsroom,
    partner: Partner,
    browser: Browser,
    slug: Slug,
    policy: str,
) -> None:
    until_shown(site, slug, newsroom.post(slug, "They **left**.")["cursor"])
    async with a_page(browser) as page:
        broken: list[str] = []
        page.on("console", lambda message: broken.append(message.text))
        await page.goto(
            partner.page(
                element(site, slug) + script(site),
                Content_Security_Policy=policy.format(site=site.url),
            )
        )
        shown = page.locator("live-blog")
        await expect(updates(shown).locator("strong")).to_have_text("left")
        # Its own style sheet holds.
        border = "element => getComputedStyle(element).borderTopWidth"
        assert await shown.locator("section").evaluate(border) == "4px"
        newsroom.post(slug, "They came back.")
        await shown.get_by_role("button", name="1 new update").click()
        await expect(updates(shown)).to_have_count(2)
        assert [text for text in broken if "favicon" not in text] == []


async def test_a_hostile_style_sheet_of_the_page_does_not_reach_into_an_element(
    site: Site, newsroom: Newsroom, partner: Partner, browser: Browser, slug: Slug
) -> None:
    until_shown(site, slug, newsroom.post(slug)["cursor"])
    hostile = "<style>* { display: none !important } p { font: 90px cursive } </style>"
    loud = "<style>html, body, live-blog { display: block !important } :root { color: lime; "
    loud += "font: 90px cursive; visibility: hidden; text-transform: uppercase }</style>"
    async with a_page(browser) as page:
        await page.goto(partner.page(hostile + loud + element(site, slug) + script(site)))
        text = updates(page.locator("live-blog")).locator("p")
        await expect(text).to_be_visible()
        styled = "element => { const of = getComputedStyle(element); "
        styled += "return [of.fontSize, of.textTransform] }"
        assert await text.evaluate(styled) == ["17px", "none"]


@pytest.mark.parametrize(("theme", "paper"), [(" dark ", "20, 18, 16"), ("auto", "255, 254, 251")])
async def test_an_element_is_dark_or_light_as_it_is_told_or_else_as_the_reader_likes_it(
    site: Site,
    newsroom: Newsroom,
    partner: Partner,
    browser: Browser,
    slug: Slug,
    theme: str,
    paper: str,
) -> None:
    until_shown(site, slug, newsroom.post(slug)["cursor"])
    async with a_page(browser, color_scheme="light") as page:
        await page.goto(partner.page(element(site, slug, f"theme='{theme}'") + script(site)))
        box = page.locator("live-blog").locator("section")
        await expect(box).to_have_css("background-color", f"rgb({paper})")


async def test_an_element_asks_nobody_but_its_host_and_says_not_who_reads(
    site: Site, newsroom: Newsroom, partner: Partner, browser: Browser, slug: Slug
) -> None:
    others = [
        {"type": "image", "src": "https://photos.example/a.jpg", "alt": "A quay"},
        {"type": "embed", "url": "https://youtu.be/dQw4w9WgXcQ", "title": "A film"},
    ]
    answer = newsroom.api.post(f"/stories/{slug}/updates", json={"blocks": others})
    until_shown(site, slug, answer.json()["cursor"])
    async with a_page(browser) as page:
        asked: list[Request] = []
        page.on("request", lambda one: asked.append(one))  # noqa: PLW0108 # it is marked
        await page.context.add_cookies([{"name": "who", "value": "reader", "url": site.url}])
        await page.goto(partner.page(element(site, slug) + script(site)))
        shown = page.locator("live-blog")
        await expect(shown.get_by_role("link", name="A film")).to_be_visible()
        last = newsroom.post(slug, "The last")
        await heard(page, "update", slug, last["id"])
        assert {urlsplit(one.url).netloc for one in asked} == {
            urlsplit(site.url).netloc,
            urlsplit(partner.url).netloc,
        }
        read = [one for one in asked if one.resource_type in {"fetch", "eventsource"}]
        assert len(read) == 2
        for one in read:
            assert "cookie" not in await one.all_headers()
        assert await page.evaluate("localStorage.length + sessionStorage.length") == 0


# -- failures: the fallback stays ----------------------------------------------------------------


async def test_the_fallback_stays_while_the_server_is_down_and_yields_when_it_is_back(
    site: Site, newsroom: Newsroom, partner: Partner, browser: Browser, slug: Slug, tmp_path: Path
) -> None:
    until_shown(site, slug, newsroom.post(slug)["cursor"])
    with a_site(site.redis_url, tmp_path / "log") as other:
        async with a_page(browser) as page:
            script_of_other = script(other)
            # The script is there still, from a cache: the server behind it is not.
            held = other.http.get("/embed/v1.js").text
            await page.route(
                f"{other.url}/embed/v1.js",
                lambda route: route.fulfill(body=held, content_type="text/javascript"),
            )
            other.kill()
            await page.goto(partner.page(element(other, slug) + script_of_other))
            await heard(page, "error", slug)
            await expect(fallback(page)).to_be_visible()
            other.start()
            await expect(updates(page.locator("live-blog"))).to_have_count(1, timeout=30_000)
            await expect(fallback(page)).not_to_be_visible()


@pytest.mark.parametrize("named", ["no-such-story", "../../api/v1", "", "Über"])
async def test_the_fallback_stays_where_there_is_no_such_story(
    site: Site, partner: Partner, browser: Browser, named: str
) -> None:
    async with a_page(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(partner.page(element(site, named) + script(site)))
        await heard(page, "error", named)
        await expect(fallback(page)).to_be_visible()
        ours = [url for url in asked if url.startswith(site.url)]
        assert ours[0] == f"{site.url}/embed/v1.js"
        assert ours[1:] in ([], [f"{site.url}/stories/no-such-story/state"])


@pytest.mark.parametrize(
    "policy",
    [
        "script-src 'none'",
        "require-trusted-types-for 'script'; trusted-types somebody-elses",
        "connect-src 'none'",
    ],
)
async def test_the_fallback_stays_where_the_page_lets_nothing_of_ours_in(
    site: Site, newsroom: Newsroom, partner: Partner, browser: Browser, slug: Slug, policy: str
) -> None:
    until_shown(site, slug, newsroom.post(slug)["cursor"])
    async with a_page(browser) as page:
        await page.goto(
            partner.page(element(site, slug) + script(site), Content_Security_Policy=policy)
        )
        if "script-src" not in policy:
            await heard(page, "error", slug)
        await expect(fallback(page)).to_be_visible()


async def test_the_fallback_stays_where_the_pages_markup_poses_as_the_script(
    site: Site, partner: Partner, browser: Browser, slug: Slug
) -> None:
    posing = f'<img name="currentScript" src="{partner.url}/evil.js">'
    async with a_page(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        blocking = script(site).replace("async", "")
        await page.goto(partner.page(posing + element(site, slug) + blocking))
        await expect(fallback(page)).to_be_visible()
        assert not [url for url in asked if "/stories/" in url]


async def test_an_element_says_that_it_reconnects_and_keeps_what_it_shows(
    site: Site, newsroom: Newsroom, partner: Partner, browser: Browser, slug: Slug, tmp_path: Path
) -> None:
    until_shown(site, slug, newsroom.post(slug)["cursor"])
    with a_site(site.redis_url, tmp_path / "log") as other:
        async with a_page(browser) as page:
            await page.goto(partner.page(element(other, slug) + script(other)))
            shown = page.locator("live-blog")
            await expect(shown.locator(".status")).to_contain_text("More to follow")
            other.kill()
            await expect(shown.locator(".status")).to_contain_text("Reconnecting…")
            await expect(updates(shown)).to_have_count(1)
            newsroom.post(slug, "Meanwhile")
            other.start()
            await shown.get_by_role("button", name="1 new update").click(timeout=30_000)
            await expect(updates(shown).first).to_contain_text("Meanwhile")


# -- the frame -----------------------------------------------------------------------------------

SANDBOXES = ["", 'sandbox="allow-scripts"', 'sandbox="allow-scripts allow-same-origin"']


@pytest.mark.parametrize("sandbox", SANDBOXES)
async def test_a_frame_shows_a_story_stays_in_step_and_tells_its_height(
    site: Site, newsroom: Newsroom, partner: Partner, browser: Browser, slug: Slug, sandbox: str
) -> None:
    first = newsroom.post(slug, "They left.")
    until_shown(site, slug, first["cursor"])
    frame = f'<iframe {sandbox} src="{site.url}/embed/{slug}" width=500 height=10></iframe>'
    async with a_page(browser) as page:
        await page.goto(partner.page(frame))
        shown = page.frame_locator("iframe")
        await expect(updates(shown)).to_have_count(1)
        await page.wait_for_function("document.querySelector('iframe').clientHeight > 150")
        before = await page.evaluate("document.querySelector('iframe').clientHeight")
        await expect(shown.locator("main")).to_have_attribute("data-connection", "live")
        newsroom.post(slug, "They came back. " * 20)
        await shown.get_by_role("button", name="1 new update").click()
        await expect(updates(shown).first).to_contain_text("They came back.")
        await page.wait_for_function(
            "before => document.querySelector('iframe').clientHeight > before + 50", arg=before
        )
        newsroom.retract(slug, first, "It was another harbour")
        await expect(updates(shown).last).to_contain_text("It was another harbour")


async def test_a_frame_is_readable_without_scripts_and_turns_its_pages_in_place(
    site: Site, newsroom: Newsroom, partner: Partner, browser: Browser, slug: Slug
) -> None:
    posted = [newsroom.post(slug, f"Number {n}") for n in range(35)]
    until_shown(site, slug, posted[-1]["cursor"])
    frame = f'<iframe sandbox src="{site.url}/embed/{slug}" width=500 height=900></iframe>'
    async with a_page(browser, java_script_enabled=False) as page:
        await page.goto(partner.page(frame))
        shown = page.frame_locator("iframe")
        await expect(updates(shown)).to_have_count(30)
        await expect(updates(shown).first).to_contain_text("Number 34")
        await shown.get_by_role("link", name="Older updates").click()
        await expect(updates(shown)).to_have_count(5)
        await shown.get_by_role("link", name="Back to the newest updates").click()
        await expect(updates(shown)).to_have_count(30)


async def test_only_the_frame_may_be_framed_elsewhere(
    site: Site, newsroom: Newsroom, partner: Partner, browser: Browser, slug: Slug
) -> None:
    until_shown(site, slug, newsroom.post(slug)["cursor"])
    frames = "".join(
        f'<iframe name="{name}" src="{site.url}{path}"></iframe>'
        for name, path in (("page", f"/stories/{slug}"), ("embed", f"/embed/{slug}"))
    )
    async with a_page(browser) as page:
        await page.goto(partner.page(frames))
        await expect(updates(page.frame_locator("[name=embed]"))).to_have_count(1)
        await expect(updates(page.frame_locator("[name=page]"))).to_have_count(0)


def test_an_embed_of_no_story_is_a_page_that_says_so(site: Site) -> None:
    answer = site.http.get("/embed/no-such-story", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "frame-ancestors *" in answer.headers["content-security-policy"]


def test_the_script_is_not_sent_again_to_who_holds_it(site: Site) -> None:
    first = site.http.get("/embed/v1.js")
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    held = site.http.get("/embed/v1.js", headers={"If-None-Match": first.headers["etag"]})
    assert held.status_code == 304
