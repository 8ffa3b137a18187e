"""Tens of thousands of readers over two web processes, with their clients on the same machine."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from msgspec import Struct

from bench.figures import table
from bench.peers import ours
from bench.readers import connecting
from bench.servers import a_newsroom
from bench.stand import Incomplete, Stand

_PROCESSES = 2
_POSTS = 20


class Crowd(Struct, frozen=True, kw_only=True):
    """``trouble`` says what went wrong, empty if nothing did."""

    readers: int
    p50_ms: float = 0
    p99_ms: float = 0
    slowest_ms: float = 0
    cpu_us: float = 0
    deliveries: int = 0
    lost: int = 0
    trouble: str = ""


def measure(count: int, folder: Path) -> Crowd:
    """Connect all, post a few times, count."""
    folder.mkdir(parents=True)
    with a_newsroom(folder, workers=_PROCESSES) as newsroom, connecting(folder, _PROCESSES) as load:
        slug = ours.open_story(newsroom, "crowd")
        with closing(ours.publisher_of(newsroom, slug)) as publisher:
            stand = Stand(ours.server(newsroom, slug, publisher), load)
            try:
                with stand.with_readers("sse", count):
                    spent = stand.post(_POSTS)
            except (Incomplete, OSError, ValueError) as why:
                return Crowd(readers=count, trouble=str(why))
    seen = spent.seen
    return Crowd(
        readers=count,
        p50_ms=seen.percentile_ms(0.5),
        p99_ms=seen.percentile_ms(0.99),
        slowest_ms=seen.slowest_ms,
        cpu_us=1e6 * spent.cpu / max(1, seen.deliveries),
        deliveries=seen.deliveries,
        lost=seen.lost + count * _POSTS - seen.deliveries,
    )


def crowd_table(crowd: Crowd) -> str:
    """In one line, or what went wrong."""
    if crowd.trouble:
        return f"{crowd.readers:,} readers: {crowd.trouble}.\n"
    heads = ("readers", "deliveries", "lost", "p50 ms", "p99 ms", "slowest ms", "CPU µs a delivery")
    row = (
        f"{crowd.readers:,}",
        f"{crowd.deliveries:,}",
        str(crowd.lost),
        f"{crowd.p50_ms:,.0f}",
        f"{crowd.p99_ms:,.0f}",
        f"{crowd.slowest_ms:,.0f}",
        f"{crowd.cpu_us:.1f}",
    )
    return table(heads, [row])
