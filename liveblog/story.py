"""A story as values: its head, its updates, the changes that made it, and the fold. Pure.

A story is what its log says: ``functools.reduce(fold, changes, None)``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from typing import Literal, NewType

from msgspec import Struct, field
from msgspec.structs import replace

from liveblog.blocks import Block, Image
from liveblog.errors import BrokenLog, Invalid
from liveblog.timeline import Timeline

Slug = NewType("Slug", str)
"""A story's name in addresses: lower-case words joined by hyphens."""

UpdateId = NewType("UpdateId", str)
"""Sorts by time of publishing: 10 characters of milliseconds, then 6 of chance."""

Cursor = NewType("Cursor", str)
"""A position in a story's log. Opaque: compared for equality only, never a time."""

Instant = NewType("Instant", str)
"""A moment in UTC, RFC 3339 with milliseconds: ``2026-11-23T12:00:00.123Z``; sorts as text."""

Place = NewType("Place", str)
"""A place in the order of a story's updates, which sorts as text: the time that readers see, then
the update's id."""

NOWHERE = Cursor("")
"""The cursor of a change that is not in the log yet, and of a log without entries."""

Status = Literal["draft", "live", "paused", "closed"]
Verification = Literal["confirmed", "reported", "disputed", "withdrawn"]
CorrectionKind = Literal["update", "clarification", "correction", "withdrawn"]
UpdateKind = Literal["posted", "edited", "corrected", "retracted", "pinned", "unpinned"]
HeadKind = Literal["opened", "story_edited", "paused", "resumed", "closed"]
Kind = UpdateKind | HeadKind

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_CHANCE_BITS = 30
_TIME_LETTERS = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MILLISECOND = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)


class Correction(Struct, frozen=True, kw_only=True, gc=False):
    """What was changed after publishing and why, as readers are told."""

    kind: CorrectionKind
    note: str
    at: Instant


