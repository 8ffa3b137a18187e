"""Where the record is kept: the Store protocol. The values it speaks in are :mod:`.values`.

:mod:`liveblog.store.redis` is the one implementation; only it knows a key of Redis.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Literal, Protocol

from liveblog.rules import Rules, RulesEdit
from liveblog.store.values import (
    Audited,
    DraftUpdate,
    Erasure,
    Fed,
    Kept,
    Note,
    Once,
    PinMove,
    Taken,
    Token,
    is_same,
)
from liveblog.story import Change, Cursor, Head, Instant, Slug, Update, UpdateId

__all__ = [
    "Audited",
    "DraftUpdate",
    "Erasure",
    "Fed",
    "Feed",
    "Kept",
    "Note",
    "Once",
    "PinMove",
    "Store",
    "Taken",
    "Token",
    "is_same",
]


class Feed(Protocol):
    """The changes of all stories as they are appended. One a process."""

    async def join(self) -> bool:
        """(Re)connect. True when nothing was missed since the last read; False when that cannot
        be known and every story held in memory must be compared with its log.

        Raises NotStored while the store cannot be reached.
        """

    async def read(self, wait_seconds: float) -> list[Fed]:
        """What came since, waiting for it at most so long. Raises NotStored."""

    async def leave(self) -> None:
        """Give the connection back."""


class Store(Protocol):
    """The record. Every method raises NotStored when the store cannot be reached."""

    async def append(
        self,
        changes: Sequence[Change],
        *,
        pin: PinMove | None = None,
        once: Once | None = None,
        takes: Taken | None = None,
    ) -> list[Change]:
        """Append changes of one story together, safely on disk, and give them their cursors.

        ``takes`` is a draft that leaves the drafts in the same step. With ``once`` a repeated call
        gives the first one's answer.

        Raises NoSuchStory, StoryExists, StoryClosed, StoryNotOpen, RevisionConflict, PinMoved,
        KeyReused.
        """

    async def current(self, slug: Slug, id: UpdateId) -> Update:
        """A published update as it stands. Raises NoSuchStory, NoSuchUpdate."""

    async def head(self, slug: Slug) -> Head:
        """A story's head, published or draft. Raises NoSuchStory."""

    async def pinned(self, slug: Slug) -> UpdateId | None:
        """The story's pinned update."""

    async def changes(self, slug: Slug, after: Cursor | None = None) -> list[Change] | None:
        """The log after a cursor (None: from its beginning); None if it holds no such cursor."""

    async def slugs(self) -> list[Slug]:
        """All published stories, the one that changed last first."""

    async def draft_heads(self) -> list[Head]:
        """Stories that are not public yet."""

    async def save_draft(self, draft: DraftUpdate, *, once: Once | None = None) -> DraftUpdate:
        """Keep a draft; its revision must follow the one kept.

        Raises NoSuchStory, RevisionConflict, KeyReused."""

    async def save_draft_head(self, head: Head, *, once: Once | None = None) -> None:
        """Keep the head of a story that is not public yet.

        Raises StoryExists, RevisionConflict, KeyReused."""

    async def draft(self, slug: Slug, id: UpdateId) -> DraftUpdate | None:
        """One draft."""

    async def drafts(self, slug: Slug) -> list[DraftUpdate]:
        """All drafts of a story, oldest first."""

    async def drop_draft(self, slug: Slug, id: UpdateId) -> None:
        """Forget a draft."""

    async def due(self, now: Instant) -> tuple[list[DraftUpdate], Instant | None]:
        """Drafts that are to be published by now, and when the next one is; what waits for an
        editor is not among them."""

    def entries(self, log: str, after: Cursor | None = None) -> AsyncIterator[Kept]:
        """The entries of a log (a slug, or ``chain.AUDIT``) as they lie there, after a position."""

    async def holds(self, log: str, id: Cursor) -> bool:
        """Whether a log has that entry."""

    async def add_checkpoint(self, log: str, line: bytes) -> None:
        """Keep what was signed on a log."""

    async def checkpoints(self, log: str) -> list[bytes]:
        """All that was signed on a log, oldest first."""

    async def last_checkpoint(self, log: str) -> bytes | None:
        """What was signed last on a log."""

    async def checkpointed(self) -> list[str]:
        """The logs on which anything was ever signed, also those that are gone."""

    async def erase(self, slug: Slug, id: UpdateId, keep: Cursor) -> None:
        """Remove an update's text from every entry of the record but ``keep``, the change that
        tells readers, for good; also its draft, and what is known of the requests that made it."""

    async def put_erasure(self, erasure: Erasure) -> None:
        """Keep a legal erase as it stands."""

    async def erasure(self, id: str) -> Erasure:
        """One of them. Raises NoSuchErasure."""

    async def erasures(self) -> list[Erasure]:
        """All of them, oldest first."""

    async def rewrite(self) -> None:
        """Begin to clear the store's disk of what was removed. Raises NotStored where the store is
        busy or does not permit it."""

    async def audit(self, entry: Audited) -> None:
        """Add a line to the audit log."""

    async def audited(self, after: Cursor | None = None) -> list[tuple[Cursor, Audited]]:
        """The audit log after a position (None: from its beginning), each line with its own."""

    async def add_token(self, digest: str, token: Token) -> None:
        """Keep a token."""

    async def token(self, digest: str) -> Token | None:
        """The token with that digest."""

    async def tokens(self) -> list[Token]:
        """All tokens."""

    async def drop_token(self, digest: str) -> None:
        """Revoke a token."""

    async def tokens_kept(self) -> dict[str, Token]:
        """All tokens by their digests, with when they were last used."""

    async def use_token(self, digest: str, at: Instant) -> None:
        """Remember when a token was last sent."""

    async def rules(self, slug: Slug) -> Rules:
        """A story's rules, which are the installation's where it has none of its own."""

    async def change_rules(self, slug: Slug, edit: RulesEdit) -> None:
        """Change some of a story's rules."""

    async def keep_open(self, slug: Slug, at: Instant) -> None:
        """Let the time after which a story is closed begin anew."""

    async def kept_open(self, slug: Slug) -> Instant | None:
        """When somebody last did."""

    async def last_changes(self) -> dict[Slug, Instant]:
        """All published stories with when they changed last, by the store's own clock."""

    async def closing(self) -> dict[Slug, Instant]:
        """The stories of which the desk is warned, and when they will be closed."""

    async def set_closing(self, slug: Slug, at: Instant) -> None:
        """Warn the desk that a story will be closed."""

    async def drop_closing(self, slugs: Iterable[Slug]) -> None:
        """Warn of these stories no longer."""

    async def add_note(self, slug: Slug, note: Note, *, once: Once | None = None) -> Note:
        """Keep a note to colleagues. Raises Invalid where a story has too many, KeyReused."""

    async def notes(self, slug: Slug) -> list[Note]:
        """A story's notes, oldest first."""

    async def note(self, slug: Slug, id: str) -> Note:
        """One of them. Raises NoSuchNote."""

    async def drop_note(self, slug: Slug, id: str) -> None:
        """Forget a note."""

    async def announce(
        self, what: Literal["drafts", "notes", "rules", "presence"], slug: Slug
    ) -> None:
        """Tell all processes that something of a story changed that is in no log."""

    async def sum_readers(
        self, process: str, readers: Mapping[Slug, int], *, good_for_seconds: float
    ) -> dict[Slug, int]:
        """How many read these stories in all processes, this one having so many ``readers``.

        Its numbers count until it says others, at most so long; a zero takes its number back.
        """

    def feed(self, *, audit: bool = False) -> Feed:
        """A new feed, not joined yet; with ``audit`` a line of the audit log is a wake-up too."""

    async def ping(self) -> None:
        """Return if the store answers."""

    async def close(self) -> None:
        """Give all connections back."""
