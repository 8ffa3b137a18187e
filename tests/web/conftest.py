"""A story of its own for each test of the web, and a witness that nothing was stored in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from liveblog.web.pages import PAGE_UPDATES
from tests.html_reading import Reading
from tests.sites import Newsroom, Site
from tests.web.answers import until_open, until_shown


@pytest.fixture
def slug(newsroom: Newsroom, site: Site) -> Slug:
    """A story that is live and that readers can see."""
    slug = newsroom.open()
    until_open(site, slug)
    return slug


@pytest.fixture
async def untouched(
    slug: Slug, newsroom: Newsroom, site: Site, store: RedisStore
) -> AsyncIterator[Slug]:
    """A story with one update, in which the test must store nothing."""
    until_shown(site, slug, newsroom.post(slug, "Stands")["cursor"])
    before = await store.changes(slug), await store.drafts(slug)
    yield slug
    assert (await store.changes(slug), await store.drafts(slug)) == before


class Reader:
    """Opens pages as a browser without scripts does."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def open(self, address: str) -> Reading:
        answer = self._site.http.get(address, headers={"Accept": "text/html"})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        reading = Reading(answer.text)
        assert reading.mistakes == []
        return reading

    def ids(self, address: str) -> list[str]:
        """The updates of a page in reading order."""
        return [found["data-id"] for found in self.open(address).all("article")]


@pytest.fixture
def reader(site: Site) -> Reader:
    return Reader(site)


@pytest.fixture
def long(newsroom: Newsroom, site: Site, slug: Slug) -> tuple[Slug, list[str]]:
    """A story of several pages, every tenth update a key event; its ids, newest first."""
    posted = [
        newsroom.post(slug, f"Number {n}", key_event=n % 10 == 0)
        for n in range(2 * PAGE_UPDATES + 5)
    ]
    until_shown(site, slug, posted[-1]["cursor"])
    return slug, [one["id"] for one in reversed(posted)]
