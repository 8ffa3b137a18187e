"""Connections that lead to public addresses only: what was checked is what is connected to.

A name is looked up once a connection, here, and nobody looks it up again: the connection goes to
the very address that was judged. TLS and the Host header keep the name.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpcore2

from liveblog.errors import Unreachable
from liveblog.unfurl.addresses import Address, Policy

Resolve = Callable[[str], Awaitable[Iterable[str]]]
"""From a name to all its addresses. Raises OSError where it has none."""

CONNECT_SECONDS = 2.0
_MOST_ADDRESSES = 64  # of one name; more is nobody's web site
_TRIED = 4


class SystemResolver:
    """Looks names up as the machine does.

    In threads of its own: names whose servers never answer may starve each other, nobody else.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(4, "lookup")

    async def __call__(self, name: str) -> list[str]:
        # The last dot keeps the machine's search domains out: "api.prod" is not "api.prod.svc".
        asked = (f"{name}.", None, 0, socket.SOCK_STREAM)
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, socket.getaddrinfo, *asked)
        return [str(place[0]) for *_, place in found]


class PublicNetwork(httpcore2.AsyncNetworkBackend):
    """What httpcore connects through. Raises Unreachable for all that is not public."""

    def __init__(self, resolve: Resolve, policy: Policy) -> None:
        self._resolve = resolve
        self._policy = policy
        self._wires = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 # httpcore's own name for it
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to one of the host's addresses, all of which must be public."""
        if port not in self._policy.ports:
            raise Unreachable
        for address in (await self._checked(host))[:_TRIED]:
            try:
                return await self._wires.connect_tcp(str(address), port, CONNECT_SECONDS)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        raise Unreachable

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 # httpcore's own name for it
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Never."""
        raise Unreachable

    async def _checked(self, host: str) -> list[Address]:
        found = [host] if _is_ip(host) else list(await self._resolve(host))
        try:
            addresses = [ipaddress.ip_address(one) for one in dict.fromkeys(found)]
        except ValueError:
            raise Unreachable from None
        # One inner address among public ones is an attack or a mistake, never a web site.
        if not 0 < len(addresses) <= _MOST_ADDRESSES or not all(
            map(self._policy.is_public, addresses)
        ):
            raise Unreachable
        return addresses


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
