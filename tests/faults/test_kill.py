"""The web process is killed in the middle of a thousand posts."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pytest

from liveblog.store.redis import RedisStore
from tests.sites import Newsroom, Site, a_site

pytestmark = pytest.mark.anyio

POSTS = 1_000
AT_ONCE = 8
KILLED_AFTER = (250, 600)


async def test_every_acknowledged_post_is_in_the_log_once_and_its_retry_gives_the_same_answer(
    redis_url: str, tmp_path: Path
) -> None:
    with a_site(redis_url, tmp_path / "log") as site:
        token = await site.token()
        slug = Newsroom(site, token).open()
        posting = Posting(site, f"/api/v1/stories/{slug}/updates", token)
        await posting.all()
        again = {key: await posting.answer(key) for key in list(posting.answers)[::10]}
        assert again == {key: posting.answers[key] for key in again}
    store = RedisStore(redis_url)
    changes = await store.changes(slug)
    await store.close()
    assert changes is not None
    stored = [change.update.id for change in changes if change.update]
    assert len(stored) == len(set(stored)) == POSTS
    assert {answer["id"] for answer in posting.answers.values()} == set(stored)


class Posting:
    """Posts with keys made before their first attempt, each repeated until it is acknowledged."""

    def __init__(self, site: Site, path: str, token: str) -> None:
        self._site = site
        self._path = path
        self._client = httpx2.AsyncClient(
            base_url=site.url, headers={"Authorization": f"Bearer {token}"}, timeout=10
        )
        self._kill_at = list(KILLED_AFTER)
        self._up = asyncio.Event()
        self._up.set()
        self.answers: dict[int, dict[str, Any]] = {}

    async def all(self) -> None:
        """Make all posts, a few at once; kill the site when enough are acknowledged."""
        keys = iter(range(POSTS))

        async def work() -> None:
            for key in keys:
                self.answers[key] = await self.answer(key)
                if self._kill_at and len(self.answers) >= self._kill_at[0]:
                    await self._kill()

        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(work())

    async def answer(self, key: int) -> dict[str, Any]:
        """What is answered in the end."""
        for _ in range(50):
            await self._up.wait()
            try:
                answer = await self._client.post(
                    self._path,
                    json={"text": f"Update {key}"},
                    headers={"Idempotency-Key": f"key-{key}"},
                )
            except httpx2.TransportError:
                continue
            assert answer.status_code == 201, answer.text
            found: dict[str, Any] = answer.json()
            return found
        raise AssertionError(f"update {key} was never acknowledged")

    async def _kill(self) -> None:
        self._kill_at.pop(0)
        self._up.clear()
        await asyncio.to_thread(self._site.kill)
        await asyncio.to_thread(self._site.start)
        self._up.set()
