"""Opening, amending, pausing and closing stories, on a real Redis."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from msgspec.structs import replace

from liveblog.blocks import Image
from liveblog.desk import Desk
from liveblog.errors import (
    Invalid,
    NoSuchStory,
    RevisionConflict,
    StoryExists,
)
from liveblog.intake import NewCorrection, StoryEdit
from liveblog.store.redis import RedisStore
from liveblog.story import Slug, instant
from tests.builders import a_new_story, a_slug
from tests.desk.newsroom import CORRECTION, NOON, Clock, kinds

pytestmark = pytest.mark.anyio


async def test_an_open_story_is_live_and_knows_when(desk: Desk, store: RedisStore) -> None:
    head = await desk.open(a_new_story(headline="  They \x00left\n", tags=("a", " ", "b ")))
    assert (head.headline, head.tags) == ("They left", ("a", "b"))
    assert (head.status, head.revision, head.opened) == ("live", 1, instant(NOON))
    assert await store.head(head.slug) == head
    assert await kinds(store, head.slug) == ["opened"]


async def test_a_slug_can_be_opened_once(desk: Desk, slug: Slug) -> None:
    with pytest.raises(StoryExists):
        await desk.open(a_new_story(slug=slug))


async def test_a_slug_that_no_address_can_hold_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid, match="lower-case"):
        await desk.open(a_new_story(slug="Charity News"))


async def test_a_time_without_a_zone_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.open(a_new_story(planned_end=datetime(2026, 11, 23)))  # noqa: DTZ001
    assert refused.value.field == "planned_end"


async def test_a_planned_end_is_kept_in_utc(desk: Desk) -> None:
    head = await desk.open(
        a_new_story(planned_end=datetime.fromisoformat("2026-11-23T18:00+01:00"))
    )
    assert head.planned_end == "2026-11-23T17:00:00.000Z"


async def test_a_lead_picture_with_an_unsafe_address_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.open(a_new_story(picture=Image(src="javascript:x")))
    assert refused.value.field == "picture.src"


async def test_a_draft_of_a_story_is_in_no_log_until_it_is_opened(
    desk: Desk, store: RedisStore, clock: Clock
) -> None:
    head = await desk.open(a_new_story(status="draft"))
    assert await store.changes(head.slug) == []
    assert head.slug not in await store.slugs()
    await desk.amend(head.slug, StoryEdit(kicker="Harbour"))
    clock.move(hours=1)
    opened = await desk.amend(head.slug, StoryEdit(status="live"))
    assert (opened.kicker, opened.revision, opened.opened) == ("Harbour", 1, instant(clock.now))
    assert await kinds(store, head.slug) == ["opened"]
    assert head not in await store.draft_heads()


async def test_a_draft_takes_its_slug(desk: Desk) -> None:
    head = await desk.open(a_new_story(status="draft"))
    for status in ("draft", "live"):
        with pytest.raises(StoryExists):
            await desk.open(a_new_story(slug=head.slug, status=status))


async def test_amending_changes_only_what_is_given(desk: Desk, slug: Slug, clock: Clock) -> None:
    before = await desk.amend(slug, StoryEdit(standfirst="Until noon", byline="A. Quell"))
    clock.move(minutes=5)
    after = await desk.amend(slug, StoryEdit(byline="", contributors=("M. Orr",)))
    assert after == replace(
        before, byline="", contributors=("M. Orr",), revision=3, modified=instant(clock.now)
    )


async def test_a_notice_to_readers_is_added_to_those_before(desk: Desk, slug: Slug) -> None:
    await desk.amend(slug, StoryEdit(correction=NewCorrection(kind="update", note="First")))
    head = await desk.amend(slug, StoryEdit(correction=CORRECTION))
    assert [one.note for one in head.corrections] == ["First", "It was noon, not one."]


async def test_a_story_is_paused_resumed_closed_and_opened_again(
    desk: Desk, store: RedisStore, slug: Slug, clock: Clock
) -> None:
    await desk.amend(slug, StoryEdit(status="paused"))
    await desk.amend(slug, StoryEdit(status="live"))
    head = await desk.amend(slug, StoryEdit(status="closed"))
    assert head.closed == instant(clock.now)
    clock.move(hours=1)
    assert (await desk.amend(slug, StoryEdit(byline="Desk"))).closed == instant(NOON)
    assert (await desk.amend(slug, StoryEdit(status="live"))).closed is None
    assert await kinds(store, slug) == [
        "opened", "paused", "resumed", "closed", "story_edited", "resumed",
    ]  # fmt: skip


async def test_what_readers_have_seen_is_no_draft_again(desk: Desk, slug: Slug) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.amend(slug, StoryEdit(status="draft"))
    assert refused.value.field == "status"


async def test_amending_a_stale_revision_is_refused_with_what_stands(
    desk: Desk, slug: Slug
) -> None:
    stands = await desk.amend(slug, StoryEdit(kicker="Harbour"), revision=1)
    with pytest.raises(RevisionConflict) as refused:
        await desk.amend(slug, StoryEdit(kicker="Hill"), revision=1)
    assert (refused.value.revision, refused.value.current) == (2, stands)


async def test_two_who_amend_different_fields_at_once_both_succeed(desk: Desk, slug: Slug) -> None:
    await asyncio.gather(
        desk.amend(slug, StoryEdit(kicker="Harbour")), desk.amend(slug, StoryEdit(byline="Desk"))
    )
    head = await desk.amend(slug, StoryEdit(status_line="More to follow"))
    assert (head.kicker, head.byline, head.revision) == ("Harbour", "Desk", 4)


async def test_an_unknown_story_cannot_be_amended(desk: Desk) -> None:
    with pytest.raises(NoSuchStory):
        await desk.amend(a_slug(), StoryEdit(kicker="Harbour"))
