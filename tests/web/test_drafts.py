"""Drafts: one's own, shared, sent back."""

from __future__ import annotations

from typing import Any

import pytest

from liveblog.accounts.roles import Role
from liveblog.errors import Invalid, NoSuchUpdate, NotAllowed, RevisionConflict, RevisionMissing
from liveblog.story import Slug
from tests.sites import Newsroom, Site
from tests.web.answers import assert_refused, state

pytestmark = pytest.mark.anyio


async def somebody(site: Site, role: Role, name: str = "Test") -> Newsroom:
    return Newsroom(site, await site.token(role, name=name))


def drafts(newsroom: Newsroom, slug: Slug) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = newsroom.api.get(f"/stories/{slug}/drafts").json()["drafts"]
    return found


def send_back(editor: Newsroom, slug: Slug, draft: dict[str, Any], note: str) -> Any:
    return editor.api.post(
        f"/stories/{slug}/drafts/{draft['id']}/return",
        json={"note": note},
        headers={"If-Match": f'"{draft["revision"]}"'},
    )


# -- private drafts ------------------------------------------------------------------------------


async def test_a_draft_says_who_wrote_it_and_no_more(site: Site, slug: Slug) -> None:
    reporter = await somebody(site, "reporter", "ada")
    me = reporter.api.get("/me").json()["id"]
    draft = reporter.post(slug, draft=True)
    assert draft["author"] == "ada"
    assert "private" not in draft and "returned" not in draft
    assert me not in reporter.api.get(f"/stories/{slug}/drafts").text


