"""The installation's secret: seals what must be read again, signs what browsers keep for us."""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from liveblog.errors import BadSetting

_FILE = "secret"
_NONCE_BYTES = 12


def kept_secret(folder: Path) -> str:
    """The secret that lies in a folder, made when there is none; nobody else may read it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _FILE
    whole = folder / f"{_FILE}.{os.getpid()}"
    if not path.exists():
        # Written whole beside it first: of several processes that start at once the first one wins,
        # and none reads half of it.
        descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
        try:
            os.link(whole, path)
        except FileExistsError:
            pass
        finally:
            whole.unlink()
    return path.read_text().strip()


class Seal:
    """Keys made of the installation's secret, one for each use."""

    def __init__(self, secret: str) -> None:
        if len(secret) < 16:
            raise BadSetting("LIVEBLOG_SECRET: give it 16 characters of chance or more.")
        self._box = AESGCM(_key(secret, "seal"))
        self._signing = _key(secret, "sign")

    def seal(self, text: str, owner: str) -> str:
        """Text that only this installation reads, and only as its owner's."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._box.encrypt(nonce, text.encode(), owner.encode())
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, owner: str) -> str:
        """What was sealed. Raises BadSetting where it was sealed with another secret."""
        raw = base64.urlsafe_b64decode(sealed)
        try:
            text = self._box.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], owner.encode())
        except InvalidTag as error:
            raise BadSetting(
                "LIVEBLOG_SECRET is not the one that authenticator apps were set up with. Set it"
                " again (all web processes need the same)."
            ) from error
        return text.decode()

    def sign(self, text: str) -> str:
        """A signature, HMAC-SHA256 in hexadecimal, which a copy of the store cannot make."""
        return hmac.new(self._signing, text.encode(), sha256).hexdigest()

    def signed(self, text: str, signature: str) -> bool:
        """True if it is the signature of that text."""
        return hmac.compare_digest(self.sign(text).encode(), signature.encode())


def _key(secret: str, use: str) -> bytes:
    return HKDF(SHA256(), 32, None, f"liveblog {use}".encode()).derive(secret.encode())
