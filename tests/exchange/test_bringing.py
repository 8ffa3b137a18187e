"""A coverage comes into the record once, at its own times."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

import pytest
from msgspec.structs import replace

from liveblog import exchange
from liveblog.desk import Desk
from liveblog.errors import StoryClosed
from liveblog.exchange import Coverage, bring_in
from liveblog.exchange.liveblog_json import write
from liveblog.intake import StoryEdit
from liveblog.store import Store
from liveblog.story import Change, Slug, Story, fold, instant
from tests.builders import a_new_story, a_new_update, a_slug

pytestmark = pytest.mark.anyio

FORMATS = ("guardian", "superdesk")


@pytest.fixture(params=FORMATS)
def coverage(request: pytest.FixtureRequest) -> Coverage:
    return exchange.read(request.getfixturevalue(f"{request.param}_sample"))


async def the_log(store: Store, slug: Slug) -> list[Change]:
    changes = await store.changes(slug)
    assert changes is not None
    return changes


async def the_story(store: Store, slug: Slug) -> Story:
    story = reduce(fold, await the_log(store, slug), None)
    assert story is not None
    return story


async def test_every_update_is_brought_at_its_own_time(
    desk: Desk, store: Store, coverage: Coverage
) -> None:
    report = await bring_in(desk, coverage, slug=a_slug())
    story = await the_story(store, report.slug)
    assert (report.opened, report.added, report.already_there) == (True, len(coverage.updates), 0)
    assert report.left_out == coverage.left_out
    for update, brought in zip(story.updates, coverage.updates, strict=True):
        assert update.published == instant(brought.published)
        assert update.blocks == brought.update.blocks
        assert update.key_event == brought.update.key_event
        assert update.pinned == brought.update.pinned
    assert story.head.status == ("closed" if coverage.closed else "live")


async def test_the_same_file_again_adds_nothing(
    desk: Desk, store: Store, coverage: Coverage
) -> None:
    slug = a_slug()
    await bring_in(desk, coverage, slug=slug)
    log = await the_log(store, slug)
    report = await bring_in(desk, coverage, slug=slug)
    assert (report.opened, report.added) == (False, 0)
    assert report.already_there == len(coverage.updates)
    assert await the_log(store, slug) == log


async def test_an_update_that_was_edited_here_stays_as_it_is(
    desk: Desk, store: Store, coverage: Coverage
) -> None:
    slug = a_slug()
    await bring_in(desk, coverage, slug=slug)
    first = (await the_story(store, slug)).updates[0]
    await desk.retract(slug, first.id, "Not so.")
    report = await bring_in(desk, coverage, slug=slug)
    assert report.added == 0
    assert (await the_story(store, slug)).updates[0].status == "retracted"


async def test_the_next_page_of_a_closed_source_is_added_and_it_is_closed_again(
    desk: Desk, store: Store, guardian_sample: bytes
) -> None:
    whole, slug = exchange.read(guardian_sample), a_slug()
    await bring_in(desk, replace(whole, updates=whole.updates[:3]), slug=slug)
    report = await bring_in(desk, replace(whole, updates=whole.updates[3:]), slug=slug)
    story = await the_story(store, slug)
    assert report.added == len(whole.updates) - 3
    assert len(story.updates) == len(whole.updates)
    assert story.head.status == "closed"


async def test_a_story_that_was_closed_here_refuses_a_live_source(
    desk: Desk, superdesk_sample: bytes
) -> None:
    slug = Slug((await desk.open(a_new_story())).slug)
    await desk.amend(slug, StoryEdit(status="closed"))
    with pytest.raises(StoryClosed):
        await bring_in(desk, exchange.read(superdesk_sample), slug=slug)


async def test_a_story_that_is_there_keeps_its_head(
    desk: Desk, store: Store, superdesk_sample: bytes
) -> None:
    slug = Slug((await desk.open(a_new_story(headline="Ours"))).slug)
    report = await bring_in(desk, exchange.read(superdesk_sample), slug=slug)
    assert not report.opened
    assert (await the_story(store, slug)).head.headline == "Ours"


async def test_what_is_exported_is_brought_back_under_another_slug(
    desk: Desk, store: Store, coverage: Coverage
) -> None:
    first, second = a_slug(), a_slug()
    await bring_in(desk, coverage, slug=first)
    before = await the_story(store, first)
    await bring_in(desk, exchange.read(write(before)), slug=second)
    after = await the_story(store, second)
    assert after.updates == before.updates
    assert after.head.standfirst == before.head.standfirst
    assert after.head.status == before.head.status


async def test_what_is_exported_adds_nothing_to_the_story_it_came_from(
    desk: Desk, store: Store
) -> None:
    slug = Slug((await desk.open(a_new_story())).slug)
    await desk.post(slug, a_new_update())
    await desk.post(slug, a_new_update(pinned=True))
    before = await the_story(store, slug)
    report = await bring_in(desk, exchange.read(write(before)))
    assert (report.added, report.already_there) == (0, 2)
    assert await the_story(store, slug) == before


async def test_real_live_blogs_are_brought_once(
    desk: Desk, store: Store, shared_data: Path
) -> None:
    for name in ("guardian-mars-landing.json", "superdesk-posts.json"):
        coverage, slug = exchange.read((shared_data / name).read_bytes()), a_slug()
        assert (await bring_in(desk, coverage, slug=slug)).added == len(coverage.updates)
        assert (await bring_in(desk, coverage, slug=slug)).added == 0
        assert len((await the_story(store, slug)).updates) == len(coverage.updates)
