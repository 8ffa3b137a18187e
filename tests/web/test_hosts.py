"""Whose site a request is for: another's is refused, and a forged Host is in nobody's links."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest

from liveblog import settings
from liveblog.app import hosts_of
from liveblog.errors import BadSetting, UnknownHost
from liveblog.hub.hosts import Hosts
from liveblog.story import Slug
from tests.sites import Newsroom, Site, a_site
from tests.web.answers import assert_refused, until_open

pytestmark = pytest.mark.usefixtures("anyio_backend")

PUBLIC = "https://live.example.org"
FORGED = "evil.example"


@pytest.fixture(scope="module")
def strict(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Slug]]:
    """A site that knows its public address, and a story that it holds in memory."""
    log = tmp_path_factory.mktemp("hosts") / "log"
    with a_site(redis_url, log, LIVEBLOG_PUBLIC_URL=PUBLIC) as site:
        slug = Newsroom(site, asyncio.run(site.token())).open()
        until_open(site, slug)
        yield site, slug
    assert "Traceback" not in log.read_text()


def said(site: Site, path: str, *hosts: str, more: str = "") -> bytes:
    """The beginning of an answer to a request with those Hosts."""
    lines = [f"GET {path} HTTP/1.1", *(f"Host: {host}" for host in hosts), *more.split("\n"), ""]
    with socket.create_connection(("127.0.0.1", site.port), 20) as line:
        line.sendall("\r\n".join([*filter(None, lines), "", ""]).encode())
        return line.recv(65_536)


@pytest.mark.parametrize(
    "path",
    [
        "/", "/stories/{slug}", "/stories/{slug}/state", "/stories/{slug}/changes",
        "/api/v1/openapi.json", "/static/icon.svg", "/nothing",
    ],
)  # fmt: skip
def test_a_request_for_another_host_is_refused(strict: tuple[Site, Slug], path: str) -> None:
    site, slug = strict
    answer = site.http.get(path.format(slug=slug), headers={"Host": FORGED})
    assert_refused(answer, 400, UnknownHost)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert FORGED not in answer.text


def test_a_reader_is_not_greeted_who_asks_for_another_host(strict: tuple[Site, Slug]) -> None:
    site, slug = strict
    path = f"/stories/{slug}/events"
    assert said(site, path, FORGED).startswith(b"HTTP/1.1 400 ")
    assert said(site, path, "live.example.org").startswith(b"HTTP/1.1 200 OK")
    assert said(site, path, "localhost:1").startswith(b"HTTP/1.1 200 OK")
    assert said(site, path, "live.example.org", FORGED).startswith(b"HTTP/1.1 400 ")


def test_a_socket_for_another_host_is_refused(strict: tuple[Site, Slug]) -> None:
    site, slug = strict
    shake = (
        "Connection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    )
    path = f"/stories/{slug}/socket"
    assert said(site, path, FORGED, more=shake).startswith(b"HTTP/1.1 403 ")
    assert said(site, path, "live.example.org", more=shake).startswith(b"HTTP/1.1 101 ")


@pytest.mark.parametrize(
    "host",
    ["live.example.org", "LIVE.example.org:443", "live.example.org.", "localhost", "[::1]:8000",
     "127.0.0.1:8000"],
)  # fmt: skip
def test_the_names_of_the_site_and_of_this_machine_are_known(
    strict: tuple[Site, Slug], host: str
) -> None:
    site, slug = strict
    answer = site.http.get(f"/stories/{slug}", headers={"Host": host})
    assert answer.status_code == 200
    assert f'rel="canonical" href="{PUBLIC}/stories/{slug}"' in answer.text


@pytest.mark.parametrize(
    "hosts",
    [[], ["live.example.org", "live.example.org"], ["localhost", FORGED], [""], ["a b"], ["a/b"],
     ["user@localhost"], ["localhost:x"], ["localhost,live.example.org"], ["\xe9"]],
)  # fmt: skip
@pytest.mark.parametrize("open_to_all", [False, True])
def test_a_host_that_is_none_is_refused(
    strict: tuple[Site, Slug], site: Site, hosts: list[str], *, open_to_all: bool
) -> None:
    asked = site if open_to_all else strict[0]
    assert said(asked, "/", *hosts).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_who_looks_after_processes_may_ask_each_by_any_address(
    strict: tuple[Site, Slug], path: str
) -> None:
    assert said(strict[0], path, "10.1.2.3:8000").startswith(b"HTTP/1.1 200 ")


def test_a_forged_host_is_in_nobodys_links(site: Site, newsroom: Newsroom, slug: Slug) -> None:
    """Without a public address any host is served: but no address is made of one not known."""
    path = f"/stories/{slug}"
    for forged in (FORGED, f"{FORGED}:8000", f"127.0.0.1.{FORGED}"):
        poisoned = site.http.get(path, headers={"Host": forged, "X-Forwarded-Host": FORGED})
        assert poisoned.status_code == 200
        assert FORGED not in poisoned.text
        assert f'rel="canonical" href="{path}"' in poisoned.text
    assert f'rel="canonical" href="{site.url}{path}"' in site.http.get(path).text


def test_a_known_host_with_a_forged_port_is_in_its_own_links_alone(site: Site, slug: Slug) -> None:
    path = f"/stories/{slug}"
    assert "localhost:6666" in site.http.get(path, headers={"Host": "localhost:6666"}).text
    assert "6666" not in site.http.get(path, headers={"Host": "localhost:8000"}).text


def test_a_host_is_known_by_its_name_or_by_where_the_request_came_in() -> None:
    known = Hosts(["a.example"], others=True)
    assert not known.knows(b"b.example") and known.lets_in(b"b.example")
    assert known.knows(b"192.0.2.1:80", "192.0.2.1") and not known.knows(b"192.0.2.2", "192.0.2.1")
    assert known.knows(b"[2001:db8::1]", "2001:db8::1")


@pytest.mark.parametrize(
    ("given", "host", "let_in"),
    [
        ({}, "any.example", True),
        ({"LIVEBLOG_PUBLIC_URL": PUBLIC}, "any.example", False),
        ({"LIVEBLOG_PUBLIC_URL": PUBLIC, "LIVEBLOG_HOSTS": "*"}, "any.example", True),
        ({"LIVEBLOG_HOSTS": " a.example , B.example"}, "b.example", True),
        ({"LIVEBLOG_HOSTS": "a.example"}, "any.example", False),
        ({"LIVEBLOG_HOSTS": "a.example"}, "sub.a.example", False),
        ({"LIVEBLOG_HOSTS": "a.example", "LIVEBLOG_HOST": "192.0.2.9"}, "192.0.2.9:80", True),
        ({"LIVEBLOG_HOSTS": "a.example", "LIVEBLOG_HOST": "2001:db8::1"}, "[2001:db8::1]", True),
    ],
)
def test_the_settings_say_which_hosts_are_let_in(
    given: dict[str, str], host: str, let_in: bool
) -> None:
    assert hosts_of(settings.read(given)).lets_in(host.encode()) is let_in


@pytest.mark.parametrize("given", ["https://a.example", "a.example:80", "a b", "*.a.example", "/"])
def test_a_name_that_no_host_has_is_a_bad_setting(given: str) -> None:
    with pytest.raises(BadSetting, match="LIVEBLOG_HOSTS"):
        settings.read({"LIVEBLOG_HOSTS": given})