async def test_a_private_draft_is_there_for_nobody_but_its_author(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    reporter = await somebody(site, "reporter", "ada")
    # An admin, and another bot of the same name.
    others = [newsroom, await somebody(site, "admin", "ada")]
    draft = reporter.post(slug, "My source", draft=True, private=True)
    assert draft["private"]
    assert [one["id"] for one in drafts(reporter, slug)] == [draft["id"]]
    address, stands = f"/stories/{slug}/updates/{draft['id']}", {"If-Match": '"1"'}
    approval = f"/stories/{slug}/drafts/{draft['id']}/approval"
    for other in others:
        assert drafts(other, slug) == []
        for answer in (
            other.api.get(address),
            other.api.patch(address, json={"text": "Mine"}, headers=stands),
            other.api.patch(address, json={"private": False}, headers=stands),
            other.api.delete(address),
            other.api.delete(address, params={"erase": "1", "case": "1", "reason": "x"}),
            other.api.post(approval, headers=stands),
            send_back(other, slug, draft, "x"),
            other.api.post(f"/stories/{slug}/notes", json={"text": "x", "update": draft["id"]}),
        ):
            assert_refused(answer, 404, NoSuchUpdate)
            assert "source" not in answer.text
    assert reporter.api.get(address).json()["text"] == "My source"
    assert reporter.api.delete(address).status_code == 204


async def test_a_draft_is_dropped_by_its_author_or_an_editor(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    mine, other = await somebody(site, "contributor"), await somebody(site, "contributor")
    first, second = mine.post(slug, draft=True), mine.post(slug, draft=True)
    address = f"/stories/{slug}/updates"
    assert_refused(other.api.delete(f"{address}/{first['id']}"), 403, NotAllowed)
    assert mine.api.delete(f"{address}/{first['id']}").status_code == 204
    assert newsroom.api.delete(f"{address}/{second['id']}").status_code == 204
    assert drafts(newsroom, slug) == []


async def test_a_note_on_a_private_draft_is_its_authors(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    reporter = await somebody(site, "reporter")
    draft = reporter.post(slug, draft=True, private=True)
    reporter.note(slug, "Ask the ministry first", update=draft["id"])
    assert newsroom.api.get(f"/stories/{slug}/notes").json() == {"notes": []}
    assert len(reporter.api.get(f"/stories/{slug}/notes").json()["notes"]) == 1


async def test_a_private_draft_is_shared_and_hidden_by_its_author_alone(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    reporter = await somebody(site, "reporter")
    draft = reporter.post(slug, draft=True, private=True)
    shared = reporter.edit(slug, draft, private=False)
    assert [one["id"] for one in drafts(newsroom, slug)] == [draft["id"]]
    address, stands = f"/stories/{slug}/updates/{draft['id']}", {"If-Match": '"2"'}
    answer = newsroom.api.patch(address, json={"private": True}, headers=stands)
    assert_refused(answer, 403, NotAllowed)
    assert reporter.edit(slug, shared, private=True)["private"]
    assert drafts(newsroom, slug) == []


async def test_what_is_submitted_or_scheduled_is_private_no_longer(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    contributor = await somebody(site, "contributor")
    draft = contributor.post(slug, draft=True, private=True)
    submitted = contributor.edit(slug, draft, draft=False)
    assert "private" not in submitted
    mine = newsroom.post(slug, draft=True, private=True)
    assert "private" not in newsroom.edit(slug, mine, embargo="2099-01-01T00:00:00Z")
    address, stands = f"/stories/{slug}/updates/{draft['id']}", {"If-Match": '"2"'}
    answer = contributor.api.patch(address, json={"private": True}, headers=stands)
    assert_refused(answer, 422, Invalid, "private")


@pytest.mark.parametrize(
    "given", [{}, {"draft": True, "embargo": "2099-01-01T00:00:00Z"}, {"draft": False}]
)
async def test_only_a_plain_draft_is_private(
    newsroom: Newsroom, untouched: Slug, given: dict[str, Any]
) -> None:
    new = {"text": "News", "private": True} | given
    answer = newsroom.api.post(f"/stories/{untouched}/updates", json=new)
    assert_refused(answer, 422, Invalid, "private")


async def test_a_contributor_schedules_nothing_by_a_draft_with_an_embargo(
    site: Site, untouched: Slug
) -> None:
    contributor = await somebody(site, "contributor")
    new = {"text": "News", "draft": True, "embargo": "2099-01-01T00:00:00Z"}
    answer = contributor.api.post(f"/stories/{untouched}/updates", json=new)
    assert_refused(answer, 403, NotAllowed)


# -- sent back -----------------------------------------------------------------------------------


async def test_an_editor_sends_a_submission_back_and_it_comes_again(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    contributor = await somebody(site, "contributor")
    submitted = contributor.post(slug, "Seen at the harbour")
    answer = send_back(newsroom, slug, submitted, "  Who saw it? ")
    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == '"2"'
    (returned,) = drafts(contributor, slug)
    assert returned == answer.json()
    assert (returned["returned"], returned.get("submitted_by")) == ("Who saw it?", None)
    edited = contributor.edit(slug, returned, text="Ada saw it")
    assert edited["returned"] == "Who saw it?"
    again = contributor.edit(slug, edited, draft=False)
    assert "returned" not in again
    assert again["submitted_by"] == "Test"
    assert state(site, slug)["updates"] == []


async def test_what_was_never_submitted_is_not_sent_back(newsroom: Newsroom, slug: Slug) -> None:
    draft = newsroom.post(slug, draft=True)
    assert_refused(send_back(newsroom, slug, draft, "Better"), 422, Invalid)
    published = newsroom.post(slug)
    assert_refused(send_back(newsroom, slug, published, "Better"), 404, NoSuchUpdate)


async def test_sending_back_needs_a_note_a_revision_and_an_editor(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    contributor = await somebody(site, "contributor")
    draft = contributor.post(slug)
    assert_refused(send_back(newsroom, slug, draft, " \t"), 422, Invalid, "note")
    stale = draft | {"revision": 7}
    assert_refused(send_back(newsroom, slug, stale, "x"), 412, RevisionConflict)
    address = f"/stories/{slug}/drafts/{draft['id']}/return"
    answer = newsroom.api.post(address, json={"note": "x"})
    assert_refused(answer, 428, RevisionMissing)
    assert_refused(send_back(contributor, slug, draft, "x"), 403, NotAllowed)
    assert drafts(newsroom, slug) == [draft]


async def test_sending_back_twice_with_a_key_is_done_once(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    draft = (await somebody(site, "contributor")).post(slug)
    newsroom.api.headers["Idempotency-Key"] = f"back-{draft['id']}"
    first = send_back(newsroom, slug, draft, "Who saw it?")
    again = send_back(newsroom, slug, draft, "Who saw it?")
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()


async def test_what_waits_to_be_scheduled_is_a_plain_draft_once_it_is_sent_back(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    newsroom.rules(slug, breaking_approval=True)
    reporter = await somebody(site, "reporter", "ada")
    draft = reporter.post(slug, breaking=True, embargo="2099-01-01T00:00:00Z")
    assert draft["due"] and draft["submitted_by"] == "ada"
    returned = send_back(newsroom, slug, draft, "Too early").json()
    assert "due" not in returned and "submitted_by" not in returned


async def test_an_approval_that_is_repeated_with_its_key_is_answered_as_before(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    draft = (await somebody(site, "contributor")).post(slug)
    address = f"/stories/{slug}/drafts/{draft['id']}/approval"
    headers = {"If-Match": '"1"', "Idempotency-Key": f"approve-{draft['id']}"}
    first = newsroom.api.post(address, headers=headers)
    assert first.status_code == 200
    assert newsroom.api.post(address, headers=headers).json() == first.json()
    other = headers | {"Idempotency-Key": "another"}
    assert_refused(newsroom.api.post(address, headers=other), 404, NoSuchUpdate)
    assert len(state(site, slug)["updates"]) == 1


# -- a second pair of eyes, through the API --------------------------------------------------------


async def test_a_second_pair_of_eyes_is_not_ones_own(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    newsroom.rules(slug, breaking_approval=True)
    editor, other = await somebody(site, "editor", "ada"), await somebody(site, "editor", "bob")
    draft = editor.post(slug, "Gates are open", breaking=True)
    assert draft["draft"] and draft["submitted_by"] == "ada"
    address, stands = f"/stories/{slug}/drafts/{draft['id']}/approval", {"If-Match": '"1"'}
    problem = assert_refused(editor.api.post(address, headers=stands), 403, NotAllowed)
    assert "Somebody else must look at it" in problem["detail"]
    assert state(site, slug)["updates"] == []
    assert other.api.post(address, headers=stands).json()["url"]


async def test_only_who_may_approve_overrules_a_second_pair_of_eyes(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    newsroom.rules(slug, breaking_approval=True)
    reporter, editor = await somebody(site, "reporter"), await somebody(site, "editor")
    assert reporter.post(slug, breaking=True, emergency=True)["draft"]
    posted = editor.post(slug, breaking=True, emergency=True)
    assert posted["url"]
    lines = newsroom.api.get("/audit", params={"story": slug}).json()["lines"]
    found = [line["subject"] for line in lines if line["kind"] == "published_without_second_eyes"]
    assert found == [posted["id"]]
