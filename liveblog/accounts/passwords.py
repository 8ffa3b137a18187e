"""Passwords: which are refused, and argon2id for those that are kept (RFC 9106)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from liveblog.accounts.common import ROWS, WORDS
from liveblog.errors import Crowded, Invalid

T = TypeVar("T")

SHORTEST, LONGEST = 12, 1_024

_HASHERS = 2
"""Passwords that are hashed at a time: each takes 64 MiB and a tenth of a second of one core."""

_WAITING = 64
"""Those that may wait for it; who comes then is told to come back."""

_LEET = str.maketrans("013457@$", "oieastas")
_RUN = 4
"""Keys in a row that count as one guess."""

_LEFT, _DISTINCT = 6, 5
"""Characters that must be left of a password, and how many of them different."""

_ENDING = re.compile(r"[\d\W_]{1,6}$")
"""A year, a number and an exclamation mark are what everybody adds."""


class Passwords:
    """Hashes and verifies, in threads, so few at a time that a flood cannot eat the process."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1)
        self._limiter = CapacityLimiter(_HASHERS)
        self._nobodys = ""
        self._inside = 0

    async def hash(self, password: str) -> str:
        """What to keep of a password. Raises Crowded."""
        return await self._in_thread(lambda: self._hasher.hash(password))

    async def verify(self, kept: str, password: str) -> bool:
        """True if it is the password. Without one that is kept it takes as long to say no.

        Raises Crowded.
        """
        if not self._nobodys:
            self._nobodys = await self.hash("of nobody")
        compared = kept or self._nobodys
        return await self._in_thread(lambda: self._matches(compared, password)) and bool(kept)

    def _matches(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_thread(self, work: Callable[[], T]) -> T:
        # Counted here: the limiter hears only later of those who come in the same moment.
        if self._inside >= _HASHERS + _WAITING:
            raise Crowded("Too many people sign in at this moment; try again in a few seconds.")
        self._inside += 1
        try:
            return await to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._inside -= 1


def refuse_weak(password: str, known: Iterable[str]) -> None:
    """Raise Invalid for a password that is short, or made of what everybody guesses first.
    ``known`` are words that go with its owner: names, and the site's."""
    if len(password) < SHORTEST:
        raise Invalid("password", f"use {SHORTEST} characters or more; several words are good")
    if len(password) > LONGEST:
        raise Invalid("password", f"use {LONGEST:,} characters at most")
    left = _unguessed(password, known)
    if len(left) < _LEFT or len(set(left)) < _DISTINCT:
        raise Invalid(
            "password",
            "this is among the first that somebody would guess: it is little more than common"
            " words, names, keys in a row or repetitions; use several words that do not belong"
            " together",
        )


def _unguessed(password: str, known: Iterable[str]) -> str:
    """What is left of a password without all that is guessed first."""
    left = _once(password.lower())
    for row in ROWS:
        left = _without_runs(left, row)
        left = _without_runs(left, row[::-1])
    own = [word for text in known for word in re.findall(r"\w{3,}", text.lower())]
    for word in sorted([*own, *WORDS], key=len, reverse=True):
        left = _without_word(left, word.translate(_LEET))
    return _ENDING.sub("", _once(left))


def _without_word(text: str, word: str) -> str:
    """The text without a word, also where digits stand for some of its letters."""
    while (at := text.translate(_LEET).find(word)) >= 0:
        text = text[:at] + text[at + len(word) :]
    return text


def _once(text: str) -> str:
    """A text that repeats itself, once; and a character that repeats itself, once."""
    text = re.sub(r"(.)\1{2,}", r"\1", text)
    period = (text + text).find(text, 1)
    return text[:period] if text else text


def _without_runs(text: str, row: str) -> str:
    """The text without four or more keys of a row that follow each other."""
    kept, at = [], 0
    while at < len(text):
        length = _run_length(text, at, row)
        if length < _RUN:
            kept.append(text[at])
        at += length if length >= _RUN else 1
    return "".join(kept)


def _run_length(text: str, at: int, row: str) -> int:
    length = len(text) - at
    while length >= _RUN and text[at : at + length] not in row:
        length -= 1
    return length
