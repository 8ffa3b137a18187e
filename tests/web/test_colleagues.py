"""Who works here, and who is calling."""

from __future__ import annotations

import pytest

from liveblog.accounts.roles import PERMISSIONS
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.builders import a_slug
from tests.people import a_browser_of, a_person
from tests.sites import Newsroom, Site

pytestmark = pytest.mark.anyio


async def test_colleagues_are_named_by_what_they_sign_in_with(
    site: Site, newsroom: Newsroom, store: RedisStore
) -> None:
    ada = await a_person(store, "editor", full_name="Ada Winter")
    gone = await a_person(store, "editor", locked=True)
    listed = newsroom.api.get("/colleagues").json()["colleagues"]
    assert {"name": ada.name, "full_name": "Ada Winter", "role": "editor"} in listed
    assert gone.name not in [one["name"] for one in listed]
    assert all(set(one) == {"name", "full_name", "role"} for one in listed)


async def test_who_is_bound_to_a_story_sees_whom_they_may_meet_there(
    site: Site, store: RedisStore
) -> None:
    mine, other = a_slug(), a_slug()
    anywhere = await a_person(store, "editor")
    there = await a_person(store, "reporter", (mine,))
    elsewhere = await a_person(store, "reporter", (other,))
    bound = Newsroom(site, await site.token("reporter", story=mine))
    names = {one["name"] for one in bound.api.get("/colleagues").json()["colleagues"]}
    assert {anywhere.name, there.name} <= names
    assert elsewhere.name not in names


async def test_a_person_is_told_who_they_are_and_what_they_may(
    site: Site, store: RedisStore, slug: Slug
) -> None:
    browser, person = await a_browser_of(site, store, "reporter", (slug,))
    assert browser.get("/api/v1/me").json() == {
        "id": person.id,
        "name": person.name,
        "full_name": "Ada Winter",
        "role": "reporter",
        "permissions": sorted(PERMISSIONS["reporter"]),
        "stories": [slug],
    }


async def test_a_token_is_told_what_it_is_good_for(newsroom: Newsroom) -> None:
    me = newsroom.api.get("/me").json()
    assert (me["name"], me["role"], me["stories"]) == ("Test", "admin", None)
    assert "erase" in me["permissions"]


async def test_a_person_posts_no_picture_without_its_words(
    site: Site, store: RedisStore, slug: Slug
) -> None:
    browser, _ = await a_browser_of(site, store, "reporter")
    picture = b'{"type": "image", "src": "https://pictures.example/a.jpg", "alt": "A gate"}'
    address = f"/api/v1/stories/{slug}/updates"
    answer = browser.send(address, b'{"blocks": [%b]}' % picture)
    assert answer.status_code == 422
    assert "picture 1: caption, credit" in answer.json()["detail"]
    urgent = browser.send(address, b'{"blocks": [%b], "emergency": true}' % picture)
    assert urgent.status_code == 201
