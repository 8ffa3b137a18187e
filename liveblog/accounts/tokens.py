"""Bearer tokens. Only a digest is kept, so a copy of the store gives nobody access."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from liveblog.accounts.callers import Caller
from liveblog.accounts.roles import Role, role
from liveblog.accounts.secret import digest
from liveblog.errors import Invalid, NotAuthenticated
from liveblog.store import Store, Token
from liveblog.story import Actor, Instant, Slug, instant, moment

_PREFIX = "lb_"
_USED_SECONDS = 60
_REMEMBERED = 10_000
"""Tokens of which is known when they were last noted; when full, all are noted once more."""


async def add(
    store: Store,
    name: str,
    role: Role,
    *,
    story: Slug | None = None,
    owner: str = "",
    days: int | None = None,
    now: Instant,
) -> str:
    """Make a token for a role, for one story or all, for so many ``days`` or until it is revoked.
    It cannot be shown again."""
    expires = instant(moment(now) + timedelta(days=days)) if days else None
    secret = _PREFIX + secrets.token_urlsafe(32)
    token = Token(
        id=secrets.token_hex(5),
        name=name,
        role=role,
        story=story,
        owner=owner,
        created=now,
        expires=expires,
    )
    await store.add_token(digest(secret), token)
    return secret


async def revoke(store: Store, secret: str) -> None:
    """Make a token worthless."""
    await store.drop_token(digest(secret))


async def revoke_id(store: Store, id: str) -> Token:
    """Make the token with that id worthless; answers what it was. Raises Invalid."""
    for kept, token in (await store.tokens_kept()).items():
        # Tokens of before there were ids are named by the beginning of their digest.
        if id and id in {token.id, kept[:10]}:
            await store.drop_token(kept)
            return token
    raise Invalid("id", f"there is no token {id!r}; `liveblog token list` lists them")


def listed(tokens: dict[str, Token]) -> list[tuple[str, Token]]:
    """Tokens by the ids that name them, the newest first."""
    named = [(token.id or kept[:10], token) for kept, token in tokens.items()]
    return sorted(named, key=lambda one: one[1].created, reverse=True)


class Bearers:
    """Who sends which token. When one is used is noted once a minute, not at each request."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._noted: dict[str, datetime] = {}

    async def caller(self, secret: str, address: str) -> Caller:
        """Who sends this token from that address. Raises NotAuthenticated."""
        kept = digest(secret)
        token = await self._store.token(kept)
        now = self._clock()
        if token is None or (token.expires and token.expires <= instant(now)):
            raise NotAuthenticated
        await self._note(kept, now)
        return Caller(
            # A second admin must be another person: a token acts for who made it.
            actor=Actor(kind="token", id=token.owner or token.id, name=token.name, address=address),
            role=role(token.role),
            stories=None if token.story is None else (token.story,),
            ids=frozenset({token.id}),
        )

    async def _note(self, kept: str, now: datetime) -> None:
        noted = self._noted.get(kept)
        if noted is not None and (now - noted).total_seconds() < _USED_SECONDS:
            return
        if len(self._noted) >= _REMEMBERED:
            self._noted.clear()
        self._noted[kept] = now
        await self._store.use_token(kept, instant(now))
