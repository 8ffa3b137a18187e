"""Editing, taking back and pinning updates, on a real Redis."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from liveblog.blocks import Text
from liveblog.desk import Desk
from liveblog.errors import (
    Invalid,
    NoSuchUpdate,
    RevisionConflict,
    RevisionMissing,
)
from liveblog.intake import NewCorrection, UpdateEdit
from liveblog.store.redis import RedisStore
from liveblog.story import Change, Slug, Update, instant
from tests.builders import a_new_update, an_id
from tests.desk.newsroom import CORRECTION, NOON, Clock, a_post, kinds, revisions

pytestmark = pytest.mark.anyio


# -- editing -------------------------------------------------------------------------------------


async def test_an_edit_changes_what_is_given_and_never_when_it_was_published(
    desk: Desk, slug: Slug, clock: Clock
) -> None:
    before = await a_post(desk, slug, "They left.", title="Gates", tags=("a",))
    clock.move(minutes=5)
    change = await desk.edit(slug, before.id, UpdateEdit(text="They *left*."), revision=1)
    assert isinstance(change, Change)
    assert change.kind == "edited"
    assert change.update == replace(
        before,
        revision=2,
        modified=instant(clock.now),
        text="They *left*.",
        blocks=(Text(html="<p>They <em>left</em>.</p>"),),
    )


async def test_an_editor_sets_the_time_that_readers_see_and_clears_it(
    desk: Desk, slug: Slug, clock: Clock
) -> None:
    before = await a_post(desk, slug, displayed=NOON - timedelta(hours=1))
    assert (before.published, before.displayed) == (instant(NOON), "2026-11-23T11:00:00.000Z")
    clock.move(minutes=5)
    later = datetime(2026, 11, 23, 14, tzinfo=timezone(timedelta(hours=1)))
    for revision, wanted, stands in (
        (1, UNSET, before.displayed), (2, later, "2026-11-23T13:00:00.000Z"), (3, None, None),
    ):  # fmt: skip
        edit = UpdateEdit(title=f"{revision}", displayed=wanted)
        change = await desk.edit(slug, before.id, edit, revision=revision)
        assert isinstance(change, Change) and change.update is not None
        assert (change.update.published, change.update.displayed) == (before.published, stands)


@pytest.mark.parametrize(
    ("displayed", "why"),
    [
        (NOON.replace(tzinfo=None), "say the time zone"),
        (NOON - timedelta(days=3_654), "give a time between 2016-11-22 and this time tomorrow"),
        (NOON + timedelta(days=1, seconds=1), "give a time between 2016-11-22 and this time"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=23))), "give a time between"),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-23))), "give a time between"),
    ],
    ids=str,
)
async def test_a_displayed_time_is_of_this_decade_and_has_a_time_zone(
    desk: Desk, store: RedisStore, slug: Slug, displayed: datetime, why: str
) -> None:
    update = await a_post(desk, slug)
    for attempt in (
        desk.post(slug, a_new_update(displayed=displayed)),
        desk.edit(slug, update.id, UpdateEdit(displayed=displayed), revision=1),
    ):
        with pytest.raises(Invalid, match=why) as refused:
            await attempt
        assert refused.value.field == "displayed"
    assert await revisions(store, slug) == 2


async def test_a_draft_keeps_its_displayed_time_until_it_is_published(
    desk: Desk, slug: Slug, clock: Clock
) -> None:
    draft = await desk.post(slug, a_new_update(displayed=NOON, draft=True))
    clock.move(hours=2)
    edit = UpdateEdit(draft=False)
    change = await desk.edit(slug, draft.update.id, edit, revision=1)  # type: ignore[union-attr]
    assert isinstance(change, Change) and change.update is not None
    assert change.update.published == instant(clock.now)
    assert change.update.displayed == instant(NOON)


async def test_a_retracted_update_stays_where_readers_saw_it(desk: Desk, slug: Slug) -> None:
    update = await a_post(desk, slug, displayed=NOON - timedelta(hours=1))
    change = await desk.retract(slug, update.id)
    assert change is not None and change.update is not None
    assert change.update.place == update.place


async def test_a_correction_says_what_and_when_and_adds_to_those_before(
    desk: Desk, slug: Slug, clock: Clock
) -> None:
    update = await a_post(desk, slug)
    await desk.edit(slug, update.id, UpdateEdit(correction=CORRECTION), revision=1)
    clock.move(minutes=5)
    second = NewCorrection(kind="clarification", note="All of them.")
    change = await desk.edit(slug, update.id, UpdateEdit(correction=second), revision=2)
    assert isinstance(change, Change)
    assert change.update is not None
    assert change.kind == "corrected"
    assert [(one.kind, one.at) for one in change.update.corrections] == [
        ("correction", instant(NOON)),
        ("clarification", instant(clock.now)),
    ]


async def test_an_edit_must_say_which_revision_it_was_made_from(desk: Desk, slug: Slug) -> None:
    update = await a_post(desk, slug)
    with pytest.raises(RevisionMissing):
        await desk.edit(slug, update.id, UpdateEdit(title="x"), revision=None)


@pytest.mark.parametrize("revision", [0, 1, 3, 99])
async def test_an_edit_of_another_revision_is_refused_with_what_stands(
    desk: Desk, store: RedisStore, slug: Slug, revision: int
) -> None:
    update = await a_post(desk, slug)
    await desk.edit(slug, update.id, UpdateEdit(title="Stands"), revision=1)
    with pytest.raises(RevisionConflict) as refused:
        await desk.edit(slug, update.id, UpdateEdit(title="x"), revision=revision)
    stands = await store.current(slug, update.id)
    assert (refused.value.revision, refused.value.current) == (2, stands)
    assert stands.title == "Stands"


async def test_of_two_who_edit_at_once_one_is_told(desk: Desk, slug: Slug) -> None:
    update = await a_post(desk, slug)
    answers = await asyncio.gather(
        *(desk.edit(slug, update.id, UpdateEdit(title=t), revision=1) for t in "ab"),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Change", "RevisionConflict"]


async def test_an_edit_cannot_leave_nothing(desk: Desk, slug: Slug) -> None:
    update = await a_post(desk, slug)
    with pytest.raises(Invalid) as refused:
        await desk.edit(slug, update.id, UpdateEdit(text=""), revision=1)
    assert refused.value.field == "text"


async def test_what_does_not_exist_cannot_be_edited_pinned_or_retracted(
    desk: Desk, slug: Slug
) -> None:
    for verb in (
        desk.edit(slug, an_id(7), UpdateEdit(title="x"), revision=1),
        desk.pin(slug, an_id(7)),
        desk.unpin(slug, an_id(7)),
        desk.retract(slug, an_id(7)),
        desk.erasing.request(slug, an_id(7), case="1 C 2", notice="A court ordered it."),
    ):
        with pytest.raises(NoSuchUpdate):
            await verb


# -- taking back ---------------------------------------------------------------------------------


async def test_a_retracted_update_keeps_its_place_and_time_and_nothing_else(
    desk: Desk, slug: Slug, clock: Clock
) -> None:
    update = await a_post(desk, slug, "Wrong", title="Wrong", key_event=True, source="Nobody")
    clock.move(minutes=5)
    change = await desk.retract(slug, update.id, "We were \x00misled.")
    assert change is not None
    assert change.update == Update(
        id=update.id,
        revision=2,
        published=instant(NOON),
        modified=instant(clock.now),
        status="retracted",
        notice="We were misled.",
    )


async def test_what_was_retracted_cannot_be_edited_or_pinned(desk: Desk, slug: Slug) -> None:
    update = await a_post(desk, slug)
    await desk.retract(slug, update.id)
    with pytest.raises(NoSuchUpdate):
        await desk.edit(slug, update.id, UpdateEdit(title="x"), revision=2)
    with pytest.raises(NoSuchUpdate):
        await desk.pin(slug, update.id)


async def test_retracting_the_pinned_update_frees_the_pin(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    update = await a_post(desk, slug, pinned=True)
    await desk.retract(slug, update.id)
    assert await store.pinned(slug) is None
    await desk.pin(slug, (await a_post(desk, slug)).id)


async def test_a_retraction_of_a_stale_revision_is_refused(desk: Desk, slug: Slug) -> None:
    update = await a_post(desk, slug)
    await desk.edit(slug, update.id, UpdateEdit(title="Better"), revision=1)
    with pytest.raises(RevisionConflict):
        await desk.retract(slug, update.id, revision=1)


# -- the pin -------------------------------------------------------------------------------------


async def test_one_update_is_pinned_at_a_time(desk: Desk, store: RedisStore, slug: Slug) -> None:
    first, second = await a_post(desk, slug), await a_post(desk, slug)
    await desk.pin(slug, first.id)
    await desk.pin(slug, second.id)
    assert await store.pinned(slug) == second.id
    assert not (await store.current(slug, first.id)).pinned
    assert (await store.current(slug, second.id)).pinned
    assert (await kinds(store, slug))[-3:] == ["pinned", "unpinned", "pinned"]


async def test_posting_pinned_takes_the_pin(desk: Desk, store: RedisStore, slug: Slug) -> None:
    first = await a_post(desk, slug, pinned=True)
    second = await a_post(desk, slug, pinned=True)
    assert await store.pinned(slug) == second.id
    assert not (await store.current(slug, first.id)).pinned


async def test_editing_the_pinned_update_leaves_it_pinned(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    update = await a_post(desk, slug, pinned=True)
    await desk.edit(slug, update.id, UpdateEdit(title="Better"), revision=1)
    assert await store.pinned(slug) == update.id


async def test_a_pin_is_no_modification(desk: Desk, slug: Slug, clock: Clock) -> None:
    update = await a_post(desk, slug)
    clock.move(minutes=5)
    pinned = await desk.pin(slug, update.id)
    assert pinned.update == replace(update, revision=2, pinned=True)


async def test_pinning_twice_or_unpinning_what_is_not_pinned_changes_nothing(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    update = await a_post(desk, slug)
    await desk.unpin(slug, update.id)
    assert await revisions(store, slug) == 2
    await desk.pin(slug, update.id)
    await desk.pin(slug, update.id)
    assert await revisions(store, slug) == 3
    await desk.unpin(slug, update.id)
    assert await store.pinned(slug) is None


async def test_those_who_pin_at_once_leave_one_pin(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    updates = [await a_post(desk, slug) for _ in range(4)]
    await asyncio.gather(*(desk.pin(slug, update.id) for update in updates))
    now = [await store.current(slug, update.id) for update in updates]
    assert [update.id for update in now if update.pinned] == [await store.pinned(slug)]
