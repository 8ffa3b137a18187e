"""A newsroom whose clock stands still until it is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from liveblog.desk import Desk
from liveblog.intake import NewCorrection
from liveblog.store.redis import RedisStore
from liveblog.story import Change, Slug, Update
from tests.builders import a_new_update

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CORRECTION = NewCorrection(kind="correction", note="It was noon, not one.")


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


async def a_post(desk: Desk, slug: Slug, text: str = "News", **given: object) -> Update:
    posted = await desk.post(slug, a_new_update(text, **given))
    assert isinstance(posted, Change)
    assert posted.update is not None
    return posted.update


async def kinds(store: RedisStore, slug: Slug) -> list[str]:
    changes = await store.changes(slug)
    assert changes is not None
    return [change.kind for change in changes]


async def revisions(store: RedisStore, slug: Slug) -> int:
    return len(await kinds(store, slug))
