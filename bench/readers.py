"""The readers: processes of the load generator (load/main.c), and what they saw."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from bench import compiled, processes
from bench.contestant import Kind

_KINDS: dict[Kind, int] = {"sse": 0, "gzip": 1, "websocket": 2}
_DELIVER_SECONDS = 60
_SOURCES_A_PROCESS = 16

T = TypeVar("T")

COUNTED, IDLE, STALLED = 0, 1, 2


class Opened(Struct, frozen=True):
    """``ready`` have had their first byte, ``compressed`` of them are sent gzip."""

    ready: int
    failed: int
    refused: int
    compressed: int
    seconds: float


class _Waited(Struct, frozen=True):
    behind: int
    counted: int
    ended: int


class _Report(Struct, frozen=True):
    deliveries: int
    lost: int
    twice: int
    ended: int
    bytes: int
    reads: int
    slowest_us: int
    histogram: dict[int, int]
    last_us: dict[int, int]


class Seen(Struct, frozen=True, kw_only=True):
    """What all readers saw. ``last_ms`` is, of each post, the time to its last reader."""

    deliveries: int
    lost: int
    twice: int
    bytes: int
    reads: int
    slowest_ms: float
    histogram: dict[int, int]
    last_ms: list[float]

    def percentile_ms(self, share: float) -> float:
        """Publish to reader; ``share`` from 0 to 1."""
        wanted, passed = share * self.deliveries, 0
        for bucket, count in sorted(self.histogram.items()):
            passed += count
            if passed >= wanted:
                return _middle_us(bucket) / 1000
        return 0.0

    def last_percentile_ms(self, share: float) -> float:
        """Publish to last reader."""
        ordered = sorted(self.last_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Readers:
    """Readers spread over the processes of the load generator."""

    def __init__(self, pool: list[subprocess.Popen[bytes]]) -> None:
        self._pool = pool

    def connect(
        self, port: int, path: str, kind: Kind, count: int, *, newest: int = 0, role: int = COUNTED
    ) -> Opened:
        """Connect readers; ``newest`` is the sequence number posted last, which they do not get."""
        shares = _shares(count, len(self._pool))
        for number, (process, share) in enumerate(zip(self._pool, shares, strict=True)):
            source = 1 + number * _SOURCES_A_PROCESS
            words = f"{share} {_KINDS[kind]} {role} 127.0.0.1 {port} {source} {newest} {path}"
            _tell(process, f"open {words}")
        answers = [_hear(process, Opened) for process in self._pool]
        return Opened(
            sum(answer.ready for answer in answers),
            sum(answer.failed for answer in answers),
            sum(answer.refused for answer in answers),
            sum(answer.compressed for answer in answers),
            max(answer.seconds for answer in answers),
        )

    def wait(self, seq: int, seconds: float = _DELIVER_SECONDS) -> int:
        """Wait until every reader has a post. Answers how many still lack it or were cut off."""
        for process in self._pool:
            _tell(process, f"wait {seq} {int(1000 * seconds)}")
        answers = [_hear(process, _Waited) for process in self._pool]
        return sum(answer.behind + answer.ended for answer in answers)

    def seen(self) -> Seen:
        """What came since this was asked last."""
        for process in self._pool:
            _tell(process, "report")
        return _merged([_hear(process, _Report) for process in self._pool])

    def close(self) -> None:
        """Disconnect all."""
        for process in self._pool:
            _tell(process, "close")
        for process in self._pool:
            _hear(process, dict[str, int])


@contextmanager
def connecting(folder: Path, count: int) -> Iterator[Readers]:
    """So many processes of the load generator."""
    program, _ = compiled.load(folder)
    with ExitStack() as stack:
        log = folder / "load.log"
        pool = [stack.enter_context(processes.running([program], log=log)) for _ in range(count)]
        yield Readers(pool)


def _tell(process: subprocess.Popen[bytes], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line.encode() + b"\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[bytes], type: type[T]) -> T:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"a process of the load generator ended ({process.poll()})")
    return msgspec.json.decode(line, type=type)


def _shares(count: int, among: int) -> list[int]:
    return [count // among + (number < count % among) for number in range(among)]


def _merged(reports: list[_Report]) -> Seen:
    histogram: Counter[int] = Counter()
    last: dict[int, int] = {}
    for report in reports:
        histogram.update(report.histogram)
        for seq, took in report.last_us.items():
            last[seq] = max(took, last.get(seq, 0))
    return Seen(
        deliveries=sum(report.deliveries for report in reports),
        lost=sum(report.lost for report in reports),
        twice=sum(report.twice for report in reports),
        bytes=sum(report.bytes for report in reports),
        reads=sum(report.reads for report in reports),
        slowest_ms=max(report.slowest_us for report in reports) / 1000,
        histogram=dict(histogram),
        last_ms=[took / 1000 for took in last.values()],
    )


def _middle_us(bucket: int) -> float:
    """The middle of a bucket of the histogram, as load/main.c makes them."""
    shift = max(0, (bucket >> 6) - 1)
    return ((bucket - (shift << 6)) << shift) + (1 << shift) / 2
