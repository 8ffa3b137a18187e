"""What all tests share: real servers of Redis, a store on them, a desk with a clock of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser

from liveblog.desk import Desk
from liveblog.store.redis import RedisStore
from tests.browsers import a_browser
from tests.partners import Partner, a_partner
from tests.redis_servers import a_cluster, a_server
from tests.sites import Newsroom, Site, Worker, a_picture_worker, a_site


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server that stands alone."""
    with a_server(tmp_path_factory.mktemp("redis")) as port:
        yield f"redis://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def cluster_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Three servers that share the slots."""
    with a_cluster(tmp_path_factory.mktemp("cluster")) as port:
        yield f"redis+cluster://127.0.0.1:{port}"


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[RedisStore]:
    store = RedisStore(redis_url)
    yield store
    await store.close()


@pytest.fixture
def desk(store: RedisStore) -> Desk:
    return Desk(store, lambda: datetime.now(UTC))


@pytest.fixture(scope="session")
def site_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the shared site keeps its files."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def site(
    redis_url: str, site_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One web process that many tests share; it must never log a crash."""
    log = tmp_path_factory.mktemp("site") / "log"
    with a_site(redis_url, log, LIVEBLOG_DATA=str(site_data)) as site:
        yield site
    assert "Traceback" not in log.read_text()


@pytest.fixture(scope="session")
def picture_worker(
    redis_url: str, site_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Worker]:
    """Makes the pictures of the shared site; it must never die or log a crash."""
    log = tmp_path_factory.mktemp("worker") / "log"
    with a_picture_worker(redis_url, log, LIVEBLOG_DATA=str(site_data)) as worker:
        yield worker
        assert worker.is_alive
    assert "Traceback" not in log.read_text()


@pytest.fixture
async def newsroom(site: Site) -> Newsroom:
    """Writes to the shared site as an admin."""
    return Newsroom(site, await site.token())


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium that many tests share, each with a context of its own."""
    async with a_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def partner() -> Iterator[Partner]:
    """Another site, which embeds stories of ours."""
    with a_partner() as partner:
        yield partner


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real live blogs, kept beside the checkout and not part of the project."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real live blogs are not beside this checkout (../shared/data)")
    return folder
