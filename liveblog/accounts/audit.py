"""The accounts' lines of the audit log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from liveblog.store import Audited
from liveblog.story import Actor, instant

Keep = Callable[[Audited], Awaitable[None]]


class Audit:
    """Writes down who did what. ``keep`` is where a line goes."""

    def __init__(self, keep: Keep, clock: Callable[[], datetime]) -> None:
        self._keep = keep
        self._clock = clock

    async def note(self, kind: str, by: Actor, *, subject: str = "", detail: str = "") -> None:
        """One line; never a secret. Raises NotStored."""
        at = instant(self._clock())
        await self._keep(Audited(kind=kind, at=at, by=by, subject=subject, detail=detail))
