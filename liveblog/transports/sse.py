"""Server-Sent Events (WHATWG HTML, 9.2).

Where the server lets us, its connection is taken over: the reader is an object in a room. Elsewhere
it is a task that streams through sse-starlette. A reader whose request is plain is greeted before
the application is asked at all.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from functools import lru_cache

from msgspec import Struct
from sse_starlette import EventSourceResponse
from starlette.datastructures import QueryParams
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from liveblog.errors import NotStored
from liveblog.hub.channel import Channel
from liveblog.hub.crowd import Reader
from liveblog.hub.frames import HEARTBEAT, HEARTBEAT_SECONDS, retry
from liveblog.hub.hosts import Hosts
from liveblog.hub.hub import Hub
from liveblog.hub.readers import Draining, TooSlow, follow
from liveblog.hub.takeover import EXTENSION, Taken
from liveblog.story import Cursor, Slug

_STALLED_SECONDS = 20.0
"""A reader that takes nothing for so long is closed, to resume by its cursor."""

HEAD_BYTES = 8_192
"""Longer heads of requests are left to uvicorn."""

_GRACE_SECONDS = 5.0
_LAST_IDS = ("last_event_id", "lastEventId", "after")
_REFUSED = re.compile(r"q=0(\.0*)?")
_PLAIN_HEAD = re.compile(  # RFC 9112, 3 and 5
    rb"GET /stories/([a-z0-9-]+)/events(?:\?([!-~]*))? HTTP/1\.1"
    rb"((?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\x80-\xff]*)*\r\n)\r\n"
)
_NOT_PLAIN = re.compile(rb"\n(?:content-length|transfer-encoding|upgrade|expect):")
_WANTED = re.compile(rb"\n(accept-encoding|last-event-id|host):([^\r]*)")
_HEADERS = {"Cache-Control": "no-cache, no-transform"}


def route(hub: Hub) -> Route:
    """``GET /stories/{slug}/events``."""
    return Route("/stories/{slug}/events", Events(hub), methods=["GET"])


class Asked(Struct, frozen=True):
    """What counts of a reader's request."""

    address: str
    headers: dict[bytes, bytes]
    query: bytes

    def after(self) -> Cursor | None:
        """Where the reader stands; None: from now on."""
        last = self.headers.get(b"last-event-id")
        if last is not None:
            return Cursor(last.decode("latin-1"))
        if not self.query:
            return None
        params = QueryParams(self.query)
        given = (params.get(name) for name in _LAST_IDS)
        return next((Cursor(value) for value in given if value is not None), None)


class Events:
    """The endpoint. It is an ASGI application of its own, without what a request object costs."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._holding = _Holding(hub)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hub, client = self._hub, scope["client"]
        asked = Asked(client[0] if client else "", dict(scope["headers"]), scope["query_string"])
        try:
            channel = await hub.channel(Slug(scope["path_params"]["slug"]))
        except NotStored:
            # An EventSource never comes back after an error: let it wait and try again.
            await _stream(_only_retry())(scope, receive, send)
            return
        if scope["method"] != "GET" or not hub.doors.enter(asked.address):
            await _stream(_only_retry())(scope, receive, send)
            return
        extensions = scope.get("extensions", {})
        if EXTENSION not in extensions or hub.draining or scope["http_version"] != "1.1":
            await self._follow(channel, asked, scope, receive, send)
        else:
            policy = extensions.get("liveblog.headers", {})
            self._holding.hold(channel, asked, extensions[EXTENSION](), policy)

    async def _follow(
        self, channel: Channel, asked: Asked, scope: Scope, receive: Receive, send: Send
    ) -> None:
        channel.followers += 1
        try:
            stream = _stream(_events(self._hub, channel.slug, asked.after()))
            await stream(scope, receive, send)
        finally:
            channel.followers -= 1
            self._hub.doors.leave(asked.address)


class Greeter:
    """Serves a plain request for events, whole in a connection's first bytes. All else is left to
    the application: stories that are not in memory, and readers who are not let in.

    ``policy`` are the headers of a stream's address, ``hosts`` the names it may be asked for under.
    """

    def __init__(self, hub: Hub, policy: Mapping[str, str], hosts: Hosts) -> None:
        self._hub = hub
        self._lets_in = lru_cache(maxsize=64)(hosts.lets_in)
        self._policy = policy
        self._holding = _Holding(hub)

    def __call__(self, data: bytes, taken: Taken) -> bool:
        hub = self._hub
        # Where it matters who asks, the application knows what the proxies say of it.
        if hub.draining or hub.doors.look_at_addresses:
            return False
        slug, asked = plain_request(data) or (None, None)
        channel = hub.held(slug) if slug else None
        if channel is None or asked is None or not self._lets_in(asked.headers[b"host"]):
            return False
        if not hub.doors.enter(asked.address):
            return False
        self._holding.hold(channel, asked, taken, self._policy)
        return True


def plain_request(data: bytes) -> tuple[Slug, Asked] | None:
    """A whole GET of a story's events without anything special, or None if it is not that."""
    head = _PLAIN_HEAD.fullmatch(data) if len(data) <= HEAD_BYTES else None
    if head is None:
        return None
    slug, query, fields = head.groups()
    lowered = fields.lower()
    if _NOT_PLAIN.search(lowered) or lowered.count(b"\nhost:") != 1:
        return None
    headers = {
        found[1]: fields[found.start(2) : found.end(2)].strip()
        for found in _WANTED.finditer(lowered)
    }
    return Slug(slug.decode()), Asked("", headers, query or b"")


