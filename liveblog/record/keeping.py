"""Signing the heads of logs: what is new of each becomes a checkpoint, kept twice."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path

from anyio import to_thread
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from liveblog import chain
from liveblog.errors import BrokenLog
from liveblog.record import checkpoints
from liveblog.record.checkpoints import MOST_ENTRIES, Checkpoint, Forged, Place
from liveblog.store import Kept, Store
from liveblog.story import instant

NAME = "checkpoints.jsonl"

Keep = Callable[[bytes], Awaitable[None]]


class Keeper:
    """Signs with ``key``; keeps each checkpoint in the store and at the end of ``file``, so that it
    can be carried to where nobody who can write to the store can."""

    def __init__(
        self, store: Store, key: Ed25519PrivateKey, file: Path, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._key = key
        self._file = file
        self._clock = clock
        self._places: dict[str, Place] = {}

    @property
    def public_key(self) -> str:
        """The key that proves what is signed here."""
        return checkpoints.public(self._key.public_key())

    async def logs(self) -> list[str]:
        """All logs."""
        return [*await self._store.slugs(), chain.AUDIT]

    async def sign(self, log: str) -> int:
        """Sign what is new in a log; answers how many entries. Raises BrokenLog where the log lost
        what was signed before."""
        start = place = await self._place(log)
        batch: list[Kept] = []
        async for entry in self._store.entries(log, place.cursor or None):
            place = place.after(entry)
            batch.append(entry)
            if len(batch) == MOST_ENTRIES:
                await self._keep(place, batch)
                batch = []
        if batch:
            await self._keep(place, batch)
        return place.count - start.count

    async def _place(self, log: str) -> Place:
        place = self._places.get(log) or await self._signed_place(log)
        if place.count and not await self._store.holds(log, place.cursor):
            raise BrokenLog(
                f"{log}: entry {place.cursor} was signed and is gone. Run `liveblog verify`."
            )
        return place

    async def _signed_place(self, log: str) -> Place:
        line = await self._store.last_checkpoint(log)
        if line is None:
            return checkpoints.beginning(log)
        try:
            signed = checkpoints.opened(line, {self.public_key})
        except Forged:
            # Somebody else's, or nobody's: build on nothing but what this key signed.
            return checkpoints.beginning(log)
        return checkpoints.place(signed)

    async def _keep(self, place: Place, entries: Sequence[Kept]) -> None:
        checkpoint = Checkpoint(
            log=place.log,
            at=instant(self._clock()),
            count=place.count,
            cursor=place.cursor,
            head=place.head.hex(),
            entries=tuple((entry.id, entry.commitment) for entry in entries),
        )
        line = checkpoints.signed(checkpoint, self._key)
        await self._store.add_checkpoint(place.log, line)
        self._places[place.log] = place
        await to_thread.run_sync(_append, self._file, line)


def _append(file: Path, line: bytes) -> None:
    with file.open("ab") as out:
        out.write(line + b"\n")
        out.flush()
        os.fsync(out.fileno())
