"""The feed of all changes, read by a connection of its own that blocks in Redis."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from redis.asyncio.cluster import RedisCluster

from liveblog import codec
from liveblog.errors import NotStored
from liveblog.store import Fed, keys
from liveblog.store.client import LOST
from liveblog.store.connect import Client, connect
from liveblog.story import Cursor, Slug
from liveblog.tasks import end

_START = b"0-0"
_BATCH = 256
_BLOCK_MILLISECONDS = 5_000
# Redis answers a blocked read after _BLOCK_MILLISECONDS even when nothing happened, so a link that
# is silent for longer is dead.
_DEADLINE_SECONDS = 10.0


class RedisFeed:
    """The Feed protocol on streams: one blocking read for all of them, or one for each on a
    cluster, where they lie on different nodes. Their number does not grow with the stories."""

    def __init__(self, url: str, streams: list[str]) -> None:
        self._url = url
        self._streams = streams
        self._positions: dict[str, bytes] = {}
        self._client: Client | None = None
        self._reads: dict[asyncio.Task[Any], list[str]] = {}

    async def join(self) -> bool:
        await self.leave()
        self._client = connect(
            self._url, timeout_seconds=_DEADLINE_SECONDS, connections=len(self._streams) + 1
        )
        try:
            return all([await self._resume(stream) for stream in self._streams])
        except LOST as error:
            raise NotStored(f"Redis: {error}") from error

    async def read(self, wait_seconds: float) -> list[Fed]:
        self._block()
        done, _ = await asyncio.wait(
            self._reads, timeout=wait_seconds, return_when=asyncio.FIRST_COMPLETED
        )
        fed: list[Fed] = []
        for read in done:
            del self._reads[read]
            try:
                fed += self._advance(read.result())
            except LOST as error:
                raise NotStored(f"Redis: {error}") from error
        return fed

    async def leave(self) -> None:
        reads, self._reads = self._reads, {}
        client, self._client = self._client, None
        try:
            await end(*reads)
        finally:
            if client is not None:
                with suppress(*LOST):
                    await client.aclose()

    def _block(self) -> None:
        groups = [[one] for one in self._streams] if self._on_cluster else [self._streams]
        busy = list(self._reads.values())
        for group in groups:
            if group not in busy:
                self._reads[asyncio.create_task(self._read(group))] = group

    async def _read(self, group: list[str]) -> Any:
        positions = [self._positions[stream] for stream in group]
        words: list[Any] = ["COUNT", _BATCH, "BLOCK", _BLOCK_MILLISECONDS, "STREAMS", *group]
        assert self._client is not None, "join before reading"
        target = {"target_nodes": self._node(group[0])} if self._on_cluster else {}
        return await self._client.execute_command("XREAD", *words, *positions, **target)

    async def _resume(self, stream: str) -> bool:
        """Whether what was read last is still in the feed. If not, go on from its end."""
        held = self._positions.get(stream)
        if held == _START or (held and await self._ask("XRANGE", stream, held, held)):
            return True
        newest = await self._ask("XREVRANGE", stream, "+", "-", "COUNT", 1)
        self._positions[stream] = newest[0][0] if newest else _START
        return held is None

    async def _ask(self, *command: Any) -> Any:
        assert self._client is not None
        return await self._client.execute_command(*command)

    def _advance(self, answer: Any) -> list[Fed]:
        fed = []
        streams = answer.items() if isinstance(answer, dict) else answer or ()
        for stream, entries in streams:
            for position, fields in entries:
                self._positions[stream.decode()] = position
                fed.append(_fed(fields))
        return fed

    @property
    def _on_cluster(self) -> bool:
        return isinstance(self._client, RedisCluster)

    def _node(self, stream: str) -> Any:
        assert isinstance(self._client, RedisCluster)
        return self._client.get_node_from_key(stream)


def _fed(raw: Any) -> Fed:
    fields = keys.fields(raw)
    # A line of the audit log wakes whoever follows it, and says no more.
    slug = Slug(fields.get(b"s", b"").decode())
    if b"c" not in fields:
        return Fed(slug=slug, after=Cursor(""), change=None)
    change = codec.from_log(slug, Cursor(fields[b"c"].decode()), fields[b"b"])
    return Fed(slug=slug, after=Cursor(fields[b"a"].decode()), change=change)
