"""From an address in the settings to a client of Redis, standalone, Sentinel or Cluster."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff

from liveblog.errors import BadSetting

Client = Redis | RedisCluster
_PLAIN = frozenset({"redis", "rediss", "unix"})


def connect(url: str, *, timeout_seconds: float, connections: int) -> Client:
    """A client of ``redis://``, ``rediss://``, ``unix://``, ``redis+sentinel://host,…/master`` or
    ``redis+cluster://host``. It repeats nothing by itself. Raises BadSetting."""
    options: dict[str, Any] = {
        "socket_timeout": timeout_seconds,
        "socket_connect_timeout": timeout_seconds,
        "max_connections": connections,
        # A write repeated by the client would be a second write: the caller repeats, with its key.
        "retry": Retry(NoBackoff(), 0),
    }
    parts = urlsplit(url)
    try:
        if parts.scheme in _PLAIN:
            return Redis.from_url(url, **options)
        if parts.scheme == "redis+cluster":
            return RedisCluster.from_url(url.replace("redis+cluster", "redis", 1), **options)
        if parts.scheme == "redis+sentinel":
            return _through_sentinel(url, options)
    except ValueError as error:
        raise BadSetting(f"LIVEBLOG_REDIS_URL: {error}") from error
    raise BadSetting(
        "LIVEBLOG_REDIS_URL: begin it with redis://, rediss://, unix://, redis+sentinel://"
        f" or redis+cluster://, not {parts.scheme or 'nothing'}://"
    )


def _through_sentinel(url: str, options: dict[str, Any]) -> Redis:
    parts = urlsplit(url)
    name = parts.path.strip("/")
    if not name:
        raise BadSetting("LIVEBLOG_REDIS_URL: name the master: redis+sentinel://HOST:26379/MASTER")
    hosts = parts.netloc.rpartition("@")[2].split(",")
    sentinels = [_host_and_port(host) for host in hosts]
    password = parts.password
    database = int(parse_qs(parts.query).get("db", ["0"])[0])
    sentinel: Any = Sentinel(sentinels, socket_timeout=options["socket_timeout"])  # type: ignore[no-untyped-call]  # redis-py does not type it
    return cast(Redis, sentinel.master_for(name, password=password, db=database, **options))


def _host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.partition(":")
    return host, int(port or 26379)
