"""The key that signs the record's checkpoints, in a file that only its owner may read."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from liveblog.errors import BadKey

NAME = "record.key"


def signing_key(data: Path) -> Ed25519PrivateKey:
    """The key in the data folder, made if there is none. Raises BadKey."""
    file = data / NAME
    if not file.exists():
        _make(file)
    return _read(file)


def known_key(data: Path) -> Ed25519PrivateKey | None:
    """The key in the data folder, if there is one. Raises BadKey."""
    file = data / NAME
    return _read(file) if file.exists() else None


def _make(file: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    partial = file.with_name(f"{NAME}.{os.getpid()}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as out:  # noqa: PTH123 # a descriptor, for its mode
            out.write(pem)
            out.flush()
            os.fsync(out.fileno())
        # Of two that begin at once, the first to come makes the key of both.
        with suppress(FileExistsError):
            file.hardlink_to(partial)
        partial.unlink()
    except OSError as error:
        raise BadKey(f"{file} cannot be written: {error}. Check LIVEBLOG_DATA.") from error


def _read(file: Path) -> Ed25519PrivateKey:
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & 0o077:
            raise BadKey(f"{file} can be read by others (mode {mode:o}): chmod 600 it.")
        key = load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise BadKey(f"{file} is no key that can be used: {error}.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey(f"{file} holds another kind of key than Ed25519.")
    return key
