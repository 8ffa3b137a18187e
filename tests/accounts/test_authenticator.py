"""A code of an app is good once, and so is a recovery code."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest

from liveblog.accounts import authenticator
from liveblog.accounts.sealing import Seal, kept_secret
from liveblog.errors import BadSetting
from liveblog.store.people import Person
from tests.builders import NOON
from tests.desk.newsroom import NOON as NOW

SEAL = Seal("a secret of this test")
KEY = "JBSWY3DPEHPK3PXP" * 2


def code(**later: float) -> str:
    return pyotp.TOTP(KEY).at(NOW + timedelta(**later))


def somebody(**given: Any) -> Person:
    sealed = SEAL.seal(KEY, "1")
    values: dict[str, Any] = {
        "id": "1",
        "revision": 1,
        "name": "ada",
        "role": "editor",
        "created": NOON,
    }
    return Person(**(values | {"authenticator": sealed} | given))


def test_a_code_of_now_is_good_once() -> None:
    after = authenticator.with_code_used(somebody(), code(), SEAL, NOW)
    assert after is not None
    assert authenticator.with_code_used(after, code(), SEAL, NOW) is None


def test_a_code_of_before_one_that_was_used_is_worthless() -> None:
    after = authenticator.with_code_used(somebody(), code(), SEAL, NOW)
    assert after is not None
    assert authenticator.with_code_used(after, code(seconds=-30), SEAL, NOW) is None
    assert authenticator.with_code_used(after, code(seconds=30), SEAL, NOW) is not None


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_clock_may_be_off_by_half_a_minute(seconds: int) -> None:
    assert authenticator.step(KEY, code(seconds=seconds), NOW) is not None


@pytest.mark.parametrize("given", ["", "000000", "12345", "1234567", "abcdef", "é"])
def test_what_is_no_code_is_refused(given: str) -> None:
    assert authenticator.step(KEY, given, NOW) is None


@pytest.mark.parametrize("seconds", [-61, 61])
def test_an_old_or_future_code_is_refused(seconds: int) -> None:
    assert authenticator.step(KEY, code(seconds=seconds), NOW) is None


def test_a_code_may_be_typed_in_two_groups() -> None:
    given = code()
    assert authenticator.step(KEY, f" {given[:3]} {given[3:]} ", NOW) is not None


def test_a_recovery_code_is_good_once_and_in_any_writing() -> None:
    shown, kept = authenticator.recovery_codes(SEAL)
    assert len(set(shown)) == len(set(kept)) == authenticator.RECOVERY_CODES
    person = somebody(recovery=kept)
    typed = shown[3].upper().replace("-", " ")
    after = authenticator.with_code_used(person, typed, SEAL, NOW)
    assert after is not None and len(after.recovery) == len(kept) - 1
    assert authenticator.with_code_used(after, shown[3], SEAL, NOW) is None
    assert authenticator.with_code_used(after, shown[4], SEAL, NOW) is not None


def test_recovery_codes_are_not_what_is_kept() -> None:
    shown, kept = authenticator.recovery_codes(SEAL)
    _, with_another_secret = authenticator.recovery_codes(Seal("another secret, longer"))
    assert not set(shown) & set(kept)
    assert SEAL.sign(f"recovery {shown[0].replace('-', '')}") == kept[0]
    assert kept[0] not in with_another_secret


def test_a_key_is_sealed_for_its_owner_and_this_installation() -> None:
    sealed = SEAL.seal(KEY, "1")
    assert KEY not in sealed
    assert SEAL.seal(KEY, "1") != sealed
    assert SEAL.open(sealed, "1") == KEY
    with pytest.raises(BadSetting, match="LIVEBLOG_SECRET"):
        SEAL.open(sealed, "2")
    with pytest.raises(BadSetting, match="LIVEBLOG_SECRET"):
        Seal("another secret, longer").open(sealed, "1")


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(BadSetting, match="16 characters"):
        Seal("short")


def test_a_secret_is_made_once_and_nobody_else_reads_it(tmp_path: Path) -> None:
    made = kept_secret(tmp_path / "var")
    assert len(made) > 40
    assert kept_secret(tmp_path / "var") == made
    assert (tmp_path / "var" / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret"]
