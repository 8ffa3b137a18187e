"""How the stories do that somebody looks at: readers, delivery, the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime

from liveblog.floor.news import Figures
from liveblog.floor.probe import Probe
from liveblog.hub.census import Census
from liveblog.hub.hub import Hub
from liveblog.story import Slug, instant

PROBES = 50
"""Stories that are measured at once; past them a story has no figures of its delivery."""


class _Gauge:
    """One story's; ``watchers`` are the streams that want to know."""

    def __init__(self) -> None:
        self.watchers = 0
        self.probe: Probe | None = None
        self.measuring: asyncio.Task[None] | None = None
        self.told: Figures | None = None


class Gauges:
    """``site`` is this process's own address: where that is not known, no delivery is measured.
    ``wait`` gives the seconds before a probe's nth attempt in a row to connect."""

    def __init__(
        self,
        hub: Hub,
        census: Census,
        clock: Callable[[], datetime],
        wait: Callable[[int], float],
    ) -> None:
        self._hub = hub
        self._census = census
        self._clock = clock
        self._wait = wait
        self._gauges: dict[Slug, _Gauge] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self.site = ""

    def watch(self, slug: Slug) -> None:
        """A stream wants to know of a story."""
        gauge = self._gauges.setdefault(slug, _Gauge())
        gauge.watchers += 1
        if gauge.probe is None and self.site and self._tasks and len(self._gauges) <= PROBES:
            gauge.probe = Probe(self.site, slug, self._clock, self._wait, self._counter(slug))
            gauge.measuring = self._tasks.create_task(gauge.probe.run())

    def unwatch(self, slug: Slug) -> None:
        """It does not any more."""
        gauge = self._gauges[slug]
        gauge.watchers -= 1
        if not gauge.watchers:
            del self._gauges[slug]
            if gauge.measuring:
                gauge.measuring.cancel()

    def readers(self, slug: Slug) -> int:
        """How many read a story, in all processes as far as they are counted."""
        count = self._census.count(slug)
        if count is not None:
            return count
        held = self._hub.held(slug)
        return max(held.readers - self._census.probes[slug], 0) if held else 0

    def figures(self, slug: Slug) -> Figures:
        """How a story does."""
        gauge = self._gauges.get(slug)
        p50, p95 = gauge.probe.figures() if gauge and gauge.probe else (None, None)
        return Figures(
            readers=self.readers(slug),
            p50_ms=p50,
            p95_ms=p95,
            store="reachable" if self._hub.reachable else "out of reach",
            at=instant(self._clock()),
        )

    def changed(self) -> Iterator[tuple[Slug, Figures]]:
        """The figures that are others than when this was asked before."""
        for slug, gauge in self._gauges.items():
            figures = self.figures(slug)
            if gauge.told is None or _but_when(figures) != _but_when(gauge.told):
                gauge.told = figures
                yield slug, figures

    async def run(self) -> None:
        """Measure, for as long as the process runs."""
        async with asyncio.TaskGroup() as self._tasks:
            await asyncio.Event().wait()

    def _counter(self, slug: Slug) -> Callable[[int], None]:
        def count(more: int) -> None:
            self._census.probes[slug] += more
            if not self._census.probes[slug]:
                del self._census.probes[slug]

        return count


def _but_when(figures: Figures) -> tuple[object, ...]:
    return figures.readers, figures.p50_ms, figures.p95_ms, figures.store
