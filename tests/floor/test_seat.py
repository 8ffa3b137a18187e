"""What waits for a stream of the desk, and for how long."""

from __future__ import annotations

import pytest

from liveblog.accounts.callers import Caller
from liveblog.floor.news import Private
from liveblog.floor.seat import MOST_NEWS, Seat
from liveblog.store.presence import Present
from liveblog.story import Actor, Slug
from tests.builders import NOON, a_slug

pytestmark = pytest.mark.anyio


def a_seat() -> Seat:
    actor = Actor(kind="person", id="1", name="ada")
    caller = Caller(actor=actor, role="editor", stories=None, ids=frozenset())
    return Seat(caller, Present(connection="c", story=Slug(""), person="1", name="ada", since=NOON))


def news(slug: Slug) -> Private:
    return Private(story=slug, what="drafts")


async def test_what_a_slow_stream_has_not_said_yet_is_said_once_and_last() -> None:
    seat, first, second = a_seat(), a_slug(), a_slug()
    for slug in (first, second, first):
        seat.tell(news(slug))
    assert await seat.news(0) == [news(second), news(first)]
    assert await seat.news(0) == []


async def test_a_stream_that_falls_behind_too_far_ends() -> None:
    seat = a_seat()
    for _ in range(MOST_NEWS):
        seat.tell(news(a_slug()))
    assert not seat.ended
    seat.tell(news(a_slug()))
    assert seat.ended
