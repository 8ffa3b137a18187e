"""A server with readers at it: post, wait until all have it, and note what that cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec import Struct

from bench import processes
from bench.contestant import Kind, Server
from bench.readers import COUNTED, Opened, Readers, Seen

BURST_POSTS = 10
BURST_SECONDS = 0.1
_SETTLE_SECONDS = 0.3
"""A reader is answered a moment before some servers count it in."""


class Incomplete(Exception):
    """Not every reader connected, or not every reader got a post in time."""


class Spent(Struct, frozen=True, kw_only=True):
    """CPU seconds of the server, and of what stands beside it, while something was done."""

    cpu: float
    aside: float
    seen: Seen


class Stand:
    """One story of a server. Posts are numbered from 1 and every one is awaited."""

    def __init__(self, server: Server, readers: Readers) -> None:
        self.server = server
        self.readers = readers
        self.posted = 0

    def connect(self, kind: Kind, count: int, role: int = COUNTED) -> Opened:
        """Connect readers. Raises Incomplete unless all of them are answered."""
        path = self.server.paths[kind]
        opened = self.readers.connect(
            self.server.port, path, kind, count, newest=self.posted, role=role
        )
        if opened.ready < count:
            raise Incomplete(f"only {opened.ready} of {count} readers could connect")
        time.sleep(_SETTLE_SECONDS)
        return opened

    @contextmanager
    def with_readers(self, kind: Kind, count: int) -> Iterator[Opened]:
        """So many readers, gone afterwards."""
        try:
            yield self.connect(kind, count)
        finally:
            self.readers.close()
            self.readers.seen()

    def post(self, posts: int) -> Spent:
        """Post one at a time, each when all readers have the one before. Raises Incomplete."""
        return self._spent(lambda: self._one_by_one(posts))

    def burst(self) -> Spent:
        """Ten posts in a hundred milliseconds, whatever the server does meanwhile."""
        return self._spent(self._all_at_once)

    def fill(self, posts: int) -> None:
        """Post without readers."""
        for _ in range(posts):
            self._send()
            self.server.publisher.settle()

    def _spent(self, work: Callable[[], None]) -> Spent:
        self.readers.seen()
        cpu = processes.cpu_seconds(self.server.pids)
        aside = processes.cpu_seconds(self.server.aside)
        work()
        return Spent(
            cpu=processes.cpu_seconds(self.server.pids) - cpu,
            aside=processes.cpu_seconds(self.server.aside) - aside,
            seen=self.readers.seen(),
        )

    def _one_by_one(self, posts: int) -> None:
        for _ in range(posts):
            self._send()
            self.server.publisher.settle()
            self._await()

    def _all_at_once(self) -> None:
        began = time.monotonic()
        for number in range(BURST_POSTS):
            due = began + number * BURST_SECONDS / BURST_POSTS
            time.sleep(max(0.0, due - time.monotonic()))
            self._send()
        self.server.publisher.settle()
        self._await()

    def _send(self) -> None:
        self.posted += 1
        self.server.publisher.send(f"seq={self.posted};t={time.monotonic_ns()};")

    def _await(self) -> None:
        behind = self.readers.wait(self.posted)
        if behind:
            raise Incomplete(f"{behind} readers lack post {self.posted}")
