"""Both ways of sending the same bytes to many connections."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain

import pytest

from liveblog.hub import sending
from liveblog.hub.sending import Send, best, write_each

MANY = 300  # More than a ring holds at a time.


@pytest.fixture
def pairs() -> Iterator[list[tuple[socket.socket, socket.socket]]]:
    """Connections: our end, which does not block, and the reader's."""
    with ExitStack() as stack:
        made = [socket.socketpair() for _ in range(MANY)]
        for end in chain.from_iterable(made):
            stack.enter_context(end)
            end.setblocking(False)
        yield made


def test_each_hears_all_that_is_sent_in_order(
    send: Send, pairs: list[tuple[socket.socket, socket.socket]]
) -> None:
    ours = [our.fileno() for our, _ in pairs]
    for number in range(5):
        assert send(b"%d " % number * 7, ours) == {}
    for _, theirs in pairs:
        assert theirs.recv(1_000) == b"".join(b"%d " % number * 7 for number in range(5))


def test_some_are_sent_what_others_are_not(
    send: Send, pairs: list[tuple[socket.socket, socket.socket]]
) -> None:
    assert send(b"odd", [our.fileno() for our, _ in pairs[1::2]]) == {}
    for (_, even), (_, odd) in zip(pairs[::2], pairs[1::2], strict=True):
        assert odd.recv(10) == b"odd"
        with pytest.raises(BlockingIOError):
            even.recv(10)


def test_nobody_is_sent_nothing(send: Send) -> None:
    assert send(b"all", []) == {}


def test_who_takes_less_is_named_with_what_it_took(
    send: Send, pairs: list[tuple[socket.socket, socket.socket]]
) -> None:
    large = b"x" * 1_000_000
    full, small = pairs[:10], pairs[10:20]
    for our, _ in small:
        our.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1_000_000)
    short = send(large, [our.fileno() for our, _ in full])
    assert short.keys() == {our.fileno() for our, _ in full}
    for our, theirs in full:
        taken = short[our.fileno()]
        assert 0 < taken < len(large)
        assert theirs.recv(len(large), socket.MSG_PEEK) == large[:taken]
    again = send(b"y", [our.fileno() for our, _ in (*full, *small)])
    assert again == {our.fileno(): 0 for our, _ in full}


def test_a_broken_connection_is_named_and_the_others_hear(
    send: Send, pairs: list[tuple[socket.socket, socket.socket]]
) -> None:
    _, gone = pairs[3]
    gone.close()
    assert send(b"news", [our.fileno() for our, _ in pairs]) == {pairs[3][0].fileno(): -1}
    assert all(theirs.recv(10) == b"news" for _, theirs in pairs[:3] + pairs[4:])


def test_a_closed_descriptor_is_named(send: Send) -> None:
    descriptor = os.open("/dev/null", os.O_RDONLY)
    os.close(descriptor)
    assert send(b"news", [descriptor]) == {descriptor: -1}


def test_where_the_kernel_forbids_rings_each_is_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden() -> None:
        raise OSError(errno.EPERM, "forbidden")

    monkeypatch.setattr(sending, "Ring", forbidden)
    assert best() is write_each
