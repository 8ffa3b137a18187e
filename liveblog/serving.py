"""The processes: web servers on one socket, and everything together on one machine."""

from __future__ import annotations

import asyncio
import gc
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from liveblog.app import Site
from liveblog.errors import BadSetting
from liveblog.hub.connections import Connections
from liveblog.hub.entrance import Entrances
from liveblog.hub.inbound import MESSAGE_BYTES
from liveblog.hub.proxies import Proxies
from liveblog.hub.takeover import WebSocketProtocol
from liveblog.processes import STOP, redis, run_together
from liveblog.settings import Settings

_BACKLOG_CONNECTIONS = 2_048
_OTHER_FILES = 256
"""Descriptors for Redis, files, and connections on their way in or out."""

_COLLECT = (10_000, 50, 10)
"""Objects made since the last collection, and generations of them: readers are many and stay."""


class Server(uvicorn.Server):
    """A uvicorn server whose readers are let go as soon as it is told to stop."""

    def __init__(self, config: uvicorn.Config, site: Site, connections: Connections) -> None:
        super().__init__(config)
        self.server_state.connections = connections
        self._hub = site.hub
        self._drain = site.drain

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop in order. uvicorn's own raises the signal again at the end, which would end the
        process before what is around it is closed."""
        loop = asyncio.get_running_loop()
        for sig in STOP:
            loop.add_signal_handler(sig, self._stop, sig)
        try:
            yield
        finally:
            for sig in STOP:
                loop.remove_signal_handler(sig)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and spare the garbage collector what stays for good: it would look at all of it
        again and again while readers come."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_COLLECT)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, let the readers go, then do as uvicorn does."""
        for server in self.servers:
            server.close()
        await self._hub.let_go((self.config.timeout_graceful_shutdown or 0) / 2)
        await super().shutdown(sockets)

    def _stop(self, sig: signal.Signals) -> None:
        self.handle_exit(sig, None)
        self._drain()


async def serve(settings: Settings, listening: socket.socket, readers: int) -> None:
    """One web process for so many readers on a socket that listens, until it is told to stop."""
    async with redis(settings) as url:
        site = Site(settings, url, readers)
        site.listens_at(own_address(listening))
        proxies = Proxies(settings.proxies)
        config = uvicorn.Config(
            site.app,
            http=Entrances(site.greet, site.turn_away),  # type: ignore[arg-type] # all it does with it is call it
            ws=WebSocketProtocol,
            ws_max_size=MESSAGE_BYTES,
            ws_per_message_deflate=False,
            log_config=None,
            access_log=False,
            server_header=False,
            # By itself uvicorn would believe whatever comes from this machine.
            proxy_headers=bool(settings.proxies),
            forwarded_allow_ips=proxies.named,
            timeout_graceful_shutdown=settings.grace_seconds,
        )
        connections = Connections(settings.connections, settings.connections_per_address, proxies)
        await Server(config, site, connections).serve(sockets=[listening])


async def serve_many(
    settings: Settings, listening: socket.socket, workers: int, say: Callable[[str], None]
) -> int:
    """Several web processes that share the socket, each with a tail of its own."""
    descriptor = listening.fileno()
    commands = {
        f"web {number}": ["serve", "--fd", str(descriptor)] for number in range(1, workers + 1)
    }
    async with redis(settings) as url:
        return await run_together(settings, url, commands, say, descriptors=[descriptor])


def raise_open_files() -> int:
    """Let this process hold as many connections as its hard limit permits; answers how many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def readers_that_fit(settings: Settings, open_files: int) -> int:
    """No more readers than fit beside all else: who is turned away comes back, but a process
    without a descriptor left can do nothing at all."""
    room = max(open_files - settings.connections - _OTHER_FILES, 1)
    return min(settings.readers or room, room)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises BadSetting."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise BadSetting(
            f"Cannot listen on {host}:{port} ({error.strerror}). Stop what listens there,"
            " or choose another port with LIVEBLOG_PORT."
        ) from error
    listening.listen(_BACKLOG_CONNECTIONS)
    listening.set_inheritable(True)
    return listening


def own_address(listening: socket.socket) -> str:
    """Where this process reaches its own socket."""
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 # not bound here
    host, port = listening.getsockname()[:2]
    return _http(anywhere.get(host, host), port)


def address(listening: socket.socket) -> str:
    """What to open in a browser."""
    host, port = listening.getsockname()[:2]
    return _http(host, port)


def _http(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
