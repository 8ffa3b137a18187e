"""A client of Redis that asks, runs scripts, and says NotStored when it cannot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from hashlib import sha1
from importlib.resources import files
from typing import Any, cast

from redis.asyncio.cluster import RedisCluster
from redis.exceptions import NoScriptError, RedisClusterException, RedisError

from liveblog.errors import BadSetting, NotStored
from liveblog.store.connect import connect

_CONNECTIONS = 64
_SCRIPTS = ("add_note", "append", "audit", "erase", "presence", "save_draft", "save_person")

LOST = (RedisError, RedisClusterException, OSError, TimeoutError)
"""What the client library raises when Redis is out of reach. That no node of a cluster answers is
no RedisError to it."""


class _Script:
    """A Lua script, sent whole only to a server that does not know it."""

    def __init__(self, name: str) -> None:
        self.text = files("liveblog.store").joinpath(name).read_text()
        self.digest = sha1(self.text.encode(), usedforsecurity=False).hexdigest()


class RedisClient:
    """``replicas`` must confirm each write before it is acknowledged; beyond ``timeout_seconds`` it
    counts as not stored."""

    def __init__(self, url: str, *, replicas: int = 0, timeout_seconds: float = 5) -> None:
        self.url = url
        self._replicas = replicas
        self._timeout_seconds = timeout_seconds
        self._client = connect(url, timeout_seconds=timeout_seconds, connections=_CONNECTIONS)
        if replicas and isinstance(self._client, RedisCluster):
            raise BadSetting(
                "LIVEBLOG_REPLICAS: on a cluster set min-replicas-to-write on its nodes instead"
            )

    async def ping(self) -> None:
        """Return if it answers. Raises NotStored."""
        await self.ask("EXISTS", "{lb0}:feed")

    async def info(self) -> dict[str, str]:
        """What a server tells of itself; on a cluster, one of its nodes. Raises NotStored."""
        async with reaching():
            return cast(dict[str, str], await self._any.info("server", **self._a_node))

    async def time(self) -> float:
        """The server's clock, in seconds since 1970. Raises NotStored."""
        async with reaching():
            seconds, microseconds = await self._any.time(**self._a_node)
            return int(seconds) + int(microseconds) / 1_000_000

    @property
    def _any(self) -> Any:
        return self._client

    @property
    def _a_node(self) -> dict[str, str]:
        return {"target_nodes": "random"} if isinstance(self._client, RedisCluster) else {}

    async def close(self) -> None:
        """Give all connections back."""
        await self._client.aclose()

    async def ask(self, *command: Any) -> Any:
        """One command. Raises NotStored."""
        async with reaching():
            return await self._client.execute_command(*command)

    async def run(
        self, name: str, keys: Sequence[str], words: Sequence[Any], *, lasting: bool = True
    ) -> list[Any]:
        """One script; what is not ``lasting`` need not be confirmed by a replica. Raises
        NotStored."""
        script = self._scripts[name]
        async with reaching():
            if not self._replicas or not lasting:
                return await _evaluate(self._client, script, keys, words)
            return await self._run_and_wait(script, keys, words)

    @cached_property
    def _scripts(self) -> dict[str, _Script]:
        return {name: _Script(f"{name}.lua") for name in _SCRIPTS}

    async def _run_and_wait(
        self, script: _Script, keys: Sequence[str], words: Sequence[Any]
    ) -> list[Any]:
        # WAIT speaks of what its own connection wrote, and does not block inside a script.
        async with self._client.client() as connection:  # type: ignore[union-attr] # not a cluster
            answer = await _evaluate(connection, script, keys, words)
            wait = round(self._timeout_seconds * 1000)
            confirmed = await connection.execute_command("WAIT", self._replicas, wait)
        if confirmed < self._replicas:
            raise NotStored(f"{confirmed} of {self._replicas} replicas confirmed it")
        return answer


@asynccontextmanager
async def reaching() -> AsyncIterator[None]:
    """Turn what the client library raises into NotStored."""
    try:
        yield
    except LOST as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise NotStored(f"Redis: {why}") from error


async def _evaluate(
    client: Any, script: _Script, keys: Sequence[str], words: Sequence[Any]
) -> list[Any]:
    try:
        answer: Awaitable[Any] = client.evalsha(script.digest, len(keys), *keys, *words)
        return cast(list[Any], await answer)
    except NoScriptError:
        return cast(list[Any], await client.eval(script.text, len(keys), *keys, *words))
