"""The log keeps everything; the wire shows what the public may see."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from liveblog import codec, markup
from liveblog.blocks import Image, Text
from liveblog.client import Copy
from liveblog.errors import BrokenLog
from liveblog.story import Change, Correction, Cursor, Head, Instant, Slug, Update
from tests.builders import NOON, a_head, an_id, an_update, opened, posted
from tests.test_markup import EVERY_BLOCK

SLUG = Slug("charity")
HERE = Cursor("1795435200000-0")
FULL = an_update(
    revision=3,
    displayed=Instant("2026-11-23T11:30:00.000Z"),
    modified=NOON,
    title="Gates",
    byline="A. Quell",
    blocks=EVERY_BLOCK,
    text="# Gates",
    key_event=True,
    pinned=True,
    breaking=True,
    verification="reported",
    source="Harbour radio",
    tags=("gates", "charity"),
    corrections=(Correction(kind="correction", note="It was noon.", at=NOON),),
)


def a_change(update: Update, kind: Any = "posted") -> Change:
    return Change(cursor=HERE, slug=SLUG, kind=kind, at=NOON, update=update)


def sent(change: Change) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(codec.to_wire(change))
    return decoded


@pytest.mark.parametrize(
    "change",
    [
        a_change(FULL),
        a_change(an_update()),
        a_change(Update(id=an_id(), revision=2, published=NOON, status="retracted", notice="No")),
        replace(opened(a_head(slug=SLUG, picture=Image(src="/media/a.jpg"))), cursor=HERE),
    ],
    ids=["full", "plain", "retracted", "head"],
)
def test_what_is_written_to_the_log_is_read_again(change: Change) -> None:
    assert codec.from_log(change.slug, change.cursor, codec.to_log(change)) == change


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"kind":"posted"}',
        b'{"kind":"burnt","at":"x"}',
        b"\xff",
        b'{"kind":"posted","at":"x","update":{"id":1}}',
    ],
)
def test_an_entry_that_cannot_be_read_is_a_broken_log(body: bytes) -> None:
    with pytest.raises(BrokenLog, match=f"charity {HERE}"):
        codec.from_log(SLUG, HERE, body)


def test_a_field_that_a_later_version_added_does_no_harm() -> None:
    body = codec.to_log(a_change(an_update()))
    later = json.loads(body)
    later["update"]["mood"] = "calm"
    assert codec.from_log(SLUG, HERE, json.dumps(later).encode()) == a_change(an_update())


def test_a_change_of_an_update_on_the_wire_is_as_the_contract_says() -> None:
    assert sent(a_change(an_update(key_event=True))) == {
        "cursor": HERE,
        "story": SLUG,
        "kind": "posted",
        "at": NOON,
        "update": {
            "id": an_id(),
            "revision": 1,
            "published": NOON,
            "html": "<p>News</p>",
            "key_event": True,
        },
    }


def test_a_change_of_the_head_carries_the_whole_head_instead() -> None:
    head = a_head(slug=SLUG, standfirst="They were given until noon.")
    change = sent(replace(opened(head), cursor=HERE))
    assert "update" not in change
    assert change["story"] == {
        "slug": SLUG,
        "revision": 1,
        "headline": head.headline,
        "status": "live",
        "language": "en",
        "opened": NOON,
        "standfirst": head.standfirst,
    }


def test_a_change_of_nothing_cannot_be_sent() -> None:
    with pytest.raises(BrokenLog, match="a change of nothing"):
        codec.wire(Change(cursor=HERE, slug=SLUG, kind="edited", at=NOON))


def test_a_change_is_one_line_whatever_its_text() -> None:
    text = "a\nb\r\nc\u2028d\x85e"
    wire = codec.to_wire(a_change(an_update(title=text, blocks=(Text(html=f"<p>{text}</p>"),))))
    assert b"\n" not in wire
    assert b"\r" not in wire


def test_markdown_and_blocks_are_given_only_where_they_are_asked_for() -> None:
    bare, whole = codec.public(FULL), codec.public(FULL, whole=True)
    assert (bare.text, bare.blocks) == ("", ())
    assert (whole.text, whole.blocks) == ("# Gates", EVERY_BLOCK)
    assert bare.html == whole.html == markup.to_html(EVERY_BLOCK)


def test_an_update_made_of_blocks_has_a_text_too() -> None:
    assert codec.public(an_update(), whole=True).text == "News"


def test_every_public_field_of_an_update_reaches_the_wire() -> None:
    shown = sent(a_change(FULL))["update"]
    hidden = {"blocks", "text", "status", "notice"}  # the last two are at their default here
    assert set(shown) == (set(Update.__struct_fields__) - hidden) | {"html"}


# -- redacted ------------------------------------------------------------------------------------


def test_a_redacted_change_keeps_its_place_and_nothing_of_the_text() -> None:
    wire = json.loads(codec.redacted(codec.to_wire(a_change(FULL))))
    assert wire == {
        "cursor": HERE,
        "story": SLUG,
        "kind": "posted",
        "at": NOON,
        "update": {
            "id": FULL.id,
            "revision": 3,
            "published": NOON,
            "displayed": FULL.displayed,
            "status": "retracted",
        },
    }


def test_a_retraction_that_another_followed_loses_its_notice() -> None:
    tombstone = Update(id=an_id(), revision=4, published=NOON, status="retracted", notice="Wrong")
    wire = codec.to_wire(a_change(tombstone, "retracted"))
    assert json.loads(wire)["update"]["notice"] == "Wrong"
    assert json.loads(codec.redacted(wire)) == json.loads(wire) | {
        "update": {"id": an_id(), "revision": 4, "published": NOON, "status": "retracted"}
    }


# -- snapshots -----------------------------------------------------------------------------------


def test_a_snapshot_is_what_a_client_begins_from() -> None:
    head = a_head(slug=SLUG)
    updates = [codec.to_json(codec.public(an_update(id=an_id(n)))) for n in (2, 1)]
    state = codec.state(HERE, head, updates, more=True)
    copy = Copy()
    copy.load(json.loads(state))
    assert copy.cursor == HERE
    assert copy.story["headline"] == head.headline
    assert [update["id"] for update in copy.newest_first()] == [an_id(2), an_id(1)]
    assert json.loads(state)["more"] is True


def test_a_snapshot_of_nothing_is_whole_json() -> None:
    state = json.loads(codec.state(HERE, a_head(), [], more=False))
    assert (state["updates"], state["more"]) == ([], False)


def test_a_client_takes_a_change_once_however_often_it_hears_it() -> None:
    copy = Copy()
    first, second = sent(a_change(an_update(title="a"))), sent(a_change(an_update(revision=2)))
    for change in (first, second, first, second, first):
        copy.apply(change)
    assert copy.newest_first() == [second["update"]]


def test_an_older_head_does_not_replace_a_newer_one() -> None:
    copy = Copy()
    newer = a_head(slug=SLUG, revision=2, headline="New")
    copy.apply(sent(replace(opened(newer), cursor=HERE)))
    copy.apply(sent(replace(opened(a_head(slug=SLUG)), cursor=HERE)))
    assert copy.story["headline"] == "New"


def test_values_that_the_store_keeps_come_back() -> None:
    head = a_head(contributors=("A. Quell", "M. Orr"))
    assert codec.from_json(codec.to_json(head), Head) == head


def test_a_posted_change_without_a_cursor_is_not_in_the_log_yet() -> None:
    assert posted(SLUG).cursor == ""
