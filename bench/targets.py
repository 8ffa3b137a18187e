"""What was wanted and what was measured, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from bench.compare import Cell, Comparison
from bench.crowd import Crowd
from bench.figures import median, table
from bench.growth import Grown
from bench.memory import Kept
from bench.squeeze import Squeezed
from bench.stalled import Stalled

REFERENCE_READERS = 5_000

_SSE, _WS, _NCHAN = "ours, SSE", "ours, WebSocket", "nchan, SSE"
_FLOOR, _STARLETTE = "C send() loop", "sse-starlette"
_KEPT_BYTES = {_SSE: 2_500, "ours, SSE gzip": 2_500, _WS: 5_000}


class Results(Struct, kw_only=True):
    """What a run measured; a part that was left out stays empty."""

    compared: Comparison | None = None
    kept: list[Kept] = []
    grown: list[Grown] = []
    stalled: Stalled | None = None
    squeezed: list[Squeezed] = []
    crowd: Crowd | None = None


class Wanted(Struct, frozen=True, kw_only=True):
    """``most`` of it, or ``least`` where more is better."""

    what: str
    most: float | None = None
    least: float | None = None
    unit: str = "×"
    measured: float

    @property
    def reached(self) -> bool:
        """Whether it is what was wanted."""
        too_much = self.most is not None and self.measured > self.most
        too_little = self.least is not None and self.measured < self.least
        return not (too_much or too_little)

    def row(self) -> tuple[str, str, str, str]:
        """For the table."""
        limit = f"≤ {self.most:,}" if self.most is not None else f"≥ {self.least:,}"
        digits = 2 if self.unit == "×" else 0
        measured = f"{self.measured:,.{digits}f} {self.unit}"
        return (self.what, f"{limit} {self.unit}", measured, "yes" if self.reached else "**no**")


def target_table(results: Results) -> str:
    """All targets that this run says something about."""
    rows = [wanted.row() for wanted in _all(results)]
    return table(("what", "wanted", "measured", "reached"), rows)


def reference(found: Comparison) -> int:
    """The size at which servers are compared: 5,000 readers if they were measured."""
    sizes = {cell.readers for cell in found.cells}
    if REFERENCE_READERS in sizes or not sizes:
        return REFERENCE_READERS
    return max(sizes)


def _all(results: Results) -> Iterator[Wanted]:
    if results.compared:
        yield from _ratios(results.compared)
    yield from _memory(results.kept)
    if results.squeezed:
        squeezed = sum(one.gzip for one in results.squeezed)
        plain = sum(one.plain for one in results.squeezed)
        yield Wanted(what="gzip, bytes a change to plain", most=0.4, measured=squeezed / plain)
    for grown in results.grown:
        yield Wanted(
            what=f"CPU a delivery, {grown.small} to {grown.large} {grown.what}",
            most=1.1,
            measured=grown.ratio,
        )
    if results.stalled:
        yield from _stalled(results.stalled)
    if results.crowd:
        yield from _crowd(results.crowd)


def _ratios(found: Comparison) -> Iterator[Wanted]:
    size = reference(found)
    cases: tuple[tuple[str, Callable[[Cell], float], str, str, float], ...] = (
        ("CPU a delivery, SSE", lambda cell: cell.cpu_us, _SSE, _FLOOR, 1.25),
        ("CPU a delivery, SSE", lambda cell: cell.cpu_us, _SSE, _NCHAN, 0.8),
        ("CPU a delivery, SSE", lambda cell: cell.cpu_us, _SSE, _STARLETTE, 0.2),
        ("CPU a delivery, WebSocket", lambda cell: cell.cpu_us, _WS, _FLOOR, 1.4),
        ("burst of 10, CPU a reader", lambda cell: cell.burst_cpu_us, _SSE, _NCHAN, 0.3),
        ("p99 to the last reader", lambda cell: cell.last_p99_ms, _SSE, _NCHAN, 0.8),
    )
    for what, of, ours, theirs, most in cases:
        measured = _ratio(found, size, of, ours, theirs)
        if measured is not None:
            yield Wanted(what=f"{what}, to {theirs}", most=most, measured=measured)
    connects = _ratio(found, size, lambda cell: cell.connects, _SSE, _NCHAN)
    if connects is not None:
        yield Wanted(what=f"connects a second, to {_NCHAN}", least=0.5, measured=connects)


def _ratio(
    found: Comparison, size: int, of: Callable[[Cell], float], ours: str, theirs: str
) -> float | None:
    above = [of(cell) for cell in found.of(ours, size)]
    below = [of(cell) for cell in found.of(theirs, size)]
    return median(above) / median(below) if above and below else None


def _memory(kept: list[Kept]) -> Iterator[Wanted]:
    for one in kept:
        if one.name in _KEPT_BYTES:
            yield Wanted(
                what=f"memory a reader after all changes: {one.name}",
                most=_KEPT_BYTES[one.name],
                unit="bytes",
                measured=one.after,
            )


def _stalled(found: Stalled) -> Iterator[Wanted]:
    yield Wanted(what="5 % stalled, others' p99 to without", most=1.1, measured=found.ratio)
    yield Wanted(
        what="memory a stalled reader", most=65_536, unit="bytes", measured=max(found.most_bytes)
    )


def _crowd(found: Crowd) -> Iterator[Wanted]:
    where = f"{found.readers:,} readers over two processes"
    if found.trouble:
        yield Wanted(what=f"{where}: all served", least=1, measured=0)
        return
    yield Wanted(what=f"{where}: lost", most=0, unit="deliveries", measured=found.lost)
    yield Wanted(what=f"{where}: p99", most=2_000, unit="ms", measured=found.p99_ms)
