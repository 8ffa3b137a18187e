"""What everybody guesses first is no password; and a flood of them does not eat the process."""

from __future__ import annotations

import asyncio

import pytest
from argon2 import PasswordHasher

from liveblog.accounts.passwords import Passwords, refuse_weak
from liveblog.errors import Crowded, Invalid

pytestmark = pytest.mark.anyio

KNOWN = ("ada.winter", "Ada Winter", "The Harbour Post")


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "elevenchars",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "Password12345!",
        "P@ssw0rd2024!!",
        "passwordpassword",
        "qwertyuiop123",
        "1qaz2wsx3edc4rfv",
        "0987654321abcd",
        "abcdefghijklmn",
        "letmein-letmein",
        "Liveblog2026!!",
        "NewsroomEditor1",
        "ada.winter1985",
        "WinterAda2026!!",
        "HarbourPost2026",
        "correcthorsebatterystaple",
        "iloveyou1234567",
        "summer2026summer",
        "x" * 1_025,
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        refuse_weak(password, KNOWN)
    assert refused.value.field == "password"
    assert password not in str(refused.value)


@pytest.mark.parametrize(
    "password",
    [
        "seven green herons walk",
        "my summer in Paris was wet",
        "kT4!9#2$8@1%6^pe",
        "tulpe-fahrrad-nebel",
        "новости каждый вечер",
        "dg2xqk8wv0zjmp",
    ],
)
def test_a_password_of_ones_own_is_taken(password: str) -> None:
    refuse_weak(password, KNOWN)


async def test_a_password_is_kept_as_argon2id_and_verified() -> None:
    passwords = Passwords()
    kept = await passwords.hash("seven green herons walk")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert await passwords.verify(kept, "seven green herons walk")
    assert not await passwords.verify(kept, "seven green herons")
    assert await passwords.hash("seven green herons walk") != kept


async def test_nobodys_password_takes_as_long_and_is_never_right() -> None:
    passwords = Passwords()
    assert not await passwords.verify("", "of nobody")
    assert passwords._nobodys.startswith("$argon2id$v=19$m=65536,t=3,p=1$")


async def test_a_flood_of_passwords_is_turned_away_and_the_loop_goes_on() -> None:
    passwords = Passwords()
    # All ask before the first is answered, so that a cheap hash turns away as many as a dear one.
    kept = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("seven green herons walk")
    assert await passwords.verify(kept, "seven green herons walk")
    flood = [asyncio.create_task(passwords.verify(kept, "x")) for _ in range(80)]
    answers = await asyncio.gather(*flood, return_exceptions=True)
    assert sum(isinstance(answer, Crowded) for answer in answers) == 80 - 64 - 2
    assert answers.count(False) == 66
