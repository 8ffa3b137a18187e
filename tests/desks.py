"""The desk's application in a real browser, as somebody who signed in; and axe's opinion of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

from liveblog.store.people import Person
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from liveblog.web import cookies
from tests.people import a_session
from tests.sites import Site

DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
# What a browser says of an answer with an error's status, or of none: the application's business.
_OF_THE_NETWORK = re.compile(r"Failed to load resource|net::ERR_|error occurred when fetching")
_AXE = Path(__file__).parents[1] / "static/node_modules/axe-core/axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@asynccontextmanager
async def a_desk(
    browser: Browser,
    site: Site,
    store: RedisStore,
    person: Person,
    story: Slug | None = None,
    *,
    part: str = "",
    phone: bool = False,
    dark: bool = False,
    language: str = "en",
    **context: Any,
) -> AsyncIterator[Page]:
    """The desk of a person, or with ``story`` that story's page (``part``: "waiting", "about").

    It has a browser of its own.

    ``context`` is what else Playwright's new_context takes; without ``service_workers="allow"``
    there is none, for each new browser would fetch all of the desk's files for it. Fails when left
    if the page logged an error or a warning of the browser's security, threw, or broke its policy;
    errors of the network are the test's own business. Close the page's context, or more pages of
    it, as you like: `page.context`.
    """
    device: dict[str, Any] = {
        "viewport": PHONE if phone else DESKTOP,
        "has_touch": phone,
        "color_scheme": "dark" if dark else "light",
        "locale": language,
        "base_url": site_url(site),
        "service_workers": "block",
    }
    opened = await browser.new_context(**(device | context))
    mistakes = mistakes_of(opened)
    try:
        await sign_in(opened, site, await a_session(store, person))
        page = await opened.new_page()
        await page.goto(story_path(story, part))
        yield page
        assert not mistakes, "\n".join(mistakes)
    finally:
        await opened.close()


def site_url(site: Site) -> str:
    """The site where a browser takes it for secure, as it does not 127.0.0.1 over HTTP."""
    return f"http://localhost:{site.port}"


def story_path(story: Slug | None, part: str = "") -> str:
    """Where a story is in the desk."""
    return "/".join(word for word in ("/desk", story and f"stories/{story}", part) if word)


async def sign_in(context: BrowserContext, site: Site, secret: str) -> None:
    """Let a browser hold a session (`tests.people.a_session`)."""
    url = site_url(site).replace("http:", "https:")
    await context.add_cookies(
        [{"name": cookies.SESSION, "value": secret, "secure": True, "url": url}]
    )


def mistakes_of(context: BrowserContext) -> list[str]:
    """What goes wrong in any of its pages from now on; a list that grows."""
    mistakes: list[str] = []

    def said(message: ConsoleMessage) -> None:
        wrong = message.type == "error" or "Security" in message.text
        if wrong and not _OF_THE_NETWORK.search(message.text):
            mistakes.append(message.text)

    context.on("console", said)
    context.on("weberror", lambda error: mistakes.append(str(error.error)))
    return mistakes


async def axe(page: Page, within: str = "body") -> None:
    """Fail with everything that axe finds wrong in a page, or in the part that ``within`` selects.

    What moves is finished first: halfway through, colours are between colours.
    """
    await page.evaluate(
        "Promise.allSettled(document.getAnimations()"
        ".filter((one) => one.effect?.getComputedTiming().iterations !== Infinity)"
        ".map((one) => one.finished))"
    )
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_axe())
    found = await page.evaluate(
        """async ([within, values]) => {
            const { violations } = await axe.run(within, { runOnly: { type: "tag", values } });
            return violations.flatMap(({ id, help, nodes }) =>
                nodes.map((node) => `${id}: ${help}: ${node.html} ${node.failureSummary}`)); }""",
        [within, _RULES],
    )
    assert not found, "\n".join(found)


@cache
def _axe() -> str:
    return _AXE.read_text()
