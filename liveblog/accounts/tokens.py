"""Bearer tokens. Only a digest is kept, so a copy of the store gives nobody access."""

from __future__ import annotations

import hashlib
import secrets

from liveblog.accounts.roles import PERMISSIONS, Permission, Role, role
from liveblog.errors import NotAllowed, NotAuthenticated
from liveblog.store import Store, Token
from liveblog.story import Instant, Slug

_PREFIX = "lb_"


async def add(
    store: Store, name: str, role: Role, *, story: Slug | None = None, now: Instant
) -> str:
    """Make a token for a role, for one story or all. It cannot be shown again."""
    secret = _PREFIX + secrets.token_urlsafe(32)
    await store.add_token(_digest(secret), Token(name=name, role=role, story=story, created=now))
    return secret


async def bearer(store: Store, secret: str | None) -> Token:
    """Who sends this token. Raises NotAuthenticated."""
    token = await store.token(_digest(secret)) if secret else None
    if token is None:
        raise NotAuthenticated
    return token


async def revoke(store: Store, secret: str) -> None:
    """Make a token worthless."""
    await store.drop_token(_digest(secret))


def require(token: Token, needs: Permission, story: Slug | None) -> None:
    """Raise NotAllowed unless the token permits it, for that story."""
    if needs not in PERMISSIONS[role(token.role)]:
        raise NotAllowed(_VERBS[needs])
    if token.story is not None and token.story != story:
        raise NotAllowed(f"{_VERBS[needs]} outside the story {token.story!r}")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


_VERBS: dict[Permission, str] = {
    "read": "read what is not public",
    "draft": "keep drafts",
    "post": "publish updates (it may send drafts: draft: true)",
    "edit": "edit, pin or retract updates",
    "publish": "open, change or close stories",
    "erase": "erase updates",
    "audit": "read who did what",
}
