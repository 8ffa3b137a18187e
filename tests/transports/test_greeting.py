"""What is taken for a plain request for events, and what is left to uvicorn."""

from __future__ import annotations

import pytest

from liveblog.transports.sse import HEAD_BYTES, plain_request

PLAIN = b"GET /stories/storm/events HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_a_plain_request_is_read() -> None:
    request = plain_request(
        b"GET /stories/storm-7/events?after=1-0&x=%20 HTTP/1.1\r\n"
        b"Host:localhost\r\nLAST-Event-ID: \t 5-A \t\r\nX-Empty:\r\n"
        b"X-Accept-Encoding: no\r\nAccept-Encoding:gzip, br\r\n\r\n"
    )
    assert request is not None
    slug, asked = request
    assert slug == "storm-7"
    assert asked.query == b"after=1-0&x=%20"
    assert asked.headers == {
        b"host": b"localhost",
        b"last-event-id": b"5-A",
        b"accept-encoding": b"gzip, br",
    }
    assert asked.after() == "5-A"


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        PLAIN[:-2],
        PLAIN + b"x",
        PLAIN + PLAIN,
        PLAIN.replace(b"GET", b"HEAD"),
        PLAIN.replace(b"1.1", b"1.0"),
        PLAIN.replace(b"storm", b"st%6Frm"),
        PLAIN.replace(b"storm", b"Storm"),
        PLAIN.replace(b"/events", b"/state"),
        PLAIN.replace(b"\r\n", b"\n"),
        PLAIN.replace(b"Host", b"Host "),
        PLAIN.replace(b"Host", b" Host"),
        PLAIN.replace(b"localhost", b"local\0host"),
        PLAIN.replace(b"localhost", b"local\rhost"),
        PLAIN.replace(b"localhost\r\n", b"localhost\r\n folded\r\n"),
        PLAIN.replace(b"Host: localhost\r\n", b""),
        PLAIN.replace(b"Host", b"Host: other\r\nhost"),
        PLAIN.replace(b"Host", b"Content-Length: 3\r\nHost"),
        PLAIN.replace(b"Host", b"transfer-encoding: chunked\r\nHost"),
        PLAIN.replace(b"Host", b"UPGRADE: websocket\r\nHost"),
        PLAIN.replace(b"Host", b"Expect: 100-continue\r\nHost"),
        PLAIN.replace(b"localhost", b"x" * HEAD_BYTES),
        b"\x16\x03\x01\x02\x00",
    ],
)
def test_anything_else_is_left_to_uvicorn(request_: bytes) -> None:
    assert plain_request(request_) is None
