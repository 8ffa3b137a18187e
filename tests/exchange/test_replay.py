"""A coverage posted again through the public API, over a network that stumbles."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from jinja2 import Environment
from msgspec.structs import replace
from starlette.applications import Starlette

from liveblog import exchange
from liveblog.accounts import tokens
from liveblog.desk import Desk
from liveblog.errors import Invalid, NotAuthenticated, Refused
from liveblog.exchange import Brought, Coverage
from liveblog.exchange.replay import Posted, paced, replay
from liveblog.store.redis import RedisStore
from liveblog.story import Slug, instant
from liveblog.web import api, operations, problems
from tests.builders import a_new_story, a_slug
from tests.means import means

pytestmark = pytest.mark.anyio

AT_ONCE = 1e9

Stumble = Callable[[int], httpx2.Response | Exception | None]


class StumblingNetwork(httpx2.AsyncBaseTransport):
    """Carries requests to the service and loses some answers: ``stumble`` gives what the caller
    gets instead of the nth answer, None for the answer itself."""

    def __init__(self, service: httpx2.AsyncBaseTransport, stumble: Stumble) -> None:
        self._service = service
        self._stumble = stumble
        self.requests: list[httpx2.Request] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = await self._service.handle_async_request(request)
        instead = self._stumble(len(self.requests))
        if isinstance(instead, Exception):
            raise instead
        return instead or answer


@pytest.fixture
def service(desk: Desk, store: RedisStore, tmp_path: Path) -> httpx2.AsyncBaseTransport:
    ours = means(desk, store, tmp_path)
    app = Starlette(
        routes=[operations.route(one, ours) for one in api.OPERATIONS],
        exception_handlers=problems.handlers(Environment(autoescape=True)),
    )
    return httpx2.ASGITransport(app)


@pytest.fixture
async def token(store: RedisStore) -> str:
    return await tokens.add(store, "Replay", "admin", now=instant(datetime.now(UTC)))


@pytest.fixture
def coverage(guardian_sample: bytes) -> Coverage:
    return exchange.read(guardian_sample)


@pytest.fixture
async def client(service: httpx2.AsyncBaseTransport) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url="http://desk.example", transport=service) as client:
        yield client


async def bodies(store: RedisStore, slug: Slug) -> list[object]:
    changes = await store.changes(slug)
    assert changes is not None
    return [change.update.blocks for change in changes if change.kind == "posted" and change.update]


async def test_every_update_is_posted_in_order(
    client: httpx2.AsyncClient, store: RedisStore, coverage: Coverage, token: str
) -> None:
    slug, seen = a_slug(), list[tuple[Brought, Posted]]()
    await replay(
        client,
        slug,
        coverage,
        speed=AT_ONCE,
        token=token,
        on_posted=lambda brought, posted: seen.append((brought, posted)),
    )
    assert await bodies(store, slug) == [one.update.blocks for one in coverage.updates]
    assert [brought for brought, _ in seen] == list(coverage.updates)
    assert seen[0][1].url == f"/stories/{slug}/updates/{seen[0][1].id}"
    assert (await store.head(slug)).headline == coverage.story.headline


async def test_what_happens_again_is_shown_when_it_does(
    client: httpx2.AsyncClient, store: RedisStore, coverage: Coverage, token: str
) -> None:
    then = [
        replace(one, update=replace(one.update, displayed=one.published))
        for one in coverage.updates[:2]
    ]
    slug, again = a_slug(), replace(coverage, updates=tuple(then))
    await replay(client, slug, again, speed=AT_ONCE, token=token, on_posted=lambda *_: None)
    changes = await store.changes(slug) or []
    assert [one.update.displayed for one in changes if one.update] == [None, None]


async def test_answers_that_are_lost_post_nothing_twice(
    service: httpx2.AsyncBaseTransport, store: RedisStore, coverage: Coverage, token: str
) -> None:
    def every_other(count: int) -> httpx2.Response | Exception | None:
        lost = (httpx2.ReadError("lost"), httpx2.Response(503), None, httpx2.Response(429), None)
        return lost[count % len(lost)]

    network = StumblingNetwork(service, every_other)
    slug = a_slug()
    async with httpx2.AsyncClient(base_url="http://desk.example", transport=network) as client:
        await replay(client, slug, coverage, speed=AT_ONCE, token=token, on_posted=lambda *_: None)
    assert await bodies(store, slug) == [one.update.blocks for one in coverage.updates]
    keys = {request.headers["Idempotency-Key"] for request in network.requests}
    assert len(keys) == len(coverage.updates) + 1 < len(network.requests)


async def test_a_story_that_is_there_is_posted_to_again(
    client: httpx2.AsyncClient, desk: Desk, store: RedisStore, coverage: Coverage, token: str
) -> None:
    slug = Slug((await desk.open(a_new_story())).slug)
    for _ in range(2):
        await replay(client, slug, coverage, speed=AT_ONCE, token=token, on_posted=lambda *_: None)
    assert len(await bodies(store, slug)) == 2 * len(coverage.updates)


async def test_a_bad_token_is_said_at_once(client: httpx2.AsyncClient, coverage: Coverage) -> None:
    with pytest.raises(NotAuthenticated):
        await replay(client, a_slug(), coverage, speed=1, token="lb_no", on_posted=lambda *_: None)


async def test_what_the_service_refuses_is_passed_on(
    client: httpx2.AsyncClient, coverage: Coverage, token: str
) -> None:
    one = coverage.updates[0]
    empty = replace(one, update=replace(one.update, blocks=()))
    with pytest.raises(Refused, match="write something"):
        await replay(
            client,
            a_slug(),
            replace(coverage, updates=(empty,)),
            speed=1,
            token=token,
            on_posted=lambda *_: None,
        )


def test_gaps_are_those_of_the_original_divided_by_the_speed(coverage: Coverage) -> None:
    delays = [delay for delay, _ in paced(coverage, 60)]
    assert delays == [0, 8, 12, 13, 8, 9]
    assert sum(delays) * 60 == timedelta(minutes=50).total_seconds()


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_a_speed_that_is_none_is_refused(coverage: Coverage, speed: float) -> None:
    with pytest.raises(Invalid, match="above zero"):
        paced(coverage, speed)
