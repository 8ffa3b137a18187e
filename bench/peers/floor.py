"""A C program that calls send() in a loop: nothing that serves each reader can do less."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import compiled, processes
from bench.contestant import Server
from bench.publish import LinePublisher


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    program = compiled.floor(folder)
    log = folder / "floor.log"
    with processes.running([program], log=log) as process:
        assert process.stdin is not None
        yield Server(
            port=int(processes.first_line(process, log)),
            pids=(process.pid,),
            paths={"sse": "/"},
            publisher=LinePublisher(process.stdin),
        )
