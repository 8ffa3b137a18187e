"""The worker signs what changed, woken by it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

import pytest

from liveblog import chain
from liveblog.desk import Desk
from liveblog.jobs.checkpointing import sign_changes
from liveblog.record import checkpoints
from liveblog.record.keeping import Keeper
from liveblog.store import Audited
from liveblog.store.redis import RedisStore
from liveblog.story import Actor, Slug
from liveblog.tasks import end
from tests.builders import NOON, a_new_update
from tests.record.conftest import Intruder

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def signing(store: RedisStore, keeper: Keeper, seconds: float = 0) -> AsyncIterator[None]:
    job = asyncio.create_task(sign_changes(store, keeper, seconds, lambda _: 0.05))
    try:
        yield
        assert not job.done()
    finally:
        await end(job)


async def until_signed(store: RedisStore, keeper: Keeper, log: str, count: int) -> int:
    """Wait until a checkpoint of ours speaks of so many entries; answers how many there are."""
    async with asyncio.timeout(20):
        while True:
            lines = await store.checkpoints(log)
            if lines and checkpoints.opened(lines[-1], {keeper.public_key}).count >= count:
                return len(lines)


async def test_what_was_there_and_what_comes_is_signed(
    store: RedisStore, keeper: Keeper, slug: Slug, desk: Desk
) -> None:
    async with signing(store, keeper):
        await until_signed(store, keeper, slug, 6)
        await desk.post(slug, a_new_update())
        assert await until_signed(store, keeper, slug, 7) == 2


async def test_changes_within_the_time_are_signed_together(
    store: RedisStore, keeper: Keeper, slug: Slug, desk: Desk
) -> None:
    async with signing(store, keeper, seconds=1):
        await until_signed(store, keeper, slug, 6)
        began = monotonic()
        for _ in range(4):
            await desk.post(slug, a_new_update())
        assert await until_signed(store, keeper, slug, 10) == 2
        assert monotonic() - began >= 1


async def test_the_audit_log_is_signed_too(
    store: RedisStore, keeper: Keeper, intruder: Intruder
) -> None:
    await store.audit(Audited(kind="signed_in", at=NOON, by=Actor(kind="person", name="Ada")))
    async with signing(store, keeper):
        before = len(await intruder.entries(chain.AUDIT))
        await until_signed(store, keeper, chain.AUDIT, before)
        await store.audit(Audited(kind="signed_out", at=NOON, by=Actor(kind="person")))
        await until_signed(store, keeper, chain.AUDIT, before + 1)


async def test_a_log_that_was_cut_keeps_no_other_from_being_signed(
    store: RedisStore, keeper: Keeper, slug: Slug, desk: Desk, intruder: Intruder
) -> None:
    await keeper.sign(slug)
    await intruder.rewrite(slug, lambda log: log[:2])
    async with signing(store, keeper):
        line = Audited(kind="signed_in", at=NOON, by=Actor(kind="person", name="Ada"))
        await store.audit(line)
        await until_signed(store, keeper, chain.AUDIT, 1)
    assert len(await store.checkpoints(slug)) == 1
