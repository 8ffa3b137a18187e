"""What colleagues tell each other beside a story."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from liveblog.errors import Invalid, NoSuchNote, NoSuchStory, NoSuchUpdate, NotAllowed
from liveblog.store.notes import MOST_NOTES
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.builders import a_slug
from tests.sites import Newsroom, Site
from tests.web.answers import assert_refused

pytestmark = pytest.mark.anyio


async def test_a_note_is_listed_with_who_wrote_it_and_on_what(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    contributor = Newsroom(site, await site.token("contributor", name="cyd"))
    update = newsroom.post(slug)
    first = newsroom.note(slug, "  Check the name ")
    second = contributor.note(slug, "It is spelled so", update=update["id"])
    listed = newsroom.api.get(f"/stories/{slug}/notes").json()["notes"]
    assert listed == [first, second]
    assert (first["text"], first["by"], "update" in first) == ("Check the name", "Test", False)
    assert (second["by"], second["update"]) == ("cyd", update["id"])
    assert set(second) == {"id", "text", "by", "at", "update"}


async def test_notes_are_seen_only_by_who_reads_the_story(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    newsroom.note(slug, "The source is a clerk")
    address = f"/api/v1/stories/{slug}/notes"
    assert site.http.get(address).status_code == 401
    other = Newsroom(site, await site.token("admin", story=a_slug()))
    assert_refused(other.api.get(f"/stories/{slug}/notes"), 403, NotAllowed)
    public = (f"/stories/{slug}", f"/stories/{slug}/state?blocks=1", f"/stories/{slug}/changes")
    assert not any("clerk" in site.http.get(one).text for one in public)
    reader = Newsroom(site, await site.token("reader"))
    assert "clerk" in reader.api.get(f"/stories/{slug}/notes").text


async def test_a_note_is_removed_by_who_wrote_it_or_an_editor(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    mine = Newsroom(site, await site.token("contributor"))
    others = Newsroom(site, await site.token("reporter"))
    first, second = mine.note(slug), mine.note(slug)
    address = f"/stories/{slug}/notes/{first['id']}"
    assert_refused(others.api.delete(address), 403, NotAllowed)
    assert mine.api.delete(address).status_code == 204
    assert newsroom.api.delete(f"/stories/{slug}/notes/{second['id']}").status_code == 204
    assert newsroom.api.get(f"/stories/{slug}/notes").json() == {"notes": []}
    assert_refused(mine.api.delete(address), 404, NoSuchNote)


async def test_a_note_sent_twice_with_a_key_is_one(newsroom: Newsroom, slug: Slug) -> None:
    newsroom.api.headers["Idempotency-Key"] = f"note-{slug}"
    assert newsroom.note(slug) == newsroom.note(slug)
    other = newsroom.api.post(f"/stories/{slug}/notes", json={"text": "Else"})
    assert other.status_code == 422
    assert len(newsroom.api.get(f"/stories/{slug}/notes").json()["notes"]) == 1


async def test_a_note_is_on_something_that_is_there_and_says_something(
    newsroom: Newsroom, slug: Slug
) -> None:
    notes = f"/stories/{slug}/notes"
    for text in ("", " \n", "x" * 2_001):
        assert_refused(newsroom.api.post(notes, json={"text": text}), 422, Invalid, "text")
    answer = newsroom.api.post(notes, json={"text": "x", "update": "nothing"})
    assert_refused(answer, 404, NoSuchUpdate)
    answer = newsroom.api.post("/stories/nowhere/notes", json={"text": "x"})
    assert_refused(answer, 404, NoSuchStory)
    assert newsroom.api.get(notes).json() == {"notes": []}


async def test_a_story_has_so_many_notes_and_then_says_so(
    newsroom: Newsroom, slug: Slug, store: RedisStore
) -> None:
    newsroom.note(slug)
    (note,) = await store.notes(slug)
    for number in range(MOST_NOTES - 1):
        await store.put_note(slug, replace(note, id=f"n{number}"))
    answer = newsroom.api.post(f"/stories/{slug}/notes", json={"text": "One more"})
    problem = assert_refused(answer, 422, Invalid, "text")
    assert "remove some" in problem["detail"]
    assert newsroom.api.delete(f"/stories/{slug}/notes/{note.id}").status_code == 204
    newsroom.note(slug, "Fits again")
