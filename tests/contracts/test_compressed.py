"""Events in gzip: one stream for all readers, which each can join anywhere."""

from __future__ import annotations

import asyncio
import json
import shutil
import zlib
from typing import Any, Self

import httpx2
import pytest

from liveblog.client import Copy
from liveblog.hub.wires import FULL_FLUSH_BYTES
from liveblog.story import Slug
from tests.sites import Newsroom, Site

pytestmark = pytest.mark.anyio


class Zipped:
    """A reader that unpacks the stream by hand and keeps what it says."""

    def __init__(self, site: Site, slug: Slug, after: str | None) -> None:
        query = f"?after={after}" if after else ""
        self._request = (
            f"GET /stories/{slug}/events{query} HTTP/1.1\r\n"
            "Host: localhost\r\nAccept-Encoding: gzip\r\n\r\n"
        ).encode()
        self._port = site.port
        self.changes: list[dict[str, Any]] = []
        self.text = ""
        self.bytes = 0

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(self._request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        assert b"content-encoding: gzip" in head.lower()
        self._unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.transport.abort()

    async def until(self, cursor: str) -> None:
        """Read until the change with that cursor came."""
        async with asyncio.timeout(20):
            while cursor not in [change["cursor"] for change in self.changes]:
                packed = await self._reader.read(65_536)
                assert packed, "the stream ended"
                self.bytes += len(packed)
                self.text += self._unzip.decompress(packed).decode()
                self.changes = [
                    json.loads(line.removeprefix("data: "))
                    for event in self.text.split("\n\n")[:-1]
                    for line in event.split("\n")
                    if line.startswith("data: ") and "event: change" in event
                ]


def news(number: int) -> str:
    """Incompressible enough that the shared stream begins anew now and then."""
    return " ".join(format(hash((number, word)) & 0xFFFFFF, "x") for word in range(150))


async def test_early_and_late_readers_and_resumes_at_every_position_hold_the_state(
    site: Site, newsroom: Newsroom
) -> None:
    slug = newsroom.open()
    start = site.http.get(f"/stories/{slug}/state").json()["cursor"]
    async with Zipped(site, slug, start) as early:
        posted = [newsroom.post(slug, news(0))]
        await early.until(posted[0]["cursor"])
        for number in range(1, 30):
            posted.append(newsroom.post(slug, news(number)))
            if number % 5 == 0:
                edited = newsroom.edit(slug, posted[number], text=f"Edited {number}")
                posted[number] = edited
            await early.until(posted[number]["cursor"])
        assert len(early.text) > 2 * FULL_FLUSH_BYTES
        state = site.http.get(f"/stories/{slug}/state").json()
        cursors = [change["cursor"] for change in early.changes]
        for place, cursor in enumerate([start, *cursors[:-1]]):
            async with Zipped(site, slug, cursor) as late:
                await late.until(state["cursor"])
                heard = [change["cursor"] for change in late.changes]
                # It may be told again what it held, and then in order all that it missed.
                assert heard[-len(cursors[place:]) :] == cursors[place:]
                assert set(heard) <= set(cursors)
                assert holds(late, early.changes[:place]) == state["updates"]
        assert holds(early, []) == state["updates"]
        assert early.bytes < len(early.text)


async def test_a_late_reader_is_not_told_what_was_taken_back(
    site: Site, newsroom: Newsroom
) -> None:
    slug = newsroom.open()
    start = site.http.get(f"/stories/{slug}/state").json()["cursor"]
    async with Zipped(site, slug, start) as early:
        secret = newsroom.post(slug, "The witness is called Secret")
        await early.until(secret["cursor"])
        retracted = newsroom.retract(slug, secret)
        await early.until(retracted["cursor"])
        for after in (start, secret["cursor"], "junk"):
            async with Zipped(site, slug, after) as late:
                last = newsroom.post(slug, "Goes on")
                await late.until(last["cursor"])
                assert "Secret" not in late.text


async def test_a_library_reads_it(site: Site, newsroom: Newsroom) -> None:
    slug = newsroom.open()
    start = site.http.get(f"/stories/{slug}/state").json()["cursor"]
    posted = newsroom.post(slug)
    async with (
        httpx2.AsyncClient(base_url=site.url, headers={"Accept-Encoding": "gzip"}) as client,
        client.stream("GET", f"/stories/{slug}/events", params={"after": start}) as stream,
    ):
        assert stream.headers["content-encoding"] == "gzip"
        async for line in stream.aiter_lines():
            if line.startswith("id: "):
                assert line == f"id: {posted['cursor']}"
                return
    raise AssertionError("the stream ended")


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
async def test_curl_reads_it(site: Site, newsroom: Newsroom) -> None:
    slug = newsroom.open()
    start = site.http.get(f"/stories/{slug}/state").json()["cursor"]
    curl = await asyncio.create_subprocess_exec(
        *("curl", "--compressed", "--no-buffer", "--silent"),
        f"{site.url}/stories/{slug}/events?after={start}",
        stdout=asyncio.subprocess.PIPE,
    )
    assert curl.stdout is not None
    posted = await asyncio.to_thread(newsroom.post, slug)
    async with asyncio.timeout(20):
        while not (line := await curl.stdout.readline()).startswith(b"id: "):
            assert line
    assert line.decode().strip() == f"id: {posted['cursor']}"
    curl.terminate()
    await curl.wait()


@pytest.mark.parametrize(
    ("header", "compressed"),
    [("gzip", True), ("br, GZIP;q=0.5", True), ("gzip;q=0", False), ("br", False), ("", False)],
)
async def test_it_is_sent_to_who_accepts_it(
    site: Site, newsroom: Newsroom, header: str, compressed: bool
) -> None:
    slug = newsroom.open()
    async with (
        httpx2.AsyncClient(base_url=site.url, headers={"Accept-Encoding": header}) as client,
        client.stream("GET", f"/stories/{slug}/events") as stream,
    ):
        assert ("content-encoding" in stream.headers) == compressed
        assert stream.headers["vary"] == "Accept-Encoding"


def holds(reader: Zipped, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a client holds that had some changes before, and then heard this reader's."""
    copy = Copy()
    for change in [*before, *reader.changes]:
        copy.apply(change)
    return copy.newest_first()
