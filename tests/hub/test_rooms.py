"""Rooms over real connections: who leaves, who is slow, who is early.

On uvloop as the service runs, and on asyncio's own loop as it may; with each way of sending.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast

import pytest
import uvloop
from msgspec.structs import replace

from liveblog.hub import rooms
from liveblog.hub.channel import Channel
from liveblog.hub.crowd import Crowd, Reader
from liveblog.hub.doors import Doors
from liveblog.hub.frames import HEARTBEAT
from liveblog.hub.rooms import BEHIND_BYTES
from liveblog.hub.sending import Send
from liveblog.story import Change, Cursor
from tests.builders import a_head, an_id, opened, posted

Test = Callable[["Hall"], Awaitable[None]]


class Hall:
    """A story whose readers' connections are held here."""

    def __init__(self, send: Send) -> None:
        head = a_head()
        self.send = send
        self.channel = Channel([replace(opened(head), cursor=Cursor("0-1"))], send)
        self.room = self.channel.room("events")
        self._number = 1
        self._port = 0
        self._met: asyncio.Queue[asyncio.Transport] = asyncio.Queue()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Let readers in."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Entrance(self._met), "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()

    async def enter(self, after: Cursor | None = None) -> tuple[Reader, socket.socket]:
        """A reader and its own end of the connection."""
        loop = asyncio.get_running_loop()
        own = socket.socket()
        own.setblocking(False)
        await loop.sock_connect(own, ("127.0.0.1", self._port))
        transport = await self._met.get()
        reader = Reader(self.room, transport, Doors(), "")
        transport.set_protocol(reader)
        self.room.welcome(reader, after, b"")
        return reader, own

    def post(self, text: str = "News") -> Change:
        """The next change comes."""
        self._number += 1
        change = posted(self.channel.slug, id=an_id(self._number), title=text)
        change = replace(change, cursor=Cursor(f"0-{self._number}"))
        self.channel.take(change)
        return change


class _Entrance(asyncio.Protocol):
    def __init__(self, met: asyncio.Queue[asyncio.Transport]) -> None:
        self._met = met

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._met.put_nowait(cast(asyncio.Transport, transport))


async def heard(own: socket.socket, until: Change | None = None) -> bytes:
    """What a reader reads up to a change, or to the end."""
    loop = asyncio.get_running_loop()
    text = b""
    last = f"id: {until.cursor}\n".encode() if until else b"\0"
    while last not in text or not text.endswith(b"\n\n"):
        try:
            more = await loop.sock_recv(own, 1_048_576)
        except ConnectionResetError:
            more = b""
        if not more:
            assert until is None, f"the stream ended before {until.cursor}"
            break
        text += more
    return text


def ids(text: bytes) -> list[str]:
    return [line[4:].decode() for line in text.splitlines() if line.startswith(b"id: ")]


@pytest.fixture(params=["uvloop", "asyncio"])
def in_a_hall(request: pytest.FixtureRequest, send: Send) -> Callable[[Test], None]:
    """Run a test on a loop."""
    make = uvloop.new_event_loop if request.param == "uvloop" else asyncio.new_event_loop

    def run(test: Test) -> None:
        async def within() -> None:
            hall = Hall(send)
            async with asyncio.timeout(20), hall.opened():
                await test(hall)

        with asyncio.Runner(loop_factory=make) as runner:
            runner.run(within())

    return run


