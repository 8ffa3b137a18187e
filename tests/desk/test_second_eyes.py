"""Where a story asks for it, what is breaking waits for somebody who did not write it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from liveblog.desk import Desk
from liveblog.errors import NotAllowed
from liveblog.intake import UpdateEdit
from liveblog.publishing import WITHOUT_SECOND_EYES
from liveblog.rules import RulesEdit
from liveblog.store import Audited, DraftUpdate
from liveblog.store.redis import RedisStore
from liveblog.story import Actor, Change, Slug, instant
from tests.builders import a_new_story, a_new_update
from tests.desk.newsroom import NOON, Clock, a_post, kinds

pytestmark = pytest.mark.anyio

ADA = Actor(kind="person", id="p1", name="ada", address="192.0.2.1")
BOB = Actor(kind="person", id="p2", name="bob")
IN_AN_HOUR = NOON + timedelta(hours=1)
PUBLISH = UpdateEdit(draft=False)


@pytest.fixture
async def slug(slug: Slug, store: RedisStore) -> Slug:
    """A story that asks for a second pair of eyes."""
    await store.change_rules(slug, RulesEdit(breaking_approval=True))
    return slug


async def submitted(desk: Desk, slug: Slug, **given: Any) -> DraftUpdate:
    draft = await desk.by(ADA).post(slug, a_new_update(breaking=True, **given), overrules=True)
    assert isinstance(draft, DraftUpdate), "it was published"
    return draft


async def overruled(store: RedisStore, slug: Slug) -> list[Audited]:
    return [line for _, line in await store.audited() if line.story == slug]


async def test_what_is_breaking_waits_whoever_posts_it(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    draft = await submitted(desk, slug)
    assert draft.submitted_by == "ada"
    assert draft.author == replace(ADA, address="")
    unnamed = await desk.post(slug, a_new_update(breaking=True))
    assert isinstance(unnamed, DraftUpdate) and unnamed.submitted_by == "command"
    await a_post(desk.by(ADA), slug, "Not breaking")
    assert await kinds(store, slug) == ["opened", "posted"]


async def test_somebody_else_approves_it(desk: Desk, store: RedisStore, slug: Slug) -> None:
    draft = await submitted(desk, slug)
    change = await desk.by(BOB).approve(slug, draft.update.id, revision=1)
    assert isinstance(change, Change) and change.kind == "posted"
    assert await store.drafts(slug) == []
    assert await overruled(store, slug) == []


async def test_nobody_approves_their_own_words(desk: Desk, store: RedisStore, slug: Slug) -> None:
    draft = await submitted(desk, slug)
    token = Actor(kind="token", id=ADA.id, name="ada's phone")
    unowned = Actor(kind="token", id="t9", name=ADA.name)
    for same in (ADA, token, unowned):
        with pytest.raises(NotAllowed) as refused:
            await desk.by(same).approve(slug, draft.update.id, revision=1)
        assert "Somebody else" in str(refused.value)
        assert "admin" not in str(refused.value)
    assert await kinds(store, slug) == ["opened"]


async def test_who_changed_it_is_no_second_person(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    draft = await submitted(desk, slug)
    mine = desk.by(BOB)
    edited = await mine.edit(
        slug, draft.update.id, UpdateEdit(title="Mine", draft=False), revision=1, overrules=True
    )
    assert isinstance(edited, DraftUpdate) and edited.submitted_by == "bob"
    assert [hand.name for hand in edited.hands] == ["ada", "bob"]
    for one in (ADA, BOB):
        with pytest.raises(NotAllowed):
            await desk.by(one).approve(slug, draft.update.id, revision=2)
    await desk.by(Actor(kind="person", id="p3", name="cyd")).approve(
        slug, draft.update.id, revision=2
    )
    assert await kinds(store, slug) == ["opened", "posted"]


async def test_an_emergency_overrules_it_on_record(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    new = a_new_update("Gates are open", breaking=True, emergency=True)
    posted = await desk.by(ADA).post(slug, new, overrules=True)
    assert isinstance(posted, Change) and posted.update is not None
    (line,) = await overruled(store, slug)
    assert (line.kind, line.subject) == (WITHOUT_SECOND_EYES, posted.update.id)
    assert line.by == ADA
    assert "Gates" not in repr(line)
    draft = await submitted(desk, slug)
    own = await desk.by(ADA).approve(slug, draft.update.id, revision=1, emergency=True)
    assert isinstance(own, Change)
    assert len(await overruled(store, slug)) == 2


async def test_an_emergency_is_not_for_who_may_not_approve(desk: Desk, slug: Slug) -> None:
    new = a_new_update(breaking=True, emergency=True)
    assert isinstance(await desk.by(ADA).post(slug, new), DraftUpdate)


async def test_an_embargo_is_no_way_around_it(
    desk: Desk, store: RedisStore, slug: Slug, clock: Clock
) -> None:
    posted = await submitted(desk, slug, embargo=IN_AN_HOUR)
    kept = await submitted(desk, slug, embargo=IN_AN_HOUR, draft=True)
    plain = await desk.by(ADA).post(slug, a_new_update(embargo=IN_AN_HOUR))
    assert isinstance(plain, DraftUpdate) and plain.scheduled
    turned = await desk.by(ADA).edit(slug, plain.update.id, UpdateEdit(breaking=True), revision=1)
    assert isinstance(turned, DraftUpdate)
    for one in (posted, kept, turned):
        assert (one.due, one.scheduled) == (instant(IN_AN_HOUR), None)
        assert one.submitted_by == "ada"
    clock.move(hours=2)
    await desk.publish_due()
    assert await kinds(store, slug) == ["opened"]


async def test_what_is_approved_before_its_embargo_ends_is_scheduled(
    desk: Desk, store: RedisStore, slug: Slug, clock: Clock
) -> None:
    draft = await submitted(desk, slug, embargo=IN_AN_HOUR)
    scheduled = await desk.by(BOB).approve(slug, draft.update.id, revision=1)
    assert isinstance(scheduled, DraftUpdate)
    assert (scheduled.scheduled, scheduled.submitted_by) == (instant(IN_AN_HOUR), "")
    clock.move(hours=2)
    await desk.publish_due()
    assert await kinds(store, slug) == ["opened", "posted"]


async def test_what_is_approved_after_its_embargo_is_published(
    desk: Desk, store: RedisStore, slug: Slug, clock: Clock
) -> None:
    draft = await submitted(desk, slug, embargo=IN_AN_HOUR)
    clock.move(hours=2)
    assert isinstance(await desk.by(BOB).approve(slug, draft.update.id, revision=1), Change)
    assert await store.drafts(slug) == []


async def test_what_was_approved_and_is_changed_then_waits_again(
    desk: Desk, store: RedisStore, slug: Slug, clock: Clock
) -> None:
    draft = await submitted(desk, slug, embargo=IN_AN_HOUR)
    await desk.by(BOB).approve(slug, draft.update.id, revision=1)
    changed = await desk.by(ADA).edit(slug, draft.update.id, UpdateEdit(text="Else"), revision=2)
    assert isinstance(changed, DraftUpdate) and changed.submitted_by == "ada"
    clock.move(hours=2)
    await desk.publish_due()
    assert await kinds(store, slug) == ["opened"]


async def test_an_edit_that_makes_a_published_update_breaking_is_refused(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    update = await a_post(desk.by(ADA), slug)
    edit = UpdateEdit(breaking=True)
    with pytest.raises(NotAllowed) as refused:
        await desk.by(ADA).edit(slug, update.id, edit, revision=1, overrules=True)
    assert "new breaking update" in str(refused.value)
    emergency = UpdateEdit(breaking=True, emergency=True)
    await desk.by(ADA).edit(slug, update.id, emergency, revision=1, overrules=True)
    # A correction of it must not wait.
    await desk.by(ADA).edit(slug, update.id, UpdateEdit(text="Two gates"), revision=2)
    assert await kinds(store, slug) == ["opened", "posted", "edited", "edited"]


async def test_a_draft_is_made_breaking_and_then_waits(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    draft = await desk.by(BOB).post(slug, a_new_update(draft=True))
    assert isinstance(draft, DraftUpdate) and draft.submitted_by == ""
    id = draft.update.id
    kept = await desk.by(ADA).edit(slug, id, UpdateEdit(breaking=True), revision=1)
    assert isinstance(kept, DraftUpdate) and kept.submitted_by == ""
    sent = await desk.by(ADA).edit(slug, id, PUBLISH, revision=2, overrules=True)
    assert isinstance(sent, DraftUpdate) and sent.submitted_by == "ada"
    with pytest.raises(NotAllowed):
        await desk.by(ADA).approve(slug, id, revision=3)


async def test_a_story_that_does_not_ask_waits_for_nobody(desk: Desk, store: RedisStore) -> None:
    other = (await desk.open(a_new_story())).slug
    await a_post(desk.by(ADA), other, breaking=True)
    draft = await desk.by(ADA).post(other, a_new_update(breaking=True, draft=True))
    assert isinstance(draft, DraftUpdate)
    assert isinstance(await desk.by(ADA).approve(other, draft.update.id, revision=1), Change)
    assert await overruled(store, other) == []
