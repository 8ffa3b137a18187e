"""Posting to a server: by HTTP, several under way on one connection, or by a line to its input."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import IO

EVENT_BYTES = 430
"""What an event of every server takes on the wire, its frame included (within a few bytes)."""

_ANSWER_SECONDS = 60
_QUIET_SECONDS = 2
_OK = range(200, 300)


def payload(mark: str, size: int = EVENT_BYTES - 20) -> bytes:
    """A JSON object on one line that carries a mark, of about that many bytes."""
    text = f'{{"kind":"posted","update":{{"html":"<p>{mark} '
    return (text + filler(size - len(text) - 8) + '</p>"}}').encode()


def filler(size: int) -> str:
    """Words of a made-up report, so many characters of them."""
    words = "The ferry to Lower Sandmouth has turned back and the harbour is closed. "
    return (words * (size // len(words) + 1))[: max(0, size)]


class LinePublisher:
    """A line on standard input is an event. Nothing is acknowledged."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe

    def send(self, mark: str) -> None:
        self._pipe.write(payload(mark) + b"\n")
        self._pipe.flush()

    def settle(self) -> None:
        """There is nothing to wait for."""


class HttpPublisher:
    """One kept-alive connection. Requests are sent at once (pipelined, RFC 9112, 9.3.2), so that
    posts keep their order and their pace however long the answers take."""

    def __init__(self, port: int, path: str, body: Callable[[str], bytes], head: str = "") -> None:
        self._port = port
        self._connect()
        self._head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{head}"
        self._body = body
        self._due = 0

    def _connect(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), _ANSWER_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answers = self._socket.makefile("rb")
        self._used = time.monotonic()

    def send(self, mark: str) -> None:
        # Servers close what was quiet for some seconds (uvicorn: five).
        if not self._due and time.monotonic() > self._used + _QUIET_SECONDS:
            self.close()
            self._connect()
        body = self._body(mark)
        head = f"{self._head}Content-Length: {len(body)}\r\n\r\n"
        self._socket.sendall(head.encode() + body)
        self._due += 1

    def settle(self) -> None:
        while self._due:
            self._due -= 1
            self._answer()
        self._used = time.monotonic()

    def close(self) -> None:
        self._answers.close()
        self._socket.close()

    def _answer(self) -> None:
        status = self._answers.readline().split()
        if len(status) < 2:
            raise ConnectionError("the server closed the connection instead of answering a post")
        size = 0
        while (line := self._answers.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                size = int(value)
        body = self._answers.read(size)
        if int(status[1]) not in _OK:
            raise ValueError(f"a post was answered {int(status[1])}: {body[:200]!r}")
