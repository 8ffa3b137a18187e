"""A device that keeps passkeys, in software (W3C Web Authentication, 6)."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


class Device:
    """One passkey. ``verifies`` is whether it asks for a finger or a PIN."""

    def __init__(self, origin: str, *, verifies: bool = True) -> None:
        self.origin = origin
        self.id = secrets.token_bytes(16)
        self.count = 0
        self.verifies = verifies
        self.handle = b""
        self._key = ec.generate_private_key(ec.SECP256R1())

    def create(self, options: str) -> bytes:
        """Answer ``navigator.credentials.create()``."""
        asked = json.loads(options)
        self.handle = base64url_to_bytes(asked["user"]["id"])
        numbers = self._key.public_key().public_numbers()
        key = cbor2.dumps({
            1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")
        })  # fmt: skip
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + key
        data = self._data(asked["rp"]["id"], _ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked["challenge"])
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def get(self, options: str) -> bytes:
        """Answer ``navigator.credentials.get()``."""
        asked = json.loads(options)
        self.count += 1
        data = self._data(asked["rpId"])
        client = self._client("webauthn.get", asked["challenge"])
        signed = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=client,
            authenticatorData=data,
            signature=signed,
            userHandle=self.handle,
        )

    def _data(self, host: str, more: int = 0) -> bytes:
        flags = _PRESENT | (_VERIFIED if self.verifies else 0) | more
        return (
            hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, **response: Any) -> bytes:
        inner = {name: bytes_to_base64url(value) for name, value in response.items()}
        id = bytes_to_base64url(self.id)
        assert base64url_to_bytes(id) == self.id
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": inner}).encode()
