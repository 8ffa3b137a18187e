"""How soon readers see what is published: measured by being one of them.

A probe follows a story through the process's own listening socket, by TCP and compressed, like any
reader. What it measures is the time from a change's ``at``, which its writer's process noted before
it was stored, to its arrival: storing it safely, the feed, the fan-out, this machine's network, and
what the process had to do meanwhile; not the way through the internet. Where another machine wrote
it, the difference of their clocks is in it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime
from time import monotonic

import httpx2
from msgspec import Struct

from liveblog import codec
from liveblog.story import Instant, Slug, moment

MOST = 100
LAST_SECONDS = 600.0
"""Figures are of so many changes at most, none of them older."""

_SILENCE_SECONDS = 20.0


_FAILURES = (httpx2.HTTPError, httpx2.StreamError, OSError, ValueError)
"""A measurement is never worth more than what it measures."""


class _Timed(Struct):
    at: Instant


class Measured:
    """What was measured lately, in milliseconds; times are of a clock that only grows."""

    def __init__(self) -> None:
        self._kept: deque[tuple[float, float]] = deque(maxlen=MOST)

    def add(self, milliseconds: float, now: float) -> None:
        """One more."""
        self._kept.append((milliseconds, now))

    def percentiles(self, now: float) -> tuple[int | None, int | None]:
        """The 50th and the 95th; None where nothing was measured."""
        while self._kept and now - self._kept[0][1] > LAST_SECONDS:
            self._kept.popleft()
        if not self._kept:
            return None, None
        ranked = sorted(milliseconds for milliseconds, _ in self._kept)
        return _percentile(ranked, 50), _percentile(ranked, 95)


class Probe:
    """One story's. ``site`` is the process's own address; ``clock`` is the one by which changes are
    timed; ``wait`` gives the seconds before the nth attempt in a row to connect;
    ``there`` is told one more or less when it is among the readers."""

    def __init__(
        self,
        site: str,
        slug: Slug,
        clock: Callable[[], datetime],
        wait: Callable[[int], float],
        there: Callable[[int], None],
    ) -> None:
        self._url = f"{site}/stories/{slug}/events"
        self._clock = clock
        self._wait = wait
        self._there = there
        self._measured = Measured()

    def figures(self) -> tuple[int | None, int | None]:
        """The 50th and 95th percentile in milliseconds, of what was measured lately."""
        return self._measured.percentiles(monotonic())

    async def run(self) -> None:
        """Measure for as long as somebody wants to know. Where that fails there are no figures."""
        failures = 0
        # Not by a proxy that the environment names: it is this machine.
        async with httpx2.AsyncClient(timeout=_SILENCE_SECONDS, trust_env=False) as client:
            while True:
                try:
                    async with client.stream("GET", self._url) as answer:
                        if answer.status_code == httpx2.codes.OK:
                            await self._read(answer)
                            failures = 0
                except _FAILURES:
                    pass
                failures += 1
                await asyncio.sleep(self._wait(failures))

    async def _read(self, answer: httpx2.Response) -> None:
        # Its number is taken off those of readers for as long as it is one.
        self._there(1)
        try:
            is_change = False
            async for line in answer.aiter_lines():
                if line.startswith("event:"):
                    is_change = line == "event: change"
                elif is_change and line.startswith("data:"):
                    self._measure(codec.from_json(line[5:].encode(), _Timed).at)
        finally:
            self._there(-1)

    def _measure(self, at: Instant) -> None:
        took = (self._clock() - moment(at)).total_seconds() * 1000
        # Clocks of two machines may differ by more than it took.
        self._measured.add(max(took, 0.0), monotonic())


def _percentile(ranked: list[float], percent: int) -> int:
    """The nearest rank."""
    rank = max(-(-len(ranked) * percent // 100), 1)
    return round(ranked[rank - 1])
