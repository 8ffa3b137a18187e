"""Logs as they lie in the store, what was signed on them, and the audit log."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

from liveblog import chain, codec
from liveblog.store import Audited, Kept, keys
from liveblog.store.client import RedisClient
from liveblog.story import Cursor

_PAGE = 500


def sealed(body: bytes) -> tuple[bytes, str, str]:
    """An entry's body, a salt of its own, and the commitment to both."""
    salt = secrets.token_bytes(chain.SALT_BYTES)
    return body, salt.hex(), chain.commitment(salt, body).hex()


class Logs(RedisClient):
    """The part of the store that the record is proved with."""

    async def entries(self, log: str, after: Cursor | None = None) -> AsyncIterator[Kept]:
        position = "-" if after is None else f"({after}"
        while True:
            page = await self.ask("XRANGE", keys.log(log), position, "+", "COUNT", _PAGE)
            for entry in page:
                yield keys.kept(entry)
            if len(page) < _PAGE:
                return
            position = f"({page[-1][0].decode()}"

    async def holds(self, log: str, id: Cursor) -> bool:
        return bool(await self.ask("XRANGE", keys.log(log), id, id))

    # -- checkpoints ------------------------------------------------------------------------------

    async def add_checkpoint(self, log: str, line: bytes) -> None:
        await self.ask("SADD", f"{keys.tag(log)}:checkpointed", log)
        await self.ask("RPUSH", keys.checkpoints(log), line)

    async def checkpoints(self, log: str) -> list[bytes]:
        found: list[bytes] = await self.ask("LRANGE", keys.checkpoints(log), 0, -1)
        return found

    async def last_checkpoint(self, log: str) -> bytes | None:
        found: bytes | None = await self.ask("LINDEX", keys.checkpoints(log), -1)
        return found

    async def checkpointed(self) -> list[str]:
        found: set[bytes] = set()
        for tag in keys.tags():
            found.update(await self.ask("SMEMBERS", f"{tag}:checkpointed"))
        return sorted(name.decode() for name in found)

    # -- the audit log ----------------------------------------------------------------------------

    async def audit(self, entry: Audited) -> None:
        await self.run("audit", [keys.log(chain.AUDIT)], sealed(codec.to_json(entry)))

    async def audited(self, after: Cursor | None = None) -> list[tuple[Cursor, Audited]]:
        return [
            (kept.id, codec.from_json(kept.body, Audited))
            async for kept in self.entries(chain.AUDIT, after)
        ]
