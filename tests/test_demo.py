"""The demo story: its words hold together, it ends, and a restart repeats nothing."""

from __future__ import annotations

import asyncio

import pytest
from redis import Redis

from liveblog import demo
from liveblog.desk import Desk
from liveblog.store.redis import RedisStore
from liveblog.story import Change, slug

pytestmark = pytest.mark.anyio

STORY = slug(demo.script().story.slug)


def posts() -> list[demo.Post]:
    return [step for step in demo.script().all_steps() if isinstance(step, demo.Post)]


def texts(log: list[Change]) -> list[tuple[str, str]]:
    posted = [change.update for change in log if change.kind == "posted" and change.update]
    return [(update.title, update.text) for update in posted]


def forget_keys(redis_url: str) -> None:
    """As after a day, when idempotency keys have run out: only the log can tell what was told."""
    with Redis.from_url(redis_url) as client:
        for key in client.scan_iter("*:once:*"):
            client.delete(key)


def test_no_two_updates_say_the_same() -> None:
    said = [(step.update.title, step.update.text) for step in posts()]
    assert len(set(said)) == len(said)
    assert 40 <= len(said) <= 300


def test_steps_have_names_of_their_own_and_speak_of_earlier_posts() -> None:
    posted: set[str] = set()
    names = [step.name for step in demo.script().all_steps()]
    for step in demo.script().all_steps():
        if isinstance(step, demo.Post):
            posted.add(step.name)
        elif isinstance(step, demo.Edit | demo.Retract):
            assert step.of in posted
    assert len(set(names)) == len(names)


async def test_a_demo_that_is_stopped_goes_on_where_it_was_and_ends_closed(
    desk: Desk, store: RedisStore, redis_url: str
) -> None:
    playing = asyncio.create_task(demo.play(desk, store, pause_seconds=0))
    while STORY not in await store.slugs() or len(await store.changes(STORY) or []) < 20:
        assert not playing.done()
    while not playing.done():
        # Again and again: Python 3.11's wait_for, inside redis-py, can swallow a cancellation.
        playing.cancel()
        await asyncio.sleep(0)
    assert (await store.head(STORY)).status == "live"
    forget_keys(redis_url)

    await demo.play(desk, store, pause_seconds=0)

    log = await store.changes(STORY) or []
    assert texts(log) == [(step.update.title, step.update.text) for step in posts()]
    kinds = [change.kind for change in log]
    assert kinds.count("corrected") == 1
    assert kinds.count("retracted") == 1
    assert (await store.head(STORY)).status == "closed"

    await demo.play(desk, store, pause_seconds=0)
    assert len(await store.changes(STORY) or []) == len(log)
