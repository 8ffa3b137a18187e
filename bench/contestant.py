"""A server in the comparison: how it is started, posted to, and read from."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, Protocol

from msgspec import Struct

Kind = Literal["sse", "gzip", "websocket"]


class Skipped(Exception):
    """This server cannot be measured here; the message says what to install."""


class Publisher(Protocol):
    """Sends posts without waiting, so that a burst keeps its pace."""

    def send(self, mark: str) -> None:
        """Post an event that carries this mark."""

    def settle(self) -> None:
        """Wait until everything sent was acknowledged. Raises OSError, ValueError."""


class Server(Struct, frozen=True, kw_only=True):
    """One that runs. ``paths`` are its readers' addresses by kind; ``aside`` are processes that
    are reported apart (a database)."""

    port: int
    pids: tuple[int, ...]
    aside: tuple[int, ...] = ()
    paths: dict[Kind, str]
    publisher: Publisher


class Contestant(Struct, frozen=True, kw_only=True):
    """A line of the table. ``running`` starts the server in a folder and ends it when left; it
    raises Skipped."""

    name: str
    kind: Kind
    running: Callable[[Path], AbstractContextManager[Server]]
