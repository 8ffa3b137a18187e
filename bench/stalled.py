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

_LARGE_BYTES = 32_768
_FEW_LARGE, _MOST_LARGE = 60, 300
_OTHERS = 50
"""Large posts until the kernel takes no more and the server lets the stalled go; with few others,
since that is much to send."""


class Stalled(Struct, frozen=True, kw_only=True):
    """Of the readers that do read: p99 in ms a round, without and with the others. ``bytes`` is
    user memory a stalled reader while the kernel takes what comes, ``most_bytes`` when it does not
    any more, without the story itself; ``closed`` how many of ``stalled`` were let go."""

    without: list[float]
    beside: list[float]
    bytes: list[float]
    most_bytes: list[float]
    closed: list[int]
    stalled: int

    @property
    def ratio(self) -> float:
        """1: the others feel nothing."""
        return median(self.beside) / median(self.without)


def measure(plan: Plan, load: Readers, folder: Path) -> Stalled:
    """Rounds without and with stalled readers, in turn, on one server."""
    stalled = int(plan.stalled_readers * _SHARE)
    found = Stalled(without=[], beside=[], bytes=[], most_bytes=[], closed=[], stalled=stalled)
    folder.mkdir(parents=True)
    with a_newsroom(folder) as newsroom:
        slug = ours.open_story(newsroom, "stalled")
        with closing(ours.publisher_of(newsroom, slug, _TEXT_BYTES)) as publisher:
            stand = Stand(ours.server(newsroom, slug, publisher), load)
            with stand.with_readers("sse", plan.stalled_readers - stalled):
                stand.post(_POSTS)  # A first time is slower, and not what is asked for.
            for number in range(plan.rounds):
                progress(f"stalled readers, round {number + 1} of {plan.rounds}")
                _round(stand, plan.stalled_readers - stalled, found)
        with closing(ours.publisher_of(newsroom, slug, _LARGE_BYTES)) as publisher:
            progress("stalled readers, until they are let go")
            _until_let_go(Stand(ours.server(newsroom, slug, publisher), load), found)
    return found


def _round(stand: Stand, count: int, found: Stalled) -> None:
    with stand.with_readers("sse", count):
        spent = stand.post(_POSTS)
        found.without.append(spent.seen.percentile_ms(0.99))
    with stand.with_readers("sse", count):
        stand.connect("sse", found.stalled, STALLED)
        memory = processes.pss_bytes(stand.server.pids)
        spent = stand.post(_POSTS)
        found.beside.append(spent.seen.percentile_ms(0.99))
        found.bytes.append((processes.pss_bytes(stand.server.pids) - memory) / found.stalled)


def _until_let_go(stand: Stand, found: Stalled) -> None:
    pids = stand.server.pids
    with stand.with_readers("sse", _OTHERS):
        began = processes.pss_bytes(pids)
        stand.post(_FEW_LARGE)
        a_post = (processes.pss_bytes(pids) - began) / _FEW_LARGE
        stand.connect("sse", found.stalled, STALLED)
        memory, files = processes.pss_bytes(pids), processes.open_files(pids)
        most, closed = 0.0, 0
        for number in range(1, _MOST_LARGE + 1):
            stand.post(1)
            most = max(most, processes.pss_bytes(pids) - memory - number * a_post)
            closed = max(0, files - processes.open_files(pids))
            if closed >= found.stalled:
                break
        found.most_bytes.append(most / found.stalled)
        found.closed.append(closed)


def stalled_table(found: Stalled) -> str:
    """In one line."""
    heads = (
        "stalled readers", "others' p99 ms without", "others' p99 ms with", "ratio",
        "PSS bytes each", "at most, until let go", "let go by the server",
    )  # fmt: skip
    row = (
        f"{found.stalled:,}",
        across(found.without),
        across(found.beside),
        f"{found.ratio:.2f}",
        across(found.bytes, 0),
        across(found.most_bytes, 0),
        across(found.closed, 0),
    )
    return table(heads, [row])
