"""A timeline holds what a dictionary sorted by id would, however it grew."""

from __future__ import annotations

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from liveblog.timeline import RUN, Timeline


class Note(Struct, frozen=True):
    """The least that has a place."""

    id: str
    words: int = 0


ids = st.integers(0, 999).map("{:03}".format)
notes = st.lists(st.builds(Note, ids, st.integers(0, 9)), max_size=40)
grown = st.tuples(st.sampled_from([0, 1, RUN - 1, 2 * RUN - 1, 2 * RUN, 5 * RUN]), notes)


def made(many: int, others: list[Note]) -> tuple[Timeline[Note], dict[str, Note]]:
    added = [Note(f"{number * 3 % 1_000:03}") for number in range(many)] + others
    start: Timeline[Note] = Timeline()
    return reduce(Timeline.with_item, added, start), {note.id: note for note in added}


@given(grown, ids)
def test_it_holds_each_id_once_and_in_order(grown: tuple[int, list[Note]], id: str) -> None:
    timeline, model = made(*grown)
    expected = [model[id] for id in sorted(model)]
    assert list(timeline) == expected
    assert list(reversed(timeline)) == expected[::-1]
    assert len(timeline) == len(expected)
    assert timeline == tuple(expected)
    assert timeline.get(id) == model.get(id)


@given(grown, st.none() | ids, st.integers(0, 3 * RUN))
def test_it_is_read_backwards_from_any_id(
    grown: tuple[int, list[Note]], id: str | None, limit: int
) -> None:
    timeline, model = made(*grown)
    older = [model[one] for one in sorted(model, reverse=True) if id is None or one < id]
    assert timeline.before(id, limit) == (tuple(older[:limit]), len(older) > limit)
