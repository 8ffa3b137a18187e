"""No name that anybody gives themselves, a token or a story runs as a script at the desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from liveblog.accounts import tokens
from liveblog.store.redis import RedisStore
from liveblog.story import instant
from liveblog.web import cookies
from tests.people import a_person, a_session
from tests.redis_servers import a_server
from tests.security.payloads import PAYLOADS
from tests.security.test_scripts import LOOK, harmless, watched
from tests.sites import Newsroom, Site, a_site

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

PAGES = ("/desk", "/desk/plain", "/desk/people", "/desk/tokens", "/desk/account", "/desk/confirm")
ADDRESS = "http://localhost:{port}"


async def named(site: Site, store: RedisStore, newsroom: Newsroom, words: str) -> None:
    """A person, a token and a story that are called so, as far as such names may be long."""
    now = instant(datetime.now(UTC))
    await a_person(store, "reader", full_name=words[:200])
    await tokens.add(store, words[:100], "reader", now=now)
    newsroom.open(headline=words)


@asynccontextmanager
async def signed_in(browser: Browser, site: Site, store: RedisStore) -> AsyncIterator[Page]:
    """A page of an admin whose own name is a payload, too."""
    person = await a_person(store, full_name=PAYLOADS[12])
    cookie = {"name": cookies.SESSION, "value": await a_session(store, person), "secure": True}
    async with watched(browser, policy=False) as page:
        at = {"url": ADDRESS.format(port=site.port).replace("http:", "https:")}
        await page.context.add_cookies([cookie | at])  # type: ignore[list-item] # as it wants it
        yield page


async def test_no_payload_runs_at_the_desk(browser: Browser, tmp_path: Path) -> None:
    with (
        a_server(tmp_path / "redis") as port,
        a_site(f"redis://127.0.0.1:{port}", tmp_path / "log") as site,
    ):
        newsroom, store = Newsroom(site, await site.token()), RedisStore(site.redis_url)
        await named(site, store, newsroom, "Plain words")
        ours: set[str] = set()
        async with signed_in(browser, site, store) as page:
            for path in PAGES:
                await page.goto(ADDRESS.format(port=site.port) + path)
                assert path in page.url, "not signed in"
                ours |= set((await page.evaluate(LOOK))["found"])
            for payload in PAYLOADS:
                await named(site, store, newsroom, payload)
            for path in PAGES:
                await page.goto(ADDRESS.format(port=site.port) + path)
                await harmless(page, ours)
        assert len(newsroom.api.get("/stories").json()["stories"]) == len(PAYLOADS) + 1
        newsroom.api.close()
        await store.close()
