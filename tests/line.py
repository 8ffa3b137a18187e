"""A telephone line between a reader and a site, which the test can cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_CHUNK = 65_536


class Line:
    """Passes bytes on to a port of 127.0.0.1 until it is cut; new calls get through again."""

    def __init__(self, port: int) -> None:
        self._far = port
        self._calls: set[asyncio.Task[None]] = set()
        self.calls = 0
        self.url = ""

    async def serve(self) -> asyncio.Server:
        """Begin to take calls."""
        server = await asyncio.start_server(self._call, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return server

    def cut(self) -> None:
        """End all calls, in the middle of whatever is being said."""
        for call in self._calls:
            call.cancel()

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call = asyncio.current_task()
        assert call is not None
        self._calls.add(call)
        self.calls += 1
        far_writer = None
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._far)
            async with asyncio.TaskGroup() as both:
                both.create_task(_pass_on(reader, far_writer))
                both.create_task(_pass_on(far_reader, writer))
        except (OSError, ExceptionGroup, asyncio.CancelledError):
            pass
        finally:
            self._calls.discard(call)
            for end in (writer, far_writer):
                if end is not None:
                    end.transport.abort()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(_CHUNK):
        writer.write(chunk)
        await writer.drain()
    with suppress(OSError):
        writer.write_eof()


@asynccontextmanager
async def a_line(port: int) -> AsyncIterator[Line]:
    """A line to a port, hung up when left."""
    line = Line(port)
    server = await line.serve()
    try:
        yield line
    finally:
        line.cut()
        server.close()
