"""Secrets that are handed out: made of chance, kept only as a digest."""

from __future__ import annotations

import hashlib
import secrets


def a_secret() -> str:
    """One that nobody guesses: 256 bits, fit for addresses and cookies."""
    return secrets.token_urlsafe(32)


def an_id() -> str:
    """A name for something, good for nothing else."""
    return secrets.token_hex(8)


def digest(secret: str) -> str:
    """What is kept of it: SHA-256 in hexadecimal. Enough for secrets that are chance alone."""
    return hashlib.sha256(secret.encode()).hexdigest()
