"""Readers to whom nothing happens: heartbeats are all they cost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from msgspec import Struct

from bench import processes
from bench.contestant import Contestant, Server, Skipped
from bench.figures import progress, table
from bench.plan import Plan
from bench.readers import Readers
from bench.stand import Incomplete, Stand

_SPARE_FILES = 1_000


class Idle(Struct, frozen=True, kw_only=True):
    """Share of a core, 0 to 1."""

    name: str
    readers: int
    core: float


def measure(
    contestants: Sequence[Contestant], plan: Plan, load: Readers, folder: Path
) -> list[Idle]:
    """As many servers at a time as there may be connections, for longer than a heartbeat takes."""
    at_a_time = max(1, (processes.most_files() - _SPARE_FILES) // plan.idle_readers)
    found = []
    for first in range(0, len(contestants), at_a_time):
        together = contestants[first : first + at_a_time]
        progress(f"idle for {plan.idle_seconds} s: " + "; ".join(one.name for one in together))
        found += _idle(together, plan, load, folder / f"{first}")
        load.close()
    return found


def _idle(contestants: Sequence[Contestant], plan: Plan, load: Readers, folder: Path) -> list[Idle]:
    with ExitStack() as stack:
        servers: dict[str, Server] = {}
        for number, contestant in enumerate(contestants):
            own = folder / f"{number}"
            own.mkdir(parents=True)
            try:
                server = stack.enter_context(contestant.running(own))
                stand = Stand(server, load)
                stand.fill(1)
                stand.connect(contestant.kind, plan.idle_readers)
            except (Incomplete, Skipped) as why:
                progress(f"idle, {contestant.name}: {why}")
            else:
                servers[contestant.name] = server
        return _spent(servers, plan)


def _spent(servers: dict[str, Server], plan: Plan) -> list[Idle]:
    began = time.monotonic()
    before = {name: processes.cpu_seconds(server.pids) for name, server in servers.items()}
    time.sleep(plan.idle_seconds)
    seconds = time.monotonic() - began
    return [
        Idle(
            name=name,
            readers=plan.idle_readers,
            core=(processes.cpu_seconds(server.pids) - before[name]) / seconds,
        )
        for name, server in servers.items()
    ]


def idle_table(found: Sequence[Idle]) -> str:
    """Percent of a core."""
    rows = [(idle.name, f"{idle.readers:,}", f"{100 * idle.core:.2f} %") for idle in found]
    return table(("server", "readers", "of a core"), rows)
