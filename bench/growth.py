"""What a delivery costs as other stories and the story itself grow: it should not change."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path

from msgspec import Struct

from bench.figures import across, median, progress, table
from bench.peers import ours
from bench.plan import Plan
from bench.readers import IDLE, Readers, connecting
from bench.servers import Newsroom, a_newsroom
from bench.stand import Stand

_WARM_POSTS = 3
_FEW = 10


class Grown(Struct, frozen=True, kw_only=True):
    """CPU µs a delivery in each round, before and after the growth of ``what``."""

    what: str
    small: str
    large: str
    before: list[float]
    after: list[float]

    @property
    def ratio(self) -> float:
        """1 is flat."""
        return median(self.after) / median(self.before)


def with_stories(plan: Plan, load: Readers, folder: Path) -> Grown:
    """The same readers of one story; beside it no other, or many with a reader each."""
    with ExitStack() as stack:
        idle = stack.enter_context(connecting(folder, 1))
        alone = stack.enter_context(a_newsroom(_made(folder / "alone")))
        among = stack.enter_context(a_newsroom(_made(folder / "among")))
        _other_stories(among, plan.stories - 1, idle)
        small, large = (_stand(newsroom, "hot", load, stack) for newsroom in (alone, among))
        before, after = _in_turn(small, large, plan)
        return Grown(
            what="stories, each with readers",
            small="1",
            large=f"{plan.stories:,}",
            before=before,
            after=after,
        )


def with_length(plan: Plan, load: Readers, folder: Path) -> Grown:
    """Two stories of one newsroom, the second long before it begins."""
    with ExitStack() as stack:
        newsroom = stack.enter_context(a_newsroom(_made(folder / "lengths")))
        short = _stand(newsroom, "short", load, stack)
        long = _stand(newsroom, "long", load, stack)
        short.fill(_FEW)
        progress(f"length of the story: posting {plan.length:,} updates")
        long.fill(plan.length)
        before, after = _in_turn(short, long, plan)
        return Grown(
            what="updates in the story",
            small=f"{_FEW}",
            large=f"{plan.length:,}",
            before=before,
            after=after,
        )


def growth_table(found: list[Grown]) -> str:
    """Side by side."""
    heads = ("what grows", "from", "CPU µs a delivery", "to", "CPU µs a delivery", "ratio")
    rows = [
        (g.what, g.small, across(g.before), g.large, across(g.after), f"{g.ratio:.2f}")
        for g in found
    ]
    return table(heads, rows)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _stand(newsroom: Newsroom, slug: str, load: Readers, stack: ExitStack) -> Stand:
    ours.open_stories(newsroom, [slug])
    publisher = stack.enter_context(closing(ours.publisher_of(newsroom, slug)))
    return Stand(ours.server(newsroom, slug, publisher), load)


def _other_stories(newsroom: Newsroom, count: int, idle: Readers) -> None:
    progress(f"opening {count:,} other stories with a reader each")
    slugs = [f"other-{number}" for number in range(count)]
    ours.open_stories(newsroom, slugs)
    for slug in slugs:
        idle.connect(newsroom.port, f"/stories/{slug}/events", "sse", 1, role=IDLE)


def _in_turn(small: Stand, large: Stand, plan: Plan) -> tuple[list[float], list[float]]:
    before: list[float] = []
    after: list[float] = []
    for number in range(plan.rounds):
        progress(f"growth, round {number + 1} of {plan.rounds}")
        for stand, found in ((small, before), (large, after)):
            with stand.with_readers("sse", plan.growth_readers):
                stand.post(_WARM_POSTS)
                spent = stand.post(plan.posts)
            found.append(1e6 * spent.cpu / spent.seen.deliveries)
    return before, after
