"""Posting updates, on a real Redis."""

from __future__ import annotations

import pytest

from liveblog import codec
from liveblog.blocks import Embed, Text
from liveblog.desk import Desk
from liveblog.errors import (
    Invalid,
    NoSuchStory,
    StoryClosed,
)
from liveblog.intake import NewUpdate, StoryEdit, UpdateEdit
from liveblog.store.redis import RedisStore
from liveblog.story import Actor, Change, Slug, instant
from tests.builders import a_new_update, a_slug
from tests.desk.newsroom import CORRECTION, NOON, a_post, revisions

pytestmark = pytest.mark.anyio


async def test_a_posted_update_is_in_the_record_with_all_that_was_given(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    update = await a_post(
        desk, slug, "They **left**.", title=" Gates ", key_event=True, tags=("gates",),
        verification="reported", source="Harbour radio", byline="A. Quell", breaking=True,
    )  # fmt: skip
    assert update.blocks == (Text(html="<p>They <strong>left</strong>.</p>"),)
    assert (update.text, update.title, update.published) == (
        "They **left**.",
        "Gates",
        instant(NOON),
    )
    assert (update.key_event, update.breaking, update.verification) == (True, True, "reported")
    assert await store.current(slug, update.id) == update


async def test_updates_of_one_millisecond_keep_their_order(desk: Desk, slug: Slug) -> None:
    ids = [(await a_post(desk, slug)).id for _ in range(20)]
    assert ids == sorted(set(ids))


async def test_blocks_are_cleaned(desk: Desk, slug: Slug) -> None:
    new = NewUpdate(blocks=(Text(html="<p onclick=x>a<script>b</script></p>"),))
    posted = await desk.post(slug, new)
    assert isinstance(posted, Change)
    assert posted.update is not None
    assert posted.update.blocks == (Text(html="<p>a</p>"),)
    assert posted.update.text == ""


async def test_text_and_blocks_together_are_refused(desk: Desk, slug: Slug) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.post(slug, a_new_update(blocks=(Embed(url="https://a.example"),)))
    assert refused.value.field == "blocks"


@pytest.mark.parametrize("text", ["", " \n\t", "\x00\x07"])
async def test_an_update_of_nothing_is_refused(
    desk: Desk, store: RedisStore, slug: Slug, text: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.post(slug, NewUpdate(text=text))
    assert refused.value.field == "text"
    assert await revisions(store, slug) == 1


async def test_a_title_alone_is_an_update(desk: Desk, slug: Slug) -> None:
    assert (await a_post(desk, slug, "", title="They left")).title == "They left"


async def test_a_long_text_is_read_as_a_short_one_is(desk: Desk, slug: Slug) -> None:
    update = await a_post(desk, slug, "word " * 20_000)
    (block,) = update.blocks
    assert isinstance(block, Text)
    assert block.html.count("word") == 20_000


async def test_no_text_however_odd_makes_a_record_that_cannot_be_read(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    await a_post(desk, slug, f"> We stay.\n> — {'word ' * 400}")
    await a_post(desk, slug, f"https://video.example/{'x' * 2_500}")
    await a_post(desk, slug, f"![{'x' * 1_500}](/media/a.jpg)")
    await a_post(desk, slug, "half a character: \ud83d")
    assert await revisions(store, slug) == 5


async def test_an_unknown_story_takes_no_updates_and_no_drafts(desk: Desk) -> None:
    for draft in (False, True):
        with pytest.raises(NoSuchStory):
            await desk.post(a_slug(), a_new_update(draft=draft))


async def test_a_closed_story_takes_no_updates_and_no_drafts_but_corrections(
    desk: Desk, slug: Slug
) -> None:
    update = await a_post(desk, slug)
    await desk.amend(slug, StoryEdit(status="closed"))
    for draft in (False, True):
        with pytest.raises(StoryClosed):
            await desk.post(slug, a_new_update(draft=draft))
    await desk.edit(slug, update.id, UpdateEdit(correction=CORRECTION), revision=1)
    await desk.retract(slug, update.id)


async def test_a_paused_story_takes_updates(desk: Desk, slug: Slug) -> None:
    await desk.amend(slug, StoryEdit(status="paused"))
    assert (await a_post(desk, slug)).revision == 1


@pytest.mark.parametrize(
    "nothing",
    [
        NewUpdate(),
        NewUpdate(text=" \n "),
        NewUpdate(text="# "),
        NewUpdate(text="---"),
        NewUpdate(blocks=(Text(html="<p> </p>"),)),
        NewUpdate(title="  "),
    ],
)
async def test_an_update_that_shows_nothing_is_refused(
    desk: Desk, slug: Slug, nothing: NewUpdate
) -> None:
    with pytest.raises(Invalid, match="write something"):
        await desk.post(slug, nothing)


async def test_what_somebody_does_says_who_did_it_and_readers_are_not_told(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    mara = Actor(kind="person", id="p1", name="mara", address="192.0.2.7")
    await a_post(desk.by(mara), slug, pinned=True)
    await a_post(desk.by(Actor(kind="worker")), slug, pinned=True)
    log = await store.changes(slug) or []
    assert [(change.kind, change.by) for change in log[1:]] == [
        ("posted", mara),
        ("unpinned", Actor(kind="worker")),
        ("posted", Actor(kind="worker")),
    ]
    assert b"mara" not in codec.to_wire(log[1])
