"""One reader in twenty stops reading: what the others feel, and what it costs."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from msgspec import Struct

from bench import processes
from bench.figures import across, median, progress, table
from bench.peers import ours
from bench.plan import Plan
from bench.readers import STALLED, Readers
from bench.servers import a_newsroom
from bench.stand import Stand

_SHARE = 0.05
_TEXT_BYTES = 12_288
_POSTS = 50
"""Together more than the kernel holds for a reader and 64 KiB on top."""


class Stalled(Struct, frozen=True, kw_only=True):
    """Of the readers that do read: p99 in ms a round, without and with the others. ``bytes`` is
    user memory a stalled reader, ``closed`` how many of them the server let go of ``stalled``."""

    without: list[float]
    beside: list[float]
    bytes: list[float]
    closed: list[int]
    stalled: int

    @property
    def ratio(self) -> float:
        """1: the others feel nothing."""
        return median(self.beside) / median(self.without)


def measure(plan: Plan, load: Readers, folder: Path) -> Stalled:
    """Rounds without and with stalled readers, in turn, on one server."""
    stalled = int(plan.stalled_readers * _SHARE)
    found = Stalled(without=[], beside=[], bytes=[], closed=[], stalled=stalled)
    folder.mkdir(parents=True)
    with a_newsroom(folder) as newsroom:
        slug = ours.open_story(newsroom, "stalled")
        with closing(ours.publisher_of(newsroom, slug, _TEXT_BYTES)) as publisher:
            stand = Stand(ours.server(newsroom, slug, publisher), load)
            for number in range(plan.rounds):
                progress(f"stalled readers, round {number + 1} of {plan.rounds}")
                _round(stand, plan.stalled_readers - stalled, found)
    return found


def _round(stand: Stand, count: int, found: Stalled) -> None:
    with stand.with_readers("sse", count):
        spent = stand.post(_POSTS)
        found.without.append(spent.seen.percentile_ms(0.99))
    with stand.with_readers("sse", count):
        stand.connect("sse", found.stalled, STALLED)
        pids = stand.server.pids
        memory, files = processes.pss_bytes(pids), processes.open_files(pids)
        spent = stand.post(_POSTS)
        found.beside.append(spent.seen.percentile_ms(0.99))
        found.bytes.append((processes.pss_bytes(pids) - memory) / found.stalled)
        found.closed.append(max(0, files - processes.open_files(pids)))


def stalled_table(found: Stalled) -> str:
    """In one line."""
    heads = (
        "stalled readers", "others' p99 ms without", "others' p99 ms with", "ratio",
        "PSS bytes each", "let go by the server",
    )  # fmt: skip
    row = (
        f"{found.stalled:,}",
        across(found.without),
        across(found.beside),
        f"{found.ratio:.2f}",
        across(found.bytes, 0),
        across(found.closed, 0),
    )
    return table(heads, [row])
