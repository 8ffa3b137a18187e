"""The parts of a run, in order. To add one: a function here and a line in ``SECTIONS``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench import crowd, delivery, growth, idle, memory, squeeze, stalled
from bench.compare import compare
from bench.contestant import Contestant
from bench.plan import Plan
from bench.readers import Readers
from bench.report import Report
from bench.targets import Results


class Run:
    """What every part needs, and where it puts what it finds."""

    def __init__(
        self,
        plan: Plan,
        contestants: list[Contestant],
        load: Readers,
        folder: Path,
        report: Report,
    ) -> None:
        self.plan = plan
        self.contestants = contestants
        self.load = load
        self.folder = folder
        self.report = report
        self.results = Results()

    @property
    def names(self) -> list[str]:
        return [contestant.name for contestant in self.contestants]


def _delivery(run: Run) -> None:
    found = delivery.rounds(run.folder / "delivery", run.plan.rounds)
    run.report.add("Post → every reader", delivery.delivery_table(found))


def _compare(run: Run) -> None:
    found = compare(run.contestants, run.plan, run.load, run.folder)
    run.results.compared = found
    run.report.compared(found, run.names)


def _memory(run: Run) -> None:
    run.results.kept = memory.measure(run.contestants, run.plan, run.load, run.folder / "memory")
    title = (
        f"Memory: PSS bytes a reader, {run.plan.memory_readers:,} readers,"
        f" {run.plan.memory_changes:,} changes"
    )
    run.report.add(title, memory.memory_table(run.results.kept))


def _growth(run: Run) -> None:
    run.results.grown = [
        growth.with_stories(run.plan, run.load, run.folder / "stories"),
        growth.with_length(run.plan, run.load, run.folder / "length"),
    ]
    title = f"Growth: {run.plan.growth_readers:,} readers of one story, ours, SSE"
    run.report.add(title, growth.growth_table(run.results.grown))


def _stalled(run: Run) -> None:
    run.results.stalled = stalled.measure(run.plan, run.load, run.folder / "stalled")
    title = f"5 % of {run.plan.stalled_readers:,} readers stalled, ours, SSE"
    run.report.add(title, stalled.stalled_table(run.results.stalled))


def _idle(run: Run) -> None:
    found = idle.measure(run.contestants, run.plan, run.load, run.folder / "idle")
    run.report.add(f"Idle for {run.plan.idle_seconds} s", idle.idle_table(found))


def _gzip(run: Run) -> None:
    run.results.squeezed = squeeze.measure(run.folder / "gzip")
    title = "Bytes a change, live blogs replayed with edits, ours, SSE"
    run.report.add(title, squeeze.squeeze_table(run.results.squeezed))


def _crowd(run: Run) -> None:
    if not run.plan.crowd:
        return
    run.results.crowd = crowd.measure(run.plan.crowd, run.folder / "crowd")
    run.report.add("A crowd over two processes, ours, SSE", crowd.crowd_table(run.results.crowd))


SECTIONS: dict[str, Callable[[Run], None]] = {
    "delivery": _delivery,
    "compare": _compare,
    "memory": _memory,
    "growth": _growth,
    "stalled": _stalled,
    "idle": _idle,
    "gzip": _gzip,
    "crowd": _crowd,
}
