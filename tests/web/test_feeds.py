"""Feeds as they are served: found from the pages, asked for again at no cost, never stale."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import feedparser
import pytest
from starlette.requests import Request

from liveblog.feeds import FEEDS
from liveblog.story import Slug, moment
from liveblog.web.caching import conditional
from tests.sites import Newsroom, Site
from tests.web.answers import until_shown
from tests.web.conftest import Reader

pytestmark = pytest.mark.usefixtures("anyio_backend")

every_feed = pytest.mark.parametrize("name", FEEDS)
LONG_AGO = datetime(2026, 11, 23, 12, 0, 0, 500_000, tzinfo=UTC)


@pytest.fixture
def shown(newsroom: Newsroom, site: Site, slug: Slug) -> dict[str, Any]:
    """An update that readers can see."""
    posted = newsroom.post(slug, "They **left**.")
    until_shown(site, slug, posted["cursor"])
    return posted


def titles(site: Site, address: str) -> list[str]:
    found = feedparser.parse(site.http.get(address).content)
    assert not found.bozo
    return [entry.title for entry in found.entries]


@every_feed
def test_a_feed_is_served_as_what_it_is(
    site: Site, slug: Slug, shown: dict[str, Any], name: str
) -> None:
    answer = site.http.get(f"/stories/{slug}/feed.{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{FEEDS[name].media_type}; charset=utf-8"
    assert f"{site.url}{shown['url']}" in answer.text
    head = site.http.head(f"/stories/{slug}/feed.{name}")
    assert head.status_code == 200 and head.content == b""
    assert head.headers["etag"] == answer.headers["etag"]


@every_feed
def test_the_sites_feed_has_the_story_and_changes_with_it(
    newsroom: Newsroom, site: Site, slug: Slug, shown: dict[str, Any], name: str
) -> None:
    before = site.http.get(f"/feed.{name}")
    assert f"{site.url}/stories/{slug}" in before.text
    asked = {"If-None-Match": before.headers["etag"]}
    assert site.http.get(f"/feed.{name}", headers=asked).status_code == 304
    until_shown(site, slug, newsroom.post(slug, "More")["cursor"])
    assert site.http.get(f"/feed.{name}", headers=asked).status_code == 200


@every_feed
def test_a_feed_that_a_client_holds_is_not_sent_again(
    newsroom: Newsroom, site: Site, slug: Slug, shown: dict[str, Any], name: str
) -> None:
    address = f"/stories/{slug}/feed.{name}"
    first = site.http.get(address)
    asked = {"If-None-Match": f'"another", {first.headers["etag"]}'}
    held = site.http.get(address, headers=asked)
    assert held.status_code == 304 and held.content == b""
    assert held.headers["etag"] == first.headers["etag"]
    until_shown(site, slug, newsroom.edit(slug, shown, text="They came **back**.")["cursor"])
    again = site.http.get(address, headers=asked)
    assert again.status_code == 200
    assert "back" in again.text and "left" not in again.text


@every_feed
def test_what_was_retracted_is_in_no_feed_any_more(
    newsroom: Newsroom, site: Site, slug: Slug, shown: dict[str, Any], name: str
) -> None:
    gone = newsroom.retract(slug, shown, "It was another harbour")
    until_shown(site, slug, gone["cursor"])
    text = site.http.get(f"/stories/{slug}/feed.{name}").text
    assert "left" not in text
    assert "It was another harbour" in text


def test_a_draft_and_an_embargoed_update_are_in_no_feed(
    newsroom: Newsroom, site: Site, slug: Slug, shown: dict[str, Any]
) -> None:
    newsroom.api.post(f"/stories/{slug}/updates", json={"text": "Canary", "draft": True})
    soon = {"text": "Canary", "embargo": "2099-01-01T00:00:00Z"}
    assert newsroom.api.post(f"/stories/{slug}/updates", json=soon).status_code == 201
    until_shown(site, slug, newsroom.post(slug, "The next one")["cursor"])
    for name in FEEDS:
        for address in (f"/stories/{slug}/feed.{name}", f"/feed.{name}"):
            assert "Canary" not in site.http.get(address).text


def test_a_story_that_is_no_more_than_a_draft_is_not_in_the_sites_feed(
    newsroom: Newsroom, site: Site, slug: Slug, shown: dict[str, Any]
) -> None:
    newsroom.open(headline="Canary of a story", status="draft")
    # What comes after it is shown, so that it would be, too.
    newsroom.amend(slug, headline="It goes on")
    until_shown(site, slug, newsroom.post(slug)["cursor"])
    found = titles(site, "/feed.atom")
    assert "It goes on" in found and "Canary of a story" not in found


@every_feed
def test_a_feed_of_no_story_is_a_problem(site: Site, name: str) -> None:
    answer = site.http.get(f"/stories/no-such-story/feed.{name}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_pages_say_where_their_feeds_are(reader: Reader, site: Site, slug: Slug) -> None:
    for page, path in ((f"/stories/{slug}", f"/stories/{slug}"), ("/", "")):
        links = reader.open(page).all("link", rel="alternate")
        assert [(link["type"], link["href"]) for link in links] == [
            (feed.media_type, f"{path}/feed.{name}") for name, feed in FEEDS.items()
        ]
        for link in links:
            assert site.http.get(link["href"]).status_code == 200


def test_a_feed_names_no_host_that_a_stranger_made_up(site: Site, slug: Slug) -> None:
    answer = site.http.get(f"/stories/{slug}/feed.atom", headers={"Host": "evil.example"})
    assert "evil.example" not in answer.text


# -- by time, for clients that know no ETags -----------------------------------------------------


def asked(**headers: str) -> Request:
    raw = [(key.replace("_", "-").lower().encode(), of.encode()) for key, of in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": raw})


def answered(changed: datetime | None = LONG_AGO, **headers: str) -> int:
    return conditional(asked(**headers), b"x", "v", "text/plain", changed).status_code


def told(at: datetime) -> str:
    return format_datetime(at, usegmt=True)


def test_what_has_not_changed_since_is_not_sent_again() -> None:
    assert answered(If_Modified_Since=told(LONG_AGO)) == 304
    assert answered(If_Modified_Since=told(LONG_AGO + timedelta(hours=1))) == 304
    assert answered(If_Modified_Since=told(LONG_AGO - timedelta(seconds=1))) == 200


def test_an_etag_counts_more_than_a_time() -> None:
    assert answered(If_None_Match='"old"', If_Modified_Since=told(LONG_AGO)) == 200
    assert answered(If_None_Match='"v"', If_Modified_Since=told(LONG_AGO - timedelta(1))) == 304


@pytest.mark.parametrize("junk", ["yesterday", "", "0", "Mon, 99 Nov 2026 12:00:00 GMT", "\xff"])
def test_a_time_that_is_none_is_not_minded(junk: str) -> None:
    assert answered(If_Modified_Since=junk) == 200


def test_no_time_is_told_while_another_change_could_still_have_the_same_one() -> None:
    just_now = datetime.now(UTC)
    assert "last-modified" not in conditional(asked(), b"", "v", "text/plain", just_now).headers
    settled = conditional(asked(), b"", "v", "text/plain", LONG_AGO).headers
    assert settled["last-modified"] == "Mon, 23 Nov 2026 12:00:00 GMT"


def test_a_feed_tells_when_it_changed_last(site: Site, slug: Slug, shown: dict[str, Any]) -> None:
    headers: Any = {}
    while "last-modified" not in headers:
        # A second of waiting for a change that does not come.
        now = {"after": shown["cursor"], "wait": "1"}
        assert site.http.get(f"/stories/{slug}/changes", params=now).json()["changes"] == []
        headers = site.http.get(f"/stories/{slug}/feed.atom").headers
    published = moment(shown["published"])
    assert headers["last-modified"] == told(published)
    since = {"If-Modified-Since": headers["last-modified"]}
    assert site.http.get(f"/stories/{slug}/feed.atom", headers=since).status_code == 304
