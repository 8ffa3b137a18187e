"""A site of the public web, and a canary on the same port of the inner addresses."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.unfurl.servers import PUBLIC, Canary, Names, Web, Witness, a_port, listening


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    web = Web(a_port())
    async with listening(web.serve, PUBLIC, web.port):
        yield web


@pytest.fixture
async def canary(web: Web) -> AsyncIterator[Canary]:
    canary = Canary()
    async with (
        listening(canary.serve, "127.0.0.1", web.port),
        listening(canary.serve, "::1", web.port),
    ):
        yield canary


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture(scope="session")
def witness() -> Witness:
    """One a run: an audit hook cannot be taken away again."""
    return Witness()
