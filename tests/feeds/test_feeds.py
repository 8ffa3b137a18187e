"""What a feed says, read by a program that reads feeds."""

from __future__ import annotations

from functools import reduce
from typing import Any
from urllib.parse import urlsplit

import feedparser
import msgspec
import pytest

from liveblog.blocks import Block, Embed, Image, Text
from liveblog.feeds import ENTRIES, FEEDS, as_entry, of_site, of_story
from liveblog.story import Change, Correction, Instant, Story, fold
from tests.builders import NOON, a_head, an_id, an_update, opened, posted

SITE = "https://live.example"
LATER = Instant("2026-11-23T12:05:00.000Z")


def a_story(*updates: dict[str, Any], **head: Any) -> Story:
    """A story with these updates, oldest first."""
    begins = opened(a_head(**{"slug": "harbour"} | head))
    changes = [
        posted(begins.slug, **{"id": an_id(number)} | given) for number, given in enumerate(updates)
    ]
    story = reduce(fold, [begins, *changes], None)
    assert story is not None
    return story


def read(name: str, story: Story) -> Any:
    """What feedparser makes of that feed of a story; a mistake in it fails."""
    return parsed(name, FEEDS[name].write(of_story(story, SITE, "The Quay")))


def parsed(name: str, written: bytes) -> Any:
    if name == "json":
        return as_parsed(msgspec.json.decode(written))
    found = feedparser.parse(written, sanitize_html=False, resolve_relative_uris=False)
    assert not found.bozo, found.get("bozo_exception")
    return found


def as_parsed(feed: dict[str, Any]) -> Any:
    """A JSON Feed, which feedparser knows an older version of, in its terms."""
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    entries = [
        {
            "id": item["id"],
            "link": item["url"],
            "title": item["title"],
            "content": [{"value": item["content_html"]}],
            "published": item["date_published"],
            "updated": item["date_modified"],
            "tags": [{"term": tag} for tag in item.get("tags", ())],
            "author": item.get("authors", [{"name": ""}])[0]["name"],
            "summary": item.get("summary", ""),
        }
        for item in feed["items"]
    ]
    links = [
        {"rel": "self", "href": feed["feed_url"]},
        {"rel": "alternate", "href": feed["home_page_url"]},
    ]
    head = {
        "title": feed["title"],
        "subtitle": feed.get("description", ""),
        "language": feed.get("language", ""),
        "links": links,
    }
    return feedparser.FeedParserDict(
        feed=feedparser.FeedParserDict(head),
        entries=[feedparser.FeedParserDict(entry) for entry in entries],
    )


def html_of(entry: Any) -> str:
    return str(entry["content"][0]["value"])


def blocks(*given: Block) -> dict[str, Any]:
    return {"blocks": given}


every_feed = pytest.mark.parametrize("name", FEEDS)


@every_feed
def test_a_feed_tells_all_of_a_story_and_its_updates(name: str) -> None:
    story = a_story(
        {
            "title": "Gates shut & barred",
            "byline": "T. Ashe",
            "tags": ("gates",),
            "source": "Harbour radio",
            "verification": "reported",
            "corrections": (Correction(kind="correction", note="It was noon", at=NOON),),
            **blocks(Text(html="<p>They <strong>left</strong>.</p>")),
        },
        headline="Charity told to close",
        standfirst="Until noon",
        language="fr",
    )
    found = read(name, story)
    assert found.feed.title == "Charity told to close"
    assert found.feed.subtitle == "Until noon"
    assert found.feed.language == "fr"
    (entry,) = found.entries
    assert entry["title"] == "Gates shut & barred"
    assert entry["author"] == "T. Ashe"
    assert [tag["term"] for tag in entry["tags"]] == ["gates"]
    assert entry["summary"] == "They left."
    html = html_of(entry)
    assert "<p>They <strong>left</strong>.</p>" in html
    for told in ("Reported, not yet confirmed", "It was noon", "Source: Harbour radio"):
        assert told in html


@every_feed
def test_a_feed_says_where_it_is_and_which_page_it_follows(name: str) -> None:
    links = {link["rel"]: link["href"] for link in read(name, a_story({})).feed.links}
    assert links["self"] == f"{SITE}/stories/harbour/feed.{name}"
    assert links["alternate"] == f"{SITE}/stories/harbour"


@every_feed
def test_an_entry_is_known_by_its_permalink_which_an_edit_does_not_change(name: str) -> None:
    before = a_story({})
    edited = an_update(id=an_id(), revision=2, modified=LATER, blocks=(Text(html="<p>Now</p>"),))
    after = fold(before, Change(slug=before.head.slug, kind="edited", at=LATER, update=edited))
    (first,), (second,) = read(name, before).entries, read(name, after).entries
    assert first["id"] == second["id"] == f"{SITE}/stories/harbour/updates/{an_id()}"
    assert first["link"] == first["id"]
    assert html_of(second) == "<p>Now</p>"
    assert _moment(first["updated"]) == _moment(NOON)
    assert _moment(second["updated"]) == _moment(LATER)
    assert first["published"] == second["published"]


