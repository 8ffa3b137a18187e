"""The headers that protect readers, by the kind of address; one table, one ASGI middleware."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from liveblog.feeds import FEEDS
from liveblog.markup.providers import FRAME_ORIGINS

_ALL = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}
REPORTS = "/csp-reports"
"""Where browsers say that a page did what its policy forbids."""

_CORS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
_PAGE_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # https: for pictures that a reader asks for; none is loaded from elsewhere before.
        "img-src 'self' https:",
        "connect-src 'self'",
        # For the posts and videos that a reader asks for; none is loaded before.
        f"frame-src {' '.join(FRAME_ORIGINS)}",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        "require-trusted-types-for 'script'",
        "report-to csp",
        f"report-uri {REPORTS}",  # for browsers without Reporting-Endpoints
    ]
)
_EMBED_POLICY = _PAGE_POLICY.replace("frame-ancestors 'self'", "frame-ancestors *")
_NOTHING = "sandbox; default-src 'none'"
"""For what browsers may show and must never run."""

_PAGE = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Reporting-Endpoints": f'csp="{REPORTS}"',
    "Vary": "Accept-Encoding",
}
_DESK_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self' wss:",
        # So that the desk opens offline, and can be installed.
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "report-to csp",
        f"report-uri {REPORTS}",
    ]
)
_DESK = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _DESK_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Reporters photograph where they stand.
    "Permissions-Policy": _PAGE["Permissions-Policy"].replace("camera=()", "camera=(self)"),
    "Referrer-Policy": "no-referrer",
    "Reporting-Endpoints": _PAGE["Reporting-Endpoints"],
}
_PUBLIC_CACHE = "public, max-age=2, stale-while-revalidate=10, stale-if-error=86400"

_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_OTHERS = {"Cross-Origin-Resource-Policy": "cross-origin"}
_FOR_US = {"Cross-Origin-Resource-Policy": "same-origin"}

HEADERS: tuple[tuple[re.Pattern[str], dict[str, str]], ...] = (
    # address: its headers, besides those of all; the first that fits counts. (?s): an address may
    # hold a line feed. Readers come first.
    (re.compile(r"/stories/[^/]+/(events|socket|changes)"), _CORS),
    (re.compile(r"(?s)/api/.*"), {"Cache-Control": "no-store", **_CORS}),
    (re.compile(r"/stories/[^/]+/state"), {"Cache-Control": _PUBLIC_CACHE, **_CORS}),
    (
        re.compile(rf"(/stories/[^/]+)?/feed\.({'|'.join(FEEDS)})"),
        {"Cache-Control": _PUBLIC_CACHE, "Content-Security-Policy": _NOTHING, **_CORS},
    ),
    (
        # It may look after the whole desk, which its own folder is not: /desk has no slash.
        re.compile(r"/desk/worker\.js"),
        _DESK | {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/desk"},
    ),
    (re.compile(r"/desk/manifest\.webmanifest"), _DESK | {"Cache-Control": "no-cache"}),
    (re.compile(r"(?s)/desk(/.*)?"), _DESK),
    (
        # Only what we made is served there; should it ever be more, it can do nothing.
        re.compile(r"(?s)/media/.*"),
        {
            "Cache-Control": _FOR_EVER,
            "Content-Security-Policy": _NOTHING,
            **_FOR_OTHERS,
        },
    ),
    (
        re.compile(r"/|/stories/[^/]+(/updates/[^/]+)?|/problems/[^/]+"),
        {"Cache-Control": _PUBLIC_CACHE, "Content-Security-Policy": _PAGE_POLICY, **_PAGE},
    ),
    # Frames on partners' pages load these, some in a sandbox whose origin is nobody's.
    (re.compile(r"/static/assets/.*"), {"Cache-Control": _FOR_EVER, **_CORS}),
    (re.compile(r"/static/.*"), {"Cache-Control": "public, max-age=3600", **_FOR_OTHERS}),
    (re.compile(r"/embed/v\d+\.\d+\.\d+\.js"), {"Cache-Control": _FOR_EVER, **_CORS}),
    (re.compile(r"/embed/v\d+\.js"), {"Cache-Control": "public, max-age=300", **_CORS}),
    # Anybody may frame it: what it shows is public, and nothing in it acts in a reader's name. An
    # endpoint that knows a story's partners says who instead; what it says is kept.
    (
        re.compile(r"/embed/[^/]+"),
        {
            "Cache-Control": _PUBLIC_CACHE,
            "Content-Security-Policy": _EMBED_POLICY,
            **{name: value for name, value in _PAGE.items() if "Opener" not in name},
            **_FOR_OTHERS,
        },
    ),
    (re.compile(r"/oembed"), {"Cache-Control": _PUBLIC_CACHE, **_CORS}),
    (re.compile(r"/(healthz|readyz|csp-reports)"), {"Cache-Control": "no-store", **_FOR_US}),
    # What is nowhere: a test sees to it that no route of ours comes down here.
    (
        re.compile(r"(?s).*"),
        {"Cache-Control": _PUBLIC_CACHE, "Content-Security-Policy": _PAGE_POLICY, **_PAGE},
    ),
)
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PATCH, PUT, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, If-Match,"
    " If-None-Match, Last-Event-ID",
    "Access-Control-Max-Age": "86400",
}


_TOGETHER = tuple((kind.fullmatch, MappingProxyType(_ALL | add)) for kind, add in HEADERS)


def headers_for(path: str) -> Mapping[str, str]:
    """The headers of an address: the same object for all addresses of a kind."""
    for fits, headers in _TOGETHER:
        if fits(path):
            return headers
    raise AssertionError("the last pattern fits every address")


class SecurityHeaders:
    """Adds the headers of the table to every answer and answers CORS preflights."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wanted = headers_for(scope["path"])
        if scope["method"] == "OPTIONS" and "Access-Control-Allow-Origin" in wanted:
            await _preflight(wanted, send)
            return

        # For an endpoint that takes the connection over and answers past this middleware.
        scope.setdefault("extensions", {})["liveblog.headers"] = wanted

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for key, value in wanted.items():
                    headers.setdefault(key, value)
                if message["status"] >= 400:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, with_headers)


async def _preflight(wanted: Mapping[str, str], send: Send) -> None:
    both = {**wanted, **_PREFLIGHT}
    headers = [(key.lower().encode(), value.encode()) for key, value in both.items()]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
