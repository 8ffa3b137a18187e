"""Any sequence of verbs, read in any pieces and resumed from anywhere, ends in the same story."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from liveblog import codec
from liveblog.client import Copy
from liveblog.hub import channel as channels
from liveblog.hub.channel import Channel
from liveblog.story import Change, Cursor, Story, fold
from tests.properties.strategies import histories

KEPT = 6


@pytest.fixture(autouse=True, scope="module")
def _short_backlog() -> Iterator[None]:
    """Few frames are kept, so that short histories outgrow them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(channels, "BACKLOG", KEPT)
        yield


def folded(changes: list[Change], story: Story | None = None) -> Story:
    result = reduce(fold, changes, story)
    assert result is not None
    return result


# -- the fold ------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(histories, st.data())
def test_changes_may_be_repeated_and_overlap(changes: list[Change], data: st.DataObject) -> None:
    places = st.integers(0, len(changes))
    again = data.draw(st.lists(st.tuples(places, places), max_size=4))
    late = [change for start, end in again for change in changes[start:end]]
    story = folded(changes)
    assert replace(folded(late, story), cursor=story.cursor) == story


@settings(max_examples=100, deadline=None)
@given(histories, st.data())
def test_a_snapshot_and_the_rest_are_the_whole(changes: list[Change], data: st.DataObject) -> None:
    split = data.draw(st.integers(1, len(changes)))
    overlap = data.draw(st.integers(0, split))
    snapshot = folded(changes[:split])
    assert folded(changes[split - overlap :], snapshot) == folded(changes)


@settings(max_examples=100, deadline=None)
@given(histories)
def test_one_update_at_most_is_pinned_and_the_story_knows_which(changes: list[Change]) -> None:
    story = folded(changes)
    pinned = [update.id for update in story.updates if update.pinned]
    assert pinned == ([story.pinned] if story.pinned else [])


@settings(max_examples=100, deadline=None)
@given(histories)
def test_updates_are_in_order_and_each_is_there_once(changes: list[Change]) -> None:
    stand = {change.update.id: change.update for change in changes if change.update}
    by_time = sorted(stand.values(), key=lambda one: (one.displayed or one.published, one.id))
    story = folded(changes)
    assert list(story.updates) == by_time
    assert [story.update(update.id) for update in by_time] == by_time


@settings(max_examples=100, deadline=None)
@given(histories, st.integers(1, 4))
def test_who_reads_backwards_page_by_page_reads_each_once(
    changes: list[Change], limit: int
) -> None:
    story = folded(changes)
    read, more = story.before(None, limit)
    while more:
        older, more = story.before(read[-1].id, limit)
        read += older
    assert list(read) == list(reversed(story.updates))


# -- resuming ------------------------------------------------------------------------------------


def state(channel: Channel) -> bytes:
    shown = [channel.shown(update).json for update in reversed(channel.story.updates)]
    return codec.state(channel.cursor, channel.story.head, shown, more=False)


def final(changes: list[Change]) -> Copy:
    copy = Copy()
    copy.load(json.loads(state(Channel(changes))))
    return copy


def assert_equal(copy: Copy, other: Copy) -> None:
    assert copy.cursor == other.cursor
    assert copy.story == other.story
    assert copy.newest_first() == other.newest_first()


def resume(copy: Copy, channel: Channel, after: str) -> int:
    """As every transport does: the changes after the cursor, or a reset to the snapshot. Answers
    how many changes there were, -1 for a reset."""
    position = channel.position(Cursor(after))
    frames = None if position is None else channel.since(position)
    if frames is None:
        copy.load(json.loads(state(channel)))
        return -1
    for frame in frames:
        copy.apply(json.loads(frame.json))
    return len(frames)


@settings(max_examples=150, deadline=None)
@given(histories, st.data())
def test_a_reader_who_left_anywhere_resumes_to_what_stands(
    changes: list[Change], data: st.DataObject
) -> None:
    left, loaded = data.draw(st.integers(1, len(changes))), data.draw(st.integers(1, len(changes)))
    copy = final(changes[: min(left, loaded)])
    for change in changes[min(left, loaded) : left]:
        copy.apply(json.loads(codec.to_wire(change)))
    channel = Channel(changes[:loaded])
    for change in changes[loaded:]:
        channel.take(change)
    taken = resume(copy, channel, copy.cursor)
    assert_equal(copy, final(changes))
    missing = len(changes) - left
    assert taken == (missing if missing < KEPT else -1)


@settings(max_examples=60, deadline=None)
@given(histories, st.sampled_from(["", "junk", "0-0", "999-0", "1-0 ", "\x00", "é" * 99]))
def test_a_cursor_that_is_not_of_the_log_is_one_reset(changes: list[Change], cursor: str) -> None:
    copy = Copy()
    assert resume(copy, Channel(changes), cursor) == -1
    assert_equal(copy, final(changes))


@settings(max_examples=100, deadline=None)
@given(histories, st.data())
def test_a_reader_who_comes_and_goes_holds_what_stands_each_time(
    changes: list[Change], data: st.DataObject
) -> None:
    channel = Channel(changes[:1])
    copy = final(changes[:1])
    done = 1
    while done < len(changes):
        step = data.draw(st.integers(1, len(changes) - done))
        for change in changes[done : done + step]:
            channel.take(change)
        done += step
        resume(copy, channel, copy.cursor)
        assert_equal(copy, final(changes[:done]))


@settings(max_examples=100, deadline=None)
@given(histories)
def test_nobody_who_resumes_reads_what_was_taken_back(changes: list[Change]) -> None:
    live = Channel(changes[:1])
    for change in changes[1:]:
        live.take(change)
    gone = {update.id for update in live.story.updates if update.status == "retracted"}
    for channel in (live, Channel(changes)):
        frames = channel.since(channel.end - len(channel._frames)) or []
        for frame in frames:
            update = json.loads(frame.json).get("update", {})
            if update.get("id") in gone:
                assert set(update) <= {
                    "id",
                    "revision",
                    "published",
                    "displayed",
                    "status",
                    "notice",
                }


@settings(max_examples=60, deadline=None)
@given(histories)
def test_what_the_feed_builds_is_what_the_log_says(changes: list[Change]) -> None:
    live = Channel(changes[:1])
    for change in changes[1:]:
        live.take(change)
    loaded = Channel(changes)
    assert live.story == loaded.story
    assert state(live) == state(loaded)
    assert [frame.json for frame in live._frames] == [frame.json for frame in loaded._frames]
