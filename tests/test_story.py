"""A story is what its log says, however often and in what pieces it is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import reduce

import pytest
from msgspec.structs import replace

from liveblog.errors import BrokenLog, Invalid
from liveblog.story import (
    NOWHERE,
    Change,
    Cursor,
    Instant,
    Story,
    Update,
    UpdateId,
    fold,
    instant,
    milliseconds,
    moment,
    slug,
    update_id,
)
from tests.builders import NOON, NOON_MILLISECONDS, a_head, an_id, an_update, opened

HEAD = a_head()


def a_story(*updates: Update) -> Story:
    return reduce(fold, [changed(update) for update in updates], fold(None, opened(HEAD)))


def changed(update: Update, cursor: str = "") -> Change:
    return Change(cursor=Cursor(cursor), slug=HEAD.slug, kind="edited", at=NOON, update=update)


def headed(cursor: str = "", **given: object) -> Change:
    head = replace(HEAD, **given)
    return Change(cursor=Cursor(cursor), slug=HEAD.slug, kind="story_edited", at=NOON, head=head)


def at(n: int) -> Instant:
    """So many milliseconds after noon, as an id of that number says."""
    return Instant(f"2026-11-23T12:00:00.{n:03}Z")


# -- the fold ------------------------------------------------------------------------------------


def test_a_story_begins_with_its_head() -> None:
    story = fold(None, replace(opened(HEAD), cursor=Cursor("1-0")))
    assert story == Story(head=HEAD, cursor=Cursor("1-0"))


def test_a_log_that_begins_with_an_update_is_broken() -> None:
    with pytest.raises(BrokenLog, match="begins with edited, not opened"):
        fold(None, changed(an_update()))


def test_a_change_of_nothing_has_no_revision() -> None:
    with pytest.raises(BrokenLog, match="a change of nothing"):
        _ = Change(slug=HEAD.slug, kind="edited", at=NOON).revision


def test_updates_are_kept_oldest_first_in_whatever_order_they_come() -> None:
    story = a_story(an_update(id=an_id(2)), an_update(id=an_id(1)), an_update(id=an_id(3)))
    assert [update.id for update in story.updates] == [an_id(1), an_id(2), an_id(3)]


def test_a_higher_revision_takes_the_place_of_a_lower_one() -> None:
    edited = an_update(revision=2, title="Edited")
    assert a_story(an_update(), edited).updates == (edited,)


@pytest.mark.parametrize("revision", [1, 2])
def test_a_revision_that_is_not_higher_changes_nothing_but_the_cursor(revision: int) -> None:
    story = a_story(an_update(revision=2, title="Stands"))
    after = fold(story, changed(an_update(revision=revision, title="Late"), "9-0"))
    assert after == replace(story, cursor=Cursor("9-0"))


def test_a_head_of_a_higher_revision_stands_and_the_updates_stay() -> None:
    story = a_story(an_update())
    after = fold(story, headed("9-0", revision=2, headline="They stay"))
    assert (after.head.headline, after.updates, after.cursor) == ("They stay", story.updates, "9-0")


def test_a_head_that_is_not_newer_changes_nothing_but_the_cursor() -> None:
    story = a_story()
    assert fold(story, headed("9-0", headline="Late")) == replace(story, cursor=Cursor("9-0"))


def test_every_change_moves_the_cursor() -> None:
    story = a_story()
    assert story.cursor == NOWHERE
    assert fold(story, changed(an_update(), "5-0")).cursor == "5-0"


def test_the_pin_is_where_it_was_put_last() -> None:
    pinned = an_update(id=an_id(1), pinned=True)
    other = an_update(id=an_id(2), pinned=True)
    story = a_story(pinned)
    assert story.pinned == an_id(1)
    story = fold(story, changed(replace(pinned, revision=2, pinned=False)))
    assert story.pinned is None
    assert fold(story, changed(other)).pinned == an_id(2)


def test_a_retracted_update_is_pinned_no_longer() -> None:
    story = a_story(an_update(pinned=True))
    tombstone = Update(id=an_id(), revision=2, published=NOON, status="retracted")
    after = fold(story, changed(tombstone))
    assert after.pinned is None
    assert after.updates == (tombstone,)


def test_unpinning_one_update_leaves_the_pin_of_another() -> None:
    story = a_story(an_update(id=an_id(1), pinned=True), an_update(id=an_id(2)))
    after = fold(story, changed(an_update(id=an_id(2), revision=2)))
    assert after.pinned == an_id(1)


def test_a_change_says_which_revision_it_makes() -> None:
    assert changed(an_update(revision=7)).revision == 7
    assert headed(revision=3).revision == 3


# -- looking into a story ------------------------------------------------------------------------


def test_an_update_is_found_by_its_id_and_no_other() -> None:
    updates = [an_update(id=an_id(n)) for n in (1, 3, 5)]
    story = a_story(*updates)
    assert [story.update(an_id(n)) for n in (1, 3, 5)] == updates
    assert [story.update(an_id(n)) for n in (0, 2, 4, 6)] == [None] * 4
    assert a_story().update(an_id()) is None


@pytest.mark.parametrize(
    ("before", "limit", "found", "more"),
    [
        (None, 2, [5, 4], True),
        (None, 5, [5, 4, 3, 2, 1], False),
        (4, 2, [3, 2], True),
        (4, 9, [3, 2, 1], False),
        (1, 2, [], False),
        (0, 2, [], False),
        (9, 2, [5, 4], True),
    ],
)
def test_pages_go_back_from_an_update_newest_first(
    before: int | None, limit: int, found: list[int], more: bool
) -> None:
    story = a_story(*(an_update(id=an_id(n)) for n in range(1, 6)))
    page, older = story.before(None if before is None else an_id(before), limit)
    assert [update.id for update in page] == [an_id(n) for n in found]
    assert older == more


def test_a_page_before_an_unknown_id_begins_where_it_would_stand() -> None:
    story = a_story(*(an_update(id=an_id(n), published=at(n)) for n in (1, 3)))
    page, _ = story.before(an_id(2), 5)
    assert [update.id for update in page] == [an_id(1)]


@pytest.mark.parametrize(
    ("before", "found"),
    [("", []), ("0", []), ("zz", [3, 1]), ("\U0010ffff" * 99, [3, 1]), ("../é", []), ("A", [3, 1])],
)
def test_any_text_has_a_place_in_the_order(before: str, found: list[int]) -> None:
    story = a_story(*(an_update(id=an_id(n), published=at(n)) for n in (1, 3)))
    page, _ = story.before(UpdateId(before), 5)
    assert [update.id for update in page] == [an_id(n) for n in found]


# -- editorial times -----------------------------------------------------------------------------


def test_an_update_stands_where_readers_see_that_it_happened() -> None:
    early = an_update(id=an_id(3), published=at(3), displayed=at(0))
    story = a_story(early, *(an_update(id=an_id(n), published=at(n)) for n in (1, 2)))
    assert [update.id for update in story.updates] == [an_id(n) for n in (3, 1, 2)]
    assert story.update(early.id) == early
    assert story.before(an_id(1), 5) == ((early,), False)


def test_an_update_whose_displayed_time_changes_moves_and_is_there_once() -> None:
    one, two, three = (an_update(id=an_id(n), published=at(n)) for n in (1, 2, 3))
    moved = replace(one, revision=2, displayed=at(9))
    story = a_story(one, two, three, moved)
    assert story.updates == (two, three, moved)
    back = replace(moved, revision=3, displayed=None)
    assert fold(story, changed(back)).updates == (back, two, three)


def test_of_two_updates_of_one_time_the_one_with_the_lower_id_is_older() -> None:
    story = a_story(*(an_update(id=an_id(n), displayed=NOON) for n in (2, 1, 3)))
    assert [update.id for update in story.updates] == [an_id(n) for n in (1, 2, 3)]


def test_a_page_goes_back_from_where_a_retracted_update_was_shown() -> None:
    one, two = (an_update(id=an_id(n), published=at(n)) for n in (1, 2))
    gone = replace(two, revision=2, displayed=at(0), status="retracted", blocks=())
    assert a_story(one, two, gone).before(two.id, 5) == ((), False)


# -- words and times -----------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["a", "ministry-charity", "2026-vote", "x" * 100])
def test_a_slug_is_lower_case_words_joined_by_hyphens(text: str) -> None:
    assert slug(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "A", "a b", "a_b", "-a", "a-", "a--b", "é", "a/b", "..", "a\n", "x" * 101, "a%2fb", "٣"],
)
def test_any_other_slug_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        slug(text)
    assert refused.value.field == "slug"


def test_an_instant_is_utc_with_milliseconds() -> None:
    there = datetime(2026, 11, 23, 13, 0, 0, 123_999, timezone(timedelta(hours=1)))
    assert instant(there) == "2026-11-23T12:00:00.123Z"


def test_instants_sort_as_they_happened_and_come_back_as_they_were() -> None:
    moments = [
        datetime(2026, 11, 23, 12, tzinfo=UTC) + timedelta(milliseconds=n)
        for n in (0, 1, 999, 60_000)
    ]
    texts = [instant(one) for one in moments]
    assert texts == sorted(texts)
    assert [moment(text) for text in texts] == moments


def test_milliseconds_count_from_1970() -> None:
    assert milliseconds(NOON) == NOON_MILLISECONDS
    assert milliseconds(Instant("1970-01-01T00:00:00.001Z")) == 1


def test_ids_sort_by_time_then_by_chance_and_are_of_one_length() -> None:
    ids = [
        update_id(at, chance) for at in (0, 1, NOON_MILLISECONDS) for chance in (0, 1, 2**30 - 1)
    ]
    assert ids == sorted(set(ids))
    assert {len(id) for id in ids} == {16}


def test_only_thirty_bits_of_chance_count() -> None:
    assert update_id(5, 2**30) == update_id(5, 0)
