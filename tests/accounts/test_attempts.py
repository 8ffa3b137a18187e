"""Guessing is slowed down, and never shuts out whom it is aimed at."""

from __future__ import annotations

import pytest

from liveblog.accounts.attempts import Attempts, Visitor
from liveblog.accounts.sealing import Seal
from liveblog.errors import TooFast
from liveblog.store.people import Person
from tests.builders import NOON

ADA = Person(id="1", revision=1, name="ada", role="admin", created=NOON)
BOB = Person(id="2", revision=1, name="bob", role="admin", created=NOON)


@pytest.fixture
def attempts() -> Attempts:
    return Attempts(Seal("a secret of this test"))


def tries(attempts: Attempts, person: Person | None, visitor: Visitor, name: str = "ada") -> int:
    """How many tries it takes until there are too many, at most a thousand."""
    for done in range(1_000):
        try:
            attempts.password(name, person, visitor)
        except TooFast:
            return done
    return 1_000


def at(address: str, device: str = "") -> Visitor:
    return Visitor(address=address, device=device)


def test_an_address_guesses_at_an_account_ten_times(attempts: Attempts) -> None:
    assert tries(attempts, ADA, at("192.0.2.1")) == 10


def test_strangers_do_not_shut_an_owner_out(attempts: Attempts) -> None:
    for number in range(100):
        tries(attempts, ADA, at(f"192.0.2.{number}"))
    assert tries(attempts, ADA, at("198.51.100.1")) == 10


def test_an_address_that_tries_many_names_is_slowed_down(attempts: Attempts) -> None:
    done = sum(tries(attempts, None, at("192.0.2.1"), f"name{n}") for n in range(100))
    assert 50 < done <= 60
    assert tries(attempts, ADA, at("198.51.100.1")) == 10


def test_a_name_that_is_nobodys_is_counted_the_same(attempts: Attempts) -> None:
    assert tries(attempts, None, at("192.0.2.1"), "nobody") == 10


def test_a_device_that_is_known_has_tries_of_its_own(attempts: Attempts) -> None:
    device = attempts.device(ADA, "")
    for number in range(100):
        tries(attempts, None, at("192.0.2.1"), f"name{number}")
    tries(attempts, ADA, at("192.0.2.1"))
    assert tries(attempts, ADA, at("192.0.2.1", device)) == 10


def test_a_device_is_known_for_its_owner_only_and_cannot_be_made_up(attempts: Attempts) -> None:
    device = attempts.device(ADA, "")
    assert attempts.known(device, ADA) is not None
    assert attempts.known(device, BOB) is None
    assert attempts.known(device, None) is None
    named, _, signature = device.rpartition(".")
    for forged in ("", "a.1", "a.1.b", f"{named}0.{signature}", f"x{device}", f"{named}."):
        assert attempts.known(forged, ADA) is None
    elsewhere = Attempts(Seal("another secret, longer"))
    assert elsewhere.known(device, ADA) is None


def test_a_device_keeps_its_name(attempts: Attempts) -> None:
    device = attempts.device(ADA, "")
    assert attempts.device(ADA, device) == device
    assert attempts.device(BOB, device) != device


def test_who_gets_it_right_has_all_tries_again(attempts: Attempts) -> None:
    visitor = at("192.0.2.1")
    for _ in range(9):
        attempts.password("ada", ADA, visitor)
    attempts.passed("ada", ADA, visitor)
    assert tries(attempts, ADA, visitor) == 10


def test_a_network_of_ipv6_is_one_address(attempts: Attempts) -> None:
    for number in range(10):
        attempts.password("ada", ADA, at(f"2001:db8:1:1::{number:x}"))
    assert tries(attempts, ADA, at("2001:db8:1:1:ffff::1")) == 0
    assert tries(attempts, ADA, at("2001:db8:1:2::1")) == 10
    for _ in range(10):
        attempts.password("ada", ADA, at("::ffff:192.0.2.1"))
    assert tries(attempts, ADA, at("192.0.2.1")) == 0


def test_codes_are_counted_by_person_and_a_known_device_by_itself(attempts: Attempts) -> None:
    for number in range(20):
        attempts.code(ADA, at(f"192.0.2.{number}"))
    with pytest.raises(TooFast) as refused:
        attempts.code(ADA, at("192.0.2.20"))
    assert 3_500 < refused.value.seconds <= 3_600
    attempts.code(ADA, at("192.0.2.1", attempts.device(ADA, "")))
    attempts.code(BOB, at("192.0.2.1"))
