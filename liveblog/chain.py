"""The chain that makes a log prove itself: commitments, and heads folded from them. Pure.

::

    commitment = SHA-256(salt ‖ body)                     of the bytes as they are stored
    head 0     = SHA-256("liveblog log " ‖ name)
    head n     = SHA-256(head n-1 ‖ id of entry n ‖ commitment of entry n)

A head stands for everything before it: what was said, in which order, under which ids. The salt
makes it impossible to find out by guessing what an erased entry said.
"""

from __future__ import annotations

from hashlib import sha256

AUDIT = "AUDIT"
"""The name of the audit log; no story's slug has capitals."""

SALT_BYTES = 16

UNPROVEN = bytes(32)
"""Stands in the chain for an entry that was written before there were commitments."""


def commitment(salt: bytes, body: bytes) -> bytes:
    """What an entry is bound to: 32 bytes."""
    return sha256(salt + body).digest()


def beginning(name: str) -> bytes:
    """The head of a log without entries. ``name`` is a story's slug or AUDIT."""
    return sha256(b"liveblog log " + name.encode()).digest()


def following(head: bytes, id: str, commitment: bytes) -> bytes:
    """The head after one more entry."""
    return sha256(head + id.encode() + commitment).digest()