class Update(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One timestamped item of a story. ``published`` never changes; ``displayed`` is the time that
    an editor has readers see instead; ``text`` is its Markdown."""

    id: UpdateId
    revision: int
    published: Instant
    displayed: Instant | None = None
    modified: Instant | None = None
    title: str = ""
    byline: str = ""
    blocks: tuple[Block, ...] = ()
    text: str = ""
    key_event: bool = False
    pinned: bool = False
    breaking: bool = False
    verification: Verification | None = None
    source: str = ""
    tags: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    status: Literal["published", "retracted"] = "published"
    notice: str = ""

    @property
    def dated(self) -> Instant:
        """The time that readers see."""
        return self.displayed or self.published

    @property
    def place(self) -> Place:
        """Where it stands among the story's updates."""
        return Place(f"{self.displayed or self.published} {self.id}")


class Head(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """All of a story but its updates. ``status_line`` tells readers what to expect."""

    slug: Slug
    revision: int
    headline: str
    status: Status
    language: str
    opened: Instant
    modified: Instant | None = None
    closed: Instant | None = None
    planned_end: Instant | None = None
    kicker: str = ""
    standfirst: str = ""
    byline: str = ""
    contributors: tuple[str, ...] = ()
    picture: Image | None = None
    status_line: str = ""
    tags: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()


class Actor(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """Who did something, and from which ``address``. ``id`` is a person's or a token's, else empty;
    ``name`` is what it was called then. Never on the wire."""

    kind: Literal["person", "token", "command", "worker"]
    id: str = ""
    name: str = ""
    address: str = ""


class Change(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One fact in a story's log: an update or the head as it stands from here on."""

    cursor: Cursor = NOWHERE
    slug: Slug
    kind: Kind
    at: Instant
    update: Update | None = None
    head: Head | None = None
    by: Actor | None = None

    @property
    def revision(self) -> int:
        """The revision that this change makes of its update or head."""
        return self._subject.revision

    @property
    def _subject(self) -> Update | Head:
        subject = self.update or self.head
        if subject is None:
            raise BrokenLog(f"{self.slug} {self.cursor}: a change of nothing")
        return subject


class Story(Struct, frozen=True, kw_only=True):
    """A story as it stands at ``cursor``; ``updates`` are sorted oldest first, by the times that
    readers see."""

    head: Head
    cursor: Cursor
    updates: Timeline[Update] = field(default_factory=Timeline)
    pinned: UpdateId | None = None

    def update(self, id: UpdateId) -> Update | None:
        """The update of that id, in O(log n)."""
        return self.updates.get(id)

    def before(self, id: UpdateId | None, limit: int) -> tuple[tuple[Update, ...], bool]:
        """At most ``limit`` updates older than ``id`` (None: the newest), newest first, and whether
        there are older ones still."""
        return self.updates.before(None if id is None else self.place(id), limit)

    def place(self, id: UpdateId) -> Place:
        """Where the update of that id stands; one that there is not, where its id says that it was
        published."""
        update = self.updates.get(id)
        return Place(f"{_time_of(id)} {id}") if update is None else update.place


def fold(story: Story | None, change: Change) -> Story:
    """The story after the change. A revision that is not higher than the one held changes nothing
    but the cursor, so changes may be repeated or overlap a snapshot.

    Raises BrokenLog where a story begins with anything but its head.
    """
    if story is None:
        if change.head is None:
            raise BrokenLog(f"{change.slug}: the log begins with {change.kind}, not opened")
        return Story(head=change.head, cursor=change.cursor)
    if change.update is not None:
        return _with_update(story, change.update, change.cursor)
    if change.head is not None and change.head.revision > story.head.revision:
        return replace(story, head=change.head, cursor=change.cursor)
    return replace(story, cursor=change.cursor)


def _with_update(story: Story, update: Update, cursor: Cursor) -> Story:
    held = story.updates.get(update.id)
    if held is not None and held.revision >= update.revision:
        return replace(story, cursor=cursor)
    pinned = story.pinned
    if update.pinned:
        pinned = update.id
    elif pinned == update.id:
        pinned = None
    updates = story.updates.with_item(update)
    return replace(story, updates=updates, pinned=pinned, cursor=cursor)


def slug(text: str) -> Slug:
    """Parse a slug. Raises Invalid."""
    if len(text) > 100 or not _SLUG.fullmatch(text):
        raise Invalid(
            "slug", "use lower-case letters, digits and single hyphens, 100 characters at most"
        )
    return Slug(text)


def instant(moment: datetime) -> Instant:
    """A moment as the log and the wire write it. ``moment`` must know its time zone."""
    utc = moment.astimezone(UTC)
    return Instant(f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z")


def moment(instant: Instant) -> datetime:
    """The reverse of :func:`instant`."""
    return datetime.fromisoformat(instant)


def at_milliseconds(milliseconds: int) -> Instant:
    """The moment so many milliseconds after 1970 began."""
    return instant(datetime.fromtimestamp(milliseconds / 1000, UTC))


def milliseconds(instant: Instant) -> int:
    """Milliseconds since 1970."""
    return round(moment(instant).timestamp() * 1000)


def update_id(at_milliseconds: int, chance: int) -> UpdateId:
    """An id that sorts by time; ``chance`` gives the last 30 bits."""
    number = (at_milliseconds << _CHANCE_BITS) | (chance & ((1 << _CHANCE_BITS) - 1))
    return UpdateId("".join(_CROCKFORD[(number >> shift) & 31] for shift in range(75, -1, -5)))


def _time_of(id: str) -> Instant:
    """The time with which an id begins. Any text has one, in the order of texts."""
    number = 0
    for letter in id[:_TIME_LETTERS].ljust(_TIME_LETTERS, _CROCKFORD[0]):
        number = (number << 5) | max(bisect_right(_CROCKFORD, letter) - 1, 0)
    return instant(_EPOCH + timedelta(milliseconds=min(number, _LAST_MILLISECOND)))
