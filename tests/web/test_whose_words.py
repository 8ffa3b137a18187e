"""What the desk sends says who wrote it; it goes out in nobody else's name."""

from __future__ import annotations

import pytest
from httpx2 import Response

from liveblog.store.people import Person
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.people import Browser, a_browser_of
from tests.sites import Site

pytestmark = pytest.mark.anyio


def post(site: Site, browser: Browser, slug: Slug, person: Person | None) -> Response:
    headers = browser.sent() | ({"Liveblog-Person": person.id} if person else {})
    return site.http.post(f"/api/v1/stories/{slug}/updates", json={"text": "x"}, headers=headers)


async def test_words_of_somebody_who_was_signed_in_before_wait_for_them(
    site: Site, store: RedisStore, slug: Slug
) -> None:
    (mine, me), (_, other) = await a_browser_of(site, store), await a_browser_of(site, store)
    assert post(site, mine, slug, other).status_code == 401
    assert post(site, mine, slug, me).status_code == 201
    assert post(site, mine, slug, None).status_code == 201
