"""Fetches a page of the public web within limits of time, bytes and redirects.

No cookies, no credentials, no proxy of the environment, nothing kept between two requests. (httpx2
would decode, redirect and read the environment by itself; its httpcore2 does only what it is told.)
"""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import Callable
from urllib.parse import urljoin

import httpcore2
from msgspec import Struct

from liveblog.errors import Unreachable
from liveblog.unfurl.addresses import Policy, Target, target
from liveblog.unfurl.network import PublicNetwork, Resolve

USER_AGENT = "liveblog-unfurl/1 (link previews; asks for a page when a reporter pastes its link)"
PAGES = frozenset({"text/html", "application/xhtml+xml"})
JSON = frozenset({"application/json", "application/json+oembed", "text/json"})
IMAGES = frozenset({"image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"})

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FAILURES = (
    TimeoutError,
    OSError,  # look-ups, and TLS once it is up
    httpcore2.NetworkError,
    httpcore2.TimeoutException,
    httpcore2.ProtocolError,
    zlib.error,
)


class Limits(Struct, frozen=True, kw_only=True):
    """How much one address may cost. ``seconds`` is for all redirects together; ``body_bytes``
    holds before and after decompression, and what comes beyond is not read."""

    seconds: float = 5.0
    redirects: int = 5
    body_bytes: int = 1_000_000


class Found(Struct, frozen=True, kw_only=True):
    """What was found at the end of the redirects. ``body`` is empty for a picture."""

    target: Target
    type: str
    charset: str = ""
    body: bytes = b""


class Fetcher:
    """Asks for pages. ``trust`` is whose certificates are believed, by default the system's."""

    def __init__(
        self,
        resolve: Resolve,
        policy: Policy,
        limits: Limits,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self.policy = policy
        self.limits = limits
        self._network = PublicNetwork(resolve, policy)
        self._trust = trust or httpcore2.default_ssl_context()

    async def get(self, asked: Target, types: frozenset[str]) -> Found:
        """What is there, if it is of one of these types. Raises Unreachable, which never says
        why: whether something inside was refused, closed or silent is nobody's business."""
        try:
            async with asyncio.timeout(self.limits.seconds):
                for _ in range(self.limits.redirects + 1):
                    answer = await self._ask(asked, types)
                    if isinstance(answer, Found):
                        return answer
                    asked = target(_joined(asked.url, answer), self.policy)
        except _FAILURES as error:
            raise Unreachable from error
        raise Unreachable

    async def _ask(self, asked: Target, types: frozenset[str]) -> Found | str:
        """What is there, or where it says that it is. A pool of its own: no connection is used
        twice, so each is checked."""
        url = httpcore2.URL(
            scheme=asked.scheme, host=asked.host, port=asked.port, target=asked.path
        )
        headers: dict[str | bytes, str | bytes] = {
            "Host": asked.authority,
            "User-Agent": USER_AGENT,
            "Accept": ", ".join(sorted(types)),
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        async with (
            httpcore2.AsyncConnectionPool(
                self._trust, max_connections=1, network_backend=self._network
            ) as pool,
            pool.stream("GET", url, headers=headers) as answer,
        ):
            said = {
                name.decode("latin-1").lower(): value.decode("utf-8", "replace")
                for name, value in answer.headers
            }
            if answer.status in _REDIRECTS:
                return said.get("location", "")
            return await self._found(asked, types, answer, said)

    async def _found(
        self,
        asked: Target,
        types: frozenset[str],
        answer: httpcore2.Response,
        said: dict[str, str],
    ) -> Found:
        type, _, rest = said.get("content-type", "").partition(";")
        type = type.strip().lower()
        if answer.status != 200 or type not in types:
            raise Unreachable
        if type in IMAGES:
            return Found(target=asked, type=type)
        unpack = _unpacker(said.get("content-encoding", ""))
        body = await _read(answer, unpack, self.limits.body_bytes)
        charset = rest.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
        return Found(target=asked, type=type, charset=charset, body=body)


def _joined(address: str, part: str) -> str:
    try:
        return urljoin(address, part)
    except ValueError:
        raise Unreachable from None


Unpack = Callable[[bytes, int], bytes]


async def _read(answer: httpcore2.Response, unpack: Unpack, most: int) -> bytes:
    """The body, as far as it goes: the first bytes of a page say what it is."""
    body = bytearray()
    taken = 0
    async for chunk in answer.aiter_stream():
        taken += len(chunk)
        body += unpack(chunk, most - len(body))
        if len(body) >= most or taken >= most:
            break
    return bytes(body)


def _unpacker(encoding: str) -> Unpack:
    """Never makes more bytes than it is told to, however small what they come from."""
    if encoding.strip().lower() in {"", "identity"}:
        return lambda chunk, most: chunk[:most]
    if encoding.strip().lower() in {"gzip", "x-gzip", "deflate"}:
        gzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        return lambda chunk, most: gzip.decompress(gzip.unconsumed_tail + chunk, most)
    raise Unreachable
