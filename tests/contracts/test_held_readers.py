"""Readers whose connections are taken over: the slow, the talkative, the many."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from liveblog.hub.pace import HEADERS_SECONDS
from liveblog.hub.rooms import BEHIND_BYTES, SLICE
from liveblog.story import Slug
from tests.following import a_reader
from tests.sites import Newsroom, Site, a_site
from tests.web.answers import until_open

pytestmark = pytest.mark.anyio

LARGE = "word " * 8_000
LARGE_POSTS = 200


@pytest.fixture
def slug(newsroom: Newsroom) -> Slug:
    return newsroom.open()


def a_stalled_reader(site: Site, request: bytes) -> socket.socket:
    """It asks, and then reads nothing, with as small a buffer as the kernel gives."""
    stalled = socket.socket()
    stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_024)
    stalled.connect(("127.0.0.1", site.port))
    stalled.sendall(request)
    return stalled


async def test_a_stalled_reader_of_events_is_closed_and_others_hear_everything(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    get = f"GET /stories/{slug}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with a_stalled_reader(site, get) as stalled:
        async with a_reader(site.url, slug, "sse") as reading:
            for _ in range(LARGE_POSTS):
                await asyncio.to_thread(newsroom.post, slug, LARGE)
            await reading.until(lambda reading: len(reading.heard) == LARGE_POSTS)
        heard = await asyncio.to_thread(read_to_the_end, stalled)
    # What the kernel had taken, and not a byte of the rest; the last event may be torn by the end.
    assert heard.count(b"\nid: ") < LARGE_POSTS


async def test_a_stalled_reader_of_messages_is_told_that_it_is_too_slow(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    address = f"{site.url.replace('http', 'ws')}/stories/{slug}/socket"
    # One message fills its queue: from then on it reads nothing off the connection.
    async with connect(address, compression=None, max_size=None, max_queue=1) as stalled:
        # And then reads at once: a reader has five seconds for its last words.
        posted = await post_until_it_is_behind(newsroom, slug, site.port, stalled.local_address[1])
        async with asyncio.timeout(20):
            heard = [message async for message in messages(stalled)]
        assert len(heard) < posted
        assert stalled.close_code == 4008


async def post_until_it_is_behind(newsroom: Newsroom, slug: Slug, here: int, there: int) -> int:
    """Post until the kernel takes no more for that connection, and then a few times as much as a
    reader may be behind; answers how often."""
    posted, taken, times_full = 0, 0, 0
    while times_full * len(LARGE) < 4 * BEHIND_BYTES:
        await asyncio.to_thread(newsroom.post, slug, LARGE)
        posted += 1
        before, taken = taken, bytes_underway(here, there)
        times_full = times_full + 1 if 0 < taken == before else 0
    return posted


def bytes_underway(here: int, there: int) -> int:
    """What one port has given the kernel and another has not taken, as Linux lists it; 0 where
    the connection is gone."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, _, queues, *_ = line.split()
        if local.endswith(f":{here:04X}") and remote.endswith(f":{there:04X}"):
            return int(queues.partition(":")[0], 16)
    return 0


async def messages(connection: ClientConnection) -> AsyncIterator[str | bytes]:
    """All that was sent before the other end closed."""
    with suppress(ConnectionClosed):
        while True:
            yield await connection.recv()


def read_to_the_end(stalled: socket.socket) -> bytes:
    """All that was sent before the other end closed."""
    stalled.settimeout(20)
    heard = b""
    try:
        while chunk := stalled.recv(1_048_576):
            heard += chunk
    except ConnectionResetError:
        pass
    return heard


@pytest.fixture
async def talking(site: Site, slug: Slug) -> ClientConnection:
    address = f"{site.url.replace('http', 'ws')}/stories/{slug}/socket"
    return await connect(address, compression=None, ping_interval=None)


async def test_a_ping_is_answered(talking: ClientConnection) -> None:
    async with asyncio.timeout(10):
        await (await talking.ping(b"here"))
    await talking.close()


async def test_a_close_is_answered(talking: ClientConnection) -> None:
    async with asyncio.timeout(10):
        await talking.close(1000)
    assert talking.close_code == 1000


async def test_who_says_too_much_at_once_is_closed(talking: ClientConnection) -> None:
    await talking.send("x" * 5_000)
    async with asyncio.timeout(10):
        await talking.wait_closed()
    assert talking.close_code == 1009


async def test_who_says_too_much_too_often_is_closed(talking: ClientConnection) -> None:
    try:
        for _ in range(100):
            await talking.send("x")
    except ConnectionClosed:
        pass
    async with asyncio.timeout(10):
        await talking.wait_closed()
    # What it still sends meets a closed connection, which may cost it the reason.
    assert talking.close_code in {1008, 1006}


async def test_who_speaks_no_websocket_is_closed(talking: ClientConnection) -> None:
    talking.transport.write(b"\x00" * 64)
    async with asyncio.timeout(10):
        await talking.wait_closed()
    assert talking.close_code == 1002


