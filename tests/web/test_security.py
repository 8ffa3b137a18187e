"""The headers of every kind of address, and what other sites may ask for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from liveblog.story import Slug
from liveblog.web.assets import folder
from liveblog.web.security import HEADERS, headers_for
from tests.sites import Newsroom, Site

pytestmark = pytest.mark.usefixtures("anyio_backend")

PAGES = ["/", "/stories/{slug}", "/stories/{slug}/updates/{id}", "/problems/no-such-story"]
OPEN = [  # to every site, without credentials
    "/stories/{slug}/state",
    "/stories/{slug}/changes",
    "/stories/{slug}/events",
    "/api/v1/openapi.json",
]
OTHERS = ["/healthz", "/readyz", "/static/icon.svg"]


@pytest.fixture
def path(newsroom: Newsroom, slug: Slug) -> dict[str, str]:
    return {"slug": slug, "id": newsroom.post(slug)["id"]}


def headers(site: Site, address: str, method: str = "GET", **asked: str) -> dict[str, str]:
    """The headers of an answer, whose body may never end."""
    given = {name.replace("_", "-"): value for name, value in asked.items()}
    with site.http.stream(method, address, headers=given) as answer:
        return dict(answer.headers) | {":status": str(answer.status_code)}


@pytest.mark.parametrize("address", [*PAGES, *OPEN, *OTHERS, "/nothing", "/api/v1/nothing"])
def test_every_address_has_the_headers_of_its_kind(
    site: Site, path: dict[str, str], address: str
) -> None:
    found = headers(site, address.format_map(path))
    wanted = dict(headers_for(address.format_map(path)))
    if int(found[":status"]) >= 400 or address.endswith("/changes"):
        wanted["Cache-Control"] = "no-store"
    for name, value in wanted.items():
        assert found[name.lower()] == value
    assert found["strict-transport-security"].startswith("max-age=")
    assert found["x-content-type-options"] == "nosniff"
    assert "server" not in found
    assert "x-powered-by" not in found
    assert "set-cookie" not in found


@pytest.mark.parametrize("address", [*PAGES, "/nothing"])
def test_a_page_runs_nothing_but_our_own_scripts(
    site: Site, path: dict[str, str], address: str
) -> None:
    policy = headers(site, address.format_map(path), accept="text/html")["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["base-uri"] == "'none'"
    assert rules["frame-ancestors"] == "'self'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", PAGES[:3])
def test_a_page_is_cached_shortly_and_for_everybody(
    site: Site, path: dict[str, str], address: str
) -> None:
    found = headers(site, address.format_map(path), cookie="a=b")
    assert found["cache-control"].startswith("public, max-age=2,")
    assert found["vary"] == "Accept-Encoding"


def test_a_file_whose_name_says_its_content_is_cached_for_ever(site: Site) -> None:
    manifests = [json.loads(path.read_text()) for path in folder().glob("*manifest.json")]
    files = [entry["file"] for manifest in manifests for entry in manifest.values()]
    assert files
    for file in files:
        assert Path(file).parts[0] == "assets"
        found = headers(site, f"/static/{file}")
        assert found["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("address", OPEN)
def test_what_is_open_to_all_sites_takes_no_credentials(
    site: Site, path: dict[str, str], address: str
) -> None:
    found = headers(site, address.format_map(path), origin="https://partner.example")
    assert found["access-control-allow-origin"] == "*"
    assert found["cross-origin-resource-policy"] == "cross-origin"
    assert "access-control-allow-credentials" not in found


@pytest.mark.parametrize("address", [*PAGES, *OTHERS])
def test_what_is_not_open_says_nothing_to_other_sites(
    site: Site, path: dict[str, str], address: str
) -> None:
    found = headers(site, address.format_map(path), origin="https://partner.example")
    assert "access-control-allow-origin" not in found


@pytest.mark.parametrize("address", [*OPEN, "/api/v1/stories", "/api/v1/stories/{slug}/updates"])
def test_a_preflight_allows_what_the_api_and_streams_need(
    site: Site, path: dict[str, str], address: str
) -> None:
    found = headers(
        site,
        address.format_map(path),
        "OPTIONS",
        origin="https://partner.example",
        access_control_request_method="POST",
    )
    assert found[":status"] == "204"
    assert found["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in found
    methods = found["access-control-allow-methods"].split(", ")
    assert {"GET", "POST", "PATCH", "PUT", "DELETE"} <= set(methods)
    allowed = {name.strip().lower() for name in found["access-control-allow-headers"].split(",")}
    assert {
        "authorization", "content-type", "idempotency-key", "if-match", "if-none-match",
        "last-event-id",
    } <= allowed  # fmt: skip


def test_a_preflight_of_a_page_is_refused(site: Site, slug: Slug) -> None:
    assert headers(site, f"/stories/{slug}", "OPTIONS")[":status"] == "405"


def test_a_refusal_is_never_cached(site: Site) -> None:
    assert headers(site, "/stories/nowhere")["cache-control"] == "no-store"
    assert headers(site, "/static/nothing.js")["cache-control"] == "no-store"


def test_an_answer_of_the_api_is_never_cached(newsroom: Newsroom, slug: Slug) -> None:
    assert newsroom.api.get(f"/stories/{slug}").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["", "/", "//", "/a\nb", "/é", "/api", "/static", "*"])
def test_every_address_has_a_line_in_the_table(path: str) -> None:
    assert headers_for(path)["X-Content-Type-Options"] == "nosniff"
    assert HEADERS[-1][0].fullmatch(path)


def test_an_odd_address_of_the_api_is_one_of_the_api() -> None:
    assert headers_for("/api/a\nb") == headers_for("/api/ab")


@pytest.mark.parametrize(
    "address",
    [
        "/static/../../pyproject.toml",
        "/static/..%2f..%2fpyproject.toml",
        "/static/%2e%2e/x",
        "/static//etc/passwd",
    ],
)
def test_no_file_outside_the_built_ones_is_served(site: Site, address: str) -> None:
    assert headers(site, address)[":status"] == "404"
