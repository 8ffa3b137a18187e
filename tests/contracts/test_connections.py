"""More connections than a process takes: who is turned away, who is not, and what they are told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from liveblog import settings
from liveblog.serving import readers_that_fit
from liveblog.story import Slug
from tests.sites import Newsroom, Site, a_site

FEW = 5


@pytest.fixture
def site(redis_url: str, tmp_path: Path) -> Iterator[Site]:
    with a_site(redis_url, tmp_path / "log", LIVEBLOG_CONNECTIONS=str(FEW)) as site:
        yield site


@pytest.fixture
def slug(site: Site) -> Slug:
    newsroom = Newsroom(site, asyncio.run(site.token()))
    with newsroom.api:
        return newsroom.open()


@contextmanager
def a_line(site: Site, *, source: str = "127.0.0.1") -> Iterator[socket.socket]:
    """A connection."""
    with socket.create_connection(("127.0.0.1", site.port), 20, (source, 0)) as line:
        yield line


def asked(line: socket.socket, path: str, accept: str = "text/html") -> bytes:
    """What comes first when it asks for something."""
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n".encode())
    return line.recv(65_536)


@pytest.fixture
def crowded(site: Site, slug: Slug) -> Iterator[ExitStack]:
    """All connections are taken by clients that talk; leaving it lets them go."""
    site.http.close()
    with ExitStack() as stack:
        for _ in range(FEW):
            line = stack.enter_context(a_line(site))
            assert asked(line, "/healthz").startswith(b"HTTP/1.1 200 ")
        yield stack


def test_a_page_is_answered_that_it_should_be_asked_for_again(site: Site, crowded: object) -> None:
    with a_line(site) as line:
        answer = asked(line, "/")
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"\r\nRetry-After: " in answer
        assert b"\r\nContent-Security-Policy: default-src 'none'" in answer
        assert b"try again in a few seconds" in answer
        assert line.recv(1) == b"", "it was not closed"


def test_a_program_is_answered_a_problem(site: Site, crowded: object) -> None:
    with a_line(site) as line:
        answer = asked(line, "/api/v1/stories")
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"\r\nContent-Type: application/problem+json" in answer
        assert b'"type":"/problems/crowded"' in answer


def test_a_stream_that_cannot_be_greeted_is_told_when_to_return(
    site: Site, crowded: object
) -> None:
    with a_line(site) as line:
        answer = asked(line, "/stories/not-in-memory/events")
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert b"\r\nContent-Type: text/event-stream" in answer
        assert b"\r\n\r\nretry: " in answer
        assert line.recv(1) == b"", "it was not closed"


def test_readers_are_let_in_all_the_same(site: Site, slug: Slug, crowded: object) -> None:
    with a_line(site) as line:
        assert asked(line, f"/stories/{slug}/events").startswith(b"HTTP/1.1 200 OK")
        line.settimeout(0.2)
        with pytest.raises(TimeoutError):
            line.recv(1)


def test_when_others_have_left_pages_are_answered_again(site: Site, crowded: ExitStack) -> None:
    crowded.close()
    for _ in range(100):
        with a_line(site) as line:
            if asked(line, "/").startswith(b"HTTP/1.1 200 "):
                return
    raise AssertionError("nobody was let in any more")


def test_silent_connections_keep_nobody_out_and_the_oldest_goes_first(
    site: Site, slug: Slug
) -> None:
    site.http.close()
    with ExitStack() as stack:
        silent = [stack.enter_context(a_line(site)) for _ in range(3 * FEW)]
        with a_line(site) as line:
            assert asked(line, f"/stories/{slug}").startswith(b"HTTP/1.1 200 ")
        assert silent[0].recv(1) == b""
        assert asked(silent[-1], "/healthz").startswith(b"HTTP/1.1 200 ")


def test_one_address_cannot_take_all_connections(redis_url: str, tmp_path: Path) -> None:
    with (
        a_site(redis_url, tmp_path / "log", LIVEBLOG_CONNECTIONS_PER_ADDRESS="2") as site,
        ExitStack() as stack,
    ):
        site.http.close()
        first, second = (stack.enter_context(a_line(site, source="127.0.0.2")) for _ in range(2))
        for line in (first, second):
            assert asked(line, "/healthz").startswith(b"HTTP/1.1 200 ")
        with a_line(site, source="127.0.0.2") as third:
            assert asked(third, "/").startswith(b"HTTP/1.1 503 ")
        with a_line(site, source="127.0.0.3") as other:
            assert asked(other, "/").startswith(b"HTTP/1.1 200 ")
        first.close()
        for _ in range(100):
            with a_line(site, source="127.0.0.2") as again:
                if asked(again, "/").startswith(b"HTTP/1.1 200 "):
                    return
        raise AssertionError("the address stays shut out after one of its connections left")


@pytest.mark.parametrize(("wanted", "files", "fits"), [
    ("50000", 20_000, 17_744), ("100", 20_000, 100), ("0", 5_000, 2_744), ("50000", 64, 1),
])  # fmt: skip
def test_there_are_no_more_readers_than_descriptors(wanted: str, files: int, fits: int) -> None:
    read = settings.read({"LIVEBLOG_READERS": wanted, "LIVEBLOG_CONNECTIONS": "2000"})
    assert readers_that_fit(read, files) == fits
