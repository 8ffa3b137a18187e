"""How much is measured: the sizes of a run."""

from __future__ import annotations

from msgspec import Struct


class Plan(Struct, frozen=True, kw_only=True):
    """Numbers of readers, posts and rounds. ``crowd`` are readers over two processes, 0: none;
    ``memory_of`` is how the names begin of the servers whose memory is looked at closely."""

    name: str
    sizes: tuple[int, ...]
    posts: int
    rounds: int
    memory_readers: int
    memory_changes: int
    memory_of: str = ""
    growth_readers: int
    stories: int
    length: int
    idle_readers: int
    idle_seconds: int
    stalled_readers: int
    crowd: int
    clients: int = 1


QUICK = Plan(
    name="quick",
    sizes=(1_000,),
    posts=20,
    rounds=3,
    memory_readers=1_000,
    memory_changes=100,
    memory_of="ours",
    growth_readers=1_000,
    stories=100,
    length=500,
    idle_readers=1_000,
    idle_seconds=15,
    stalled_readers=1_000,
    crowd=0,
)

FULL = Plan(
    name="full",
    sizes=(1_000, 5_000, 15_000),
    posts=30,
    rounds=3,
    memory_readers=5_000,
    memory_changes=1_000,
    memory_of="ours",
    growth_readers=1_000,
    stories=1_000,
    length=5_000,
    idle_readers=15_000,
    idle_seconds=30,
    stalled_readers=5_000,
    crowd=30_000,
)
