"""Who a client is: what it says of itself is believed of configured proxies alone."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from liveblog import settings
from liveblog.errors import BadSetting
from liveblog.hub.addresses import household
from liveblog.hub.doors import Doors
from liveblog.hub.proxies import Proxies
from liveblog.story import Slug
from tests.sites import Newsroom, Site, a_site
from tests.web.answers import until_open

PROXY = "127.0.0.9"
ONE_READER = {"LIVEBLOG_READERS_PER_ADDRESS": "1", "LIVEBLOG_PROXIES": ""}
ONE_LINE = {"LIVEBLOG_CONNECTIONS_PER_ADDRESS": "1", "LIVEBLOG_PROXIES": PROXY}


@contextmanager
def a_story(redis_url: str, log: Path, **environment: str) -> Iterator[tuple[Site, Slug]]:
    with a_site(redis_url, log, **environment) as site:
        slug = Newsroom(site, asyncio.run(site.token())).open()
        until_open(site, slug)
        site.http.close()
        yield site, slug


def asks(
    stack: ExitStack,
    site: Site,
    path: str,
    source: str,
    forwarded: str = "",
    *,
    until: bytes = b"\r\n\r\n",
) -> bytes:
    """An answer until that is there; the connection stays open as long as the stack."""
    line = stack.enter_context(socket.create_connection(("127.0.0.1", site.port), 20, (source, 0)))
    says = f"X-Forwarded-For: {forwarded}\r\nX-Forwarded-Proto: https\r\n" if forwarded else ""
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{says}\r\n".encode())
    answer = b""
    while until not in answer and (chunk := line.recv(65_536)):
        answer += chunk
    return answer


def let_in(answer: bytes) -> bool:
    """A reader that is turned away is answered in chunks by the application, and closed."""
    assert answer.startswith(b"HTTP/1.1 200 ")
    return b"transfer-encoding: chunked" not in answer.lower()


def test_a_reader_from_one_address_cannot_pretend_to_be_many(
    redis_url: str, tmp_path: Path
) -> None:
    with a_story(redis_url, tmp_path / "log", **ONE_READER) as (site, slug), ExitStack() as stack:
        path = f"/stories/{slug}/events"
        assert let_in(asks(stack, site, path, "127.0.0.2", "198.51.100.1"))
        assert not let_in(asks(stack, site, path, "127.0.0.2", "198.51.100.2"))
        # Nor take the place of somebody else.
        assert let_in(asks(stack, site, path, "127.0.0.1", "127.0.0.3"))
        assert let_in(asks(stack, site, path, "127.0.0.3"))


def test_behind_a_configured_proxy_the_readers_own_addresses_count(
    redis_url: str, tmp_path: Path
) -> None:
    given = ONE_READER | {"LIVEBLOG_PROXIES": f"10.0.0.0/8, {PROXY}"}
    with a_story(redis_url, tmp_path / "log", **given) as (site, slug), ExitStack() as stack:
        path = f"/stories/{slug}/events"
        assert let_in(asks(stack, site, path, PROXY, "198.51.100.1"))
        assert let_in(asks(stack, site, path, PROXY, "198.51.100.2"))
        assert not let_in(asks(stack, site, path, PROXY, "198.51.100.1"))
        # What a client sent stands before what its proxy added.
        assert not let_in(asks(stack, site, path, PROXY, "203.0.113.7, 198.51.100.1"))
        assert not let_in(asks(stack, site, path, PROXY, "203.0.113.7, 198.51.100.1, 10.1.1.1"))
        assert let_in(asks(stack, site, path, PROXY, "203.0.113.7"))


def test_connections_from_one_address_are_counted_whatever_they_say_but_not_a_proxys(
    redis_url: str, tmp_path: Path
) -> None:
    with a_story(redis_url, tmp_path / "log", **ONE_LINE) as (site, _), ExitStack() as stack:
        assert asks(stack, site, "/", "127.0.0.2", "198.51.100.1").startswith(b"HTTP/1.1 200 ")
        assert asks(stack, site, "/", "127.0.0.2", "198.51.100.2").startswith(b"HTTP/1.1 503 ")
        for number in range(3):
            through = asks(stack, site, "/", PROXY, f"198.51.100.{number}")
            assert through.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(("source", "scheme"), [("127.0.0.1", b"http"), (PROXY, b"https")])
def test_the_scheme_is_believed_of_a_proxy_alone(
    redis_url: str, tmp_path: Path, source: str, scheme: bytes
) -> None:
    given = {"LIVEBLOG_PROXIES": PROXY}
    with a_story(redis_url, tmp_path / "log", **given) as (site, slug), ExitStack() as stack:
        page = asks(stack, site, f"/stories/{slug}", source, "198.51.100.1", until=b"</html>")
        assert b'rel="canonical" href="%b://localhost/' % scheme in page


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("fe80::1%eth0", "fe80::"),
        ("no: address", "no: address"),
        ("", ""),
    ],
)
def test_a_subscriber_with_a_network_is_counted_as_one(address: str, counted: str) -> None:
    assert household(address) == counted
    doors = Doors(most_from_one_address=1)
    assert doors.enter(address)
    assert not doors.enter(counted)
    doors.leave(address)
    assert doors.enter(counted)


def test_a_proxy_is_known_by_its_address_or_network() -> None:
    proxies = Proxies(["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"])
    for known in ("10.1.2.3", "::ffff:10.1.2.3", "192.0.2.1", "2001:db8::5"):
        assert known in proxies
    for stranger in ("11.1.2.3", "192.0.2.2", "::1", "", "10.1.2.3:80", "unix:", "10.1.2"):
        assert stranger not in proxies
    assert "127.0.0.1" not in Proxies()


@pytest.mark.parametrize("given", ["proxy.example", "10.0.0.0/33", "10.0.0.1/8", "*", "1.2.3"])
def test_what_is_no_network_is_a_bad_setting(given: str) -> None:
    with pytest.raises(BadSetting, match="LIVEBLOG_PROXIES"):
        settings.read({"LIVEBLOG_PROXIES": given})
