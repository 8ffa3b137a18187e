"""The wire formats of readers whose connections we hold ourselves: what each is sent, as bytes.

A wire belongs to one story. What it encodes goes to all of its readers; a reader that comes later
is welcomed with what it missed.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Protocol

from liveblog.hub.frames import (
    HEARTBEAT,
    PING,
    Frame,
    ResetFrame,
    close_frame,
    retry,
    text_frame,
)

FULL_FLUSH_BYTES = 12_288
"""Plain bytes after which the shared compression begins anew, so that a reader can join there."""

_RAW = -zlib.MAX_WBITS
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_GOING_AWAY, _TOO_SLOW = 1012, 4008
_STOPPING = "This server is about to stop. Connect again with your last cursor."
_SLOW = "You take too slowly. Connect again with your last cursor."


class Wire(Protocol):
    """One wire format of one story."""

    def encode(self, frames: Sequence[Frame], position: int) -> bytes:
        """The same bytes for all readers; ``position`` is the one after these frames."""

    def welcome(self, missed: Sequence[Frame | ResetFrame], position: int) -> bytes:
        """What a reader is sent first, that missed these and goes on from ``position``."""

    def heartbeat(self) -> bytes:
        """A sign of life for all readers."""

    def count(self, readers: int) -> bytes:
        """How many read the story."""

    def goodbye(self) -> bytes:
        """The last bytes when the server stops."""

    def too_slow(self) -> bytes:
        """The last bytes for a reader that does not keep up; it may never get them."""


class PlainEvents:
    """Server-Sent Events as they are."""

    def encode(self, frames: Sequence[Frame], position: int) -> bytes:
        return b"".join([frame.sse for frame in frames])

    def welcome(self, missed: Sequence[Frame | ResetFrame], position: int) -> bytes:
        return retry() + b"".join([frame.sse for frame in missed])

    def heartbeat(self) -> bytes:
        return HEARTBEAT

    def count(self, readers: int) -> bytes:
        return _count_event(readers)

    def goodbye(self) -> bytes:
        return retry()

    def too_slow(self) -> bytes:
        return b""


class CompressedEvents:
    """Server-Sent Events in gzip, compressed once for all readers.

    One raw deflate stream is flushed after each batch, so that it can be read at once, and begun
    anew every ``FULL_FLUSH_BYTES``. Deflate blocks are read one after the other whoever made
    them (RFC 1951), so a reader that joins is sent a gzip header, its own missed changes, what the
    shared stream gave since it began anew, and from then on the same bytes as everybody. Changes
    that it gets twice in this way are harmless: a higher revision wins.
    """

    def __init__(self, position: int) -> None:
        # Made with the first batch: a story without readers needs none.
        self._compressor: zlib._Compress | None = None
        self._since: list[bytes] = []
        self._plain_bytes = 0
        self._began = position

    def encode(self, frames: Sequence[Frame], position: int) -> bytes:
        made = self._shared(b"".join([frame.sse for frame in frames]))
        assert self._compressor is not None, "it was made just now"
        # What was taken back must not be in the bytes that later readers are welcomed with.
        redacts = any(frame.redacts for frame in frames)
        if redacts or self._plain_bytes >= FULL_FLUSH_BYTES:
            made += self._compressor.flush(zlib.Z_FULL_FLUSH)
            self._since.clear()
            self._plain_bytes = 0
            self._began = position
        if redacts:
            # It remembers the last 32 KB of plain text; what follows a full flush needs none of it.
            self._compressor = None
        return made

    def welcome(self, missed: Sequence[Frame | ResetFrame], position: int) -> bytes:
        own = [frame.sse for frame in missed[: max(len(missed) - (position - self._began), 0)]]
        resets = [frame.sse for frame in missed if isinstance(frame, ResetFrame)]
        first = _stored(retry()) + _deflated(b"".join(resets or own))
        return _GZIP_HEADER + first + b"".join(self._since)

    def heartbeat(self) -> bytes:
        # By the shared compressor too: what follows refers to all bytes before it.
        return self._shared(HEARTBEAT)

    def count(self, readers: int) -> bytes:
        return self._shared(_count_event(readers))

    def goodbye(self) -> bytes:
        return _stored(retry())

    def too_slow(self) -> bytes:
        return b""

    def _shared(self, plain: bytes) -> bytes:
        self._compressor = compressor = self._compressor or _compressor()
        made = compressor.compress(plain) + compressor.flush(zlib.Z_SYNC_FLUSH)
        self._since.append(made)
        self._plain_bytes += len(plain)
        return made


class Messages:
    """WebSocket frames."""

    def encode(self, frames: Sequence[Frame], position: int) -> bytes:
        return b"".join([frame.websocket for frame in frames])

    def welcome(self, missed: Sequence[Frame | ResetFrame], position: int) -> bytes:
        return b"".join([frame.websocket for frame in missed])

    def heartbeat(self) -> bytes:
        return PING

    def count(self, readers: int) -> bytes:
        return text_frame(f'{{"type":"readers","count":{readers}}}')

    def goodbye(self) -> bytes:
        return close_frame(_GOING_AWAY, _STOPPING)

    def too_slow(self) -> bytes:
        return close_frame(_TOO_SLOW, _SLOW)


def _count_event(readers: int) -> bytes:
    return b'event: readers\ndata: {"count":%d}\n\n' % readers


def _compressor() -> zlib._Compress:
    return zlib.compressobj(6, zlib.DEFLATED, _RAW)


def _stored(plain: bytes) -> bytes:
    """A deflate block that is not compressed (RFC 1951, 3.2.4), on a byte's boundary."""
    size = len(plain)
    return b"\x00" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + plain


def _deflated(plain: bytes) -> bytes:
    if not plain:
        return b""
    compressor = _compressor()
    return compressor.compress(plain) + compressor.flush(zlib.Z_FULL_FLUSH)
