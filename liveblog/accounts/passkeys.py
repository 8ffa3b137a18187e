"""Passkeys (W3C Web Authentication): asked for, checked and kept, with the webauthn library.

Each conversation is two messages of the browser's: what we ask is JSON for
``navigator.credentials``, what comes back is its JSON again. The challenge in between is kept by
whoever leads the conversation.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import msgspec
import webauthn
from msgspec import Struct
from msgspec.structs import replace
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from liveblog.errors import Invalid, NotAuthenticated
from liveblog.store.people import Passkey
from liveblog.story import Instant

CHALLENGE_BYTES = 32


class Party(Struct, frozen=True, kw_only=True):
    """The site as passkeys know it: its host, its origin, its name."""

    host: str
    origin: str
    name: str


class _Response(Struct):
    """What is read off a browser's answer before it is verified."""

    id: str
    response: _Inner


class _Inner(Struct, rename="camel"):
    transports: tuple[str, ...] = ()
    user_handle: str | None = None


def challenge() -> bytes:
    """What a device must sign, used once."""
    return secrets.token_bytes(CHALLENGE_BYTES)


def to_register(
    party: Party, *, handle: bytes, name: str, known: Sequence[Passkey], challenge: bytes
) -> str:
    """What to ask a browser for to make a passkey; ``handle`` names the person to the device."""
    options = webauthn.generate_registration_options(
        rp_id=party.host,
        rp_name=party.name,
        user_id=handle,
        user_name=name,
        challenge=challenge,
        exclude_credentials=_described(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return webauthn.options_to_json(options)


def registered(
    party: Party, response: bytes, challenge: bytes, *, name: str, now: Instant
) -> Passkey:
    """The passkey that a browser made. Raises Invalid."""
    try:
        read = msgspec.json.decode(response, type=_Response)
        verified = webauthn.verify_registration_response(
            credential=response.decode(),
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
        raise Invalid("passkey", "this passkey could not be verified; try again") from error
    return Passkey(
        id=bytes_to_base64url(verified.credential_id),
        public_key=bytes_to_base64url(verified.credential_public_key),
        sign_count=verified.sign_count,
        name=name,
        created=now,
        transports=read.response.transports,
    )


def to_sign_in(party: Party, known: Sequence[Passkey], challenge: bytes) -> str:
    """What to ask a browser for to sign in; without ``known`` the device offers what it has."""
    options = webauthn.generate_authentication_options(
        rp_id=party.host,
        challenge=challenge,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def claimed(response: bytes) -> str:
    """Which passkey a browser says it used. Raises NotAuthenticated."""
    try:
        return msgspec.json.decode(response, type=_Response).id
    except msgspec.MsgspecError as error:
        raise NotAuthenticated from error


def claimant(response: bytes) -> str:
    """Whose passkey a browser says it used, by its handle. Raises NotAuthenticated."""
    try:
        handle = msgspec.json.decode(response, type=_Response).response.user_handle
        return base64url_to_bytes(handle or "").decode()
    except (msgspec.MsgspecError, ValueError) as error:
        raise NotAuthenticated from error


def verified(party: Party, response: bytes, challenge: bytes, passkey: Passkey) -> Passkey:
    """The passkey after it was used to sign in. Raises NotAuthenticated."""
    try:
        used = webauthn.verify_authentication_response(
            credential=response.decode(),
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, UnicodeDecodeError, ValueError) as error:
        raise NotAuthenticated from error
    if used.credential_id != base64url_to_bytes(passkey.id):
        raise NotAuthenticated
    return replace(passkey, sign_count=used.new_sign_count)


def _described(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.id)) for one in known]
