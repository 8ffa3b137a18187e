"""The one place that answers who is calling: a token, or the session of the desk."""

from __future__ import annotations

from starlette.requests import Request

from liveblog.accounts.callers import Caller
from liveblog.accounts.sessions import Sessions
from liveblog.accounts.tokens import Bearers
from liveblog.errors import NotAuthenticated
from liveblog.web import cookies, csrf

PERSON = "Liveblog-Person"
"""The id of who wrote what the desk sends: their words never go out in another's name."""


class Callers:
    """Asks the accounts whose credentials a request brings."""

    def __init__(self, bearers: Bearers, sessions: Sessions) -> None:
        self._bearers = bearers
        self._sessions = sessions

    async def of(self, request: Request) -> Caller:
        """Who makes a call. Raises NotAuthenticated; CrossSite where a session is used from a page
        that is not ours."""
        if "Authorization" in request.headers:
            return await self._bearers.caller(_bearer(request), address(request))
        if not cookies.held(request, cookies.SESSION):
            raise NotAuthenticated
        csrf.require_same_origin(request)
        caller = await self.person(request)
        if request.headers.get(PERSON, caller.actor.id) != caller.actor.id:
            # Written by somebody who was signed in before, perhaps offline: it waits for them.
            raise NotAuthenticated
        return caller

    async def person(self, request: Request, *, seen: bool = True) -> Caller:
        """Who signed in with this browser. Raises NotAuthenticated."""
        secret = cookies.held(request, cookies.SESSION)
        return await self._sessions.caller(secret, address(request), seen=seen)


def address(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""


def _bearer(request: Request) -> str:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise NotAuthenticated
    return secret.strip()
