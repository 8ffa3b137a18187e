"""What the desk's list of stories says besides their heads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct

from liveblog import codec
from liveblog.store import DraftUpdate, keys
from liveblog.store.client import RedisClient, reaching
from liveblog.story import Instant, Slug, instant


class Waiting(Struct, frozen=True, kw_only=True):
    """Of a story's drafts, those that wait for an editor and those that wait for their time."""

    submitted: int = 0
    scheduled: int = 0


class Overviews(RedisClient):
    """The part of the store that answers for many stories at once."""

    async def moved(self, most: int) -> list[tuple[Slug, Instant]]:
        """So many published stories, with their last change; the one that changed last first."""
        found: list[tuple[float, Slug]] = []
        for tag in keys.tags():
            last = await self.ask("ZRANGE", f"{tag}:stories", 0, most - 1, "REV", "WITHSCORES")
            found += [(score, Slug(slug.decode())) for slug, score in keys.pairs(last)]
        latest = sorted(found, reverse=True)[:most]
        return [(slug, _instant(milliseconds)) for milliseconds, slug in latest]

    async def last_change(self, slug: Slug) -> Instant | None:
        """When a published story changed last."""
        at = await self.ask("ZSCORE", keys.key(slug, "stories"), slug)
        return None if at is None else _instant(float(at))

    async def waiting(self, slugs: Sequence[Slug]) -> dict[Slug, Waiting]:
        """How many drafts of each story wait, and for what."""
        if not slugs:
            return {}
        pipeline = self._any.pipeline(transaction=False)
        for slug in slugs:
            pipeline.execute_command("HVALS", keys.key(slug, f"drafts:{slug}"))
        async with reaching():
            answers = await pipeline.execute()
        return {slug: _waiting(kept) for slug, kept in zip(slugs, answers, strict=True)}


def _waiting(kept: list[bytes]) -> Waiting:
    drafts = [codec.from_json(keys.body(value), DraftUpdate) for value in kept]
    return Waiting(
        submitted=sum(bool(draft.submitted_by) for draft in drafts),
        # Of what waits for an editor, its time is but a wish.
        scheduled=sum(draft.due is not None and not draft.submitted_by for draft in drafts),
    )


def _instant(milliseconds: float) -> Instant:
    return instant(datetime.fromtimestamp(milliseconds / 1000, UTC))
