"""The queue of pictures: asked for once, answered to all, and never lost with a worker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest

from liveblog.errors import KeyReused, NotStored, PictureWaits
from liveblog.renditions import MediaId
from liveblog.store import Once
from liveblog.store.pictures import MOST_WAITING, Pictures, Ready, Taken
from tests.redis_servers import a_free_port, a_server

pytestmark = pytest.mark.anyio

_numbers = count(1)


def an_id() -> MediaId:
    return MediaId(f"picture-{next(_numbers)}")


@pytest.fixture(scope="module")
def alone_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server at which no worker of other tests waits."""
    with a_server(tmp_path_factory.mktemp("pictures")) as port:
        yield f"redis://127.0.0.1:{port}"


@pytest.fixture(params=["alone_url", "cluster_url"])
async def queue(request: pytest.FixtureRequest) -> AsyncIterator[Pictures]:
    queue = Pictures(request.getfixturevalue(request.param), timeout_seconds=10)
    await queue.ask("DEL", "{lb0}:pictures")
    await queue.join()
    yield queue
    await queue.close()


async def taken(queue: Pictures) -> Taken:
    found = await queue.take(5)
    assert found is not None
    return found


async def test_everybody_who_waits_is_answered(queue: Pictures) -> None:
    id = an_id()
    waiting = [asyncio.create_task(queue.answer(id, 5)) for _ in range(5)]
    await queue.want(id)
    await queue.done(await taken(queue), Ready(refused="too large"))
    assert await asyncio.gather(*waiting) == [Ready(refused="too large")] * 5
    assert await queue.answer(id, 1) == Ready(refused="too large")


async def test_a_picture_that_is_wanted_twice_is_made_once(queue: Pictures) -> None:
    id = an_id()
    await queue.want(id)
    await queue.want(id)
    assert (await taken(queue)).id == id
    assert await queue.take(0.05) is None


async def test_a_picture_that_was_answered_is_not_made_again(queue: Pictures) -> None:
    id = an_id()
    await queue.want(id)
    await queue.done(await taken(queue), Ready())
    await queue.want(id)
    assert await queue.take(0.05) is None
    await queue.forget(id)
    await queue.want(id)
    assert (await taken(queue)).id == id


async def test_a_worker_waits_for_the_next_one(queue: Pictures) -> None:
    waiting = asyncio.create_task(queue.take(5))
    id = an_id()
    await queue.want(id)
    found = await waiting
    assert found is not None
    assert found.id == id


async def test_what_a_dead_worker_had_is_given_to_another(queue: Pictures) -> None:
    await queue.want(an_id())
    abandoned = await taken(queue)
    assert await queue.take(0.05) is None
    assert await queue.take(0.05, abandoned_seconds=0) == abandoned
    await queue.done(abandoned, Ready())
    assert await queue.take(0.05, abandoned_seconds=0) is None


async def test_no_more_wait_than_can_be_made_soon(queue: Pictures) -> None:
    for _ in range(MOST_WAITING):
        await queue.want(an_id())
    with pytest.raises(PictureWaits):
        await queue.want(an_id())
    await queue.done(await taken(queue), Ready())
    await queue.want(an_id())


async def test_nobody_waits_for_ever(queue: Pictures) -> None:
    assert await queue.answer(an_id(), 0.05) is None


async def test_a_key_stands_for_one_upload(queue: Pictures) -> None:
    key = an_id()
    await queue.claim(Once(key=key, request="a"))
    await queue.claim(Once(key=key, request="a"))
    with pytest.raises(KeyReused):
        await queue.claim(Once(key=key, request="b"))


async def test_without_redis_it_says_so() -> None:
    queue = Pictures(f"redis://127.0.0.1:{a_free_port()}", timeout_seconds=1)
    with pytest.raises(NotStored):
        await queue.want(an_id())
    with pytest.raises(NotStored):
        await queue.join()
    await queue.close()
