"""A keeper with a key of its own, and hands that reach into the store past it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from liveblog.desk import Desk
from liveblog.record import signing
from liveblog.record.keeping import Keeper
from liveblog.store import Kept, keys
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.builders import a_new_story, a_new_update


@pytest.fixture
def keeper(store: RedisStore, tmp_path: Path) -> Keeper:
    key = signing.signing_key(tmp_path)
    return Keeper(store, key, tmp_path / "checkpoints.jsonl", lambda: datetime.now(UTC))


@pytest.fixture
async def slug(desk: Desk) -> Slug:
    """A story with five updates."""
    head = await desk.open(a_new_story())
    for number in range(5):
        await desk.post(head.slug, a_new_update(f"Number {number}"))
    return head.slug


class Intruder:
    """Somebody who can write to Redis."""

    def __init__(self, store: RedisStore) -> None:
        self.store = store

    async def entries(self, log: str) -> list[Kept]:
        return [entry async for entry in self.store.entries(log)]

    async def rewrite(self, log: str, change: Callable[[list[Kept]], list[Kept]]) -> None:
        """Put a log in the place of another, under the ids that are wanted."""
        wanted = change(await self.entries(log))
        await self.store.ask("DEL", keys.log(log))
        for entry in wanted:
            words = ["b", entry.body]
            words += ["salt", entry.salt] if entry.salt else []
            words += ["commitment", entry.commitment] if entry.commitment else []
            await self.store.ask("XADD", keys.log(log), entry.id, *words)


@pytest.fixture
def intruder(store: RedisStore) -> Intruder:
    return Intruder(store)
