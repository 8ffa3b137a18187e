"""A plain server as its documentation shows it: sse-starlette under uvicorn, a queue per reader.
`POST /` is an event; it prints its port."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import uvicorn
from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench import processes
from bench.contestant import Server
from bench.publish import HttpPublisher, payload

_BACKLOG = 4_096


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    log = folder / "sse-starlette.log"
    with processes.running(processes.python(__name__), log=log) as process:
        port = int(processes.first_line(process, log))
        with closing(HttpPublisher(port, "/", payload)) as publisher:
            yield Server(port=port, pids=(process.pid,), paths={"sse": "/"}, publisher=publisher)


def app() -> Starlette:
    """Every reader has a queue."""
    queues: set[asyncio.Queue[str]] = set()

    async def events(queue: asyncio.Queue[str]) -> AsyncIterator[dict[str, str]]:
        try:
            while True:
                yield {"data": await queue.get()}
        finally:
            queues.discard(queue)

    async def follow(request: Request) -> EventSourceResponse:
        queue: asyncio.Queue[str] = asyncio.Queue()
        queues.add(queue)
        return EventSourceResponse(events(queue))

    async def post(request: Request) -> Response:
        text = (await request.body()).decode()
        for queue in queues:
            queue.put_nowait(text)
        return Response(status_code=201)

    return Starlette(routes=[Route("/", follow), Route("/", post, methods=["POST"])])


def main() -> None:
    """Serve on a free port."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(_BACKLOG)
    print(listening.getsockname()[1], flush=True)
    config = uvicorn.Config(app(), log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
