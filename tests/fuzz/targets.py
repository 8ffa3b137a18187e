"""Each target takes any bytes; what it may raise is what its callers know."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec
from starlette.datastructures import Headers

from liveblog import codec, exchange, markup
from liveblog.errors import LiveblogError
from liveblog.hub.channel import Channel
from liveblog.hub.doors import Doors
from liveblog.hub.hosts import Hosts
from liveblog.hub.inbound import MessageReader
from liveblog.hub.proxies import Proxies
from liveblog.hub.rooms import Room
from liveblog.intake import NewStory, NewUpdate, StoryEdit, UpdateEdit
from liveblog.story import Cursor
from liveblog.transports.sse import Asked, plain_request
from liveblog.web import receiving
from liveblog.web.csp_reports import reported, reported_of_old
from liveblog.web.operations import _parse
from tests.builders import an_update, opened
from tests.html_reading import unsafe

BODIES = (NewStory, StoryEdit, NewUpdate, UpdateEdit)


def cursor(data: bytes) -> None:
    """A position, however it is written, is one that is held or none."""
    channel = Channel([opened()])
    assert channel.position(Cursor(data.decode("latin-1"))) in {None, 1}


def last_event_id(data: bytes) -> None:
    """A head of a request, and the position in it."""
    asked = plain_request(data)
    if asked is not None:
        asked[1].after()
    Asked("", {b"last-event-id": data}, b"").after()
    Asked("", {}, data).after()


def json(data: bytes) -> None:
    """A body of each call of the write API; what is read can be written again."""
    request = cast(Any, SimpleNamespace(headers={"Content-Type": "application/json"}))
    for body in BODIES:
        operation = cast(Any, SimpleNamespace(body=body, body_required=True))
        try:
            read = _parse(operation, request, data)
        except LiveblogError as error:
            str(error)
            continue
        assert msgspec.json.decode(codec.to_json(read), type=body) == read


def markdown(data: bytes) -> None:
    """Markdown comes out as the subset, and cleaning it again changes nothing."""
    text = data.decode(errors="replace")
    try:
        blocks = markup.to_blocks(text)
    except LiveblogError:
        return
    assert unsafe(markup.to_html(blocks)) == []
    assert markup.clean(list(blocks)) == blocks
    codec.public(an_update(blocks=blocks, text=text), whole=True)
    written = codec.editable(an_update(blocks=blocks)).text
    assert markup.to_html(markup.to_blocks(written)) == markup.to_html(blocks)


def html(data: bytes) -> None:
    """HTML is cleaned once and for all."""
    cleaned = markup.clean_html(data.decode(errors="replace"))
    assert unsafe(cleaned, stored=True) == []
    assert markup.clean_html(cleaned) == cleaned


def imported(data: bytes) -> None:
    """A file of any format, or none."""
    try:
        exchange.read(data)
    except LiveblogError as error:
        str(error)


def websocket(data: bytes) -> None:
    """What a reader sends over a WebSocket."""
    room = cast(Room, SimpleNamespace(say=lambda reader, said: reader.transport.write(said)))
    MessageReader(room, _Nowhere(), Doors(), "").data_received(data)


def host(data: bytes) -> None:
    """A Host that is known is one of those listed; an address made of it holds nothing else."""
    hosts = Hosts(["live.example.org"], others=True)
    if hosts.knows(data, "192.0.2.1"):
        assert hosts.lets_in(data, "192.0.2.1")
        address = urlsplit(f"http://{data.decode('ascii')}/stories/a")
        known = {"localhost", "127.0.0.1", "::1", "live.example.org", "192.0.2.1"}
        assert (address.hostname or "").removesuffix(".") in known
        assert address.path == "/stories/a"


def proxies(data: bytes) -> None:
    """An address that is believed is one of the network's."""
    text = data.decode("latin-1")
    if text in Proxies(["10.0.0.0/8"]):
        assert text.removeprefix("::ffff:").startswith("10.") or ":" in text


