"""What a story holds, in order: adding or moving one item among thousands copies a few hundred
references."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from operator import attrgetter
from typing import Generic, Protocol, TypeVar, overload

RUN = 64
"""Items that are kept together; a run that grows to twice as many is split."""


class Item(Protocol):
    """What has a place in an order. ``place`` sorts as text; no two items have the same."""

    @property
    def id(self) -> str: ...

    @property
    def place(self) -> str: ...


T = TypeVar("T", bound=Item)
Key = Callable[[T], str]

_ID = attrgetter("id")
_PLACE = attrgetter("place")


class Timeline(Sequence[T]):
    """Items sorted by their places, each id once. A value: nothing changes it."""

    __slots__ = ("_by_id", "_by_place")

    def __init__(self, by_place: Runs[T] | None = None, by_id: Runs[T] | None = None) -> None:
        self._by_place = by_place or Runs(_PLACE)
        self._by_id = by_id or Runs(_ID)

    def __len__(self) -> int:
        return len(self._by_place)

    def __iter__(self) -> Iterator[T]:
        return iter(self._by_place)

    def __reversed__(self) -> Iterator[T]:
        return reversed(self._by_place)

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
        return self._by_id.get(id)

    def with_item(self, item: T) -> Timeline[T]:
        """The same with that item instead of the one with its id, if there is one."""
        held, others = self.get(item.id), self._by_place
        if held is not None and held.place != item.place:
            others = others.without(held.place)
        return Timeline(others.with_item(item), self._by_id.with_item(item))

    def before(self, place: str | None, limit: int) -> tuple[tuple[T, ...], bool]:
        """At most ``limit`` items before a place (None: the end), the last of them first, and
        whether there are more before those."""
        return self._by_place.before(place, limit)


class Runs(Generic[T]):
    """Items sorted by a key, each key once, in short runs. A value: nothing changes it."""

    __slots__ = ("_key", "_runs")

    def __init__(self, key: Key[T], runs: tuple[tuple[T, ...], ...] = ()) -> None:
        self._key = key
        self._runs = runs

    def __len__(self) -> int:
        return sum(map(len, self._runs))

    def __iter__(self) -> Iterator[T]:
        return chain.from_iterable(self._runs)

    def __reversed__(self) -> Iterator[T]:
        for run in reversed(self._runs):
            yield from reversed(run)

    def get(self, key: str) -> T | None:
        """The item of that key, in O(log n)."""
        number, at = self._find(key)
        return self._runs[number][at] if self._holds(number, at, key) else None

    def with_item(self, item: T) -> Runs[T]:
        """The same with that item, in the place of the one with its key if there is one."""
        key = self._key(item)
        number, at = self._find(key)
        run = self._runs[number] if self._runs else ()
        known = self._holds(number, at, key)
        return self._with_run(number, (*run[:at], item, *run[at + known :]))

    def without(self, key: str) -> Runs[T]:
        """The same without the item of that key."""
        number, at = self._find(key)
        if not self._holds(number, at, key):
            return self
        run = self._runs[number]
        return self._with_run(number, (*run[:at], *run[at + 1 :]))

    def before(self, key: str | None, limit: int) -> tuple[tuple[T, ...], bool]:
        """At most ``limit`` items before a key (None: the end), the last of them first, and
        whether there are more before those."""
        number, at = self._end() if key is None else self._find(key)
        found: list[T] = []
        while number >= 0 and self._runs and len(found) <= limit:
            found += self._runs[number][:at][::-1]
            number -= 1
            at = 2 * RUN
        return tuple(found[:limit]), len(found) > limit

    def _with_run(self, number: int, run: tuple[T, ...]) -> Runs[T]:
        """The same with another run in that place: split if it is long, joined if it is short."""
        before, after = self._runs[:number], self._runs[number + 1 :]
        if before and len(run) < RUN // 2:
            # Else a story whose updates are moved about would end as many runs of a few items.
            before, run = before[:-1], before[-1] + run
        parts = (run,) if len(run) < 2 * RUN else (run[:RUN], run[RUN:])
        return Runs(self._key, (*before, *(parts if run else ()), *after))

    def _find(self, key: str) -> tuple[int, int]:
        """The run in which a key stands or would stand, and its place there."""
        if not self._runs:
            return 0, 0
        # Nearly every change is of a recent item, often a new one: look at the end first.
        if self._key(self._runs[-1][-1]) < key:
            return self._end()
        number = bisect_right(self._runs, key, key=lambda run: self._key(run[0])) - 1
        number = max(number, 0)
        return number, bisect_left(self._runs[number], key, key=self._key)

    def _end(self) -> tuple[int, int]:
        return (len(self._runs) - 1, len(self._runs[-1])) if self._runs else (0, 0)

    def _holds(self, number: int, at: int, key: str) -> bool:
        if number >= len(self._runs) or at >= len(self._runs[number]):
            return False
        return self._key(self._runs[number][at]) == key
