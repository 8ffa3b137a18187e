"""A passkey signs in its owner at this site, once for each challenge, and nobody else."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from liveblog.accounts import passkeys
from liveblog.accounts.passkeys import Party
from liveblog.errors import Invalid, NotAuthenticated
from liveblog.store.people import Passkey
from tests.accounts.device import Device
from tests.builders import NOON

HERE = Party(host="live.example", origin="https://live.example", name="Live")
CHALLENGE = b"c" * passkeys.CHALLENGE_BYTES


def registered(device: Device, challenge: bytes = CHALLENGE) -> Passkey:
    asked = passkeys.to_register(HERE, handle=b"person", name="ada", known=[], challenge=CHALLENGE)
    return passkeys.registered(HERE, device.create(asked), challenge, name="Phone", now=NOON)


def signed(device: Device, passkey: Passkey, party: Party = HERE) -> bytes:
    return device.get(passkeys.to_sign_in(party, [passkey], CHALLENGE))


def test_a_passkey_is_registered_and_signs_in() -> None:
    device = Device(HERE.origin)
    passkey = registered(device)
    assert passkey.name == "Phone"
    answer = signed(device, passkey)
    assert passkeys.claimed(answer) == passkey.id
    used = passkeys.verified(HERE, answer, CHALLENGE, passkey)
    assert used == replace(passkey, sign_count=1)


def test_a_person_is_not_asked_to_register_a_device_twice() -> None:
    known = registered(Device(HERE.origin))
    asked = passkeys.to_register(HERE, handle=b"p", name="ada", known=[known], challenge=CHALLENGE)
    assert [one["id"] for one in json.loads(asked)["excludeCredentials"]] == [known.id]


@pytest.mark.parametrize(
    "device",
    [Device("https://evil.example"), Device("http://live.example"), Device("")],
    ids=["elsewhere", "without TLS", "nowhere"],
)
def test_a_page_elsewhere_registers_nothing(device: Device) -> None:
    with pytest.raises(Invalid):
        registered(device)


def test_a_device_that_asks_its_owner_nothing_is_refused() -> None:
    with pytest.raises(Invalid):
        registered(Device(HERE.origin, verifies=False))
    device = Device(HERE.origin)
    passkey = registered(device)
    device.verifies = False
    with pytest.raises(NotAuthenticated):
        passkeys.verified(HERE, signed(device, passkey), CHALLENGE, passkey)


def test_an_answer_to_another_challenge_is_refused() -> None:
    with pytest.raises(Invalid):
        registered(Device(HERE.origin), challenge=b"d" * 32)
    device = Device(HERE.origin)
    passkey = registered(device)
    with pytest.raises(NotAuthenticated):
        passkeys.verified(HERE, signed(device, passkey), b"d" * 32, passkey)


def test_a_page_elsewhere_signs_nobody_in() -> None:
    device = Device(HERE.origin)
    passkey = registered(device)
    device.origin = "https://live.example.evil.example"
    with pytest.raises(NotAuthenticated):
        passkeys.verified(HERE, signed(device, passkey), CHALLENGE, passkey)
    device.origin = HERE.origin
    elsewhere = replace(HERE, host="evil.example")
    with pytest.raises(NotAuthenticated):
        passkeys.verified(HERE, signed(device, passkey, elsewhere), CHALLENGE, passkey)


def test_another_device_signs_nobody_in() -> None:
    passkey = registered(Device(HERE.origin))
    other = Device(HERE.origin)
    with pytest.raises(NotAuthenticated):
        passkeys.verified(HERE, signed(other, passkey), CHALLENGE, passkey)


def test_a_copy_of_a_device_is_noticed_by_its_count() -> None:
    device = Device(HERE.origin)
    passkey = registered(device)
    device.count = 4
    used = passkeys.verified(HERE, signed(device, passkey), CHALLENGE, passkey)
    device.count = 3
    with pytest.raises(NotAuthenticated):
        passkeys.verified(HERE, signed(device, used), CHALLENGE, used)


def _torn(answer: bytes) -> bytes:
    return answer[:-1]


def _without_signature(answer: bytes) -> bytes:
    read = json.loads(answer)
    del read["response"]["signature"]
    return json.dumps(read).encode()


@pytest.mark.parametrize(
    "spoiled",
    [_torn, _without_signature, lambda answer: b"", lambda answer: b"\xff{}", lambda a: b"[]"],
)
def test_an_answer_that_is_none_is_refused(spoiled: Callable[[bytes], bytes]) -> None:
    device = Device(HERE.origin)
    passkey = registered(device)
    with pytest.raises(NotAuthenticated):
        passkeys.verified(HERE, spoiled(signed(device, passkey)), CHALLENGE, passkey)
    with pytest.raises(Invalid):
        # What signs in registers nothing, spoiled or not.
        passkeys.registered(HERE, signed(device, passkey), CHALLENGE, name="x", now=NOON)
