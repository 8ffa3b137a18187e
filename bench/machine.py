"""The machine and the versions that the figures hold for."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("uvicorn", "uvloop", "httptools", "starlette", "sse-starlette", "websockets", "redis")
_ASK_SECONDS = 10


def described() -> list[str]:
    """A line each for the machine and for the software."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return [
        f"{os.cpu_count()} cores, {_cpu()}, {_memory_gib():.0f} GiB, Linux {_kernel()}",
        f"Python {platform.python_version()}, {packages}",
        f"{_asked('nginx', '-v')}; {_asked('gcc', '--version')}",
    ]


def load_average() -> str:
    """Of the last minute: how busy the machine was."""
    return f"{os.getloadavg()[0]:.1f}"


def _cpu() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30


def _asked(program: str, option: str) -> str:
    found = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        return f"no {program}"
    answer = subprocess.run(
        [found, option], capture_output=True, text=True, check=False, timeout=_ASK_SECONDS
    )
    return (answer.stdout or answer.stderr).strip().splitlines()[0]


def _kernel() -> str:
    """Its version without what its builder added."""
    return ".".join(platform.release().split(".")[:2])
