"""What a story holds, in order: adding one item to thousands copies a few hundred references."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Protocol, TypeVar, overload

RUN = 64
"""Items that are kept together; a run that grows to twice as many is split."""


class Item(Protocol):
    """What has a place in the order, by its id."""

    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=Item)


class Timeline(Sequence[T]):
    """Items sorted by id, each id once. A value: nothing changes it."""

    __slots__ = ("_runs",)

    def __init__(self, runs: tuple[tuple[T, ...], ...] = ()) -> None:
        self._runs = runs

    def __len__(self) -> int:
        return sum(map(len, self._runs))

    def __iter__(self) -> Iterator[T]:
        return chain.from_iterable(self._runs)

    def __reversed__(self) -> Iterator[T]:
        for run in reversed(self._runs):
            yield from reversed(run)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[T, ...]: ...
    def __getitem__(self, place: int | slice) -> T | tuple[T, ...]:
        return tuple(self)[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment] # compared by what it holds

    def get(self, id: str) -> T | None:
        """The item of that id, in O(log n)."""
        run, place = self._find(id)
        return self._runs[run][place] if self._holds(run, place, id) else None

    def with_item(self, item: T) -> Timeline[T]:
        """The same with that item, in the place of the one with its id if there is one."""
        number, place = self._find(item.id)
        run = self._runs[number] if self._runs else ()
        known = self._holds(number, place, item.id)
        grown = (*run[:place], item, *run[place + known :])
        if len(grown) < 2 * RUN:
            parts: tuple[tuple[T, ...], ...] = (grown,)
        else:
            parts = (grown[:RUN], grown[RUN:])
        return Timeline((*self._runs[:number], *parts, *self._runs[number + 1 :]))

    def before(self, id: str | None, limit: int) -> tuple[tuple[T, ...], bool]:
        """At most ``limit`` items before ``id`` (None: the last), the last of them first, and
        whether there are more before those."""
        number, place = self._end() if id is None else self._find(id)
        found: list[T] = []
        while number >= 0 and self._runs and len(found) <= limit:
            found += self._runs[number][:place][::-1]
            number -= 1
            place = 2 * RUN
        return tuple(found[:limit]), len(found) > limit

    def _find(self, id: str) -> tuple[int, int]:
        """The run in which an id stands or would stand, and its place there."""
        if not self._runs:
            return 0, 0
        # Nearly every change is of a recent item, often a new one: look at the end first.
        if self._runs[-1][-1].id < id:
            return self._end()
        run = max(bisect_right(self._runs, id, key=lambda run: run[0].id) - 1, 0)
        return run, bisect_left(self._runs[run], id, key=lambda item: item.id)

    def _end(self) -> tuple[int, int]:
        return (len(self._runs) - 1, len(self._runs[-1])) if self._runs else (0, 0)

    def _holds(self, run: int, place: int, id: str) -> bool:
        if run >= len(self._runs) or place >= len(self._runs[run]):
            return False
        return self._runs[run][place].id == id
