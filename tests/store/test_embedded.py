"""The private redis-server: real servers, real processes, real signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import anyio
import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError

from liveblog.errors import BadSetting
from liveblog.store import embedded

pytestmark = pytest.mark.anyio

# Another process that uses the server until its standard input is closed.
USER = """
import asyncio, sys
from pathlib import Path
from liveblog.store import embedded

async def use():
    async with embedded.running(Path(sys.argv[1])) as url:
        print(url, flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(use())
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@contextmanager
def another_process(data: Path) -> Iterator[subprocess.Popen[str]]:
    """It has the server when this is entered, and has left it when this is left."""
    with subprocess.Popen(
        [sys.executable, "-c", USER, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("unix:///")
        yield process


async def put(url: str, key: str, value: str) -> None:
    async with Redis.from_url(url) as client:
        await client.set(key, value)


async def get(url: str, key: str) -> str | None:
    async with Redis.from_url(url, decode_responses=True) as client:
        return str(found) if (found := await client.get(key)) else None


async def pid(url: str) -> int:
    async with Redis.from_url(url) as client:
        return int((await client.info("server"))["process_id"])


async def test_the_record_survives_a_stop_and_a_start(data: Path) -> None:
    async with embedded.running(data) as url:
        await put(url, "headline", "Minister resigns")
        first = await pid(url)
    async with embedded.running(data) as url:
        assert await get(url, "headline") == "Minister resigns"
        assert await pid(url) != first


async def test_nothing_answers_after_the_last_one_has_left(data: Path) -> None:
    async with embedded.running(data) as url:
        server = await pid(url)
    with pytest.raises(ConnectionError):
        await get(url, "headline")
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)


async def test_every_write_is_on_disk_before_it_is_answered(data: Path) -> None:
    async with embedded.running(data) as url, Redis.from_url(url, decode_responses=True) as client:
        # Only a power cut would show the difference; so this asks.
        assert await client.config_get("appendfsync") == {"appendfsync": "always"}


async def test_a_write_outlives_a_server_that_is_killed(data: Path) -> None:
    async with embedded.running(data) as url:
        await put(url, "headline", "Minister resigns")
        os.kill(await pid(url), signal.SIGKILL)
        async with embedded.running(data) as again:
            assert await get(again, "headline") == "Minister resigns"


async def test_all_who_name_the_same_folder_share_one_server(data: Path) -> None:
    async with embedded.running(data) as url:
        server = await pid(url)
        with another_process(data):
            assert await pid(url) == server
        assert await pid(url) == server


async def test_a_server_stays_up_while_others_use_it_though_its_starter_has_left(
    data: Path,
) -> None:
    with another_process(data) as starter:
        async with embedded.running(data) as url:
            server = await pid(url)
            starter.communicate(timeout=20)
            assert await pid(url) == server
    with pytest.raises(ConnectionError):
        await get(url, "headline")


async def test_a_server_whose_starter_was_killed_is_adopted_and_then_stopped(data: Path) -> None:
    with another_process(data) as starter:
        async with embedded.running(data) as url:
            server = await pid(url)
            await put(url, "headline", "Minister resigns")
        starter.kill()
    async with embedded.running(data) as url:
        assert await pid(url) == server
        assert await get(url, "headline") == "Minister resigns"
    with pytest.raises(ConnectionError):
        await get(url, "headline")


async def test_many_who_come_at_once_start_one_server(data: Path) -> None:
    servers: set[int] = set()
    all_here = anyio.Event()

    async def use() -> None:
        async with embedded.running(data) as url:
            servers.add(await pid(url))
            here.append(url)
            if len(here) == 8:
                all_here.set()
            await all_here.wait()

    here: list[str] = []
    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(use)
    assert len(servers) == 1


async def test_a_cancelled_program_still_stops_its_server(data: Path) -> None:
    with anyio.CancelScope() as scope:
        async with embedded.running(data) as url:
            scope.cancel()
            await anyio.sleep_forever()
    with pytest.raises(ConnectionError):
        await get(url, "headline")


async def test_the_terminal_does_not_reach_the_server(data: Path) -> None:
    async with embedded.running(data) as url:
        assert os.getpgid(await pid(url)) != os.getpgid(0)


async def test_only_we_may_read_the_record(data: Path) -> None:
    async with embedded.running(data):
        for path in (data, data / "redis.sock"):
            assert os.stat(path).st_mode & 0o777 == 0o700  # noqa: PTH116 # no I/O that blocks


async def test_a_folder_with_odd_characters_in_its_name_will_do(tmp_path: Path) -> None:
    async with embedded.running(tmp_path / "Élysée 100% ?") as url:
        await put(url, "headline", "Minister resigns")
        assert await get(url, "headline") == "Minister resigns"


async def test_a_path_too_long_for_a_socket_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"LIVEBLOG_DATA: .* Choose a folder with a shorter path"):
        await enter(tmp_path / ("long" * 30))


async def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(BadSetting, match=r"LIVEBLOG_DATA: .*data"):
        await enter(tmp_path / "data")


async def test_a_server_that_does_not_start_is_quoted(data: Path) -> None:
    broken = a_binary(data.parent, "echo 'Fatal error loading the DB, check server logs'; exit 1")
    with pytest.raises(BadSetting, match=r"(?s)Redis did not start.*Fatal error loading the DB"):
        await enter(data, server=broken)


async def test_only_the_last_words_of_this_start_are_quoted(data: Path) -> None:
    async with embedded.running(data):
        pass
    silent = a_binary(data.parent, "exit 1")
    with pytest.raises(BadSetting, match=r"ends:\n\(nothing\)"):
        await enter(data, server=silent)


async def test_a_record_of_a_newer_server_is_not_passed_over_by_an_older_one(data: Path) -> None:
    (data / "appendonlydir").mkdir(parents=True)
    older = a_binary(data.parent, "echo 'Redis server v=6.2.14 sha=00000000:0'")
    with pytest.raises(BadSetting, match="written by Redis 7"):
        await enter(data, server=older)


async def test_a_long_wait_is_told_once(data: Path) -> None:
    said: list[str] = []
    clock = [0.0]
    patience = embedded.Patience(said.append, lambda: clock[0])
    for clock[0] in (1.9, 2.1, 9.0):
        patience.still("Redis is reading the record …")
    assert said == ["Redis is reading the record …"]


def test_without_any_redis_the_error_says_what_to_install() -> None:
    with pytest.raises(BadSetting, match=r"no redis-server on the PATH\. Install redis-server"):
        embedded.find_server(path="", wheel="no_such_wheel")


def test_a_redis_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    a_binary(tmp_path, "echo 'Redis server v=5.0.3 sha=00000000:0'")
    with pytest.raises(BadSetting, match=r"older than 6\.2"):
        embedded.find_server(path=str(tmp_path), wheel="no_such_wheel")


def a_binary(folder: Path, script: str) -> Path:
    binary = folder / "redis-server"
    binary.write_text(f"#!/bin/sh\n{script}\n")
    binary.chmod(0o700)
    return binary


async def enter(data: Path, server: Path | None = None) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(embedded.running(data, server=server))
        pytest.fail("the server started")
