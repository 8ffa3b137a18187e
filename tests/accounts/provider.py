"""A small identity provider (OpenID Connect Core 1.0) that can be told to misbehave."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

CLIENT, SECRET = "liveblog", "shared between the two"


class Provider:
    """Knows one person. What is in ``claims`` and ``answer`` replaces what it would say."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.keys: list[Any] = [RSAKey.generate_key(2048, {"kid": "one"}, private=True)]
        self.signs_with: Any = self.keys[0]
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {}
        self.says: dict[str, Any] = {}
        self.token_status = 200
        self._asked: dict[str, dict[str, str]] = {}

    def visit(self, address: str) -> dict[str, str]:
        """Somebody signs in at an address of ours, and is sent back with this query."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = f"code-{len(self._asked)}"
        self._asked[code] = asked
        return {"code": code, "state": asked["state"]}

    def app(self) -> Starlette:
        """Its addresses."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
            ]
        )

    async def _discovery(self, request: Request) -> JSONResponse:
        return JSONResponse({
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            **self.says,
        })  # fmt: skip

    async def _keys(self, request: Request) -> JSONResponse:
        return JSONResponse(KeySet(self.keys).as_dict(private=False))

    async def _token(self, request: Request) -> JSONResponse:
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self._asked.pop(form.get("code", ""), None)
        name_and_secret = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        known = request.headers.get("Authorization") == f"Basic {name_and_secret}"
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not known or asked is None or asked["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        claims = {
            "iss": self.issuer,
            "sub": "1234",
            "aud": CLIENT,
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "nonce": asked["nonce"],
            "name": "Ada Winter",
            "email": "ada@paper.example",
            "email_verified": True,
        } | self.claims
        given = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": "one"}
        signed = jwt.encode(header, given, self.signs_with, algorithms=[self.algorithm])
        answer = {"access_token": "x", "token_type": "Bearer", "id_token": signed}
        return JSONResponse(answer, self.token_status)


@asynccontextmanager
async def a_provider() -> AsyncIterator[Provider]:
    """One that runs while this is entered."""
    listening = socket.create_server(("127.0.0.1", 0))
    provider = Provider(listening.getsockname()[1])
    server = uvicorn.Server(uvicorn.Config(provider.app(), log_config=None, lifespan="off"))
    # Who connects before it has started waits for it.
    serving = asyncio.create_task(server.serve([listening]))
    try:
        yield provider
    finally:
        server.should_exit = True
        await serving
