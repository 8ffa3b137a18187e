"""Our own format: what was written reads as the same story."""

from __future__ import annotations

import json
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveblog import exchange, markup
from liveblog.blocks import Embed, Image, Quote, Score, Side, Table, Text
from liveblog.errors import Unimportable
from liveblog.exchange.liveblog_json import LIVEBLOG, read, recognises, write
from liveblog.story import Change, Correction, Instant, Story, fold, instant
from tests.builders import NOON, a_head, an_id, opened, posted

BODY = (
    Text(html="<p>One <b>bold</b> word</p>"),
    Quote(html="<p>Stay</p>", attribution="Oda Merrin", url="https://paper.example/1"),
    Image(src="https://pictures.example/1.jpg", alt="A pier", width=1200, height=800),
    Embed(url="https://film.example/1", title="A film"),
    Table(header=("A", "B"), rows=(("1", "2"),)),
    Score(sides=(Side(name="Rovers", points="2"), Side(name="Quay", points="1")), state="90+3"),
)


def a_story(*changes: Change, **head: Any) -> Story:
    first = opened(a_head(**head))
    story = fold(None, first)
    return reduce(fold, changes, story)


def posted_in(**given: Any) -> Change:
    return posted(a_head().slug, **given)


def test_what_was_written_is_recognised_and_read_back() -> None:
    story = a_story(
        posted_in(id=an_id(0), title="First", blocks=BODY, byline="Ilse Varga", source="Harbour"),
        posted_in(id=an_id(1), key_event=True, breaking=True, verification="reported"),
        posted_in(id=an_id(3), displayed=Instant("2026-11-23T11:30:00.000Z")),
        posted_in(id=an_id(2), pinned=True, tags=("Tarn",), published=Instant(NOON[:-4] + "500Z")),
        kicker="Tarn",
        standfirst="One lane is open",
        contributors=("Jon Abara",),
        picture=BODY[2],
        tags=("Bridges",),
        planned_end=Instant("2026-11-23T18:00:00.000Z"),
    )
    body = write(story)
    assert recognises(body)
    coverage = exchange.read(body)
    found = {brought.external_id: brought for brought in coverage.updates}
    assert set(found) == {update.id for update in story.updates}
    for update in story.updates:
        brought = found[update.id]
        assert instant(brought.published) == update.published
        displayed = brought.update.displayed
        assert (instant(displayed) if displayed else None) == update.displayed
        for name in ("title", "blocks", "byline", "source", "key_event", "breaking"):
            assert getattr(brought.update, name) == getattr(update, name), name
        for name in ("verification", "pinned", "tags"):
            assert getattr(brought.update, name) == getattr(update, name), name
    for name in ("slug", "headline", "kicker", "standfirst", "contributors", "picture", "tags"):
        assert getattr(coverage.story, name) == getattr(story.head, name), name
    assert coverage.story.planned_end is not None
    assert instant(coverage.story.planned_end) == story.head.planned_end


@given(st.text(max_size=200))
def test_markdown_comes_back_as_markdown_and_the_same_blocks(text: str) -> None:
    text = markup.clean_text(text)
    blocks = markup.to_blocks(text)
    story = a_story(posted_in(text=text, blocks=blocks, title="A title"))
    new = read(write(story)).updates[0].update
    assert (new.text, new.blocks) == ((text, ()) if text else ("", blocks))


def test_blocks_that_no_longer_come_of_the_markdown_are_brought_as_blocks() -> None:
    story = a_story(posted_in(text="Something else", blocks=BODY))
    new = read(write(story)).updates[0].update
    assert (new.text, new.blocks) == ("", BODY)


def test_what_an_import_cannot_set_is_reported() -> None:
    note = Correction(kind="correction", note="It was two barges.", at=NOON)
    story = a_story(
        posted_in(id=an_id(0), revision=2, modified=NOON, corrections=(note,)),
        posted_in(id=an_id(1), status="retracted", blocks=(), notice="Not so."),
        status="closed",
        closed=NOON,
        corrections=(note,),
    )
    coverage = read(write(story))
    assert coverage.closed
    assert [one.external_id for one in coverage.updates] == [an_id(0)]
    assert sum(an_id(1) in line for line in coverage.left_out) == 1
    for said in ("It was two barges", "its last edit", "retracted", "closed at", "opened at"):
        assert any(said in line for line in coverage.left_out), said


def test_a_paused_story_is_opened_live_aloud() -> None:
    coverage = read(write(a_story(status="paused")))
    assert coverage.story.status == "live"
    assert any("paused" in line for line in coverage.left_out)


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"format": "liveblag"}, {"updates": [{"id": 1}]}, {"story": {}}]
)
def test_a_file_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    file = json.loads(write(a_story(posted_in()))) | change
    with pytest.raises(Unimportable, match="not in the format it claims"):
        read(json.dumps(file).encode())


def test_a_file_changed_by_hand_cannot_bring_what_the_desk_refuses() -> None:
    file = json.loads(write(a_story(posted_in(id=an_id(0)), posted_in(id=an_id(1)))))
    file["updates"][0] |= {"published": "yesterday"}
    file["updates"][1] |= {
        "displayed": "noon",
        "blocks": [
            {"type": "text", "html": "<p onclick=x()>A<script>b()</script></p>"},
            {"type": "embed", "url": "javascript:x()"},
        ],
    }
    coverage = read(json.dumps(file).encode())
    (one,) = coverage.updates
    assert one.update.blocks == (Text(html="<p>A</p>"),)
    assert any("'yesterday' is not a time" in line for line in coverage.left_out)
    assert any("'noon' is not a time" in line for line in coverage.left_out)
    assert one.update.displayed is None
    assert any("embed" in line for line in coverage.left_out)
    too_long = file | {"story": file["story"] | {"headline": "H" * 301}}
    with pytest.raises(Unimportable, match="cannot be opened"):
        read(json.dumps(too_long).encode())


def test_the_table_says_who_can_write() -> None:
    writers = [name for name, format in exchange.FORMATS.items() if format.write]
    assert writers == ["liveblog"]
    assert exchange.FORMATS["liveblog"] is LIVEBLOG
