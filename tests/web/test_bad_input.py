"""What is wrong is refused as the contract says: nothing stored, nothing logged as a crash."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Response

from liveblog.errors import (
    Invalid,
    RevisionConflict,
    StoryClosed,
    StoryExists,
    StoryNotOpen,
    TooLarge,
    WrongMediaType,
)
from liveblog.story import Slug
from tests.html_reading import Reading, unsafe
from tests.sites import Newsroom, Site
from tests.web.answers import assert_refused, until_shown

pytestmark = pytest.mark.usefixtures("anyio_backend")

KB = 1_024


def send(newsroom: Newsroom, slug: str, body: bytes, **headers: str) -> Response:
    """Post these very bytes as JSON."""
    given = {"Content-Type": "application/json"} | {
        key.replace("_", "-"): value for key, value in headers.items()
    }
    return newsroom.api.post(f"/stories/{slug}/updates", content=body, headers=given)


# -- stories -------------------------------------------------------------------------------------


def test_a_slug_is_taken_once(newsroom: Newsroom, untouched: Slug) -> None:
    answer = newsroom.api.post("/stories", json={"slug": untouched, "headline": "Again"})
    assert_refused(answer, 409, StoryExists)


@pytest.mark.parametrize("slug", ["", "A", "a b", "a/b", "../x", "a--b", "x" * 101, "é", "a\n"])
def test_a_slug_that_no_address_can_hold_is_refused(newsroom: Newsroom, slug: str) -> None:
    answer = newsroom.api.post("/stories", json={"slug": slug, "headline": "x"})
    assert_refused(answer, 422, Invalid, "slug")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"headline": ""}, "headline"),
        ({"headline": "x" * 301}, "headline"),
        ({"headline": None}, "headline"),
        ({"status": "burning"}, "status"),
        ({"status": "draft"}, "status"),
        ({"tags": "a"}, "tags"),
        ({"tags": [1]}, "tags[0]"),
        ({"planned_end": "tomorrow"}, "planned_end"),
        ({"planned_end": "2026-11-23T12:00:00"}, "planned_end"),
        ({"picture": {"src": "javascript:x"}}, "picture.src"),
        ({"picture": {"alt": "x"}}, "picture"),
        ({"language": "not a language"}, "language"),
        ({"correction": {"kind": "lie", "note": "x"}}, "correction.kind"),
        ({"correction": {"kind": "update", "note": ""}}, "correction.note"),
        ({"slug": "other"}, ""),
    ],
)
def test_a_story_is_not_amended_with_what_is_wrong(
    newsroom: Newsroom, untouched: Slug, given: dict[str, Any], field: str
) -> None:
    answer = newsroom.api.patch(f"/stories/{untouched}", json=given)
    assert_refused(answer, 422, Invalid, *([field] if field else []))


def test_a_stale_head_is_412_with_what_stands(newsroom: Newsroom, untouched: Slug) -> None:
    answer = newsroom.api.patch(
        f"/stories/{untouched}", json={"kicker": "x"}, headers={"If-Match": '"9"'}
    )
    problem = assert_refused(answer, 412, RevisionConflict)
    assert problem["revision"] == 1
    assert problem["current"]["slug"] == untouched


def test_a_closed_story_is_409(newsroom: Newsroom, slug: Slug, site: Site) -> None:
    newsroom.amend(slug, status="closed")
    for given in ({}, {"draft": True}, {"pinned": True}):
        answer = newsroom.api.post(f"/stories/{slug}/updates", json={"text": "x"} | given)
        assert_refused(answer, 409, StoryClosed)


def test_a_story_that_is_not_open_is_409_and_public_nowhere(newsroom: Newsroom, site: Site) -> None:
    slug = newsroom.open(status="draft")
    answer = newsroom.api.post(f"/stories/{slug}/updates", json={"text": "x"})
    assert_refused(answer, 409, StoryNotOpen)
    assert site.http.get(f"/stories/{slug}").status_code == 404
    assert site.http.get(f"/stories/{slug}/state").status_code == 404


# -- the body ------------------------------------------------------------------------------------


def test_two_hundred_kilobytes_of_text_are_an_update(newsroom: Newsroom, slug: Slug) -> None:
    text = "word " * (200 * KB // 5)
    posted = newsroom.post(slug, text)
    assert posted["html"].count("word") == len(text) // 5


def test_a_body_over_256_kilobytes_is_413(newsroom: Newsroom, untouched: Slug) -> None:
    body = json.dumps({"text": "x" * 300 * KB}).encode()
    assert_refused(send(newsroom, untouched, body), 413, TooLarge)


def test_a_body_over_256_kilobytes_is_413_though_its_length_is_not_told(
    newsroom: Newsroom, untouched: Slug
) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"text":"'
        for _ in range(300):
            yield b"x" * KB
        yield b'"}'

    answer = newsroom.api.post(
        f"/stories/{untouched}/updates",
        content=chunks(),
        headers={"Content-Type": "application/json"},
    )
    assert_refused(answer, 413, TooLarge)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"text":}',
        b'{"text":"a"}{"text":"b"}',
        b'{"text":NaN}',
        b"\xff\xfe",
        b'{"text":"\xff"}',
        b'{"text":"\xed\xa0\x80"}',
        b'{"text":"\\ud800"}',
        b'{"text":"\\ud83d x"}',
        b'{"text":"\n"}',
        b"\xef\xbb\xbf{}",
        b"[" * 50_000,
        b'{"text":"x","tags":["' + b"[" * 50_000,
    ],
    ids=range(15),
)
def test_what_is_not_json_in_utf8_is_422(newsroom: Newsroom, untouched: Slug, body: bytes) -> None:
    assert_refused(send(newsroom, untouched, body), 422, Invalid)


@pytest.mark.parametrize("body", ["null", "[]", '"text"', "1", "true", "{}"])
def test_json_that_is_no_update_is_422(newsroom: Newsroom, untouched: Slug, body: str) -> None:
    answer = send(newsroom, untouched, body.encode())
    assert_refused(answer, 422, Invalid, *(["text"] if body == "{}" else []))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": 1}, "text"),
        ({"text": None}, "text"),
        ({"text": ["x"]}, "text"),
        ({"text": " \n\t\u0000\u0007"}, "text"),
        ({"text": "x", "pinned": "yes"}, "pinned"),
        ({"text": "x", "key_event": 1}, "key_event"),
        ({"text": "x", "title": "x" * 301}, "title"),
        ({"text": "x", "tags": ["a"] * 31}, "tags"),
        ({"text": "x", "tags": [""]}, "tags[0]"),
        ({"text": "x", "verification": "maybe"}, "verification"),
        ({"text": "x", "embargo": "soon"}, "embargo"),
        ({"text": "x", "embargo": "2099-11-23T12:00:00"}, "embargo"),
        ({"text": "x", "embargo": 1}, "embargo"),
        ({"text": "x", "blocks": [{"type": "divider"}]}, "blocks"),
        ({"blocks": "x"}, "blocks"),
        ({"blocks": [{"type": "bomb"}]}, "blocks[0].type"),
        ({"blocks": [{"type": "text"}]}, "blocks[0]"),
        ({"blocks": [{"type": "text", "html": 1}]}, "blocks[0].html"),
        ({"blocks": [{"type": "embed", "url": "javascript:alert(1)"}]}, "blocks[0].url"),
        ({"blocks": [{"type": "image", "src": "data:x"}]}, "blocks[0].src"),
        ({"blocks": [{"type": "image", "src": "/a", "width": -1}]}, "blocks[0].width"),
        ({"blocks": [{"type": "divider"}] * 201}, "blocks"),
        ({"text": "![a](picture.png)"}, "text"),
    ],
)
def test_a_wrong_value_is_422_and_its_field_is_named(
    newsroom: Newsroom, untouched: Slug, given: dict[str, Any], field: str
) -> None:
    answer = newsroom.api.post(f"/stories/{untouched}/updates", json=given)
    assert_refused(answer, 422, Invalid, field)


def test_an_unknown_field_is_422_and_named(newsroom: Newsroom, untouched: Slug) -> None:
    answer = newsroom.api.post(f"/stories/{untouched}/updates", json={"text": "x", "tittle": "y"})
    problem = assert_refused(answer, 422, Invalid)
    assert "tittle" in problem["detail"]


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx", "é"]
)
def test_another_media_type_is_415(newsroom: Newsroom, untouched: Slug, media_type: str) -> None:
    answer = newsroom.api.post(
        f"/stories/{untouched}/updates",
        content=b'{"text":"x"}',
        headers={b"Content-Type": media_type.encode()},
    )
    assert_refused(answer, 415, WrongMediaType)


def test_json_with_a_charset_is_json(newsroom: Newsroom, slug: Slug) -> None:
    answer = send(newsroom, slug, b'{"text":"x"}', Content_Type="Application/JSON; charset=utf-8")
    assert answer.status_code == 201


# -- odd text ------------------------------------------------------------------------------------

ODD = [
    "**never closed",
    "[text](",
    "> > > >",
    "```\nfence without end",
    "| a |\n|---",
    "</div></article></main></body></html>",
    "<script>document.title='owned'</script>",
    "<img src=x onerror=alert(1)>",
    "{{ 7*7 }} {% raw %}",
    "\u202e\u2066 hidden \u2028 \ufeff",
    "nul \u0000 bell \u0007 escape \u001b",
    "-->]]></style>",
    "[x]: javascript:alert(1)\n\n[x]",
    "&#x3c;script&#x3e;",
    ">" * 500 + "x",
    "* " * 500 + "x",
    "[" * 2_000,
    "`" * 3_000,
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_broken_markdown_and_html_are_text_like_any_other(
    newsroom: Newsroom, site: Site, slug: Slug, text: str
) -> None:
    title = f"Odd {text}"[:300]
    posted = newsroom.post(slug, text, title=title, byline=title, source=title, tags=[title[:60]])
    assert unsafe(posted.get("html", "")) == []
    until_shown(site, slug, posted["cursor"])
    for page in (f"/stories/{slug}", posted["url"], "/"):
        reading = Reading(site.http.get(page).text)
        assert reading.mistakes == []
        assert [one for one in reading.all("script") if "/static/" not in one["src"]] == []
        assert not any(key.startswith("on") for _, found in reading.elements for key in found)
