"""A private installation to measure: its own Redis on disk, one web process, on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
from msgspec import Struct


class Newsroom(Struct, frozen=True, kw_only=True):
    """Where it is, and a token that may write."""

    port: int
    token: str


@contextmanager
def a_newsroom(data: Path) -> Iterator[Newsroom]:
    """Run one until left. Data is written to disk before it is acknowledged, as in production."""
    environment = os.environ | {"LIVEBLOG_DATA": str(data), "LIVEBLOG_REDIS_URL": ""}
    command = [sys.executable, "-m", "liveblog"]
    with subprocess.Popen(
        [*command, "serve", "--port", "0"], env=environment, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr is not None
        try:
            port = int(server.stderr.readline().rpartition(":")[2])
            _wait_until_ready(port)
            add = [*command, "token", "add", "bench", "--role", "editor"]
            token = subprocess.check_output(add, env=environment, text=True).strip()
            yield Newsroom(port=port, token=token)
        finally:
            server.terminate()


def _wait_until_ready(port: int) -> None:
    transport = httpx2.HTTPTransport(retries=8)
    with httpx2.Client(transport=transport, base_url=f"http://127.0.0.1:{port}") as client:
        client.get("/readyz", timeout=20).raise_for_status()
