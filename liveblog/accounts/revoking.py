"""What is open for somebody ends when they may do nothing any more, in every web process."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakSet


class Watch:
    """Held by whoever keeps something open; ``end`` is called when it must end."""

    __slots__ = ("__weakref__", "end", "ids")

    def __init__(self, ids: frozenset[str], end: Callable[[], None]) -> None:
        self.ids = ids
        self.end = end


class Revoking:
    """All that is open in this process for somebody."""

    def __init__(self) -> None:
        # Weak: a stream whose reader left before its first byte tells nobody that it is over.
        self._watches: WeakSet[Watch] = WeakSet()
        self._ending = False

    def watch(self, ids: frozenset[str], end: Callable[[], None]) -> Watch:
        """A watch over somebody's ids, to be held; ``end`` is called when one of them is
        revoked."""
        watch = Watch(ids, end)
        self._watches.add(watch)
        if self._ending:
            watch.end()
        return watch

    def revoke(self, id: str) -> None:
        """End what is open for an id."""
        for watch in list(self._watches):
            if id in watch.ids:
                watch.end()

    def end_all(self) -> None:
        """End all that is open: the browsers come back, and are asked again who they are."""
        for watch in list(self._watches):
            watch.end()

    def stop(self) -> None:
        """End all that is open, now and later: the process is about to end."""
        self._ending = True
        self.end_all()