def test_a_reader_who_leaves_between_two_slices_is_not_written_to_nor_who_gets_its_descriptor(
    in_a_hall: Callable[[Test], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "SLICE", 1)

    async def test(hall: Hall) -> None:
        _, first = await hall.enter()
        leaving, second = await hall.enter()
        _, third = await hall.enter()
        before = hall.post()
        for own in (first, second, third):
            await heard(own, before)
        change = hall.post()
        await asyncio.sleep(0)  # The first slice is written; the others wait for their turn.
        descriptor = leaving.descriptor
        assert descriptor > 0
        leaving.connection_lost(None)
        stranger, its_other_end = socket.socketpair()
        stranger.setblocking(False)
        os.dup2(stranger.fileno(), descriptor)
        assert ids(await heard(first, change)) == [change.cursor]
        assert ids(await heard(third, change)) == [change.cursor]
        its_other_end.setblocking(False)
        with pytest.raises(BlockingIOError):
            its_other_end.recv(1)

    in_a_hall(test)


def test_a_reader_whose_connection_broke_does_not_keep_the_others_from_hearing(
    in_a_hall: Callable[[Test], None],
) -> None:
    async def test(hall: Hall) -> None:
        broken, own = await hall.enter()
        _, other = await hall.enter()
        broken.transport.abort()
        own.close()
        posted = [hall.post() for _ in range(3)]
        assert len(ids(await heard(other, posted[-1]))) == len(posted)

    in_a_hall(test)


def test_bytes_that_the_kernel_did_not_take_come_before_those_that_follow(
    in_a_hall: Callable[[Test], None],
) -> None:
    async def test(hall: Hall) -> None:
        slow, own = await hall.enter()
        slow.transport.set_write_buffer_limits(high=1 << 30)
        posted = []
        while not slow.transport.get_write_buffer_size():
            posted.append(hall.post("x" * 200_000))
            await turned()
        posted += [hall.post("x" * 200_000) for _ in range(3)]
        assert ids(await heard(own, posted[-1])) == [change.cursor for change in posted]
        # It has caught up, and is written to directly again.
        posted.append(hall.post())
        assert ids(await heard(own, posted[-1])) == [posted[-1].cursor]

    in_a_hall(test)


def test_bytes_do_not_overtake_those_that_still_wait(in_a_hall: Callable[[Test], None]) -> None:
    async def test(hall: Hall) -> None:
        slow, own = await hall.enter()
        slow.transport.set_write_buffer_limits(high=1 << 30)
        crowd = Crowd(hall.send)
        crowd.join(slow, b"")
        while not slow.transport.get_write_buffer_size():
            crowd.send(b"x" * 100_000, crowd.everybody())
            await turned()
        # The kernel takes more again, before the loop comes round to what waits.
        own.recv(10_000_000)
        crowd.send(b"first\0last\n\n", crowd.everybody())
        assert (await heard(own)).endswith(b"xfirst\0last\n\n")

    in_a_hall(test)


def test_what_one_is_told_alone_is_not_torn_by_what_all_are_sent(
    in_a_hall: Callable[[Test], None],
) -> None:
    async def test(hall: Hall) -> None:
        slow, own = await hall.enter()
        slow.transport.set_write_buffer_limits(high=1 << 30)
        crowd = Crowd(hall.send)
        crowd.join(slow, b"")
        alone = b"x" * 10_000_000
        crowd.say(slow, alone)
        await turned()
        # The kernel takes more again, before the loop comes round to what waits.
        own.recv(10_000_000)
        crowd.send(b"first\0last\n\n", crowd.everybody())
        assert (await heard(own)).endswith(b"xfirst\0last\n\n")

    in_a_hall(test)


def test_a_connection_that_was_reset_unnoticed_is_closed_and_the_others_are_written_to(
    in_a_hall: Callable[[Test], None],
) -> None:
    async def test(hall: Hall) -> None:
        reset, resetting = await hall.enter()
        other, own = await hall.enter()
        crowd = Crowd(hall.send)
        for reader in (reset, other):
            crowd.join(reader, b"")
        resetting.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        resetting.close()
        crowd.send(b"still\0here\n\n", crowd.everybody())
        assert reset.transport.is_closing()
        assert (await heard(own)).endswith(b"still\0here\n\n")

    in_a_hall(test)


def test_a_reader_that_falls_too_far_behind_is_closed(in_a_hall: Callable[[Test], None]) -> None:
    async def test(hall: Hall) -> None:
        slow, own = await hall.enter()
        posts = 0
        while len(hall.room):
            hall.post("x" * BEHIND_BYTES)
            posts += 1
            assert posts < 1_000, "it was never closed"
            await turned()
        assert len(ids(await heard(own))) < posts
        assert slow.transport.is_closing()

    in_a_hall(test)


def test_a_reader_that_knows_more_than_its_room_was_sent_hears_nothing_twice(
    in_a_hall: Callable[[Test], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "SLICE", 1)

    async def test(hall: Hall) -> None:
        _, first = await hall.enter()
        _, second = await hall.enter()
        hall.post()
        await asyncio.sleep(0)  # The first slice is written: what comes now waits.
        known = hall.post()
        _, knowing = await hall.enter(known.cursor)
        last = hall.post()
        assert ids(await heard(knowing, last)) == [last.cursor]
        for own in (first, second):
            assert len(ids(await heard(own, last))) == 3

    in_a_hall(test)


def test_a_reader_that_knows_less_than_its_room_hears_what_it_missed(
    in_a_hall: Callable[[Test], None],
) -> None:
    async def test(hall: Hall) -> None:
        known = hall.channel.cursor
        _, first = await hall.enter()
        posted = [hall.post() for _ in range(3)]
        _, second = await hall.enter(known)
        posted.append(hall.post())
        for own in (first, second):
            assert ids(await heard(own, posted[-1])) == [change.cursor for change in posted]

    in_a_hall(test)


def test_who_was_welcomed_a_moment_ago_needs_no_sign_of_life(
    in_a_hall: Callable[[Test], None],
) -> None:
    async def test(hall: Hall) -> None:
        _, own = await hall.enter()
        hall.room.beat(asyncio.get_running_loop().time())
        assert HEARTBEAT not in await heard(own, hall.post())

    in_a_hall(test)


def test_the_number_of_readers_leaves_with_the_next_change(
    in_a_hall: Callable[[Test], None],
) -> None:
    async def test(hall: Hall) -> None:
        _, own = await hall.enter()
        hall.channel.count = 1_200
        assert b'event: readers\ndata: {"count":1200}\n\n' in await heard(own, hall.post())
        assert b"readers" not in await heard(own, hall.post())

    in_a_hall(test)


async def turned() -> None:
    """The loop came round, and what was to be written was written as far as the kernel takes it."""
    for _ in range(3):
        await asyncio.sleep(0)
