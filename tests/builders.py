"""Values for tests; each is whole and plain until the test says otherwise."""

from __future__ import annotations

from itertools import count
from typing import Any

from liveblog.blocks import Text
from liveblog.intake import NewStory, NewUpdate
from liveblog.story import Change, Head, Instant, Slug, Update, UpdateId, update_id

NOON = Instant("2026-11-23T12:00:00.000Z")
NOON_MILLISECONDS = 1_795_435_200_000
_numbers = count(1)


def a_slug() -> Slug:
    """One that no other test uses."""
    return Slug(f"story-{next(_numbers)}")


def an_id(at: int = 0) -> UpdateId:
    return update_id(NOON_MILLISECONDS + at, at)


def an_update(**given: Any) -> Update:
    values: dict[str, Any] = {
        "id": an_id(),
        "revision": 1,
        "published": NOON,
        "blocks": (Text(html="<p>News</p>"),),
    }
    return Update(**(values | given))


def a_head(**given: Any) -> Head:
    values: dict[str, Any] = {
        "slug": a_slug(),
        "revision": 1,
        "headline": "Ministry tells charity to close",
        "status": "live",
        "language": "en",
        "opened": NOON,
    }
    return Head(**(values | given))


def opened(head: Head | None = None) -> Change:
    head = head or a_head()
    return Change(slug=head.slug, kind="opened", at=NOON, head=head)


def posted(slug: Slug, **given: Any) -> Change:
    return Change(slug=slug, kind="posted", at=NOON, update=an_update(**given))


def a_new_story(**given: Any) -> NewStory:
    values: dict[str, Any] = {"slug": a_slug(), "headline": "Ministry tells charity to close"}
    return NewStory(**(values | given))


def a_new_update(text: str = "They were given until noon.", **given: Any) -> NewUpdate:
    return NewUpdate(text=text, **given)
