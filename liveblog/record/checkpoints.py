"""Checkpoints: the head of a log, signed, so that nothing before it can be changed unnoticed. Pure.

A checkpoint is a line of JSON, ``{"checkpoint": {…}, "key": "…", "signature": "…"}``: an Ed25519
signature (RFC 8032) of ``liveblog checkpoint `` and the bytes of the checkpoint as they stand.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Raw, Struct

from liveblog import chain, codec
from liveblog.errors import BadKey, BrokenLog
from liveblog.store import Kept
from liveblog.story import NOWHERE, Cursor, Instant

MOST_ENTRIES = 1_000
"""Entries that one checkpoint speaks of; a log that grew by more gets several."""

_CONTEXT = b"liveblog checkpoint "
_KEY_BYTES = 32


class Place(Struct, frozen=True, kw_only=True):
    """How far a log was folded: ``count`` entries, up to the one at ``cursor``."""

    log: str
    count: int
    cursor: Cursor
    head: bytes

    def after(self, entry: Kept) -> Place:
        """The place after one more entry."""
        head = chain.following(self.head, entry.id, committed(entry))
        return Place(log=self.log, count=self.count + 1, cursor=entry.id, head=head)


class Checkpoint(Struct, frozen=True, kw_only=True):
    """The head of ``log`` after ``count`` entries. ``entries`` are those since the checkpoint
    before, with their commitments (empty: written before there were any), so that the first one
    that is wrong can be named. ``head`` and commitments are hexadecimal."""

    log: str
    at: Instant
    count: int
    cursor: Cursor
    head: str
    entries: tuple[tuple[Cursor, str], ...]


class Signed(Struct, frozen=True, kw_only=True):
    """A checkpoint as it is kept; ``key`` is the public key."""

    checkpoint: Raw
    key: str
    signature: str


class Forged(Exception):
    """A line is no checkpoint of ours; its text says why."""


def beginning(log: str) -> Place:
    """Before a log's first entry."""
    return Place(log=log, count=0, cursor=NOWHERE, head=chain.beginning(log))


def committed(entry: Kept) -> bytes:
    """What stands for an entry in the chain. Raises BrokenLog."""
    try:
        return bytes.fromhex(entry.commitment) if entry.commitment else chain.UNPROVEN
    except ValueError as error:
        raise BrokenLog(f"entry {entry.id}: its commitment cannot be read") from error


def signed(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> bytes:
    """A checkpoint's line, without its end."""
    body = codec.to_json(checkpoint)
    signature = key.sign(_CONTEXT + body).hex()
    return codec.to_json(
        Signed(checkpoint=Raw(body), key=public(key.public_key()), signature=signature)
    )


def opened(line: bytes, keys: Collection[str]) -> Checkpoint:
    """The checkpoint of a line that one of the ``keys`` signed. Raises Forged."""
    try:
        kept = codec.from_json(line, Signed)
        checkpoint = codec.from_json(bytes(kept.checkpoint), Checkpoint)
        bytes.fromhex(checkpoint.head)
        signature = bytes.fromhex(kept.signature)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Forged(f"it cannot be read ({error})") from error
    named = f"the checkpoint of {checkpoint.log} at entry {checkpoint.cursor}"
    if kept.key not in keys:
        raise Forged(f"{named} was signed with another key, {kept.key}")
    try:
        parsed(kept.key).verify(signature, _CONTEXT + bytes(kept.checkpoint))
    except InvalidSignature as error:
        raise Forged(f"{named} was altered or forged: its signature does not fit it") from error
    return checkpoint


def place(checkpoint: Checkpoint) -> Place:
    """Where a log stood at a checkpoint."""
    return Place(
        log=checkpoint.log,
        count=checkpoint.count,
        cursor=checkpoint.cursor,
        head=bytes.fromhex(checkpoint.head),
    )


def public(key: Ed25519PublicKey) -> str:
    """A public key as it is printed: 64 hexadecimal digits."""
    return key.public_bytes_raw().hex()


def parsed(text: str) -> Ed25519PublicKey:
    """The reverse of :func:`public`. Raises BadKey."""
    try:
        raw = bytes.fromhex(text.strip())
    except ValueError:
        raw = b""
    if len(raw) != _KEY_BYTES:
        raise BadKey(
            f"{text!r} is no public key: give the 64 digits that `liveblog checkpoint` prints."
        )
    return Ed25519PublicKey.from_public_bytes(raw)
