"""What contributors, and in some stories reporters, write waits for an editor."""

from __future__ import annotations

from typing import Any

import pytest

from liveblog.accounts.roles import Role
from liveblog.errors import NoSuchUpdate, NotAllowed, RevisionConflict, RevisionMissing
from liveblog.story import Slug
from tests.sites import Newsroom, Site
from tests.web.answers import assert_refused, state

pytestmark = pytest.mark.anyio


async def as_role(site: Site, role: Role) -> Newsroom:
    return Newsroom(site, await site.token(role))


def public(site: Site, slug: Slug) -> list[str]:
    return [update["id"] for update in state(site, slug)["updates"]]


def needs_approval(newsroom: Newsroom, slug: Slug) -> None:
    assert newsroom.rules(slug, approval=True)["approval"]


def approve(editor: Newsroom, slug: Slug, draft: dict[str, Any], **headers: str) -> Any:
    sent = headers or {"If-Match": f'"{draft["revision"]}"'}
    return editor.api.post(f"/stories/{slug}/drafts/{draft['id']}/approval", headers=sent)


async def test_a_contributor_submits_and_an_editor_publishes(site: Site, slug: Slug) -> None:
    contributor, editor = await as_role(site, "contributor"), await as_role(site, "editor")
    draft = contributor.post(slug, "Seen at the harbour")
    assert draft["draft"] and draft["submitted_by"] == "Test"
    assert "url" not in draft
    assert public(site, slug) == []
    listed = editor.api.get(f"/stories/{slug}/drafts").json()
    assert [one["submitted_by"] for one in listed["drafts"]] == ["Test"]
    answer = approve(editor, slug, draft)
    assert answer.status_code == 200, answer.text
    assert "draft" not in answer.json()
    assert public(site, slug) == [draft["id"]]
    assert editor.api.get(f"/stories/{slug}/drafts").json()["drafts"] == []


async def test_who_submitted_it_is_told_to_no_reader(site: Site, slug: Slug) -> None:
    contributor, editor = await as_role(site, "contributor"), await as_role(site, "editor")
    approve(editor, slug, contributor.post(slug))
    assert "submitted" not in site.http.get(f"/stories/{slug}/state?blocks=1").text


async def test_a_reporter_publishes_unless_the_story_says_otherwise(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    reporter = await as_role(site, "reporter")
    first = reporter.post(slug, "At once")
    assert first["url"]
    needs_approval(newsroom, slug)
    assert reporter.post(slug, "Waits")["submitted_by"] == "Test"
    assert public(site, slug) == [first["id"]]
    assert not newsroom.rules(slug, approval=False)["approval"]
    assert reporter.post(slug, "At once again")["url"]


async def test_that_a_story_waits_for_editors_is_told_to_no_reader(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    before = site.http.get(f"/stories/{slug}/state").text
    needs_approval(newsroom, slug)
    assert site.http.get(f"/stories/{slug}/state").text == before
    assert "approval" not in newsroom.api.get(f"/stories/{slug}/drafts").json()


async def test_an_editor_waits_for_nobody(site: Site, newsroom: Newsroom, slug: Slug) -> None:
    needs_approval(newsroom, slug)
    assert (await as_role(site, "editor")).post(slug)["url"]


async def test_there_is_no_way_around_an_editor(site: Site, newsroom: Newsroom, slug: Slug) -> None:
    needs_approval(newsroom, slug)
    published = newsroom.post(slug, "Stands")
    reporter = await as_role(site, "reporter")
    address = f"/stories/{slug}/updates"
    embargoed = {"text": "x", "embargo": "2099-01-01T00:00:00Z"}
    assert_refused(reporter.api.post(address, json=embargoed), 403, NotAllowed)
    stands = {"If-Match": '"1"'}
    edited = reporter.api.patch(
        f"{address}/{published['id']}", json={"text": "Mine"}, headers=stands
    )
    assert_refused(edited, 403, NotAllowed)
    draft = reporter.post(slug, "Hidden", draft=True)
    due = {"embargo": "2020-01-01T00:00:00Z"}
    sent = reporter.api.patch(f"{address}/{draft['id']}", json=due, headers=stands)
    assert_refused(sent, 403, NotAllowed)
    submitted = reporter.edit(slug, draft, draft=False)
    assert submitted["draft"] and submitted["submitted_by"] == "Test"
    assert_refused(approve(reporter, slug, submitted), 403, NotAllowed)
    assert public(site, slug) == [published["id"]]
    assert state(site, slug)["updates"][0]["html"] == "<p>Stands</p>"


@pytest.mark.parametrize("role", ["contributor", "reporter"])
async def test_the_text_of_what_is_embargoed_is_an_editors(
    site: Site, newsroom: Newsroom, slug: Slug, role: Role
) -> None:
    needs_approval(newsroom, slug)
    due = newsroom.post(slug, "At noon", embargo="2099-01-01T00:00:00Z")
    someone = await as_role(site, role)
    answer = someone.api.patch(
        f"/stories/{slug}/updates/{due['id']}", json={"text": "Mine"}, headers={"If-Match": '"1"'}
    )
    assert_refused(answer, 403, NotAllowed)


async def test_an_editor_publishes_only_what_they_read(site: Site, slug: Slug) -> None:
    contributor, editor = await as_role(site, "contributor"), await as_role(site, "editor")
    draft = contributor.post(slug, "Harmless")
    contributor.edit(slug, draft, text="Something else")
    assert_refused(approve(editor, slug, draft), 412, RevisionConflict)
    assert_refused(approve(editor, slug, draft, Accept="*/*"), 428, RevisionMissing)
    assert public(site, slug) == []


async def test_only_a_draft_is_approved(site: Site, newsroom: Newsroom, slug: Slug) -> None:
    published = newsroom.post(slug)
    assert_refused(approve(newsroom, slug, published), 404, NoSuchUpdate)
