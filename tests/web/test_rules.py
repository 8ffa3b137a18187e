"""How a story is worked on, and that it is told to no reader."""

from __future__ import annotations

from typing import Any

import pytest

from liveblog.errors import Invalid, NoSuchStory
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.sites import Newsroom, Site
from tests.web.answers import assert_refused

pytestmark = pytest.mark.anyio

DEFAULT = {
    "approval": False,
    "breaking_approval": False,
    "undo_seconds": 5,
    "close_after_hours": 48,
}


async def test_a_story_begins_with_the_rules_of_the_house(newsroom: Newsroom, slug: Slug) -> None:
    assert newsroom.api.get(f"/stories/{slug}/rules").json() == DEFAULT


async def test_what_is_not_given_stays(newsroom: Newsroom, slug: Slug) -> None:
    assert newsroom.rules(slug, approval=True, undo_seconds=0) == DEFAULT | {
        "approval": True,
        "undo_seconds": 0,
    }
    newsroom.rules(slug, close_after_hours=6)
    stands = newsroom.rules(slug)
    assert stands == {
        "approval": True,
        "breaking_approval": False,
        "undo_seconds": 0,
        "close_after_hours": 6,
    }
    assert newsroom.api.get(f"/stories/{slug}/rules").json() == stands


async def test_readers_are_told_nothing_of_rules(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    before = site.http.get(f"/stories/{slug}/state").text
    newsroom.rules(slug, approval=True, breaking_approval=True)
    assert newsroom.api.put(f"/stories/{slug}/keep-open").status_code == 204
    assert site.http.get(f"/stories/{slug}/state").text == before


async def test_who_changed_rules_is_on_record(newsroom: Newsroom, slug: Slug) -> None:
    newsroom.rules(slug, approval=True, undo_seconds=9)
    newsroom.rules(slug)
    lines = newsroom.api.get("/audit", params={"story": slug}).json()["lines"]
    (line,) = [line for line in lines if line["kind"] == "rules_changed"]
    assert line["by"]["name"] == "Test"
    assert line["detail"] == "approval: true; undo_seconds: 9"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"undo_seconds": 61}, "undo_seconds"),
        ({"undo_seconds": -1}, "undo_seconds"),
        ({"close_after_hours": 8_761}, "close_after_hours"),
        ({"approval": "yes"}, "approval"),
        ({"rules": True}, ""),
    ],
)
async def test_rules_that_make_no_sense_are_refused(
    newsroom: Newsroom, slug: Slug, given: dict[str, Any], field: str
) -> None:
    answer = newsroom.api.patch(f"/stories/{slug}/rules", json=given)
    assert_refused(answer, 422, Invalid, *([field] if field else []))
    assert newsroom.rules(slug) == DEFAULT


async def test_a_story_that_is_not_there_has_no_rules(newsroom: Newsroom) -> None:
    for answer in (
        newsroom.api.get("/stories/nowhere/rules"),
        newsroom.api.patch("/stories/nowhere/rules", json={"approval": True}),
        newsroom.api.put("/stories/nowhere/keep-open"),
    ):
        assert_refused(answer, 404, NoSuchStory)


async def test_the_old_way_to_ask_for_approval_is_gone(newsroom: Newsroom, slug: Slug) -> None:
    assert newsroom.api.put(f"/stories/{slug}/approval").status_code == 404
    assert "approval" not in newsroom.api.get(f"/stories/{slug}/drafts").json()


async def test_keeping_a_story_open_is_remembered(
    newsroom: Newsroom, slug: Slug, store: RedisStore
) -> None:
    assert await store.kept_open(slug) is None
    assert newsroom.api.put(f"/stories/{slug}/keep-open").status_code == 204
    assert await store.kept_open(slug)
