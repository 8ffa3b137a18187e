"""The one subscription of a process to what processes announce to each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Protocol

import structlog

from liveblog.accounts.revoking import Revoking
from liveblog.errors import NotStored
from liveblog.floor.floor import Floor
from liveblog.store.announcing import Announced

_log = structlog.get_logger()


class Announcements(Protocol):
    """What is announced, for as long as the store can be reached: None once it listens."""

    def announced(self) -> AsyncIterator[Announced | None]: ...


async def hear(
    store: Announcements, revoking: Revoking, floor: Floor, wait: Callable[[int], float]
) -> None:
    """Hear it for as long as the process runs. ``wait`` gives the seconds before the nth attempt
    in a row to reach the store."""
    failures = 0
    while True:
        try:
            async for said in store.announced():
                failures = 0
                if said is None:
                    # What was said before it listened was heard by nobody here: who may still read
                    # comes back, and begins with all there is.
                    revoking.end_all()
                elif said.what == "revoked":
                    revoking.revoke(said.about)
                else:
                    floor.hear(said.what, said.about)
        except NotStored as error:
            failures += 1
            _log.warning("announcements cannot be heard", why=str(error), attempt=failures)
            await asyncio.sleep(wait(failures))
