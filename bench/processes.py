"""Processes that the benchmark starts, and what they use."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

MOST_FILES = 65_536
_END_SECONDS = 10


def allow_many_files() -> int:
    """Raise the limit on open files, for us and all that we start. Answers the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in (MOST_FILES, hard):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(wanted, hard)))
        except (OSError, ValueError):
            continue  # only the superuser may raise the hard limit
        break
    return most_files()


def most_files() -> int:
    """The files that we, and each process that we start, may have open."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


@contextmanager
def running(
    command: Sequence[str | Path], *, environment: dict[str, str] | None = None, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process with pipes to its standard input and output; ended, at last by force, when left.

    It has a session of its own: Ctrl-C reaches us alone, and we end it.
    """
    with log.open("ab") as errors:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to stop, and make it stop if it does not."""
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def python(module: str, *words: str) -> list[str]:
    """The command that runs one of our modules."""
    return [sys.executable, "-m", module, *words]


def first_line(process: subprocess.Popen[bytes], log: Path) -> str:
    """What a process prints when it is up. Raises RuntimeError if it ends instead."""
    assert process.stdout is not None
    line = process.stdout.readline().decode().strip()
    if not line:
        raise RuntimeError(f"{process.args!r} did not start: {log.read_text()[-2000:]}")
    return line


def children(pid: int) -> tuple[int, ...]:
    """The processes that it started itself."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return tuple(int(child) for child in listed.split())


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time so far. The clock of a process counts nanoseconds, /proc/PID/stat only
    ticks of ten milliseconds (clock_getcpuclockid(3): ~pid << 3 | CPUCLOCK_SCHED)."""
    return sum(time.clock_gettime(~pid << 3 | 2) for pid in pids)


def pss_bytes(pids: Iterable[int]) -> int:
    """Memory, each shared page divided by those who share it."""
    return sum(1024 * _field(Path(f"/proc/{pid}/smaps_rollup"), "Pss:") for pid in pids)


def open_files(pids: Iterable[int]) -> int:
    """Open descriptors: how many readers a server still holds."""
    return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids)


def _field(path: Path, name: str) -> int:
    for line in path.read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    raise ValueError(f"{path} has no {name}")


def program(pid: int) -> str:
    """The name of what it runs."""
    return Path(f"/proc/{pid}/comm").read_text().strip()
