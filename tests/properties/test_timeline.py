"""A timeline holds what a dictionary sorted by place would, however it grew and was moved about."""

from __future__ import annotations

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from liveblog.timeline import RUN, Timeline


class Note(Struct, frozen=True):
    """The least that has a place."""

    id: str
    at: int = 0

    @property
    def place(self) -> str:
        return f"{self.at:04} {self.id}"


ids = st.integers(0, 999).map("{:03}".format)
notes = st.lists(st.builds(Note, ids, st.integers(0, 999)), max_size=40)
grown = st.tuples(st.sampled_from([0, 1, RUN - 1, 2 * RUN - 1, 2 * RUN, 5 * RUN]), notes)


def made(many: int, others: list[Note]) -> tuple[Timeline[Note], dict[str, Note]]:
    added = [Note(f"{number * 3 % 1_000:03}", at=number) for number in range(many)] + others
    start: Timeline[Note] = Timeline()
    timeline = reduce(lambda held, note: held.with_item(note), added, start)
    return timeline, {note.id: note for note in added}


def in_order(model: dict[str, Note]) -> list[Note]:
    return sorted(model.values(), key=lambda note: note.place)


@given(grown, ids)
def test_it_holds_each_id_once_and_in_order(grown: tuple[int, list[Note]], id: str) -> None:
    timeline, model = made(*grown)
    expected = in_order(model)
    assert list(timeline) == expected
    assert list(reversed(timeline)) == expected[::-1]
    assert len(timeline) == len(expected)
    assert timeline == tuple(expected)
    assert timeline.get(id) == model.get(id)


@given(grown, st.none() | st.builds(Note, ids, st.integers(0, 999)), st.integers(0, 3 * RUN))
def test_it_is_read_backwards_from_any_place(
    grown: tuple[int, list[Note]], note: Note | None, limit: int
) -> None:
    timeline, model = made(*grown)
    older = [one for one in in_order(model) if note is None or one.place < note.place][::-1]
    read = timeline.before(None if note is None else note.place, limit)
    assert read == (tuple(older[:limit]), len(older) > limit)


def test_moving_items_about_leaves_no_crowd_of_short_runs() -> None:
    """Else each later change would copy a reference for every item."""
    timeline, model = made(10 * RUN, [])
    moving = in_order(model)
    for round in range(1, 5):
        # One of each run stays behind.
        moving = [note for number, note in enumerate(moving) if number % RUN]
        moving = [Note(note.id, 1_000 * round + number) for number, note in enumerate(moving)]
        timeline = reduce(lambda held, note: held.with_item(note), moving, timeline)
        model |= {note.id: note for note in moving}
    assert list(timeline) == in_order(model)
    for runs in (timeline._by_place._runs, timeline._by_id._runs):
        assert len(runs) <= 1 + len(timeline) / (RUN // 2)
        assert max(map(len, runs)) < 2 * RUN
