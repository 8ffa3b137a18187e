"""Codes of an authenticator app (TOTP, RFC 6238), each good once, and recovery codes."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

import pyotp
from msgspec.structs import replace

from liveblog.accounts.sealing import Seal
from liveblog.store.people import Person

STEP_SECONDS = 30
_DRIFT_STEPS = 1
"""A phone's clock may be off by half a minute."""

RECOVERY_CODES = 10
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_CODE_LETTERS = 10


def a_key() -> str:
    """A new key for an app, in base 32."""
    return pyotp.random_base32()


def address(key: str, name: str, site: str) -> str:
    """What an app reads from a picture: ``otpauth://…``."""
    return pyotp.TOTP(key).provisioning_uri(name=name, issuer_name=site)


def step(key: str, code: str, now: datetime, *, after: int = 0) -> int | None:
    """The time step whose code this is, if it is one of now and later than ``after``."""
    otp = pyotp.TOTP(key, interval=STEP_SECONDS)
    current = int(now.timestamp()) // STEP_SECONDS
    given = "".join(code.split())
    for one in range(current - _DRIFT_STEPS, current + _DRIFT_STEPS + 1):
        expected = otp.generate_otp(one)
        if hmac.compare_digest(expected.encode(), given.encode()) and one > after:
            return one
    return None


def recovery_codes(seal: Seal) -> tuple[list[str], tuple[str, ...]]:
    """New codes to be shown once, and what is kept of them."""
    codes = [
        "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS))
        for _ in range(RECOVERY_CODES)
    ]
    shown = [f"{code[:5]}-{code[5:]}" for code in codes]
    return shown, tuple(_kept(seal, code) for code in codes)


def with_code_used(person: Person, code: str, seal: Seal, now: datetime) -> Person | None:
    """The person after using a code of the app or a recovery code; None if it is neither. It counts
    only once the person is saved so: two at a time with one code cannot both be."""
    key = seal.open(person.authenticator, person.id)
    used = step(key, code, now, after=person.code_step)
    if used is not None:
        return replace(person, code_step=used)
    kept = _kept(seal, code)
    if kept in person.recovery:
        return replace(person, recovery=tuple(one for one in person.recovery if one != kept))
    return None


def _kept(seal: Seal, code: str) -> str:
    """Signed and not just hashed: 50 bits could be searched in a copy of the store."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return seal.sign(f"recovery {plain}")
