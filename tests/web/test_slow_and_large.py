"""Requests that are too large or too slow, over real connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic

import pytest

from liveblog.hub.crowd import SAID_BYTES
from liveblog.hub.pace import (
    BODY_BYTES_A_SECOND,
    BODY_SECONDS,
    DRAINED_BYTES,
    HEAD_BYTES,
    MOST_HEADERS,
)
from liveblog.story import Slug
from tests.sites import Newsroom, Site

pytestmark = pytest.mark.anyio

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
LONGEST_SECONDS = 30


@asynccontextmanager
async def a_line(site: Site) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            yield reader, writer
    finally:
        writer.transport.abort()


async def heard(line: Line, *said: bytes) -> bytes:
    """All that is answered until the other end closes."""
    reader, writer = line
    answer = b""
    with suppress(ConnectionError):
        writer.writelines(said)
        while chunk := await reader.read(65_536):
            answer += chunk
    return answer


async def pour(line: Line, chunk: bytes, most: int) -> int:
    """Send the same again and again until the other end closes; how many bytes it was, at most."""
    reader, writer = line
    sent = 0
    with suppress(ConnectionError):
        while sent < most and not reader.at_eof():
            writer.write(chunk)
            sent += len(chunk)
            await writer.drain()
    return sent


async def until_closed(line: Line) -> None:
    with suppress(ConnectionError):
        while await line[0].read(65_536):
            pass


def post(newsroom: Newsroom, slug: Slug, framing: str) -> bytes:
    token = newsroom.api.headers["Authorization"]
    return (
        f"POST /api/v1/stories/{slug}/updates HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: {token}\r\nContent-Type: application/json\r\n{framing}\r\n\r\n"
    ).encode()


# -- heads ---------------------------------------------------------------------------------------


async def test_too_many_headers_are_431(site: Site) -> None:
    async with a_line(site) as line:
        many = b"".join(b"X-%d: a\r\n" % number for number in range(MOST_HEADERS + 1))
        assert (await heard(line, GET, many, b"\r\n")).startswith(b"HTTP/1.1 431 ")
    async with a_line(site) as line:
        some = b"".join(b"X-%d: a\r\n" % number for number in range(MOST_HEADERS - 2))
        close = b"Connection: close\r\n\r\n"
        assert (await heard(line, GET, some, close)).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("begins", "goes_on", "status"),
    [
        (GET + b"X: ", b"a" * 8_192, b"431"),
        (GET, b"X: a\r\n" * 1_000, b"431"),
        (GET, b"X" * 8_192, b"431"),
        (b"GET /", b"a" * 8_192, b"414"),
        (b"", b"\r\n" * 4_096, b""),
    ],
)
async def test_a_head_without_end_is_refused(
    site: Site, begins: bytes, goes_on: bytes, status: bytes
) -> None:
    async with a_line(site) as line:
        line[1].write(begins)
        # What was on its way when it was refused is lost, and may take the answer with it.
        assert await pour(line, goes_on, 200 * HEAD_BYTES) < 200 * HEAD_BYTES
        answer = await heard(line)
    assert answer == b"" or status in answer.partition(b"\r\n")[0] or answer[9:12] == b"400"


@pytest.mark.parametrize(
    "goes_on",
    [b"1;" + b"x" * 8_000 + b"\r\na\r\n", b"0\r\nX: " + b"a" * 8_192, b"0\r\n" + b"X: a\r\n" * 99],
    ids=["extensions of chunks", "a trailer", "trailers"],
)
async def test_what_stands_around_a_body_in_chunks_has_an_end(
    site: Site, newsroom: Newsroom, slug: Slug, goes_on: bytes
) -> None:
    first, _, more = goes_on.partition(b"X: ")
    async with a_line(site) as line:
        line[1].write(post(newsroom, slug, "Transfer-Encoding: chunked") + first)
        repeated = (b"X: " + more) if more.endswith(b"\r\n") else (more or first)
        assert await pour(line, repeated, 200 * HEAD_BYTES) < 200 * HEAD_BYTES
    assert site.http.get("/healthz").status_code == 200


# -- bodies --------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
@pytest.mark.parametrize("path", ["/", "/stories/{slug}", "/api/v1/stories/{slug}", "/nothing"])
async def test_a_body_that_nobody_asked_for_is_not_read_for_ever(
    site: Site, slug: Slug, method: str, path: str
) -> None:
    head = f"{method} {path.format(slug=slug)} HTTP/1.1\r\nHost: localhost\r\n"
    async with a_line(site) as line:
        line[1].write(f"{head}Content-Length: 9999999999\r\n\r\n".encode())
        assert (await line[0].readline()).startswith(b"HTTP/1.1 ")
        drained = await pour(line, bytes(1_048_576), 4 * DRAINED_BYTES)
    assert drained < 2 * DRAINED_BYTES


async def test_a_reader_of_events_who_floods_is_closed(site: Site, slug: Slug) -> None:
    async with a_line(site) as line:
        line[1].write(f"GET /stories/{slug}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert (await line[0].readline()).startswith(b"HTTP/1.1 200 ")
        assert await pour(line, bytes(4 * SAID_BYTES), 2_000 * SAID_BYTES) < 2_000 * SAID_BYTES


async def test_bodies_come_at_a_pace_or_are_not_waited_for(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    """All at once, since each takes its ten seconds."""
    async with asyncio.TaskGroup() as tasks:
        for head in (
            post(newsroom, slug, "Content-Length: 5000"),
            post(newsroom, slug, "Transfer-Encoding: chunked"),
            b"POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n",
        ):
            tasks.create_task(a_slow_body_is_closed(site, head, b""))
            tasks.create_task(a_slow_body_is_closed(site, head, b"1\r\n{\r\n"))
        tasks.create_task(a_steady_body_is_taken(site, newsroom, slug))
        tasks.create_task(a_reader_that_never_sends_its_body_reads_on(site, newsroom, slug))
    assert "Traceback" not in site.log.read_text()


async def a_slow_body_is_closed(site: Site, head: bytes, drop: bytes) -> None:
    began = monotonic()
    async with a_line(site) as line:
        writer = line[1]
        writer.write(head)
        ended = asyncio.create_task(until_closed(line))
        while not ended.done():
            await asyncio.wait([ended], timeout=0.5)
            if drop and not ended.done():
                writer.write(drop)
    assert monotonic() - began < BODY_SECONDS + 8


async def a_steady_body_is_taken(site: Site, newsroom: Newsroom, slug: Slug) -> None:
    """A little faster than it must be, for longer than the slow ones are waited for."""
    text = b"word " * 5_000
    body = b'{"text":"' + text + b'"}'
    began = monotonic()
    async with a_line(site) as line:
        reader, writer = line
        writer.write(post(newsroom, slug, f"Content-Length: {len(body)}\r\nConnection: close"))
        answer = asyncio.create_task(reader.read())
        step = 2 * BODY_BYTES_A_SECOND
        for start in range(0, len(body), step):
            assert not answer.done(), await answer
            writer.write(body[start : start + step])
            await asyncio.wait([answer], timeout=1)
        assert (await answer).startswith(b"HTTP/1.1 201 ")
    assert monotonic() - began > BODY_SECONDS


async def a_reader_that_never_sends_its_body_reads_on(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    async with a_line(site) as line:
        reader, writer = line
        head = f"GET /stories/{slug}/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9"
        writer.write(f"{head}\r\n\r\n".encode())
        with suppress(TimeoutError):
            async with asyncio.timeout(BODY_SECONDS + 2):
                await until_closed(line)
                raise AssertionError("it was closed")
        await asyncio.to_thread(newsroom.post, slug)
        while b"event: change" not in await reader.readline():
            pass
