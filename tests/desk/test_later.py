"""What the desk keeps for later, repeats safely, or brings in from elsewhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from liveblog.desk import Desk
from liveblog.errors import (
    Invalid,
    KeyReused,
    NoSuchStory,
    NoSuchUpdate,
    RevisionConflict,
    StoryClosed,
    StoryExists,
    StoryNotOpen,
)
from liveblog.intake import NewUpdate, StoryEdit, UpdateEdit
from liveblog.store import DraftUpdate, Once
from liveblog.store.redis import RedisStore
from liveblog.story import Change, Slug, instant
from tests.builders import a_new_story, a_new_update, a_slug
from tests.desk.newsroom import NOON, Clock, a_post, kinds

pytestmark = pytest.mark.anyio

IN_AN_HOUR = NOON + timedelta(hours=1)


async def a_draft(desk: Desk, slug: Slug, **given: Any) -> DraftUpdate:
    draft = await desk.post(slug, a_new_update(**given))
    assert isinstance(draft, DraftUpdate)
    return draft


# -- drafts --------------------------------------------------------------------------------------


async def test_a_draft_is_kept_beside_the_log(desk: Desk, store: RedisStore, slug: Slug) -> None:
    draft = await a_draft(desk, slug, draft=True)
    assert await store.drafts(slug) == [draft]
    assert await kinds(store, slug) == ["opened"]


async def test_a_story_that_is_a_draft_takes_drafts_and_publishes_nothing(desk: Desk) -> None:
    head = await desk.open(a_new_story(status="draft"))
    await a_draft(desk, head.slug, draft=True)
    with pytest.raises(StoryNotOpen):
        await desk.post(head.slug, a_new_update())


async def test_a_draft_is_edited_by_revision(desk: Desk, store: RedisStore, slug: Slug) -> None:
    draft = await a_draft(desk, slug, draft=True)
    await desk.edit(slug, draft.update.id, UpdateEdit(title="Better"), revision=1)
    with pytest.raises(RevisionConflict) as refused:
        await desk.edit(slug, draft.update.id, UpdateEdit(title="Late"), revision=1)
    (kept,) = await store.drafts(slug)
    assert (kept.update.title, kept.update.revision) == ("Better", 2)
    assert (refused.value.revision, refused.value.current) == (2, kept.update)


async def test_a_draft_is_published_as_if_it_were_new(
    desk: Desk, store: RedisStore, slug: Slug, clock: Clock
) -> None:
    draft = await a_draft(desk, slug, draft=True)
    await desk.edit(slug, draft.update.id, UpdateEdit(title="Better"), revision=1)
    clock.move(minutes=9)
    change = await desk.edit(slug, draft.update.id, UpdateEdit(draft=False), revision=2)
    assert isinstance(change, Change)
    assert change.update is not None
    assert change.kind == "posted"
    assert (change.update.revision, change.update.modified) == (1, None)
    assert change.update.published == instant(clock.now)
    assert await store.drafts(slug) == []


async def test_a_draft_that_somebody_changed_is_not_published_blindly(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    draft = await a_draft(desk, slug, draft=True)
    await desk.edit(slug, draft.update.id, UpdateEdit(title="Better"), revision=1)
    with pytest.raises(RevisionConflict):
        await desk.edit(slug, draft.update.id, UpdateEdit(draft=False), revision=1)
    assert await kinds(store, slug) == ["opened"]


async def test_a_draft_is_dropped_without_a_trace(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    draft = await a_draft(desk, slug, draft=True)
    assert await desk.retract(slug, draft.update.id, "Never mind") is None
    assert await store.drafts(slug) == []
    assert await kinds(store, slug) == ["opened"]


async def test_a_draft_cannot_be_pinned(desk: Desk, slug: Slug) -> None:
    draft = await a_draft(desk, slug, draft=True)
    with pytest.raises(NoSuchUpdate):
        await desk.pin(slug, draft.update.id)


# -- embargoes -----------------------------------------------------------------------------------


async def test_an_embargoed_update_is_published_when_it_is_due_and_once(
    desk: Desk, store: RedisStore, slug: Slug, clock: Clock
) -> None:
    draft = await a_draft(desk, slug, embargo=IN_AN_HOUR, pinned=True)
    assert draft.due == instant(IN_AN_HOUR)
    clock.move(minutes=59)
    mine, following = await due(desk, slug)
    assert mine == []
    assert following is not None
    assert following <= instant(IN_AN_HOUR)
    clock.move(minutes=1)
    (change,), _ = await due(desk, slug)
    assert change.update is not None
    assert (change.update.id, change.update.published) == (draft.update.id, instant(clock.now))
    assert await store.pinned(slug) == draft.update.id
    assert await store.drafts(slug) == []
    assert (await due(desk, slug))[0] == []


async def due(desk: Desk, slug: Slug) -> tuple[list[Change], str | None]:
    """What became public of this story alone: the tests share a Redis."""
    published, following = await desk.publish_due()
    return [change for change in published if change.slug == slug], following


async def test_an_embargo_that_is_over_publishes_at_once(desk: Desk, slug: Slug) -> None:
    posted = await desk.post(slug, a_new_update(embargo=NOON - timedelta(seconds=1)))
    assert isinstance(posted, Change)


async def test_an_embargo_without_a_zone_is_refused(desk: Desk, slug: Slug) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.post(slug, a_new_update(embargo=datetime(2026, 11, 23)))  # noqa: DTZ001
    assert refused.value.field == "embargo"


async def test_an_embargo_is_moved_and_lifted(desk: Desk, slug: Slug, clock: Clock) -> None:
    draft = await a_draft(desk, slug, embargo=IN_AN_HOUR)
    later = UpdateEdit(embargo=IN_AN_HOUR + timedelta(hours=1))
    moved = await desk.edit(slug, draft.update.id, later, revision=1)
    assert isinstance(moved, DraftUpdate)
    assert moved.due == "2026-11-23T14:00:00.000Z"
    clock.move(hours=1)
    assert (await due(desk, slug))[0] == []
    lifted = await desk.edit(slug, draft.update.id, UpdateEdit(embargo=None), revision=2)
    assert isinstance(lifted, DraftUpdate)
    assert lifted.due is None
    clock.move(hours=9)
    assert (await due(desk, slug))[0] == []


async def test_an_embargo_that_ends_after_the_story_leaves_a_draft(
    desk: Desk, store: RedisStore, slug: Slug, clock: Clock
) -> None:
    draft = await a_draft(desk, slug, embargo=IN_AN_HOUR)
    await desk.amend(slug, StoryEdit(status="closed"))
    clock.move(hours=2)
    assert (await due(desk, slug))[0] == []
    (kept,) = await store.drafts(slug)
    assert (kept.due, kept.update.id) == (None, draft.update.id)


async def test_a_dropped_embargo_is_never_published(desk: Desk, slug: Slug, clock: Clock) -> None:
    draft = await a_draft(desk, slug, embargo=IN_AN_HOUR)
    await desk.retract(slug, draft.update.id)
    clock.move(hours=2)
    assert (await due(desk, slug))[0] == []


# -- repeating -----------------------------------------------------------------------------------


def once(key: str = "", request: str = "a") -> Once:
    return Once(key=key or a_slug(), request=request)


async def test_a_repeated_post_gives_the_first_answer_and_one_update(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    mine = once()
    first = await desk.post(slug, a_new_update(), once=mine)
    assert await desk.post(slug, a_new_update(), once=mine) == first
    assert await kinds(store, slug) == ["opened", "posted"]


async def test_every_verb_can_be_repeated(desk: Desk, store: RedisStore, slug: Slug) -> None:
    update = await a_post(desk, slug)
    edit, mine = UpdateEdit(title="Better"), [once() for _ in range(5)]
    for _ in range(2):
        await desk.edit(slug, update.id, edit, revision=1, once=mine[0])
    for _ in range(2):
        await desk.pin(slug, update.id, once=mine[1])
    for _ in range(2):
        await desk.unpin(slug, update.id, once=mine[2])
    for _ in range(2):
        await desk.retract(slug, update.id, once=mine[3])
    for _ in range(2):
        await desk.amend(slug, StoryEdit(status="closed"), once=mine[4])
    assert await kinds(store, slug) == [
        "opened", "posted", "edited", "pinned", "unpinned", "retracted", "closed",
    ]  # fmt: skip


async def test_a_repeated_opening_gives_the_same_story(desk: Desk, store: RedisStore) -> None:
    mine, new = once(), a_new_story()
    assert await desk.open(new, once=mine) == await desk.open(new, once=mine)
    assert await kinds(store, Slug(new.slug)) == ["opened"]
    with pytest.raises(StoryExists):
        await desk.open(new, once=once())


async def test_a_repeated_draft_is_one_draft(desk: Desk, store: RedisStore, slug: Slug) -> None:
    mine = once()
    first = await desk.post(slug, a_new_update(draft=True), once=mine)
    assert await desk.post(slug, a_new_update(draft=True), once=mine) == first
    assert len(await store.drafts(slug)) == 1


async def test_a_key_used_for_something_else_is_refused(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    await desk.post(slug, a_new_update(), once=once("k", "a"))
    with pytest.raises(KeyReused):
        await desk.post(slug, a_new_update("Other"), once=once("k", "b"))
    assert await kinds(store, slug) == ["opened", "posted"]


async def test_a_key_that_opened_one_story_cannot_open_another(desk: Desk) -> None:
    key = a_slug()
    await desk.open(a_new_story(), once=once(key, "a"))
    with pytest.raises(KeyReused):
        await desk.open(a_new_story(), once=once(key, "b"))


# -- bringing in ---------------------------------------------------------------------------------


async def test_what_was_published_elsewhere_is_brought_once_and_at_its_own_time(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    then = NOON - timedelta(days=30, milliseconds=7)
    change = await desk.bring(slug, "wire-1", a_new_update("Old news"), then)
    assert change is not None
    assert change.update is not None
    assert change.update.published == instant(then)
    assert change.at == instant(NOON)
    assert await desk.bring(slug, "wire-1", a_new_update("Old news"), then) is None
    other = await desk.bring(slug, "wire-2", a_new_update("Old news"), then)
    assert other is not None
    assert await kinds(store, slug) == ["opened", "posted", "posted"]


async def test_what_is_brought_stands_before_what_was_posted_later(desk: Desk, slug: Slug) -> None:
    posted = await a_post(desk, slug)
    brought = await desk.bring(slug, "wire-1", a_new_update(), NOON - timedelta(hours=1))
    assert brought is not None
    assert brought.update is not None
    assert brought.update.id < posted.id


async def test_a_closed_or_unknown_story_takes_nothing_from_elsewhere(
    desk: Desk, slug: Slug
) -> None:
    await desk.amend(slug, StoryEdit(status="closed"))
    with pytest.raises(StoryClosed):
        await desk.bring(slug, "wire-1", a_new_update(), NOON)
    with pytest.raises(NoSuchStory):
        await desk.bring(a_slug(), "wire-1", a_new_update(), NOON)


async def test_nothing_of_nothing_is_brought(desk: Desk, slug: Slug) -> None:
    with pytest.raises(Invalid):
        await desk.bring(slug, "wire-1", NewUpdate(), NOON)
