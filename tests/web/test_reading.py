"""Snapshots, conditional answers, and that nothing is to be read of what was taken back."""

from __future__ import annotations

import pytest

from liveblog.story import Slug
from tests.sites import Newsroom, Site
from tests.web.answers import cursor, state, until_shown

pytestmark = pytest.mark.usefixtures("anyio_backend")


def test_a_snapshot_holds_fifty_and_says_that_there_are_more(
    site: Site, long: tuple[Slug, list[str]]
) -> None:
    slug, ids = long
    first = state(site, slug)
    assert [one["id"] for one in first["updates"]] == ids[:50]
    assert first["more"] is True
    rest = state(site, slug, before=ids[49])
    assert [one["id"] for one in rest["updates"]] == ids[50:]
    assert (rest["more"], rest["cursor"]) == (False, first["cursor"])


def test_a_snapshot_gives_whole_bodies_only_where_they_are_asked_for(
    newsroom: Newsroom, site: Site, slug: Slug
) -> None:
    until_shown(site, slug, newsroom.post(slug, "**They** left")["cursor"])
    (bare,), (whole,) = state(site, slug)["updates"], state(site, slug, blocks="1")["updates"]
    assert not {"text", "blocks"} & set(bare)
    assert whole["text"] == "**They** left"
    assert whole["blocks"] == [{"type": "text", "html": bare["html"]}]


# -- caching -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page", ["", "/state", "/updates/{id}", "?order=oldest", "/state?blocks=1"]
)
def test_what_has_not_changed_is_304_and_what_has_is_not(
    newsroom: Newsroom, site: Site, slug: Slug, page: str
) -> None:
    posted = newsroom.post(slug)
    until_shown(site, slug, posted["cursor"])
    address = f"/stories/{slug}{page}".format_map(posted)
    first = site.http.get(address)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = site.http.get(address, headers={"If-None-Match": held})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == first.headers["cache-control"]
    assert site.http.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
    until_shown(site, slug, newsroom.post(slug)["cursor"])
    changed = site.http.get(address, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


# -- taken back ----------------------------------------------------------------------------------

SECRET = "a name that nobody should know"


@pytest.mark.parametrize("how", ["retract", "erase"])
async def test_what_was_taken_back_is_to_be_read_nowhere(
    newsroom: Newsroom, site: Site, slug: Slug, how: str
) -> None:
    begin = cursor(site, slug)
    posted = newsroom.post(slug, SECRET, title=SECRET, key_event=True, pinned=True)
    edited = newsroom.edit(slug, posted, text=f"{SECRET} again")
    address = f"/stories/{slug}/updates/{posted['id']}"
    if how == "retract":
        newsroom.retract(slug, posted, "It was wrong")
    else:
        newsroom.retract(slug, posted, f"It named {SECRET}")
        other = Newsroom(site, await site.token(name="Another"))
        newsroom.erase(other, slug, posted, "It was wrong")
    until_shown(site, slug, newsroom.post(slug, "After it")["cursor"])
    for page in (
        "/", f"/stories/{slug}", f"/stories/{slug}?order=oldest", f"/stories/{slug}?key=1", address,
        f"/stories/{slug}/state", f"/stories/{slug}/state?blocks=1",
        f"/stories/{slug}/changes?after={begin}",
        f"/stories/{slug}/changes?after={posted['cursor']}",
        f"/stories/{slug}/changes?after={edited['cursor']}",
    ):  # fmt: skip
        answer = site.http.get(page)
        assert answer.status_code == 200
        assert SECRET not in answer.text, page
        if page == f"/stories/{slug}":
            assert "It was wrong" in answer.text
    assert SECRET not in newsroom.api.get(address).text
    with site.http.stream("GET", f"/stories/{slug}/events?after={begin}") as answer:
        for line in answer.iter_lines():
            assert SECRET not in line
            if "After it" in line:
                break


def test_who_writes_can_read_it_at_once(site: Site, newsroom: Newsroom) -> None:
    for _ in range(50):
        slug = newsroom.open()
        cursor = newsroom.post(slug)["cursor"]
        assert site.http.get(f"/stories/{slug}/state").json()["cursor"] == cursor
