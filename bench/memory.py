"""Memory a reader after many changes: what a server keeps for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from bench import processes
from bench.contestant import Contestant, Skipped
from bench.figures import progress, table
from bench.plan import Plan
from bench.readers import Readers
from bench.stand import Incomplete, Stand

_FEW = 10


class Kept(Struct, frozen=True, kw_only=True):
    """Bytes a reader after connecting and after all changes, and bytes a change that the story
    itself takes, which is left out of the first two."""

    name: str
    connected: float
    after: float
    story: float


def measure(
    contestants: Sequence[Contestant], plan: Plan, load: Readers, folder: Path
) -> list[Kept]:
    """Each server twice, fresh: with a few readers, to know what the story takes, and with all."""
    found = []
    for number, contestant in enumerate(contestants):
        if not contestant.name.startswith(plan.memory_of):
            continue
        progress(f"memory, {plan.memory_changes:,} changes: {contestant.name}")
        try:
            found.append(_kept(contestant, plan, load, folder / f"memory-{number}"))
        except (Incomplete, Skipped, OSError, ValueError) as why:
            progress(f"memory, {contestant.name}: {why}")
    return found


def _kept(contestant: Contestant, plan: Plan, load: Readers, folder: Path) -> Kept:
    _, story = _grown(contestant, _FEW, plan.memory_changes, load, folder / "few")
    connected, grown = _grown(
        contestant, plan.memory_readers, plan.memory_changes, load, folder / "all"
    )
    return Kept(
        name=contestant.name,
        connected=connected / plan.memory_readers,
        after=(connected + grown - story) / plan.memory_readers,
        story=story / plan.memory_changes,
    )


def _grown(
    contestant: Contestant, count: int, changes: int, load: Readers, folder: Path
) -> tuple[int, int]:
    """PSS by which the server grew when the readers came, and with the changes."""
    folder.mkdir(parents=True)
    with contestant.running(folder) as server:
        stand = Stand(server, load)
        stand.fill(1)
        empty = processes.pss_bytes(server.pids)
        with stand.with_readers(contestant.kind, count):
            full = processes.pss_bytes(server.pids)
            stand.post(changes)
            return full - empty, processes.pss_bytes(server.pids) - full


def memory_table(found: Sequence[Kept]) -> str:
    """Bytes a reader."""
    heads = ("server", "when connected", "after all changes", "the story, bytes a change")
    rows = [
        (kept.name, f"{kept.connected:,.0f}", f"{kept.after:,.0f}", f"{kept.story:,.0f}")
        for kept in found
    ]
    return table(heads, rows)
