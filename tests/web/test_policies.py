"""The exact policy of every route: what is not listed here has none, and fails."""

from __future__ import annotations

import re

import pytest
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from liveblog.app import Site as Application
from liveblog.markup.providers import FRAME_ORIGINS
from liveblog.settings import read
from liveblog.web.security import HEADERS, headers_for
from tests.sites import Site

pytestmark = pytest.mark.anyio

ALL = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}
CORS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; "
    "connect-src 'self'; frame-src {frames}; form-action 'self'; base-uri 'none'; "
    "frame-ancestors {framed}; "
    "require-trusted-types-for 'script'; report-to csp; report-uri /csp-reports"
)
SHORTLY = "public, max-age=2, stale-while-revalidate=10, stale-if-error=86400"
FOR_EVER = "public, max-age=31536000, immutable"
NOT_AT_ALL = {"Cache-Control": "no-store"}
PAGE = {
    "Cache-Control": SHORTLY,
    "Content-Security-Policy": CSP.format(framed="'self'", frames=" ".join(FRAME_ORIGINS)),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Reporting-Endpoints": 'csp="/csp-reports"',
    "Vary": "Accept-Encoding",
}
EMBED = {
    "Cache-Control": SHORTLY,
    "Content-Security-Policy": CSP.format(framed="*", frames=" ".join(FRAME_ORIGINS)),
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Permissions-Policy": PAGE["Permissions-Policy"],
    "Referrer-Policy": PAGE["Referrer-Policy"],
    "Reporting-Endpoints": PAGE["Reporting-Endpoints"],
    "Vary": "Accept-Encoding",
}
DESK = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "connect-src 'self' wss:; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; report-to csp; report-uri /csp-reports"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "Reporting-Endpoints": PAGE["Reporting-Endpoints"],
}
OTHERS = {"Cross-Origin-Resource-Policy": "cross-origin"}
OURS = {"Cross-Origin-Resource-Policy": "same-origin"}

POLICIES: dict[str, dict[str, str]] = {
    # a route's address, `{}` for any one part: its policy; with `...` for all that begin so, the
    # longest of which counts
    "/": PAGE,
    "/stories/{}": PAGE,
    "/stories/{}/updates/{}": PAGE,
    "/problems/{}": PAGE,
    "/stories/{}/events": CORS,
    "/stories/{}/socket": CORS,
    "/stories/{}/changes": CORS,
    "/stories/{}/state": CORS | {"Cache-Control": SHORTLY},
    **{
        f"{of}/feed.{name}": CORS
        | {"Cache-Control": SHORTLY, "Content-Security-Policy": "sandbox; default-src 'none'"}
        for of in ("", "/stories/{}")
        for name in ("atom", "rss", "json")
    },
    "/api/...": CORS | NOT_AT_ALL,
    "/embed/v1.js": CORS | {"Cache-Control": "public, max-age=300"},
    "/embed/v1.2.3.js": CORS | {"Cache-Control": FOR_EVER},
    "/embed/{}": EMBED,
    "/oembed": CORS | {"Cache-Control": SHORTLY},
    "/healthz": OURS | NOT_AT_ALL,
    "/readyz": OURS | NOT_AT_ALL,
    "/csp-reports": OURS | NOT_AT_ALL,
    "/desk": DESK,
    "/desk/...": DESK,
    "/desk/worker.js": DESK | {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/desk"},
    "/desk/manifest.webmanifest": DESK | {"Cache-Control": "no-cache"},
    "/media/...": OTHERS
    | {"Cache-Control": FOR_EVER, "Content-Security-Policy": "sandbox; default-src 'none'"},
    "/static/assets/...": CORS | {"Cache-Control": FOR_EVER},
    "/static/...": OTHERS | {"Cache-Control": "public, max-age=3600"},
}


async def the_routes() -> list[str]:
    """The addresses of all routes, with `{}` for what is any part of one."""
    app = Application(read({}), "redis://127.0.0.1:1", 1).app
    return sorted({_path(route) for route in app.routes})


def _path(route: BaseRoute) -> str:
    assert isinstance(route, Route | WebSocketRoute | Mount), route
    path = re.sub(r"\{\w+(:\w+)?\}", "{}", route.path)
    return f"{path}/..." if isinstance(route, Mount) else path


def policy_of(path: str) -> dict[str, str] | None:
    """What is listed for that route: by itself, or under the longest beginning."""
    if path in POLICIES:
        return POLICIES[path]
    begins = [one for one in POLICIES if one.endswith("...") and path.startswith(one[:-3])]
    return POLICIES[max(begins, key=len)] if begins else None


async def test_every_route_has_exactly_the_policy_that_is_listed_for_it() -> None:
    routes = await the_routes()
    assert "/stories/{}/events" in routes and "/static/..." in routes
    for path in routes:
        wanted = policy_of(path)
        assert wanted is not None, f"say here which policy {path} is to have"
        address = path.replace("{}", "any-1").replace("...", "a")
        assert dict(headers_for(address)) == ALL | wanted, path


async def test_no_route_has_its_policy_by_accident() -> None:
    """The last row is for what is nowhere."""
    for path in await the_routes():
        address = path.replace("{}", "any-1").replace("...", "a")
        assert any(fits.fullmatch(address) for fits, _ in HEADERS[:-1]), path


@pytest.mark.parametrize("path", POLICIES)
def test_an_address_has_exactly_the_policy_of_its_kind(path: str) -> None:
    address = path.replace("{}", "any-1").replace("...", "a.b")
    assert dict(headers_for(address)) == ALL | POLICIES[path]


@pytest.mark.parametrize("path", ["/nothing", "/stories/a/b", "/embed", "/embed/a/b", "/desk-x"])
def test_what_is_nowhere_is_no_less_protected_than_a_page(path: str) -> None:
    assert dict(headers_for(path)) == ALL | PAGE


def test_no_policy_lets_everything_in() -> None:
    for _, headers in HEADERS:
        # But for who may frame a story: its updates are for everybody.
        policy = headers.get("Content-Security-Policy", "").replace("frame-ancestors *", "")
        assert "unsafe" not in policy and " *" not in policy and "data:" not in policy
        assert "Access-Control-Allow-Credentials" not in headers


def test_a_served_answer_has_these_headers_and_names_no_server(site: Site) -> None:
    for path in ("/", "/static/icon.svg", "/healthz", "/api/v1/openapi.json", "/nothing"):
        answer = site.http.get(path)
        wanted = ALL | (policy_of(path) or PAGE)
        if answer.status_code >= 400:
            wanted = wanted | NOT_AT_ALL
        found = {name.lower(): value for name, value in answer.headers.items()}
        assert {name.lower(): value for name, value in wanted.items()}.items() <= found.items()
        for telling in ("server", "x-powered-by", "via"):
            assert telling not in found
