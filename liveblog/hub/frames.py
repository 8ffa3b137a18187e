"""The bytes of one change, made once a wire format and shared by all readers."""

from __future__ import annotations

import random
from functools import cached_property

from liveblog import codec
from liveblog.story import Change, Cursor, Slug, UpdateId

_FINAL_TEXT, _FINAL_CLOSE = 0x81, 0x88
_TWO_BYTE_LENGTH, _EIGHT_BYTE_LENGTH = 126, 127

PING = b"\x89\x00"
"""A WebSocket ping without payload."""

RETRY_MILLISECONDS = (1_000, 4_000)


class Frame:
    """One change, encoded: ``json`` is the object on one line, the others wrap it. ``redacts`` says
    that text sent before it was taken back."""

    def __init__(
        self, cursor: Cursor, update: UpdateId | None, json: bytes, *, redacts: bool = False
    ) -> None:
        self.cursor = cursor
        self.update = update
        self.json = json
        self.redacts = redacts

    @classmethod
    def of(cls, change: Change) -> Frame:
        """Encode a change."""
        update = change.update.id if change.update else None
        redacts = change.kind == "retracted"
        return cls(change.cursor, update, codec.to_wire(change), redacts=redacts)

    def redacted(self) -> Frame:
        """The same change without the text of its update, which was taken back since."""
        json = codec.redacted(self.json)
        return Frame(self.cursor, self.update, json, redacts=self.redacts)

    @cached_property
    def sse(self) -> bytes:
        """A Server-Sent Event."""
        return b"event: change\nid: %b\ndata: %b\n\n" % (self.cursor.encode(), self.json)

    @cached_property
    def message(self) -> str:
        """The text of a WebSocket message."""
        return f'{{"type":"change",{self.json[1:].decode()}'

    @cached_property
    def websocket(self) -> bytes:
        """A whole WebSocket frame."""
        return text_frame(self.message)


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

    @cached_property
    def websocket(self) -> bytes:
        """A whole WebSocket frame."""
        return text_frame(self.message)


def text_frame(text: str) -> bytes:
    """A WebSocket frame from a server: final, not masked (RFC 6455, 5.2)."""
    payload = text.encode()
    size = len(payload)
    if size < _TWO_BYTE_LENGTH:
        return bytes((_FINAL_TEXT, size)) + payload
    if size <= 0xFFFF:
        return bytes((_FINAL_TEXT, _TWO_BYTE_LENGTH)) + size.to_bytes(2, "big") + payload
    return bytes((_FINAL_TEXT, _EIGHT_BYTE_LENGTH)) + size.to_bytes(8, "big") + payload


def close_frame(code: int, reason: str) -> bytes:
    """A WebSocket frame that closes; it holds 123 bytes of reason."""
    payload = code.to_bytes(2, "big") + reason.encode()[:123].decode(errors="ignore").encode()
    return bytes((_FINAL_CLOSE, len(payload))) + payload


def retry() -> bytes:
    """How long an EventSource waits before it connects again, spread so that they do not all come
    at once."""
    least, most = RETRY_MILLISECONDS
    return b"retry: %d\n\n" % (least + (most - least) * random.random())  # noqa: S311 # spread, no secret


HEARTBEAT = b":\n\n"
"""A comment that keeps a silent stream open."""

HEARTBEAT_SECONDS = 12
"""Below the 15 seconds that readers are promised, by more than the wheel's second."""
