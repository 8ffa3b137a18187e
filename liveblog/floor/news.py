"""What a stream of the desk tells, as values."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from liveblog.store.presence import Doing, Present
from liveblog.story import Instant, Slug, Status


class Colleague(Struct, frozen=True, kw_only=True):
    """Somebody in a story. ``connection`` tells two windows of one person apart."""

    connection: str
    name: str
    full_name: str
    doing: Doing
    update: str | UnsetType = UNSET
    since: Instant


class Hello(Struct, frozen=True, kw_only=True):
    """The first word: which connection this is, and whose."""

    connection: str
    at: Instant
    name: str
    role: str


class Overview(Struct, frozen=True, kw_only=True):
    """A story in the list: ``changed`` is its last change, ``present`` are who is in it,
    ``waiting`` what waits for an editor, ``closes`` when it is closed by itself."""

    slug: Slug
    headline: str
    kicker: str
    status: Status
    language: str
    revision: int
    changed: Instant
    readers: int
    present: tuple[str, ...]
    waiting: int
    scheduled: int
    closes: Instant | None


class Stories(Struct, frozen=True, kw_only=True):
    """The list, at the beginning of a stream."""

    stories: tuple[Overview, ...]


class Private(Struct, frozen=True, kw_only=True):
    """Something of a story changed that is not public: ask for it again."""

    story: Slug
    what: str


class People(Struct, frozen=True, kw_only=True):
    """Who is in a story."""

    story: Slug
    people: tuple[Colleague, ...]


class Took(Struct, frozen=True, kw_only=True):
    """Somebody took over the update that this window edits."""

    story: Slug
    update: str
    by: str


class Figures(Struct, frozen=True, kw_only=True):
    """How a story does. The milliseconds are from a change's time to its arrival at a reader on
    this machine (see probe.py); None: nothing was measured lately."""

    readers: int
    p50_ms: int | None
    p95_ms: int | None
    store: Literal["reachable", "out of reach"]
    at: Instant


News = Hello | Stories | Overview | Private | People | Took | Figures

EVENTS: dict[type[Struct], str] = {
    Hello: "hello",
    Stories: "stories",
    Overview: "story",
    Private: "private",
    People: "presence",
    Took: "taken",
    Figures: "figures",
}


def colleague(one: Present) -> Colleague:
    """Somebody as colleagues see them."""
    return Colleague(
        connection=one.connection,
        name=one.name,
        full_name=one.full_name,
        doing=one.doing,
        update=one.update or UNSET,
        since=one.since,
    )
