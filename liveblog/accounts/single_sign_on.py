"""Single sign-on by OpenID Connect: the authorization code flow with PKCE, a state and a nonce.

(OpenID Connect Core 1.0, 3.1; RFC 7636.) The provider's address is configured by whoever runs the
site, so it may be anywhere; what it answers is believed only where it is signed.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx2
import msgspec
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct

from liveblog.errors import LiveblogError

SCOPE = "openid profile email"
ANSWER_SECONDS = 10.0
LEEWAY_SECONDS = 60
_FRESH_SECONDS = 600
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]


class SignOnFailed(LiveblogError):
    """The identity provider did not say who this is; try again, or ask whoever runs it."""


class Begun(Struct, frozen=True, kw_only=True):
    """What is to be remembered while somebody is at the provider's. ``again``: the provider was
    told to ask them who they are, even if it remembers them."""

    state: str
    nonce: str
    verifier: str
    again: bool = False


class Subject(Struct, frozen=True, kw_only=True):
    """Who the provider says it is; ``id`` never changes, the rest may."""

    issuer: str
    id: str
    name: str = ""
    email: str = ""
    email_verified: bool = False


class _Provider(Struct, frozen=True):
    """Where a provider is asked."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str

    def check(self) -> None:
        """Raise SignOnFailed where it falls back from https."""
        secure = urlsplit(self.issuer).scheme == "https"
        for address in (self.authorization_endpoint, self.token_endpoint, self.jwks_uri):
            if urlsplit(address).scheme not in ({"https"} if secure else {"http", "https"}):
                raise SignOnFailed("The identity provider names an address without https.")


class SingleSignOn:
    """One provider. ``issuer`` is its address, ``redirect`` ours, to which it sends people back."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, redirect: str) -> None:
        self.issuer = issuer.rstrip("/")
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect = redirect
        self._known: _Provider | None = None

    async def begin(self, *, again: bool = False) -> tuple[str, Begun]:
        """The address to send a person to, and what to remember. Raises SignOnFailed."""
        begun = Begun(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            again=again,
        )
        async with self._client() as client:
            provider = await self._provider(client)
            address, _ = client.create_authorization_url(
                provider.authorization_endpoint,
                state=begun.state,
                nonce=begun.nonce,
                code_verifier=begun.verifier,
                **({"prompt": "login", "max_age": "0"} if again else {}),
            )
        return address, begun

    async def finish(self, begun: Begun, query: Mapping[str, str]) -> Subject:
        """Who came back, by the query of the address that the provider sent them to.

        Raises SignOnFailed.
        """
        if not secrets.compare_digest(query.get("state", "").encode(), begun.state.encode()):
            raise SignOnFailed("This sign-in was not begun here, or too long ago. Begin it again.")
        if "code" not in query:
            raise SignOnFailed(f"The identity provider refused: {query.get('error', 'no code')}.")
        try:
            async with asyncio.timeout(ANSWER_SECONDS), self._client() as client:
                provider = await self._provider(client)
                token = await client.fetch_token(
                    provider.token_endpoint, code=query["code"], code_verifier=begun.verifier
                )
                answer = await client.request("GET", provider.jwks_uri, withhold_token=True)
                keys = answer.raise_for_status().json()
        except (httpx2.HTTPError, AuthlibBaseError, TimeoutError, ValueError, KeyError) as error:
            raise SignOnFailed("The identity provider does not answer as it should.") from error
        return self._subject(token, keys, begun)

    def _subject(self, token: Mapping[str, Any], keys: Any, begun: Begun) -> Subject:
        try:
            read = jwt.decode(token["id_token"], KeySet.import_key_set(keys), algorithms=ALGORITHMS)
            claims = CodeIDToken(
                read.claims,
                read.header,
                {"iss": {"value": self.issuer}, "aud": {"value": self._client_id}},
                {
                    "nonce": begun.nonce,
                    "client_id": self._client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(leeway=LEEWAY_SECONDS)
        except (JoseError, AuthlibBaseError, KeyError, TypeError, ValueError) as error:
            raise SignOnFailed("The identity provider's word could not be verified.") from error
        if begun.again and not _is_fresh(claims.get("auth_time")):
            raise SignOnFailed("The identity provider did not ask again who you are.")
        return Subject(
            issuer=self.issuer,
            id=str(claims["sub"]),
            name=str(claims.get("name", "")),
            email=str(claims.get("email", "")),
            email_verified=claims.get("email_verified") is True,
        )

    async def _provider(self, client: AsyncOAuth2Client) -> _Provider:
        """What the provider says of itself (OpenID Connect Discovery 1.0, 4), asked once."""
        if self._known is None:
            address = f"{self.issuer}/.well-known/openid-configuration"
            try:
                said = await client.request("GET", address, withhold_token=True)
                known = msgspec.json.decode(said.raise_for_status().content, type=_Provider)
            except (httpx2.HTTPError, msgspec.MsgspecError) as error:
                raise SignOnFailed("The identity provider cannot be reached.") from error
            if known.issuer.rstrip("/") != self.issuer:
                raise SignOnFailed("The identity provider says it is another one.")
            known.check()
            self._known = known
        return self._known

    def _client(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self._client_id,
            self._client_secret,
            scope=SCOPE,
            redirect_uri=self._redirect,
            code_challenge_method="S256",
            timeout=ANSWER_SECONDS,
            trust_env=False,
        )


def _is_fresh(auth_time: object) -> bool:
    """True if somebody showed the provider who they are since they left us."""
    return isinstance(auth_time, int) and auth_time > time.time() - _FRESH_SECONDS