class _Holding:
    """Takes readers' connections into the rooms of their stories."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        # Heads of answers, by whether they announce gzip; the date in them changes each second.
        self._heads: dict[bool, bytes] = {}
        self._dated: list[tuple[bytes, bytes]] = []

    def hold(self, channel: Channel, asked: Asked, taken: Taken, policy: Mapping[str, str]) -> None:
        """Welcome a reader that was let in; the headers of ``policy`` are in the answer's head."""
        if taken.transport.is_closing():
            # It left while its story was loaded: nobody will tell the reader so.
            self._hub.doors.leave(asked.address)
            return
        compressed = _accepts_gzip(asked.headers.get(b"accept-encoding", b""))
        room = channel.room("gzip" if compressed else "events")
        reader = Reader(room, taken.transport, self._hub.doors, asked.address)
        taken.transport.set_protocol(reader)
        room.welcome(reader, asked.after(), self._head(taken, policy, compressed))

    def _head(self, taken: Taken, policy: Mapping[str, str], compressed: bool) -> bytes:
        if self._dated is not taken.default_headers:
            self._dated = taken.default_headers
            self._heads.clear()
        head = self._heads.get(compressed)
        if head is None:
            head = self._heads[compressed] = _head(taken.default_headers, policy, compressed)
        return head


def _head(
    default: list[tuple[bytes, bytes]], headers: Mapping[str, str], compressed: bool
) -> bytes:
    all_headers = {
        "Content-Type": "text/event-stream; charset=utf-8",
        # Its length is not known and it is not in chunks: it lasts as long as the connection.
        "Connection": "close",
        "X-Accel-Buffering": "no",
        "Vary": "Accept-Encoding",
        **_HEADERS,
        **headers,
        **({"Content-Encoding": "gzip"} if compressed else {}),
    }
    lines = [b"HTTP/1.1 200 OK"]
    lines += [b"%b: %b" % pair for pair in default]
    lines += [f"{name}: {value}".encode() for name, value in all_headers.items()]
    return b"\r\n".join([*lines, b"", b""])


@lru_cache(maxsize=64)
def _accepts_gzip(header: bytes) -> bool:
    text = header.decode("latin-1").lower().replace(" ", "")
    codings = (coding.partition(";") for coding in text.split(","))
    return any(name == "gzip" and not _REFUSED.fullmatch(rest) for name, _, rest in codings)


def _stream(chunks: AsyncIterator[bytes]) -> EventSourceResponse:
    return EventSourceResponse(
        chunks,
        headers=_HEADERS,
        ping=HEARTBEAT_SECONDS,
        ping_message_factory=lambda: HEARTBEAT,  # type: ignore[arg-type, return-value] # bytes pass
        send_timeout=_STALLED_SECONDS,
        shutdown_grace_period=_GRACE_SECONDS,
    )


async def _events(hub: Hub, slug: Slug, after: Cursor | None) -> AsyncIterator[bytes]:
    yield retry()
    try:
        async for frames in follow(hub, slug, after):
            yield b"".join([frame.sse for frame in frames])
    except (Draining, TooSlow):
        yield retry()


async def _only_retry() -> AsyncIterator[bytes]:
    yield retry()
