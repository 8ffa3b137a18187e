"""The cookies of the desk. Browsers take a ``__Host-`` name only with Secure and for this host."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from liveblog.accounts.sessions import LIFE_SECONDS

SESSION = "__Host-liveblog"
KNOWN = "__Host-liveblog-known"
"""That this device signed somebody in before: no key, it only has tries of its own."""

AWAY = "__Host-liveblog-sso"
"""Held while somebody is at the identity provider's. Lax, since they come from another site."""

_KNOWN_SECONDS = 400 * 86_400
_AWAY_SECONDS = 600


def held(request: Request, name: str) -> str:
    """A cookie's value, empty without it."""
    return request.cookies.get(name, "")


def keep_session(response: Response, secret: str) -> None:
    """Let the browser hold a session."""
    _set(response, SESSION, secret, LIFE_SECONDS)


def keep_known(response: Response, device: str) -> None:
    """Let the browser be known the next time."""
    _set(response, KNOWN, device, _KNOWN_SECONDS)


def keep_away(response: Response, secret: str) -> None:
    """Let the browser prove that it began what it comes back with."""
    response.set_cookie(
        AWAY, secret, _AWAY_SECONDS, path="/", secure=True, httponly=True, samesite="lax"
    )


def drop(response: Response, name: str) -> None:
    """Let the browser forget a cookie."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="strict")


def _set(response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, seconds, path="/", secure=True, httponly=True, samesite="strict"
    )