def report(data: bytes) -> None:
    """A report of a browser, or of anybody; what is kept of it fits on a line."""
    text = data.decode(errors="replace")
    old = {"effective-directive": text, "blocked-uri": text, "document-uri": text}
    inside = codec.to_json({"csp-report": old | {"source-file": text}})
    for read, said in ((reported, data), (reported_of_old, data), (reported_of_old, inside)):
        try:
            seen = read(said)
        except LiveblogError as error:
            str(error)
            continue
        for one in seen:
            for text in msgspec.structs.astuple(one):
                assert len(text) <= 100 and text.isascii() and text.isprintable()


def multipart(data: bytes) -> None:
    """An upload: the first line is its type, what follows its body in pieces."""
    media_type, _, body = data.partition(b"\n")
    headers = Headers({"Content-Type": media_type.decode("latin-1")})
    with suppress(LiveblogError):
        asyncio.run(_upload(headers, body))


async def _upload(headers: Headers, body: bytes) -> None:
    async def pieces() -> AsyncGenerator[bytes, None]:
        for at in range(0, len(body), 7):
            yield body[at : at + 7]

    async with receiving.opened(headers, pieces()) as (file, words):
        assert set(words) <= set(receiving.WORDS)
        assert len(await file.read()) <= len(body)


class _Nowhere(asyncio.Transport):
    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert data

    def close(self) -> None:
        """There is nothing to close."""


TARGETS: dict[str, Callable[[bytes], None]] = {
    "cursor": cursor,
    "last-event-id": last_event_id,
    "json": json,
    "markdown": markdown,
    "html": html,
    "import": imported,
    "websocket": websocket,
    "host": host,
    "proxies": proxies,
    "csp-report": report,
    "multipart": multipart,
}

SEEDS: dict[str, tuple[bytes, ...]] = {
    # what a target is shown first
    "cursor": (b"1795435200000-0", b"0-0", b"", b"-"),
    "last-event-id": (
        b"GET /stories/a/events?after=1-0 HTTP/1.1\r\nHost: a\r\nLast-Event-ID: 1-0\r\n\r\n",
        b"last_event_id=1-0&lastEventId=%ff",
    ),
    "json": (b'{"text":"a","tags":["b"]}', b'{"slug":"a","headline":"b","planned_end":null}'),
    "markdown": (
        b"# a\n\n> *b* [c](https://d.example)\n\n| e |\n| - |\n| f |\n",
        b"- a\n  1. b",
        b'a\n```block\n{"type":"quote","html":"<p>b</p>","url":"https://c.example"}\n```\n',
        b'```block\n{"type":"score","sides":[{"name":"a","points":"1"}],"title":"b"}\n```',
    ),
    "html": (b"<p>a<b>b</b><a href='https://c.example'>d</a></p>", b"<svg><style><img>"),
    "import": (
        b'{"format":"liveblog","story":{},"updates":[]}',
        b'{"_items":[]}',
        b'{"blocks":[]}',
    ),
    "host": (b"localhost:8000", b"LIVE.example.org.", b"[::1]:80", b"192.0.2.1:1/@", b"a..b:0"),
    "proxies": (b"10.1.2.3", b"::ffff:10.1.2.3", b"010.1.2.3", b"[10.1.2.3]:4", b"10.1.2.3%1"),
    "csp-report": (
        b"https://a@b.example/c?d#e\n",
        b'{"csp-report":{"document-uri":"https://a/b/c/d?e","blocked-uri":"inline"}}',
        b'[{"type":"csp-violation","body":{"blockedURL":"https://a@b/c","sourceFile":"x://[y"}}]',
    ),
    "multipart": (
        (
            b"multipart/form-data; boundary=b\n"
            b"--b\r\nContent-Disposition: form-data; name=file; filename=f\r\n\r\nx\r\n"
            b'--b\r\nContent-Disposition: form-data; name="alt"\r\n\r\ny\r\n--b--\r\n'
        ),
        b"multipart/form-data; charset=utf-16; boundary*=utf-8''b\n--b\r\n",
        b"multipart/form-data; charset=\0utf-16; boundary=b\n--b\r\n",
        b"image/png\n\x89PNG",
    ),
    "websocket": (b"\x81\x81\0\0\0\0a", b"\x88\x82\0\0\0\0\x03\xe8", b"\x89\x80\0\0\0\0"),
}
