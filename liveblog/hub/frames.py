"""The bytes of one change, made once a wire format and shared by all readers."""

from __future__ import annotations

import random
from functools import cached_property

from liveblog import codec
from liveblog.story import Change, Cursor, Slug, UpdateId

RETRY_MILLISECONDS = (1_000, 4_000)


class Frame:
    """One change, encoded: ``json`` is the object on one line, the others wrap it."""

    def __init__(self, cursor: Cursor, update: UpdateId | None, json: bytes) -> None:
        self.cursor = cursor
        self.update = update
        self.json = json

    @classmethod
    def of(cls, change: Change) -> Frame:
        """Encode a change."""
        update = change.update.id if change.update else None
        return cls(change.cursor, update, codec.to_wire(change))

    def redacted(self) -> Frame:
        """The same change without the text of its update, which was taken back since."""
        return Frame(self.cursor, self.update, codec.redacted(self.json))

    @cached_property
    def sse(self) -> bytes:
        """A Server-Sent Event."""
        return b"event: change\nid: %b\ndata: %b\n\n" % (self.cursor.encode(), self.json)

    @cached_property
    def message(self) -> str:
        """The text of a WebSocket message."""
        return f'{{"type":"change",{self.json[1:].decode()}'


class ResetFrame:
    """What a reader hears whose position is not in the log: load the snapshot, go on from there."""

    def __init__(self, slug: Slug, cursor: Cursor) -> None:
        self.cursor = cursor
        self.json = codec.to_json({"cursor": cursor, "state": f"/stories/{slug}/state"})

    @cached_property
    def sse(self) -> bytes:
        """A Server-Sent Event; its id lets the next connection resume."""
        return b"event: reset\nid: %b\ndata: %b\n\n" % (self.cursor.encode(), self.json)

    @cached_property
    def message(self) -> str:
        """The text of a WebSocket message."""
        return f'{{"type":"reset",{self.json[1:].decode()}'


def retry() -> bytes:
    """How long an EventSource waits before it connects again, spread so that they do not all come
    at once."""
    return b"retry: %d\n\n" % random.randint(*RETRY_MILLISECONDS)  # noqa: S311 # spread, no secret


HEARTBEAT = b":\n\n"
"""A comment that keeps a silent stream open."""

HEARTBEAT_SECONDS = 13
"""Below the 15 seconds that readers are promised."""
