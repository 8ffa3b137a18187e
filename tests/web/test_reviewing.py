"""What the newsroom reads while it works: all updates, their revisions, a text as it will be."""

from __future__ import annotations

from typing import Any

import pytest

from liveblog.errors import Invalid, NoSuchStory, NoSuchUpdate
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.builders import a_slug, an_id
from tests.people import a_browser_of
from tests.sites import Newsroom, Site
from tests.web.answers import assert_refused, state, until_shown

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("anyio_backend")]


def listed(newsroom: Newsroom, slug: str, **asked: Any) -> Any:
    answer = newsroom.api.get(f"/stories/{slug}/updates", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def revisions(newsroom: Newsroom, slug: str, id: str) -> list[dict[str, Any]]:
    answer = newsroom.api.get(f"/stories/{slug}/updates/{id}/revisions")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["revisions"]
    return found


# -- all updates ---------------------------------------------------------------------------------


def test_the_list_is_what_readers_see_newest_first(
    newsroom: Newsroom, site: Site, long: tuple[Slug, list[str]]
) -> None:
    slug, ids = long
    whole, shown = listed(newsroom, slug), state(site, slug)
    assert [one["id"] for one in whole["updates"]] == ids
    assert whole["updates"][:50] == shown["updates"]
    assert (whole["cursor"], whole["more"]) == (shown["cursor"], False)


def test_the_list_is_walked_by_pages_of_any_size(
    newsroom: Newsroom, long: tuple[Slug, list[str]]
) -> None:
    slug, ids = long
    for limit in (1, 7, 500):
        walked: list[str] = []
        page: dict[str, Any] = {"more": True}
        while page["more"]:
            before = {"before": walked[-1]} if walked else {}
            page = listed(newsroom, slug, limit=limit, **before)
            assert len(page["updates"]) <= limit
            walked += [one["id"] for one in page["updates"]]
        assert walked == ids


@pytest.mark.parametrize("limit", ["0", "-1", "501", "ten", "1.5", "٣", "9" * 99])
def test_a_limit_that_cannot_be_is_refused(newsroom: Newsroom, slug: Slug, limit: str) -> None:
    answer = newsroom.api.get(f"/stories/{slug}/updates", params={"limit": limit})
    problem = assert_refused(answer, 422, Invalid, "limit")
    assert "1 to 500" in problem["detail"]


def test_who_holds_the_list_already_is_told_so(newsroom: Newsroom, site: Site, slug: Slug) -> None:
    until_shown(site, slug, newsroom.post(slug)["cursor"])
    address = f"/stories/{slug}/updates"
    first = newsroom.api.get(address)
    assert first.headers["etag"] == f'"{first.json()["cursor"]}"'
    held = {"If-None-Match": first.headers["etag"]}
    again = newsroom.api.get(address, headers=held)
    assert (again.status_code, again.content) == (304, b"")
    until_shown(site, slug, newsroom.post(slug)["cursor"])
    assert newsroom.api.get(address, headers=held).status_code == 200


def test_a_retracted_update_is_listed_as_what_is_left_of_it(
    newsroom: Newsroom, site: Site, slug: Slug
) -> None:
    posted = newsroom.post(slug, "Not so", displayed="2026-01-01T00:00:00Z")
    until_shown(site, slug, newsroom.retract(slug, posted, "It was wrong")["cursor"])
    (left,) = listed(newsroom, slug)["updates"]
    assert set(left) - {"modified"} == {
        "id", "revision", "published", "displayed", "status", "notice",
    }  # fmt: skip


def test_a_draft_of_a_story_has_an_empty_list_and_an_unknown_one_none(newsroom: Newsroom) -> None:
    draft = newsroom.open(status="draft")
    newsroom.post(draft, draft=True)
    assert listed(newsroom, draft) == {"cursor": "", "updates": [], "more": False}
    assert_refused(newsroom.api.get(f"/stories/{a_slug()}/updates"), 404, NoSuchStory)


# -- revisions -----------------------------------------------------------------------------------


async def test_all_revisions_are_told_oldest_first_with_who_made_them(
    newsroom: Newsroom, site: Site, store: RedisStore, slug: Slug
) -> None:
    other = Newsroom(site, await site.token("editor", name="Oda Merrin"))
    posted = newsroom.post(slug, "They **left**.")
    newsroom.post(slug, f"Another that names {posted['id']}")
    edited = other.edit(slug, posted, text="They stayed.")
    note = {"kind": "correction", "note": "All of them."}
    newsroom.edit(slug, edited, title="Gates", correction=note)
    found = revisions(newsroom, slug, posted["id"])
    assert [(one["revision"], one["kind"], one["by"]) for one in found] == [
        (1, "posted", "Test"),
        (2, "edited", "Oda Merrin"),
        (3, "corrected", "Test"),
    ]
    updates = [one["update"] for one in found]
    assert [one["text"] for one in updates] == ["They **left**.", "They stayed.", "They stayed."]
    assert updates[0]["html"] == "<p>They <strong>left</strong>.</p>"
    assert updates[2]["corrections"][0]["note"] == "All of them."
    assert not any("blocks" in one for one in updates)
    assert found[2]["at"] == updates[2]["modified"]


async def test_blocks_are_told_as_markdown(newsroom: Newsroom, slug: Slug) -> None:
    score = {"type": "score", "sides": [{"name": "Rovers", "points": "2"}]}
    posted = newsroom.post(slug, "", blocks=[{"type": "heading", "html": "Cup"}, score])
    (one,) = revisions(newsroom, slug, posted["id"])
    text = one["update"]["text"]
    assert text == posted["text"]
    assert text.startswith("## Cup\n\n```block\n")
    again = newsroom.edit(slug, posted, text=text)
    assert again["blocks"] == posted["blocks"]


SECRET = "a name that nobody should know"


async def test_the_newsroom_still_reads_what_was_retracted(newsroom: Newsroom, slug: Slug) -> None:
    posted = newsroom.post(slug, SECRET)
    newsroom.retract(slug, posted, "It was wrong")
    first, last = revisions(newsroom, slug, posted["id"])
    assert first["update"]["text"] == SECRET
    assert (last["kind"], last["update"]["status"]) == ("retracted", "retracted")


async def test_nobody_reads_what_was_erased(newsroom: Newsroom, site: Site, slug: Slug) -> None:
    posted = newsroom.post(slug, SECRET, title=SECRET)
    newsroom.edit(slug, posted, text=f"{SECRET} again")
    other = Newsroom(site, await site.token(name="Another"))
    newsroom.erase(other, slug, posted, "A court said so")
    answer = newsroom.api.get(f"/stories/{slug}/updates/{posted['id']}/revisions")
    assert SECRET not in answer.text
    found = answer.json()["revisions"]
    assert [one["kind"] for one in found] == ["posted", "edited", "retracted"]
    assert {one["update"]["status"] for one in found} == {"retracted"}


async def test_what_was_never_published_has_no_revisions(newsroom: Newsroom, slug: Slug) -> None:
    draft = newsroom.post(slug, draft=True)
    for id in (draft["id"], an_id(99), "update"):
        answer = newsroom.api.get(f"/stories/{slug}/updates/{id}/revisions")
        assert_refused(answer, 404, NoSuchUpdate)
    answer = newsroom.api.get(f"/stories/{a_slug()}/updates/{draft['id']}/revisions")
    assert_refused(answer, 404, NoSuchStory)


# -- preview -------------------------------------------------------------------------------------


async def test_a_preview_is_what_readers_get_of_the_same_text(
    newsroom: Newsroom, store: RedisStore, slug: Slug
) -> None:
    text = (
        "They **left** at <b>noon</b>.\n\n> Stay\n> — Oda\n\n"
        '```block\n{"type": "score", "sides": [{"name": "Rovers", "points": "2"}]}\n```'
    )
    before = await store.changes(slug)
    answer = newsroom.api.post("/preview", json={"text": text})
    assert answer.status_code == 200, answer.text
    assert await store.changes(slug) == before
    assert answer.json() == {"html": newsroom.post(slug, text)["html"], "words": 8}


async def test_a_preview_of_nothing_is_nothing(newsroom: Newsroom) -> None:
    answer = newsroom.api.post("/preview", json={"text": ""})
    assert answer.json() == {"html": "", "words": 0}


async def test_a_preview_says_what_cannot_be_read(newsroom: Newsroom) -> None:
    answer = newsroom.api.post("/preview", json={"text": 'One\n\n```block\n{"type": "x"}\n```'})
    problem = assert_refused(answer, 422, Invalid, "text")
    assert "line 3" in problem["detail"]


async def test_a_person_of_one_story_may_preview(site: Site, store: RedisStore, slug: Slug) -> None:
    browser, _ = await a_browser_of(site, store, "contributor", (slug,))
    answer = browser.send("/api/v1/preview", b'{"text": "*They* left"}')
    assert answer.json() == {"html": "<p><em>They</em> left</p>", "words": 2}
