"""People, secrets and what is revoked, on a Redis alone and on a cluster."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from liveblog.errors import RevisionConflict
from liveblog.store.redis import RedisStore
from tests.people import a_person

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["alone", "cluster"])
async def kept(request: pytest.FixtureRequest) -> AsyncIterator[RedisStore]:
    fixture = "redis_url" if request.param == "alone" else "cluster_url"
    store = RedisStore(request.getfixturevalue(fixture))
    yield store
    await store.close()


async def test_a_person_is_kept_by_id_and_by_name(kept: RedisStore) -> None:
    person = await a_person(kept)
    assert await kept.person(person.id) == await kept.person_named(person.name) == person
    assert person in await kept.people()
    saved = await kept.save_person(replace(person, role="editor"))
    assert (saved.revision, saved.role) == (2, "editor")
    with pytest.raises(RevisionConflict):
        await kept.save_person(person)


async def test_a_secret_is_good_once_and_for_its_own_kind(kept: RedisStore) -> None:
    await kept.keep_secret("digest", "worth", 60)
    assert await kept.use_secret("digest", bytes) is None
    assert await kept.secret("digest", str) == "worth"
    assert await kept.use_secret("digest", str) == "worth"
    assert await kept.use_secret("digest", str) is None
