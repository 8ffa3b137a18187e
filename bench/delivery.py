"""From the API call to every reader: each delivery is counted and stamped with one clock."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from time import perf_counter

import httpx2
from msgspec import Struct

from bench.figures import table
from bench.servers import Newsroom, a_newsroom

_MARK = b"\nid: "
_TIMEOUT_SECONDS = 30
READERS = 200
POSTS = 50


class Took(Struct, frozen=True, kw_only=True):
    """What was measured, over all readers and posts."""

    median_ms: float
    p99_ms: float
    slowest_ms: float
    deliveries: int


class Reader(asyncio.Protocol):
    """A reader by SSE that notes when each event came."""

    def __init__(self, request: bytes, heard: asyncio.Event) -> None:
        self._request = request
        self._heard = heard
        self._rest = b""
        self.ready = asyncio.Event()
        self.came: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        now = perf_counter()
        self.ready.set()
        # A mark may be torn by the end of a read: keep what could be its beginning.
        found = self._rest + data
        self.came += [now] * found.count(_MARK)
        self._heard.set()
        self._rest = found[-len(_MARK) + 1 :]


def rounds(data: Path, number: int) -> list[Took]:
    """Measure so many times on one installation."""
    data.mkdir(parents=True)
    with a_newsroom(data) as newsroom:
        return [asyncio.run(measure(newsroom, READERS, POSTS)) for _ in range(number)]


def delivery_table(found: list[Took]) -> str:
    """A line a round; milliseconds from before the API call."""
    heads = ("round", "median ms", "p99 ms", "slowest ms", "deliveries")
    rows = [
        (
            str(number),
            f"{took.median_ms:.2f}",
            f"{took.p99_ms:.2f}",
            f"{took.slowest_ms:.2f}",
            f"{took.deliveries} of {READERS * POSTS}",
        )
        for number, took in enumerate(found, 1)
    ]
    return table(heads, rows)


async def measure(newsroom: Newsroom, readers: int, posts: int) -> Took:
    """Post one update at a time and wait for all readers before the next."""
    slug = f"bench-{secrets.token_hex(4)}"
    base = f"http://127.0.0.1:{newsroom.port}"
    headers = {"Authorization": f"Bearer {newsroom.token}"}
    async with httpx2.AsyncClient(base_url=base, headers=headers) as client:
        opened = await client.post("/api/v1/stories", json={"slug": slug, "headline": "Bench"})
        opened.raise_for_status()
        heard = asyncio.Event()
        connected = await _connect(newsroom.port, slug, readers, heard)
        delays = []
        for number in range(posts):
            began = perf_counter()
            posted = await client.post(
                f"/api/v1/stories/{slug}/updates", json={"text": f"Update {number}. " * 20}
            )
            posted.raise_for_status()
            await _until_all_have(connected, number + 1, heard)
            delays += [reader.came[number] - began for reader in connected]
    return _took(delays)


async def _connect(port: int, slug: str, readers: int, heard: asyncio.Event) -> list[Reader]:
    request = f"GET /stories/{slug}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    loop = asyncio.get_running_loop()
    connected = []
    for _ in range(readers):
        _, reader = await loop.create_connection(lambda: Reader(request, heard), "127.0.0.1", port)
        connected.append(reader)
    await asyncio.gather(*(reader.ready.wait() for reader in connected))
    return connected


async def _until_all_have(readers: list[Reader], number: int, heard: asyncio.Event) -> None:
    async with asyncio.timeout(_TIMEOUT_SECONDS):
        while any(len(reader.came) < number for reader in readers):
            heard.clear()
            await heard.wait()


def _took(delays: list[float]) -> Took:
    ordered = sorted(1000 * delay for delay in delays)
    return Took(
        median_ms=ordered[len(ordered) // 2],
        p99_ms=ordered[len(ordered) * 99 // 100],
        slowest_ms=ordered[-1],
        deliveries=len(ordered),
    )
