"""A backup keeps what lies beside the record, too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from liveblog.desk import Desk
from liveblog.rules import RulesEdit
from liveblog.store import backup, keys
from liveblog.store.redis import RedisStore
from liveblog.story import Actor, Slug
from tests.builders import NOON, a_new_story, a_new_update
from tests.redis_servers import a_server

pytestmark = pytest.mark.anyio

ADA = Actor(kind="person", id="p1", name="ada")


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[tuple[RedisStore, RedisStore]]:
    """Two installations."""
    with a_server(tmp_path / "here") as here, a_server(tmp_path / "there") as there:
        both = RedisStore(f"redis://127.0.0.1:{here}"), RedisStore(f"redis://127.0.0.1:{there}")
        yield both
        for store in both:
            await store.close()


@pytest.mark.parametrize("status", ["live", "draft"])
async def test_rules_notes_and_drafts_come_back_as_they_were(
    stores: tuple[RedisStore, RedisStore], tmp_path: Path, status: str
) -> None:
    here, there = stores
    desk = Desk(here, lambda: datetime.now(UTC)).by(ADA)
    slug = (await desk.open(a_new_story(status=status))).slug
    await here.change_rules(slug, RulesEdit(approval=True, close_after_hours=6))
    await here.keep_open(slug, NOON)
    await desk.post(slug, a_new_update(draft=True, private=True))
    await desk.post(slug, a_new_update(draft=True), submitted_by="ada")
    await desk.newsroom.note(slug, "Check the name")
    await backup.write(here, tmp_path / "kept.gz", NOON)
    await backup.restore(there, tmp_path / "kept.gz")
    assert await beside(there, slug) == await beside(here, slug)
    (note,) = await there.notes(slug)
    assert note.by == ADA
    assert [draft.private for draft in await there.drafts(slug)] == [True, False]


async def test_what_waits_for_an_editor_is_not_scheduled_by_a_restore(
    stores: tuple[RedisStore, RedisStore], tmp_path: Path
) -> None:
    here, there = stores
    desk = Desk(here, lambda: datetime.now(UTC)).by(ADA)
    slug = (await desk.open(a_new_story())).slug
    await here.change_rules(slug, RulesEdit(breaking_approval=True))
    later = datetime(2099, 1, 1, tzinfo=UTC)
    await desk.post(slug, a_new_update(breaking=True, embargo=later))
    await backup.write(here, tmp_path / "kept.gz", NOON)
    await backup.restore(there, tmp_path / "kept.gz")
    (draft,) = await there.drafts(slug)
    assert draft.due and draft.submitted_by == "ada"
    assert await there.ask("ZCARD", keys.key(slug, "due")) == 0


async def beside(store: RedisStore, slug: Slug) -> list[object]:
    return [
        await store.own_rules(slug),
        await store.kept_open(slug),
        await store.drafts(slug),
        await store.notes(slug),
    ]
