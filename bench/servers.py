"""A private installation to measure: its own Redis on disk, web processes, on loopback."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
from msgspec import Struct

from bench import processes

_START_SECONDS = 20
_LOOK_SECONDS = 0.05


class Newsroom(Struct, frozen=True, kw_only=True):
    """Where it is, and a token that may write. ``pid`` is the process that was started,
    ``web_pids`` those that serve readers."""

    port: int
    token: str
    pid: int
    web_pids: tuple[int, ...]


@contextmanager
def a_newsroom(data: Path, workers: int = 1) -> Iterator[Newsroom]:
    """Run one until left. Data is written to disk before it is acknowledged, as in production."""
    # One token posts as fast as can be.
    ours = {"LIVEBLOG_DATA": str(data), "LIVEBLOG_REDIS_URL": "", "LIVEBLOG_WRITES_PER_MINUTE": "0"}
    environment = os.environ | ours
    command = processes.python("liveblog")
    serve = [*command, "serve", "--port", "0", "--workers", str(workers)]
    log = data / "serve.log"
    with processes.running(serve, environment=environment, log=log) as server:
        port = _port(server, log)
        _wait_until_ready(port)
        add = [*command, "token", "add", "bench", "--role", "editor"]
        token = subprocess.check_output(add, env=environment, text=True).strip()
        pids = _web_pids(server.pid, workers)
        yield Newsroom(port=port, token=token, pid=server.pid, web_pids=pids)


def _port(server: subprocess.Popen[bytes], log: Path) -> int:
    """From the line that says where it serves. Its log is a file: a pipe that nobody reads would
    fill and stop the server. Raises RuntimeError."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        found = re.search(r"Serving at \S+:(\d+)\s", log.read_text())
        if found:
            return int(found[1])
        time.sleep(_LOOK_SECONDS)
    raise RuntimeError(f"`liveblog serve` does not start: {log.read_text()[-2000:]}")


def _web_pids(pid: int, workers: int) -> tuple[int, ...]:
    """A single web process is the one that was started; several are its children, beside Redis."""
    if workers == 1:
        return (pid,)
    return tuple(
        child for child in processes.children(pid) if processes.program(child) != "redis-server"
    )


def _wait_until_ready(port: int) -> None:
    transport = httpx2.HTTPTransport(retries=8)
    with httpx2.Client(transport=transport, base_url=f"http://127.0.0.1:{port}") as client:
        client.get("/readyz", timeout=_START_SECONDS).raise_for_status()
