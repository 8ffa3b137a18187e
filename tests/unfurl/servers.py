"""Servers that a test unfurls from, a canary that must never be reached, and a name server."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from ipaddress import IPv4Address

from liveblog.unfurl.addresses import Address, Policy
from liveblog.unfurl.fetch import Fetcher, Limits
from liveblog.unfurl.network import Resolve
from tests.redis_servers import a_free_port
from tests.unfurl.inside import NAMES

PUBLIC = "127.0.0.2"
"""Loopback as well, but public for whoever is told so."""

Sends = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Web:
    """One site of the public web. ``pages`` maps a path to the whole answer, or to what sends it;
    ``heads`` are the requests that came."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pages: dict[str, bytes | Sends] = {}
        self.heads: list[str] = []
        self.names: list[str | None] = []

    def url(self, path: str = "/", host: str = "news.example") -> str:
        return f"http://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.heads.append(head)
            page = self.pages.get(head.split(" ")[1], b"HTTP/1.1 404 Not Found\r\n\r\n")
            if isinstance(page, bytes):
                writer.write(page)
                await writer.drain()
            else:
                await page(writer)
        writer.close()


class Canary:
    """Listens where nobody may come; counts who does."""

    def __init__(self) -> None:
        self.visits = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        writer.write(html("<title>The inner network</title>"))
        writer.close()


def html(body: str | bytes, *headers: str, type: str = "text/html; charset=utf-8") -> bytes:
    """A whole answer."""
    raw = body.encode() if isinstance(body, str) else body
    lines = ["HTTP/1.1 200 OK", f"Content-Type: {type}", f"Content-Length: {len(raw)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + raw


def to(where: str, status: int = 302) -> bytes:
    """A redirect."""
    head = f"HTTP/1.1 {status} Found\r\nLocation: {where}\r\nContent-Length: 0\r\n\r\n"
    return head.encode("utf-8", "replace")


class Names:
    """A name server under the test's control: what is not in its table is at the canary's.
    A list of lists is answered one after the other, the last again and again."""

    def __init__(self) -> None:
        self.table: dict[str, list[str]] = {"news.example": [PUBLIC]} | {
            name.encode("idna").decode(): answers for name, answers in NAMES.items()
        }
        self.turns: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []

    async def __call__(self, name: str) -> list[str]:
        self.asked.append(name)
        if self.turns.get(name):
            turns = self.turns[name]
            return turns.pop(0) if len(turns) > 1 else turns[0]
        return self.table.get(name, ["127.0.0.1", "::1"])


def is_public(address: Address) -> bool:
    return address == IPv4Address(PUBLIC)


def a_fetcher(web: Web, names: Resolve, policy: Policy | None = None, **limits: float) -> Fetcher:
    """One that takes the test's web, and nothing else, for public."""
    policy = policy or Policy(ports=frozenset({web.port, 80, 443}), is_public=is_public)
    return Fetcher(names, policy, Limits(**({"seconds": 5.0} | limits)))  # type: ignore[arg-type]


@asynccontextmanager
async def listening(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    host: str,
    port: int,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[None]:
    async with await asyncio.start_server(serve, host, port, ssl=tls):
        yield


def a_port() -> int:
    return a_free_port()


class Witness:
    """Every connection that this process begins, as the interpreter itself reports it."""

    def __init__(self) -> None:
        self.connects: list[str] = []
        self._watching = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._watching and event == "socket.connect":
            self.connects.append(str(arguments[1]))

    @contextmanager
    def watching(self) -> Iterator[list[str]]:
        self.connects = []
        self._watching = True
        try:
            yield self.connects
        finally:
            self._watching = False