async def test_a_crowd_larger_than_a_slice_hears_everything_in_order(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    get = f"GET /stories/{slug}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    async with AsyncExitStack() as stack:
        crowd = []
        for _ in range(SLICE + 50):
            reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
            stack.callback(writer.transport.abort)
            writer.write(get)
            await reader.readuntil(b"\n\n")
            # A writer that nobody holds closes its connection.
            crowd.append((reader, writer))
        posted = [
            str(one["cursor"])
            for one in [await asyncio.to_thread(newsroom.post, slug) for _ in range(5)]
        ]
        async with asyncio.timeout(60):
            for reader, _ in crowd:
                assert [await next_id(reader) for _ in posted] == posted


async def next_id(reader: asyncio.StreamReader) -> str:
    while not (line := await reader.readline()).startswith(b"id: "):
        assert line, "the stream ended"
    return line.decode().removeprefix("id: ").strip()


async def test_readers_beyond_the_limit_are_sent_away_and_let_in_when_others_left(
    redis_url: str, tmp_path: Path
) -> None:
    with a_site(redis_url, tmp_path / "log", LIVEBLOG_READERS_PER_ADDRESS="1") as site:
        slug = Newsroom(site, await site.token()).open()
        events = f"{site.url}/stories/{slug}/events"
        socket_ = f"{site.url.replace('http', 'ws')}/stories/{slug}/socket"
        async with httpx2.AsyncClient(timeout=20) as client:
            async with client.stream("GET", events) as inside:
                assert inside.status_code == 200
                # An EventSource comes back after a stream that ends, but never after an error.
                outside = await client.get(events)
                assert outside.status_code == 200
                assert outside.text.startswith("retry: ")
                async with connect(socket_) as refused:
                    await refused.wait_closed()
                    assert refused.close_code == 1013
            async with asyncio.timeout(20):
                while True:
                    async with connect(socket_, close_timeout=1) as again:
                        try:
                            await (await again.ping())
                        except ConnectionClosed:
                            continue
                        break


async def test_who_does_not_finish_or_begin_a_request_is_closed_after_ten_seconds(
    site: Site,
) -> None:
    silent, silent_writer = await asyncio.open_connection("127.0.0.1", site.port)
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
    async with asyncio.timeout(HEADERS_SECONDS + 5):
        assert await silent.read() == b""
        assert await reader.read() == b""
    silent_writer.close()
    writer.close()


async def test_readers_are_told_how_many_they_are_in_all_processes(
    redis_url: str, tmp_path: Path
) -> None:
    every_second = {"LIVEBLOG_COUNT_SECONDS": "1"}
    with (
        a_site(redis_url, tmp_path / "one", **every_second) as one,
        a_site(redis_url, tmp_path / "two", **every_second) as two,
    ):
        newsroom = Newsroom(one, await one.token())
        slug = newsroom.open()
        until_open(two, slug)
        # One after the other: a number that changes is told again only after twelve seconds.
        async with a_stream(one, slug) as first:
            assert await the_number_told(first, newsroom, slug) == 1
            async with a_stream(two, slug) as second:
                assert await the_number_told(second, newsroom, slug) == 2


@asynccontextmanager
async def a_stream(site: Site, slug: Slug) -> AsyncIterator[asyncio.StreamReader]:
    """The events of a story, from now on."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(f"GET /stories/{slug}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    yield reader
    writer.close()


async def the_number_told(stream: asyncio.StreamReader, newsroom: Newsroom, slug: Slug) -> int:
    """How many readers there are, as is said first."""
    async with asyncio.timeout(20):
        while True:
            # The number leaves with what is sent anyway.
            await asyncio.to_thread(newsroom.post, slug)
            event = await stream.readuntil(b"\n\n")
            if event.startswith(b"event: readers\n"):
                told = event.decode().partition("data: ")[2]
                return int(json.loads(told)["count"])


async def test_a_server_that_stops_lets_a_crowd_go_bit_by_bit_and_tells_each_when_to_return(
    redis_url: str, tmp_path: Path
) -> None:
    with a_site(redis_url, tmp_path / "log") as site:
        slug = Newsroom(site, await site.token()).open()
        get = f"GET /stories/{slug}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        crowd = [await asyncio.open_connection("127.0.0.1", site.port) for _ in range(500)]
        for reader, writer in crowd:
            writer.write(get)
            await reader.readuntil(b"\n\n")
        stopping = asyncio.create_task(asyncio.to_thread(site.stop))
        ends = await asyncio.gather(*(last_words(reader) for reader, _ in crowd))
        for _, writer in crowd:
            writer.close()
        assert await stopping == 0
    assert all(words.startswith(b"retry: ") for words, _ in ends)
    assert len({words for words, _ in ends}) > 1, "they would all come back at once"
    moments = sorted(moment for _, moment in ends)
    assert moments[-1] - moments[0] > 0.1, "they were all let go at once"


async def last_words(reader: asyncio.StreamReader) -> tuple[bytes, float]:
    """What comes until the stream ends, and when it did."""
    words = await reader.read()
    return words, asyncio.get_running_loop().time()
