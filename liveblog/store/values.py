"""The values that a store speaks in."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from liveblog.story import Actor, Change, Cursor, Instant, Slug, Update, UpdateId


class Once(Struct, frozen=True, kw_only=True):
    """What makes a write happen once: the caller's key and a digest of what it asked for."""

    key: str
    request: str


class PinMove(Struct, frozen=True, kw_only=True):
    """A story's pin goes from ``was``, as the caller believes, to ``now``."""

    was: UpdateId | None
    now: UpdateId | None


class Taken(Struct, frozen=True, kw_only=True):
    """A draft that is published: an update's id, or a story's slug for its head, and the revision
    that was read. A draft that changed meanwhile is not taken."""

    subject: str
    revision: int


class Fed(Struct, frozen=True, kw_only=True):
    """A change as the feed hands it to tails; ``after`` is the story's cursor before it.

    Without a change it is a wake-up for the worker: something became due earlier.
    """

    slug: Slug
    after: Cursor
    change: Change | None


class Token(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a bearer token permits; the token itself is kept only as a digest.

    ``id`` names it without being good for anything; ``owner`` is the person who made it; ``used``
    is when it was last sent, to a minute.
    """

    name: str
    role: str
    story: Slug | None = None
    created: Instant
    id: str = ""
    owner: str = ""
    expires: Instant | None = None
    used: Instant | None = None


def is_same(one: Actor | None, other: Actor) -> bool:
    """Whether two actors are the same person by their ids; a token has its owner's."""
    return one is not None and bool(one.id) and one.id == other.id


class DraftUpdate(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An update that is not public yet; ``due`` is its embargo, None for a plain draft.
    ``submitted_by`` is who would have it published and waits for an editor; until one approves,
    ``due`` is but a wish. ``returned`` is what an editor said who sent it back. ``hands`` are all
    who wrote in it, its author first; a ``private`` one is for its author's eyes only."""

    slug: Slug
    update: Update
    due: Instant | None = None
    submitted_by: str = ""
    returned: str = ""
    private: bool = False
    hands: tuple[Actor, ...] = ()

    @property
    def author(self) -> Actor | None:
        """Who began it, where that is known."""
        return self.hands[0] if self.hands else None

    @property
    def scheduled(self) -> Instant | None:
        """When it is published by itself, if it is."""
        return None if self.submitted_by else self.due

    def is_shown_to(self, somebody: Actor | None) -> bool:
        """True unless it is private and another's."""
        return not self.private or (somebody is not None and is_same(self.author, somebody))


class Note(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody tells colleagues beside a story, or beside an ``update`` of it. ``id`` sorts by
    time."""

    id: str
    text: str
    by: Actor
    at: Instant
    update: UpdateId | None = None


class Audited(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the audit log: what was done (``kind``: signed_in, token_added, …), by whom, in
    which story if in one, to what (``subject``: a name or an id), and what else must be known.

    What is done to a story's content is in the story's own log instead. Never holds a secret, nor
    a text that is embargoed or may be erased.
    """

    kind: str
    at: Instant
    by: Actor
    story: Slug | None = None
    subject: str = ""
    detail: str = ""


class Kept(Struct, frozen=True, kw_only=True):
    """An entry of a log as it lies in the store, told apart from what it means.

    ``salt`` and ``commitment`` are hexadecimal; an erased entry has no salt, one that was written
    before there were commitments has neither.
    """

    id: Cursor
    body: bytes
    salt: str = ""
    commitment: str = ""


class Erasure(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A legal erase as it was asked for and what became of it.

    ``pending`` waits for a second admin, ``approved`` is to be carried out (again, where that was
    interrupted), ``erased`` waits for the worker to clear what is outside the record (the disk's
    log of commands, caches, ``pictures`` by their addresses), ``done`` is all of it. ``failures``
    says what could not be cleared.
    """

    id: str
    story: Slug
    update: UpdateId
    case: str
    notice: str
    requested: Instant
    requested_by: Actor
    status: Literal["pending", "approved", "erased", "done"]
    approved_by: Actor | None = None
    began: Instant | None = None
    erased: Instant | None = None
    pictures: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
