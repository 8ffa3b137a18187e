"""Requests for another host are refused before anything is done; and what the site's address is."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from liveblog import codec
from liveblog.errors import UnknownHost
from liveblog.hub.hosts import Hosts
from liveblog.web.problems import STATUSES, name, title

_FOR_ANY = frozenset({"/healthz", "/readyz"})
"""Who looks after processes asks each by an address that the process may not know."""


class TrustedHosts:
    """Lets requests through whose Host the site knows, and answers the others 400."""

    def __init__(self, app: ASGIApp, hosts: Hosts) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or self._lets_in(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await _refusal()(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _lets_in(self, scope: Scope) -> bool:
        if scope["path"] in _FOR_ANY:
            return True
        host = _host(scope)
        return host is not None and self._hosts.lets_in(host, _here(scope))


class Addresses:
    """What the site is called in what it answers. ``public_url`` if that is given; else the address
    of the request where its host is known; else nothing, so that addresses are paths: a reader's
    Host must never become another reader's link."""

    def __init__(self, public_url: str, hosts: Hosts) -> None:
        self._public_url = public_url
        self._hosts = hosts

    def of(self, request: Request) -> str:
        """The site's address without a slash at its end, or the empty string."""
        if self._public_url:
            return self._public_url
        host = _host(request.scope) or b""
        if not self._hosts.knows(host, _here(request.scope)):
            return ""
        return f"{request.scope['scheme']}://{host.decode('ascii').lower()}"


def _host(scope: Scope) -> bytes | None:
    """The one Host of a request; None where there are several, or none."""
    found = [value for key, value in scope["headers"] if key == b"host"]
    return found[0] if len(found) == 1 else None


def _here(scope: Scope) -> str:
    server = scope.get("server")
    return server[0] if server else ""


def _refusal() -> Response:
    problem = {
        "type": f"/problems/{name(UnknownHost)}",
        "title": title(UnknownHost),
        "status": STATUSES[UnknownHost],
        "detail": str(UnknownHost()),
    }
    return Response(codec.to_json(problem), STATUSES[UnknownHost], None, "application/problem+json")
