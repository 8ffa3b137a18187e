"""Who did what, from all logs together, in the order of time; without what was said."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from liveblog.errors import Invalid
from liveblog.store import Audited, Store
from liveblog.story import Actor, Change, Cursor, Instant, Slug, instant

PAGE = 500
_DAY_CHARACTERS = len("2026-11-23")


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that was done: in a story's log (``subject`` is an update's id or the slug) or
    beside it. ``place`` is where it stands among all lines: opaque, for paging."""

    at: Instant
    kind: str
    by: Actor | None = None
    story: Slug | None = None
    subject: str = ""
    detail: str = ""
    place: str


class Page(Struct, frozen=True, kw_only=True):
    """Lines, oldest first; ``next`` is the ``after`` of the following page, None on the last."""

    lines: list[Line]
    next: str | None


def since(text: str) -> Instant:
    """A day, or a time with its zone, as people write it. Raises Invalid."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        given = None
    if given is not None and len(text) == _DAY_CHARACTERS:
        given = given.replace(tzinfo=UTC)
    if given is None or given.tzinfo is None:
        raise Invalid("since", "give a day or a time: 2026-11-23 or 2026-11-23T12:00:00Z")
    return instant(given)


async def lines(
    store: Store, *, since: Instant | None = None, story: Slug | None = None
) -> list[Line]:
    """All lines from ``since`` on, of one story or of all, oldest first."""
    found = [_audited(cursor, entry) for cursor, entry in await store.audited()]
    for slug in await store.slugs() if story is None else [story]:
        found += [_changed(change) for change in await store.changes(slug) or ()]
    wanted = [
        line
        for line in found
        if (since is None or line.at >= since) and (story is None or line.story == story)
    ]
    return sorted(wanted, key=_order)


def page(all: list[Line], after: str | None) -> Page:
    """The lines behind a place. Raises Invalid."""
    if after is not None:
        places = {line.place: number for number, line in enumerate(all, 1)}
        if after not in places:
            raise Invalid("after", "give the `next` of a page that was answered, or leave it out")
        all = all[places[after] :]
    shown = all[:PAGE]
    return Page(lines=shown, next=shown[-1].place if len(all) > PAGE else None)


def _audited(cursor: Cursor, entry: Audited) -> Line:
    return Line(
        at=entry.at,
        kind=entry.kind,
        by=entry.by,
        story=entry.story,
        subject=entry.subject,
        detail=entry.detail,
        place=f"audit~{cursor}",
    )


def _changed(change: Change) -> Line:
    return Line(
        at=change.at,
        kind=change.kind,
        by=change.by,
        story=change.slug,
        subject=change.update.id if change.update else change.slug,
        detail=f"revision {change.revision}",
        place=f"{change.slug}~{change.cursor}",
    )


def _order(line: Line) -> tuple[str, int, int, str]:
    log, _, cursor = line.place.partition("~")
    milliseconds, _, number = cursor.partition("-")
    return line.at, int(milliseconds), int(number or 0), log
