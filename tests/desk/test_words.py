"""A person publishes no picture without its words, unless it is an emergency."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from liveblog.blocks import Image, Text
from liveblog.desk import Desk
from liveblog.errors import Invalid
from liveblog.intake import NewUpdate, StoryEdit, UpdateEdit
from liveblog.publishing import WITHOUT_WORDS, lacking
from liveblog.store import Audited, DraftUpdate
from liveblog.store.redis import RedisStore
from liveblog.story import Actor, Change, Slug
from tests.builders import a_new_story
from tests.desk.newsroom import NOON, a_post, kinds

pytestmark = pytest.mark.anyio

ADA = Actor(kind="person", id="p1", name="ada")
WIRE = Actor(kind="token", id="t1", name="wire")
WORDS = {"alt": "A gate", "caption": "The north gate at noon", "credit": "Ada Winter"}


def a_picture(**given: Any) -> Image:
    return Image(src="https://pictures.example/gate.jpg", **(WORDS | given))


def with_picture(emergency: bool = False, draft: bool = False, **given: Any) -> NewUpdate:
    blocks = (Text(html="<p>News</p>"), a_picture(**given))
    return NewUpdate(blocks=blocks, emergency=emergency, draft=draft)


async def on_record(store: RedisStore, slug: Slug) -> list[Audited]:
    return [line for _, line in await store.audited() if line.story == slug]


def test_what_is_missing_is_named_by_picture() -> None:
    blocks = (a_picture(), Text(html="x"), a_picture(alt="", credit=" "), a_picture(caption=""))
    assert lacking(blocks) == "picture 2: alt, credit; picture 3: caption"
    assert lacking((a_picture(), Text(html="x"))) == ""


@pytest.mark.parametrize("word", WORDS)
async def test_a_person_posts_no_picture_without_its_words(
    desk: Desk, store: RedisStore, slug: Slug, word: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.by(ADA).post(slug, NewUpdate(blocks=(a_picture(**{word: ""}),)))
    assert refused.value.field == "blocks"
    assert f"picture 1: {word}" in refused.value.why
    assert "emergency: true" in refused.value.why
    assert await kinds(store, slug) == ["opened"]
    await desk.by(ADA).post(slug, with_picture())


async def test_a_wire_is_not_asked(desk: Desk, store: RedisStore, slug: Slug) -> None:
    await desk.by(WIRE).post(slug, with_picture(alt=""))
    await desk.post(slug, with_picture(credit=""))
    assert await kinds(store, slug) == ["opened", "posted", "posted"]


async def test_an_emergency_is_on_record_without_a_text(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    posted = await desk.by(ADA).post(slug, with_picture(emergency=True, alt="", credit=""))
    assert isinstance(posted, Change) and posted.update is not None
    (line,) = await on_record(store, slug)
    assert (line.kind, line.subject) == (WITHOUT_WORDS, posted.update.id)
    assert line.detail == "picture 1: alt, credit"
    assert line.by == ADA
    await desk.by(ADA).post(slug, with_picture(emergency=True))
    assert len(await on_record(store, slug)) == 1


async def test_a_draft_may_lack_them_until_it_is_published(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    mine = desk.by(ADA)
    draft = await mine.post(slug, with_picture(draft=True, alt=""))
    assert isinstance(draft, DraftUpdate)
    id = draft.update.id
    in_an_hour = NOON + timedelta(hours=1)
    for edit in (UpdateEdit(draft=False), UpdateEdit(embargo=in_an_hour)):
        with pytest.raises(Invalid):
            await mine.edit(slug, id, edit, revision=1)
    with pytest.raises(Invalid):
        await mine.approve(slug, id, revision=1)
    assert await store.drafts(slug) == [draft]
    await mine.approve(slug, id, revision=1, emergency=True)
    assert await kinds(store, slug) == ["opened", "posted"]
    assert [line.subject for line in await on_record(store, slug)] == [id]


async def test_a_submission_may_lack_them(desk: Desk, slug: Slug) -> None:
    submitted = await desk.by(ADA).post(slug, with_picture(alt=""), submitted_by="ada")
    assert isinstance(submitted, DraftUpdate)


async def test_scheduling_asks_for_them(desk: Desk, store: RedisStore, slug: Slug) -> None:
    new = NewUpdate(blocks=(a_picture(alt=""),), embargo=NOON + timedelta(hours=1))
    with pytest.raises(Invalid):
        await desk.by(ADA).post(slug, new)
    assert await store.drafts(slug) == []


async def test_an_edit_that_brings_pictures_asks_for_them_and_one_that_brings_none_does_not(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    update = await a_post(desk.by(WIRE), slug)
    mine = desk.by(ADA)
    without = UpdateEdit(blocks=(a_picture(caption=""),))
    with pytest.raises(Invalid):
        await mine.edit(slug, update.id, without, revision=1)
    await desk.by(WIRE).edit(slug, update.id, without, revision=1)
    await mine.edit(slug, update.id, UpdateEdit(tags=("harbour",)), revision=2)
    assert await kinds(store, slug) == ["opened", "posted", "edited", "edited"]


async def test_a_storys_lead_picture_has_its_words(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    mine, bare = desk.by(ADA), a_picture(credit="")
    with pytest.raises(Invalid) as refused:
        await mine.amend(slug, StoryEdit(picture=bare))
    assert refused.value.field == "picture"
    with pytest.raises(Invalid):
        await mine.open(a_new_story(picture=bare))
    head = await mine.amend(slug, StoryEdit(picture=bare, emergency=True))
    assert head.picture == bare
    (line,) = await on_record(store, slug)
    assert (line.subject, line.detail) == (slug, "picture 1: credit")
    # What is there is not asked for again.
    await mine.amend(slug, StoryEdit(kicker="Harbour"))
    hidden = await mine.open(a_new_story(picture=bare, status="draft"))
    with pytest.raises(Invalid):
        await mine.amend(hidden.slug, StoryEdit(status="live"))
    await mine.amend(hidden.slug, StoryEdit(status="live", picture=a_picture()))
