"""Whatever is written is read again as it was; what is sent arrives."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from liveblog import codec, markup
from liveblog.client import Copy
from liveblog.story import Change, Cursor, Head, Kind, Update, UpdateKind
from tests.builders import NOON
from tests.properties.strategies import SLUG, heads, updates

HERE = Cursor("1795435200000-0")
KINDS: st.SearchStrategy[UpdateKind] = st.sampled_from(
    ["posted", "edited", "corrected", "retracted", "pinned", "unpinned"]
)


def a_change(update: Update | None = None, head: Head | None = None) -> Change:
    kind: Kind = "edited" if update else "story_edited"
    return Change(cursor=HERE, slug=SLUG, kind=kind, at=NOON, update=update, head=head)


@settings(max_examples=100, deadline=None)
@given(updates, KINDS)
def test_any_update_survives_the_log(update: Update, kind: UpdateKind) -> None:
    change = replace(a_change(update), kind=kind)
    assert codec.from_log(SLUG, HERE, codec.to_log(change)) == change


@settings(max_examples=100, deadline=None)
@given(heads)
def test_any_head_survives_the_log(head: Head) -> None:
    assert codec.from_log(SLUG, HERE, codec.to_log(a_change(head=head))) == a_change(head=head)


@settings(max_examples=100, deadline=None)
@given(updates)
def test_a_client_holds_of_any_update_what_the_public_may_see(update: Update) -> None:
    wire = codec.to_wire(a_change(update))
    assert b"\n" not in wire
    copy = Copy()
    copy.apply(json.loads(wire))
    (held,) = copy.newest_first()
    assert held == json.loads(codec.to_json(codec.public(update)))
    assert held.get("html", "") == markup.to_html(update.blocks)
    assert not {"text", "blocks"} & set(held)


@settings(max_examples=100, deadline=None)
@given(heads)
def test_a_client_holds_any_head_whole(head: Head) -> None:
    copy = Copy()
    copy.apply(json.loads(codec.to_wire(a_change(head=head))))
    assert codec.from_json(json.dumps(copy.story).encode(), Head) == head


@settings(max_examples=100, deadline=None)
@given(updates)
def test_nothing_but_its_place_is_left_of_a_redacted_change(update: Update) -> None:
    sent = json.loads(codec.redacted(codec.to_wire(a_change(replace(update, status="published")))))
    assert sent["update"] == {
        "id": update.id,
        "revision": update.revision,
        "published": update.published,
        "status": "retracted",
        **({"displayed": update.displayed} if update.displayed else {}),
    }
