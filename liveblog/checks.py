"""What can be wrong with an installation: each check says what it found and what to do."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Literal

from msgspec import Struct

from liveblog.errors import LiveblogError
from liveblog.media.files import Files
from liveblog.store import keys
from liveblog.store.client import RedisClient
from liveblog.web.assets import folder

_OLDEST = (6, 2)
_CLOCKS_APART_SECONDS = 1.0


class Finding(Struct, frozen=True, kw_only=True):
    """What a check found."""

    verdict: Literal["ok", "warning", "wrong"]
    what: str


def _ok(what: str) -> Finding:
    return Finding(verdict="ok", what=what)


def _warning(what: str) -> Finding:
    return Finding(verdict="warning", what=what)


def _wrong(what: str) -> Finding:
    return Finding(verdict="wrong", what=what)


def pages() -> Finding:
    """Whether the pages' files are built."""
    try:
        return _ok(f"The pages' files are in {folder()}.")
    except LiveblogError as error:
        return _wrong(str(error))


def storage(data: os.PathLike[str]) -> Finding:
    """Whether the data folder can be written."""
    if os.access(data, os.W_OK | os.X_OK):
        return _ok(f"Data can be written to {data}.")
    return _wrong(f"Data cannot be written to {data}: give this user the right to (LIVEBLOG_DATA).")


async def media(files: Files) -> Finding:
    """Whether pictures can be kept."""
    try:
        await files.probe()
    except LiveblogError as error:
        return _wrong(f"Pictures cannot be kept: {error} Check LIVEBLOG_MEDIA_URL, or its folder.")
    return _ok(f"Pictures can be kept in {files}.")


async def redis(client: RedisClient, now: datetime) -> AsyncIterator[Finding]:
    """Whether Redis answers, is new enough, keeps what it acknowledges, and knows the time."""
    try:
        server = await client.info()
    except LiveblogError as error:
        yield _wrong(f"{error} Check LIVEBLOG_REDIS_URL.")
        return
    yield _version(server["redis_version"])
    yield await _durability(client)
    yield await _eviction(client)
    yield _clock(await client.time(), now)


def _version(version: str) -> Finding:
    if tuple(int(part) for part in version.split(".")[:2]) < _OLDEST:
        return _wrong(f"Redis {version} is too old: install 6.2 or later.")
    return _ok(f"Redis {version} answers.")


async def _durability(client: RedisClient) -> Finding:
    kept = await _configured(client, "append*")
    if kept is None:
        return _warning("Redis does not tell how it keeps data (CONFIG is refused): ask its owner.")
    if kept.get("appendonly") != "yes":
        return _wrong("Redis forgets on a restart: set appendonly yes.")
    if kept.get("appendfsync") != "always":
        return _warning("Redis may lose a second after a power cut: set appendfsync always.")
    return _ok("Redis has written to disk what it acknowledges.")


async def _eviction(client: RedisClient) -> Finding:
    kept = await _configured(client, "maxmemory*")
    policy = (kept or {}).get("maxmemory-policy", "noeviction")
    if policy != "noeviction":
        return _wrong(f"Redis may drop stories when it is full ({policy}): set noeviction.")
    return _ok("Redis never drops a story to make room.")


async def _configured(client: RedisClient, pattern: str) -> dict[str, str] | None:
    try:
        answer = await client.ask("CONFIG", "GET", pattern)
    except LiveblogError:
        return None
    return {name.decode(): value.decode() for name, value in keys.fields(answer).items()}


def _clock(theirs: float, now: datetime) -> Finding:
    apart = abs(theirs - now.timestamp())
    if apart > _CLOCKS_APART_SECONDS:
        return _warning(f"The clocks of Redis and this machine are {apart:.1f} s apart: use NTP.")
    return _ok("The clocks agree.")
