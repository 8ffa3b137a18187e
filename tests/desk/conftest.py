"""A desk with a clock that the test moves, and a story that is live."""

from __future__ import annotations

import pytest

from liveblog.desk import Desk
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.builders import a_new_story
from tests.desk.newsroom import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(store: RedisStore, clock: Clock) -> Desk:
    return Desk(store, clock)


@pytest.fixture
async def slug(desk: Desk) -> Slug:
    """A story that is live."""
    return (await desk.open(a_new_story())).slug
