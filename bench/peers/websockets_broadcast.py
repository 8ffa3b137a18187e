"""A server of the websockets library that posts with its `broadcast`. Each line of standard input
is an event; it prints its port."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

from bench import processes
from bench.contestant import Server
from bench.publish import LinePublisher

_BACKLOG = 4_096


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    log = folder / "websockets.log"
    with processes.running(processes.python(__name__), log=log) as process:
        assert process.stdin is not None
        yield Server(
            port=int(processes.first_line(process, log)),
            pids=(process.pid,),
            paths={"websocket": "/"},
            publisher=LinePublisher(process.stdin),
        )


async def _serve() -> None:
    readers: set[ServerConnection] = set()

    async def stay(reader: ServerConnection) -> None:
        readers.add(reader)
        try:
            await reader.wait_closed()
        finally:
            readers.discard(reader)

    async with serve(
        stay, "127.0.0.1", 0, backlog=_BACKLOG, compression=None, ping_interval=None
    ) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
        )
        while line := await lines.readline():
            broadcast(readers, line.decode().rstrip())


if __name__ == "__main__":
    uvloop.run(_serve())
