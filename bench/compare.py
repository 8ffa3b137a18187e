"""Every server side by side: the same readers, posts and bursts, in interleaved rounds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click
from msgspec import Struct

from bench import processes
from bench.contestant import Contestant, Kind, Skipped
from bench.figures import across, progress, table
from bench.plan import Plan
from bench.readers import Readers
from bench.stand import BURST_POSTS, Incomplete, Stand

_WARM_POSTS = 3
_BURSTS = 3


class Cell(Struct, frozen=True, kw_only=True):
    """One server in one round. Microseconds, milliseconds and bytes as the names say;
    ``memory_bytes`` a reader only in the round in which the server was fresh."""

    name: str
    kind: Kind
    readers: int
    cpu_us: float
    aside_us: float
    p50_ms: float
    p99_ms: float
    last_p50_ms: float
    last_p99_ms: float
    slowest_ms: float
    event_bytes: float
    connects: float
    compressed: bool
    burst_cpu_us: float
    burst_writes: float
    burst_last_ms: float
    memory_bytes: float | None
    lost: int
    twice: int


class Comparison(Struct, frozen=True, kw_only=True):
    """All cells, and why some servers have none."""

    cells: list[Cell]
    notes: list[str]

    def of(self, name: str, readers: int) -> list[Cell]:
        """A server's rounds at one size."""
        return [cell for cell in self.cells if (cell.name, cell.readers) == (name, readers)]


def compare(
    contestants: Sequence[Contestant], plan: Plan, readers: Readers, folder: Path
) -> Comparison:
    """All sizes; servers are started anew for each, so that memory is measured on a fresh one."""
    found = Comparison(cells=[], notes=[])
    for size in plan.sizes:
        with ExitStack() as stack:
            stands = _start(contestants, size, readers, folder, stack, found.notes)
            for number in range(1, plan.rounds + 1):
                for contestant, stand in stands:
                    _measure(contestant, stand, size, number, plan, found)
    return found


def _start(
    contestants: Sequence[Contestant],
    size: int,
    readers: Readers,
    folder: Path,
    stack: ExitStack,
    notes: list[str],
) -> list[tuple[Contestant, Stand]]:
    stands = []
    for contestant in contestants:
        own = folder / f"{re.sub(r'[^a-z]+', '-', contestant.name.lower())}-{size}"
        own.mkdir()
        try:
            server = stack.enter_context(contestant.running(own))
        except Skipped as why:
            notes.append(f"{contestant.name}: {why}")
            click.echo(notes[-1])
            continue
        stands.append((contestant, Stand(server, readers)))
    return stands


def _measure(
    contestant: Contestant, stand: Stand, size: int, number: int, plan: Plan, found: Comparison
) -> None:
    where = f"{size:,} readers, round {number} of {plan.rounds}, {contestant.name}"
    try:
        cell = _cell(contestant, stand, size, plan.posts, fresh=number == 1)
    except (Incomplete, OSError, ValueError) as why:
        found.notes.append(f"{where}: {why}")
        progress(found.notes[-1])
        return
    found.cells.append(cell)
    progress(f"{where}: {cell.cpu_us:.1f} µs a delivery, p99 {cell.p99_ms:.0f} ms")


def _cell(contestant: Contestant, stand: Stand, size: int, posts: int, *, fresh: bool) -> Cell:
    pids = stand.server.pids
    before = processes.pss_bytes(pids)
    with stand.with_readers(contestant.kind, size) as opened:
        stand.post(_WARM_POSTS)
        steady = stand.post(posts)
        bursts = [stand.burst() for _ in range(_BURSTS)]
        memory = (processes.pss_bytes(pids) - before) / size
    seen = steady.seen
    return Cell(
        name=contestant.name,
        kind=contestant.kind,
        readers=size,
        cpu_us=1e6 * steady.cpu / max(1, seen.deliveries),
        aside_us=1e6 * steady.aside / posts,
        p50_ms=seen.percentile_ms(0.5),
        p99_ms=seen.percentile_ms(0.99),
        last_p50_ms=seen.last_percentile_ms(0.5),
        last_p99_ms=seen.last_percentile_ms(0.99),
        slowest_ms=seen.slowest_ms,
        event_bytes=seen.bytes / max(1, seen.deliveries),
        connects=size / opened.seconds,
        compressed=opened.compressed == size,
        burst_cpu_us=1e6 * sum(burst.cpu for burst in bursts) / len(bursts) / size,
        burst_writes=sum(burst.seen.reads for burst in bursts) / len(bursts) / size,
        burst_last_ms=max(max(burst.seen.last_ms, default=0) for burst in bursts),
        memory_bytes=memory if fresh else None,
        lost=sum(spent.seen.lost for spent in (steady, *bursts)),
        twice=sum(spent.seen.twice for spent in (steady, *bursts)),
    )


def delivery_table(found: Comparison, names: Sequence[str], size: int) -> str:
    """What a delivery costs and how long it takes."""
    heads = (
        "server", "CPU µs a delivery", "p50 ms", "p99 ms", "last reader p50 ms",
        "last reader p99 ms", "slowest ms", "bytes", "lost", "twice",
    )  # fmt: skip
    rows = []
    for name in names:
        cells = found.of(name, size)
        if cells:
            rows.append((
                _named(name, cells),
                across(cell.cpu_us for cell in cells),
                across(cell.p50_ms for cell in cells),
                across(cell.p99_ms for cell in cells),
                across(cell.last_p50_ms for cell in cells),
                across(cell.last_p99_ms for cell in cells),
                f"{max(cell.slowest_ms for cell in cells):,.0f}",
                f"{cells[-1].event_bytes:.0f}",
                str(sum(cell.lost for cell in cells)),
                str(sum(cell.twice for cell in cells)),
            ))  # fmt: skip
    return table(heads, rows)


def burst_table(found: Comparison, names: Sequence[str], size: int) -> str:
    """Bursts, connecting, and memory."""
    heads = (
        "server", "CPU µs a reader, whole burst", f"reads a reader (of {BURST_POSTS})",
        "burst, slowest ms", "connects a second", "PSS bytes a reader", "Redis µs a post",
    )  # fmt: skip
    rows = []
    for name in names:
        cells = found.of(name, size)
        if cells:
            memory = [cell.memory_bytes for cell in cells if cell.memory_bytes is not None]
            rows.append((
                name,
                across(cell.burst_cpu_us for cell in cells),
                across(cell.burst_writes for cell in cells),
                across((cell.burst_last_ms for cell in cells), 0),
                across((cell.connects for cell in cells), 0),
                across(memory, 0),
                across((cell.aside_us for cell in cells if cell.aside_us), 0),
            ))  # fmt: skip
    return table(heads, rows)


def _named(name: str, cells: Sequence[Cell]) -> str:
    plain = cells[-1].kind == "gzip" and not cells[-1].compressed
    return f"{name} (answered plain)" if plain else name
