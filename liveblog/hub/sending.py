"""Handing the same bytes to many connections: by a loop of `write`, or in one system call.

Both are a :data:`Send`. Where Linux offers io_uring (5.6 or later, and not forbidden, as it is in
many containers), a :class:`Ring` is the cheaper one.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import socket
import struct
import sys
from array import array
from collections.abc import Callable, Sequence

Send = Callable[[bytes, Sequence[int]], dict[int, int]]
"""Sends bytes to descriptors that do not block. Answers those that did not take all: how many bytes
they took, or -1 where the connection is broken."""

_SETUP, _ENTER = 425, 426  # System calls: io_uring_setup(2), io_uring_enter(2).
_ENTRIES = 256
_SEND = 26  # IORING_OP_SEND
_GET_EVENTS = 1
_SUBMISSION, _COMPLETION = 16, 4  # Sizes of struct io_uring_sqe and io_uring_cqe in words.
_AT_SUBMISSIONS, _AT_ENTRIES = 0, 0x10000000  # What mmap shows at these offsets.
_PARAMETERS_BYTES = 120
_WORD = 0xFFFFFFFF
_NOT_NOW = (-errno.EAGAIN, -errno.EINTR)


def write_each(data: bytes, descriptors: Sequence[int]) -> dict[int, int]:
    """A :data:`Send` by one `write` after another."""
    size, write = len(data), os.write
    short: dict[int, int] = {}
    for descriptor in descriptors:
        try:
            sent = write(descriptor, data)
        except BlockingIOError:
            sent = 0
        except OSError:
            sent = -1
        if sent != size:
            short[descriptor] = sent
    return short


def best() -> Send:
    """The cheapest way that this machine offers."""
    try:
        return Ring().send
    except OSError:
        return write_each


class Ring:
    """A queue of sends that the kernel works off in one call (io_uring).

    Nothing is ever under way between two calls: no send may wait, and the call returns when all are
    done. So buffers and descriptors need no more care than with `send`. Raises OSError where it
    cannot be had.
    """

    def __init__(self) -> None:
        if sys.byteorder != "little":
            raise OSError(errno.ENOSYS, "The fields are laid out for little-endian machines.")
        libc = ctypes.CDLL(None, use_errno=True)
        libc.syscall.restype = ctypes.c_long
        self._call = libc.syscall
        parameters = bytearray(_PARAMETERS_BYTES)
        there = (ctypes.c_char * _PARAMETERS_BYTES).from_buffer(parameters)
        self._ring = int(self._call(_SETUP, _ENTRIES, there))
        if self._ring < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        try:
            self._map(parameters)
        except BaseException:
            os.close(self._ring)
            raise

    def _map(self, parameters: bytearray) -> None:
        """See struct io_uring_params in linux/io_uring.h; offsets there are in bytes."""
        (completions,) = struct.unpack_from("<I", parameters, 4)
        _, tail, _, _, _, _, slots, _ = struct.unpack_from("<8I", parameters, 40)
        seen, _, _, _, _, results, _, _ = struct.unpack_from("<8I", parameters, 80)
        size = max(slots + 4 * _ENTRIES, results + 4 * _COMPLETION * completions)
        rings = memoryview(mmap.mmap(self._ring, size, offset=_AT_SUBMISSIONS))
        words = rings.cast("I")
        self._tail = words[tail // 4 : tail // 4 + 1]
        self._seen = words[seen // 4 : seen // 4 + 1]
        words[slots // 4 : slots // 4 + _ENTRIES] = memoryview(array("I", range(_ENTRIES)))
        self._done = rings[results : results + 4 * _COMPLETION * completions]
        sends = memoryview(mmap.mmap(self._ring, 4 * _SUBMISSION * _ENTRIES, offset=_AT_ENTRIES))
        fields = sends.cast("i")
        # What is the same for every send is written once.
        for field, value in {0: _SEND, 7: socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL}.items():
            fields[field::_SUBMISSION] = memoryview(array("i", [value]) * _ENTRIES)
        self._descriptors = fields[1::_SUBMISSION]
        self._addresses = sends.cast("q")[2 :: _SUBMISSION // 2]
        self._sizes = fields[6::_SUBMISSION]
        # A completion names its send by the place in the queue, so that all of them together are
        # compared with what they should be.
        fields[8::_SUBMISSION] = memoryview(array("i", range(_ENTRIES)))
        self._completions = completions
        self._position = 0
        self._all_took: tuple[int, bytes] = (0, _took(0))

    def close(self) -> None:
        """Give it back."""
        os.close(self._ring)

    def send(self, data: bytes, descriptors: Sequence[int]) -> dict[int, int]:
        """A :data:`Send`."""
        short: dict[int, int] = {}
        start = 0
        while start < len(descriptors):
            # A batch does not run over the queue's end, so that it is one piece of memory.
            room = _ENTRIES - self._position % _ENTRIES
            self._send(data, descriptors[start : start + room], short)
            start += room
        return short

    def _send(self, data: bytes, descriptors: Sequence[int], short: dict[int, int]) -> None:
        count, size = len(descriptors), len(data)
        place = self._position % _ENTRIES
        batch = slice(place, place + count)
        address = ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value or 0
        self._descriptors[batch] = memoryview(array("i", descriptors))
        self._addresses[batch] = memoryview(array("q", [address]) * count)
        self._sizes[batch] = memoryview(array("i", [size]) * count)
        if self._all_took[0] != size:
            self._all_took = size, _took(size)
        there = self._position % self._completions * _COMPLETION * 4
        done = self._submit(count)
        completed = self._done[there : there + _COMPLETION * 4 * done]
        wanted = self._all_took[1][_COMPLETION * 4 * place : _COMPLETION * 4 * (place + count)]
        if completed == wanted:
            return
        # What the kernel did not even begin took nothing.
        short.update(dict.fromkeys(descriptors[done:], 0))
        for at, sent, _ in struct.iter_unpack("<Qii", completed):
            if sent != size:
                short[descriptors[at - place]] = 0 if sent in _NOT_NOW else max(sent, -1)

    def _submit(self, count: int) -> int:
        """Let the kernel send. Answers how many of them it began, which then are done."""
        self._tail[0] = (self._position + count) & _WORD
        began: int = self._call(_ENTER, self._ring, count, count, _GET_EVENTS, None, 0)
        self._position = (self._position + max(began, 0)) & _WORD
        # The rest is taken back, and what is done was seen.
        self._tail[0] = self._seen[0] = self._position
        return max(began, 0)


def _took(size: int) -> bytes:
    """The completions of a whole queue of sends that took that many bytes."""
    return b"".join([struct.pack("<Qii", place, size, 0) for place in range(_ENTRIES)])