@every_feed
def test_of_a_retracted_update_a_feed_tells_the_notice_alone(name: str) -> None:
    gone = {
        "status": "retracted",
        "blocks": (),
        "notice": "It was <another> harbour",
        "modified": LATER,
        "revision": 2,
    }
    (entry,) = read(name, a_story(gone)).entries
    assert entry["title"] == "Retracted"
    html = html_of(entry)
    assert html == "<p><strong>Retracted.</strong> It was &lt;another&gt; harbour</p>"
    assert _moment(entry["updated"]) == _moment(LATER)


@every_feed
def test_the_newest_updates_come_first_and_no_more_than_fifty(name: str) -> None:
    story = a_story(*({"title": f"Number {n}"} for n in range(ENTRIES + 5)))
    titles = [entry["title"] for entry in read(name, story).entries]
    assert titles == [f"Number {n}" for n in range(ENTRIES + 4, 4, -1)]


@every_feed
def test_addresses_in_a_feed_are_whole_and_pictures_of_elsewhere_stay_links(name: str) -> None:
    story = a_story(
        blocks(
            Text(html='<p><a href="/about">us</a> <a href="#u-1">here</a></p>'),
            Image(src="/media/abcdefghijklmnopqrstuvwx/1600x1067.webp", alt="Gates"),
            Image(src="https://photos.example/a.jpg", alt="Quay", credit="L. Vane"),
            Embed(url="https://youtu.be/dQw4w9WgXcQ", title="A film", provider="YouTube"),
        )
    )
    (entry,) = read(name, story).entries
    html = html_of(entry)
    assert f'<a href="{SITE}/about">us</a>' in html
    assert f'<a href="{SITE}/stories/harbour/updates/{an_id()}#u-1">here</a>' in html
    assert f'<img src="{SITE}/media/abcdefghijklmnopqrstuvwx/960.webp" alt="Gates"' in html
    assert '<a href="https://photos.example/a.jpg">Quay <small>photos.example</small></a>' in html
    assert '<a href="https://youtu.be/dQw4w9WgXcQ">A film</a> <small>YouTube</small>' in html
    assert html.count("<img") == 1
    assert "class=" not in html and "data-" not in html and "<iframe" not in html


@every_feed
def test_what_no_xml_may_hold_breaks_no_feed(name: str) -> None:
    story = a_story({"title": "a\x00b\x0bc\ufffe]]>&amp;", "byline": "\x1b[1m"}, headline="\uffff!")
    found = read(name, story)
    assert len(found.entries) == 1
    assert "]]>" in found.entries[0]["title"]


def test_the_title_of_an_rss_entry_holds_no_element_for_who_takes_it_for_html() -> None:
    written = FEEDS["rss"].write(of_story(a_story({"title": "<img src=x> if a < b"}), SITE, "Quay"))
    # Between the marks of XML, once it is read: an entity, and not the element.
    assert b"<title>&amp;lt;img src=x&gt; if a &lt; b</title>" in written


def test_the_dates_of_rss_are_those_of_mail() -> None:
    written = FEEDS["rss"].write(of_story(a_story({}), SITE, "The Quay"))
    assert b"<pubDate>Mon, 23 Nov 2026 12:00:00 GMT</pubDate>" in written
    assert b'<guid isPermaLink="true">' in written


def test_a_title_is_made_of_the_first_words_where_there_is_none() -> None:
    text = f"<p>{'They were given until noon. ' * 10}</p>"
    story = a_story(blocks(Text(html=text)), blocks(Image(src="/media/a.jpg")))
    untitled, wordless = reversed(of_story(story, SITE, "The Quay").entries)
    assert untitled.title.startswith("They were given until noon. They")
    assert untitled.title.endswith("…") and len(untitled.title) <= 90
    assert wordless.title == story.head.headline


@every_feed
def test_the_sites_feed_holds_its_stories_the_last_changed_first(name: str) -> None:
    quiet = a_story({}, slug="quiet", headline="It is quiet", standfirst="Nothing <yet>")
    busy = a_story({"modified": LATER}, slug="busy", headline="It goes on")
    bulletin = of_site([as_entry(quiet, SITE), as_entry(busy, SITE)], SITE, "The Quay")
    found = parsed(name, FEEDS[name].write(bulletin))
    assert [entry["title"] for entry in found.entries] == ["It goes on", "It is quiet"]
    assert [urlsplit(entry["id"]).path for entry in found.entries] == [
        "/stories/busy",
        "/stories/quiet",
    ]
    assert html_of(found.entries[1]) == "<p>Nothing &lt;yet&gt;</p>"
    assert _moment(found.entries[0]["updated"]) == _moment(LATER)


@every_feed
def test_a_feed_of_nothing_is_a_feed(name: str) -> None:
    assert read(name, a_story()).entries == []
    assert parsed(name, FEEDS[name].write(of_site([], SITE, "The Quay"))).entries == []


def _moment(told: str) -> str:
    """To the second, as all formats tell it."""
    return told[:19]
