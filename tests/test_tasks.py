"""Jobs that run side by side end together."""

from __future__ import annotations

import asyncio

import pytest

from liveblog.tasks import end, together

pytestmark = pytest.mark.anyio


class Stubborn:
    """Overhears that it is cancelled, so many times."""

    def __init__(self, overhears: int) -> None:
        self.has_ended = False
        self._overhears = overhears

    async def run(self) -> None:
        try:
            while True:
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    self._overhears -= 1
                    if self._overhears < 0:
                        raise
        finally:
            self.has_ended = True


async def test_a_job_that_overhears_its_end_is_told_until_it_has_ended() -> None:
    stubborn, other = Stubborn(3), Stubborn(0)
    running = asyncio.create_task(together(stubborn.run(), other.run()))
    await asyncio.sleep(0)
    await end(running)
    assert running.cancelled()
    assert stubborn.has_ended
    assert other.has_ended


async def test_what_one_job_fails_with_ends_the_others_and_is_raised() -> None:
    async def fail() -> None:
        raise LookupError

    other = Stubborn(1)
    with pytest.raises(LookupError):
        await together(other.run(), fail())
    assert other.has_ended


async def test_who_ends_others_ends_them_though_it_is_cancelled_meanwhile() -> None:
    stubborn = Stubborn(2)
    job = asyncio.create_task(stubborn.run())
    await asyncio.sleep(0)
    ending = asyncio.create_task(end(job))
    await asyncio.sleep(0)
    ending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ending
    assert stubborn.has_ended
