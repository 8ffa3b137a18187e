"""How many read each story, in all web processes together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files

from liveblog.store import keys
from liveblog.store.client import RedisClient, reaching
from liveblog.story import Slug


class Counts(RedisClient):
    """The part of the store that may be lost: nobody waits until a replica has it."""

    async def sum_readers(
        self, process: str, readers: Mapping[Slug, int], *, good_for_seconds: float
    ) -> dict[Slug, int]:
        shards: dict[str, list[Slug]] = defaultdict(list)
        for slug in readers:
            shards[keys.tag(slug)].append(slug)
        pipeline = self._any.pipeline(transaction=False)
        for slugs in shards.values():
            names = [keys.readers(slug) for slug in slugs]
            words = [process, round(good_for_seconds * 1000), *(readers[slug] for slug in slugs)]
            # Whole, and not by its digest: it is short, seldom sent, and may run anywhere.
            pipeline.execute_command("EVAL", self._counting, len(names), *names, *words)
        async with reaching():
            answers = await pipeline.execute()
        pairs = zip(shards.values(), answers, strict=True)
        return dict(pair for slugs, sums in pairs for pair in zip(slugs, sums, strict=True))

    @cached_property
    def _counting(self) -> str:
        return files("liveblog.store").joinpath("count.lua").read_text()
