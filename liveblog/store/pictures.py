"""Pictures that wait for a worker, and what became of them. Only ids pass through here.

A stream with one group of workers: who takes a picture acknowledges it, and one that was taken and
never acknowledged is given to another. The answer stays for a minute for all who wait for it.
"""

from __future__ import annotations

from functools import cached_property
from importlib.resources import files
from typing import Any

from msgspec import Struct
from redis.asyncio.cluster import RedisCluster
from redis.exceptions import ResponseError

from liveblog import codec
from liveblog.errors import KeyReused, PictureWaits
from liveblog.renditions import MediaId
from liveblog.store import Once, keys
from liveblog.store.client import RedisClient, reaching

MOST_WAITING = 200
"""Pictures that wait for a worker at most; the next is not asked for, and its upload is 503."""

_GROUP = "workers"
_ASKED_SECONDS = 3_600
_ANSWER_SECONDS = 60
ABANDONED_SECONDS = 60
"""Longer than a worker may need for one."""


class Ready(Struct, frozen=True, kw_only=True):
    """A picture's answer: it is made, or ``refused`` says why not."""

    refused: str = ""


class Taken(Struct, frozen=True, kw_only=True):
    """A picture that a worker has taken; ``entry`` is what it acknowledges."""

    id: MediaId
    entry: str


class Pictures(RedisClient):
    """Both ends of the queue. ``timeout_seconds`` must be longer than the longest wait. Every
    method raises NotStored while Redis is out of reach."""

    # -- who uploads ------------------------------------------------------------------------------

    async def claim(self, once: Once) -> None:
        """Make sure that a key stands for one upload. Raises KeyReused."""
        claimed = f"{keys.tag(once.key)}:uploads:{once.key}"
        await self.ask("SET", claimed, once.request, "NX", "EX", keys.ONCE_SECONDS)
        if await self.ask("GET", claimed) != once.request.encode():
            raise KeyReused(once.key)

    async def want(self, id: MediaId) -> None:
        """Ask for a picture, unless somebody has. Raises PictureWaits where too many wait."""
        names = [keys.PICTURES, keys.picture(id, "asked"), keys.picture(id, "answer")]
        if await self._evaluate("want_picture", names, [id, _ASKED_SECONDS, MOST_WAITING]) == 0:
            raise PictureWaits

    async def answer(self, id: MediaId, wait_seconds: float) -> Ready | None:
        """The answer, waiting for it at most so long."""
        key = keys.picture(id, "answer")
        # Taken and put back in one step: everybody who waits finds it.
        found = await self.ask("BLMOVE", key, key, "LEFT", "RIGHT", wait_seconds)
        return codec.from_json(found, Ready) if found else None

    async def forget(self, id: MediaId) -> None:
        """Forget what became of a picture."""
        await self.ask("DEL", keys.picture(id, "answer"), keys.picture(id, "asked"))

    # -- who makes them ---------------------------------------------------------------------------

    async def join(self) -> None:
        """Be one of the workers."""
        async with reaching():
            try:
                await self._any.execute_command(
                    "XGROUP", "CREATE", keys.PICTURES, _GROUP, "0", "MKSTREAM", **self._target
                )
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    async def take(
        self, wait_seconds: float, *, abandoned_seconds: float = ABANDONED_SECONDS
    ) -> Taken | None:
        """The next picture, waiting for it at most so long; first one that a worker took so long
        ago and has not acknowledged."""
        group = [_GROUP, "worker"]
        idle = round(abandoned_seconds * 1000)
        abandoned = await self._ask("XAUTOCLAIM", keys.PICTURES, *group, idle, "0", "COUNT", 1)
        taken = _taken(abandoned[1])
        if taken is not None:
            return taken
        block = ["COUNT", 1, "BLOCK", round(wait_seconds * 1000), "STREAMS", keys.PICTURES, ">"]
        streams = await self._ask("XREADGROUP", "GROUP", *group, *block)
        if not streams:
            return None
        return _taken(next(iter(streams.values())) if isinstance(streams, dict) else streams[0][1])

    async def done(self, taken: Taken, ready: Ready) -> None:
        """Tell everybody who waits, and acknowledge it."""
        names = [
            keys.PICTURES,
            keys.picture(taken.id, "asked"),
            keys.picture(taken.id, "answer"),
        ]
        words = [_GROUP, taken.entry, codec.to_json(ready), _ANSWER_SECONDS]
        await self._evaluate("answer_picture", names, words)

    async def _ask(self, *command: Any) -> Any:
        async with reaching():
            return await self._any.execute_command(*command, **self._target)

    @property
    def _target(self) -> dict[str, Any]:
        """On a cluster, the stream's node: its client does not see the key in every command."""
        if isinstance(self._any, RedisCluster):
            return {"target_nodes": self._any.get_node_from_key(keys.PICTURES)}
        return {}

    async def _evaluate(self, name: str, names: list[str], words: list[Any]) -> Any:
        return await self.ask("EVAL", self._texts[name], len(names), *names, *words)

    @cached_property
    def _texts(self) -> dict[str, str]:
        folder = files("liveblog.store")
        return {
            name: folder.joinpath(f"{name}.lua").read_text()
            for name in ("want_picture", "answer_picture")
        }


def _taken(entries: Any) -> Taken | None:
    for entry in entries:
        # Redis 6.2 names what was abandoned and deleted, with nothing in it.
        if entry and entry[1]:
            id = keys.fields(entry[1])[b"i"].decode()
            return Taken(id=MediaId(id), entry=entry[0].decode())
    return None
