"""What every Store does, on a Redis that stands alone and on a cluster of three."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec.structs import replace

from liveblog.blocks import Text
from liveblog.errors import (
    KeyReused,
    NoSuchNote,
    NoSuchStory,
    NoSuchUpdate,
    NotStored,
    PinMoved,
    RevisionConflict,
    StoryClosed,
    StoryExists,
    StoryNotOpen,
)
from liveblog.rules import Rules, RulesEdit
from liveblog.store import (
    Audited,
    DraftUpdate,
    Fed,
    Feed,
    Note,
    Once,
    PinMove,
    Store,
    Taken,
    Token,
    keys,
)
from liveblog.store.connect import connect
from liveblog.store.redis import RedisStore
from liveblog.story import Actor, Change, Cursor, Instant, Slug, UpdateId, milliseconds
from tests.builders import NOON, a_head, a_slug, an_id, an_update, opened, posted

pytestmark = pytest.mark.anyio

LATER = Instant("2026-11-23T13:00:00.000Z")


@pytest.fixture(params=["alone", "cluster"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    url = request.getfixturevalue("redis_url" if request.param == "alone" else "cluster_url")
    store = RedisStore(url)
    yield store
    await store.close()


@pytest.fixture
async def feed(store: Store) -> AsyncIterator[Feed]:
    feed = store.feed()
    await feed.join()
    yield feed
    await feed.leave()


@pytest.fixture
async def slug(store: Store) -> Slug:
    """A story that is open."""
    slug = a_slug()
    await store.append([opened(a_head(slug=slug))])
    return slug


async def test_what_is_appended_is_in_the_log_in_order(store: Store, slug: Slug) -> None:
    first = await store.append([posted(slug, id=an_id(1))])
    second = await store.append([posted(slug, id=an_id(2))])
    changes = await store.changes(slug)
    assert changes is not None
    assert changes[1:] == first + second
    assert [change.kind for change in changes] == ["opened", "posted", "posted"]


async def test_changes_after_a_cursor_leave_out_what_was_before(store: Store, slug: Slug) -> None:
    (first,) = await store.append([posted(slug, id=an_id(1))])
    second = await store.append([posted(slug, id=an_id(2))])
    assert await store.changes(slug, first.cursor) == second


@pytest.mark.parametrize("cursor", ["", "junk", "1-1", "99999999999999-0", "9" * 40, "-", "(1-1"])
async def test_a_cursor_that_is_not_in_the_log_is_said_so(
    store: Store, slug: Slug, cursor: str
) -> None:
    assert await store.changes(slug, Cursor(cursor)) is None


async def test_a_long_log_is_read_whole(store: Store, slug: Slug) -> None:
    for start in range(0, 1_050, 50):
        await store.append([posted(slug, id=an_id(start + n)) for n in range(50)])
    changes = await store.changes(slug)
    assert changes is not None
    assert [change.update.id for change in changes[1:] if change.update] == [
        an_id(n) for n in range(1_050)
    ]


async def test_a_slug_is_taken_once(store: Store, slug: Slug) -> None:
    with pytest.raises(StoryExists):
        await store.append([opened(a_head(slug=slug))])


async def test_an_unknown_story_takes_no_updates(store: Store) -> None:
    with pytest.raises(NoSuchStory):
        await store.append([posted(a_slug())])


async def test_a_closed_story_takes_no_new_updates_but_corrections(
    store: Store, slug: Slug
) -> None:
    await store.append([posted(slug)])
    head = await store.head(slug)
    closed = replace(head, revision=2, status="closed")
    await store.append([Change(slug=slug, kind="closed", at=NOON, head=closed)])
    with pytest.raises(StoryClosed):
        await store.append([posted(slug, id=an_id(1))])
    correction = Change(slug=slug, kind="corrected", at=NOON, update=an_update(revision=2))
    await store.append([correction])
    assert (await store.current(slug, an_id())).revision == 2


async def test_a_stale_revision_is_refused_with_what_stands(store: Store, slug: Slug) -> None:
    await store.append([posted(slug)])
    edited = an_update(revision=2, title="Edited")
    await store.append([Change(slug=slug, kind="edited", at=NOON, update=edited)])
    with pytest.raises(RevisionConflict) as refused:
        await store.append([Change(slug=slug, kind="edited", at=NOON, update=edited)])
    assert refused.value.revision == 2
    assert refused.value.current == edited


async def test_of_two_changes_neither_is_stored_when_one_is_refused(
    store: Store, slug: Slug
) -> None:
    with pytest.raises(RevisionConflict):
        await store.append([posted(slug, id=an_id(1)), posted(slug, id=an_id(2), revision=7)])
    changes = await store.changes(slug)
    assert changes is not None and len(changes) == 1


async def test_the_same_key_gives_the_same_answer_and_one_entry(store: Store, slug: Slug) -> None:
    once = Once(key="k", request="r")
    first = await store.append([posted(slug, id=an_id(1))], once=once)
    again = await store.append([posted(slug, id=an_id(2))], once=once)
    assert again == first
    changes = await store.changes(slug)
    assert changes is not None and len(changes) == 2


async def test_a_key_is_refused_for_another_request(store: Store, slug: Slug) -> None:
    await store.append([posted(slug)], once=Once(key="k", request="one"))
    with pytest.raises(KeyReused):
        await store.append([posted(slug, id=an_id(1))], once=Once(key="k", request="two"))


async def test_a_key_that_opened_a_story_cannot_open_another(store: Store) -> None:
    await store.append([opened()], once=Once(key="opening", request="one"))
    with pytest.raises(KeyReused):
        await store.append([opened()], once=Once(key="opening", request="two"))


async def test_posts_at_once_with_one_key_store_one(store: Store, slug: Slug) -> None:
    once = Once(key="k", request="r")
    posts = [store.append([posted(slug, id=an_id(n))], once=once) for n in range(20)]
    answers = await asyncio.gather(*posts)
    assert all(answer == answers[0] for answer in answers)


async def test_the_pin_moves_only_from_where_it_is(store: Store, slug: Slug) -> None:
    a, b = an_id(1), an_id(2)
    await store.append([posted(slug, id=a, pinned=True)], pin=PinMove(was=None, now=a))
    assert await store.pinned(slug) == a
    with pytest.raises(PinMoved):
        await store.append([posted(slug, id=b, pinned=True)], pin=PinMove(was=None, now=b))
    assert await store.pinned(slug) == a


async def test_an_unknown_update_is_said_so(store: Store, slug: Slug) -> None:
    with pytest.raises(NoSuchUpdate):
        await store.current(slug, an_id(9))
    with pytest.raises(NoSuchStory):
        await store.current(a_slug(), an_id(9))
    with pytest.raises(NoSuchStory):
        await store.head(a_slug())


async def test_the_feed_gives_every_change_with_what_was_before(
    store: Store, slug: Slug, feed: Feed
) -> None:
    (first,) = await store.append([posted(slug, id=an_id(1))])
    (second,) = await store.append([posted(slug, id=an_id(2))])
    fed = await read(feed, 2)
    assert [item.change for item in fed] == [first, second]
    assert fed[1].after == first.cursor


async def test_a_feed_that_joins_again_misses_nothing(store: Store, slug: Slug, feed: Feed) -> None:
    await store.append([posted(slug, id=an_id(1))])
    await read(feed, 1)
    await feed.leave()
    (missed,) = await store.append([posted(slug, id=an_id(2))])
    assert await feed.join()
    assert [item.change for item in await read(feed, 1)] == [missed]


async def test_a_draft_is_in_no_log_until_it_is_taken(store: Store, slug: Slug) -> None:
    draft = DraftUpdate(slug=slug, update=an_update())
    await store.save_draft(draft)
    changes = await store.changes(slug)
    assert changes is not None and len(changes) == 1
    assert await store.drafts(slug) == [draft]
    await store.append([posted(slug)], takes=Taken(subject=an_id(), revision=1))
    assert await store.drafts(slug) == []


async def test_a_draft_that_changed_meanwhile_is_not_published(store: Store, slug: Slug) -> None:
    draft = DraftUpdate(slug=slug, update=an_update())
    await store.save_draft(draft)
    edited = an_update(revision=2, blocks=(Text(html="<p>New words</p>"),))
    await store.save_draft(DraftUpdate(slug=slug, update=edited))
    with pytest.raises(RevisionConflict):
        await store.append([posted(slug)], takes=Taken(subject=an_id(), revision=1))
    kept = await store.draft(slug, an_id())
    assert kept is not None and kept.update == edited


async def test_a_stale_draft_is_refused_with_what_stands(store: Store, slug: Slug) -> None:
    draft = DraftUpdate(slug=slug, update=an_update())
    await store.save_draft(draft)
    with pytest.raises(RevisionConflict) as refused:
        await store.save_draft(draft)
    assert refused.value.current == draft.update


async def test_a_draft_posted_again_with_its_key_is_kept_once(store: Store, slug: Slug) -> None:
    once = Once(key="k", request="r")
    first = await store.save_draft(DraftUpdate(slug=slug, update=an_update()), once=once)
    second = DraftUpdate(slug=slug, update=an_update(id=an_id(1)))
    assert await store.save_draft(second, once=once) == first
    assert await store.drafts(slug) == [first]


async def test_an_embargoed_draft_is_due_at_its_time_and_not_before(
    store: Store, slug: Slug
) -> None:
    draft = DraftUpdate(slug=slug, update=an_update(), due=LATER)
    await store.save_draft(draft)
    due, following = await store.due(NOON)
    assert draft not in due
    assert following is not None and following <= LATER
    due, _ = await store.due(LATER)
    assert draft in due
    await store.drop_draft(slug, draft.update.id)
    due, _ = await store.due(LATER)
    assert draft not in due


async def test_an_embargo_wakes_who_waits_at_the_feed(store: Store, slug: Slug, feed: Feed) -> None:
    await store.save_draft(DraftUpdate(slug=slug, update=an_update(), due=LATER))
    (woken,) = await read(feed, 1)
    assert woken.slug == slug
    assert woken.change is None


async def test_a_draft_of_a_story_is_not_published(store: Store) -> None:
    head = a_head(status="draft")
    await store.save_draft_head(head)
    assert head in await store.draft_heads()
    assert head.slug not in await store.slugs()
    assert await store.head(head.slug) == head
    with pytest.raises(StoryNotOpen):
        await store.append([posted(head.slug)])
    with pytest.raises(StoryExists):
        await store.append([opened(replace(head, status="live"))])
    taken = Taken(subject=head.slug, revision=1)
    await store.append([opened(replace(head, status="live"))], takes=taken)
    assert head.slug in await store.slugs()
    assert head not in await store.draft_heads()


async def test_an_erased_text_is_in_no_entry_and_positions_stay(store: Store, slug: Slug) -> None:
    (first,) = await store.append([posted(slug, title="Secret")])
    tombstone = an_update(revision=2, blocks=(), status="retracted")
    (told,) = await store.append([Change(slug=slug, kind="retracted", at=NOON, update=tombstone)])
    (other,) = await store.append([posted(slug, id=an_id(1), title="Stays")])
    before = await store.changes(slug)
    await store.erase(slug, an_id(), told.cursor)
    after = await store.changes(slug)
    assert before is not None and after is not None
    assert [change.cursor for change in after] == [change.cursor for change in before]
    assert "Secret" not in repr(after)
    assert other in after
    (next_one,) = await store.append([posted(slug, id=an_id(2))])
    assert await store.changes(slug, other.cursor) == [next_one]
    assert first.cursor != next_one.cursor


async def test_a_feed_tells_of_an_erased_entry_by_a_gap(
    store: Store, slug: Slug, feed: Feed
) -> None:
    await store.append([posted(slug, title="Secret")])
    tombstone = an_update(revision=2, blocks=(), status="retracted")
    (retracted,) = await store.append(
        [Change(slug=slug, kind="retracted", at=NOON, update=tombstone)]
    )
    await store.erase(slug, an_id(), retracted.cursor)
    fed = await read(feed, 1)
    assert "Secret" not in repr(fed)
    assert fed[0].change == retracted


async def test_an_erase_takes_the_salt_and_leaves_what_the_entry_is_bound_to(
    store: Store, slug: Slug
) -> None:
    await store.append([posted(slug, title="Secret")])
    tombstone = an_update(revision=2, blocks=(), status="retracted", notice="A court ordered it.")
    (told,) = await store.append([Change(slug=slug, kind="retracted", at=NOON, update=tombstone)])
    before = [entry async for entry in store.entries(slug)]
    await store.erase(slug, an_id(), told.cursor)
    after = [entry async for entry in store.entries(slug)]
    assert [entry.commitment for entry in after] == [entry.commitment for entry in before]
    assert [bool(entry.salt) for entry in after] == [True, False, True]
    assert after[2] == before[2]


async def test_the_request_that_posted_an_erased_text_cannot_be_sent_again(
    store: Store, slug: Slug
) -> None:
    once = Once(key="key", request="digest of the text")
    await store.append([posted(slug, title="Secret")], once=once)
    await store.erase(slug, an_id(), Cursor("0-0"))
    with pytest.raises(KeyReused):
        await store.append([posted(slug, title="Secret")], once=once)


async def test_a_line_of_the_audit_log_wakes_who_follows_it_and_nobody_else(
    store: Store, slug: Slug, feed: Feed
) -> None:
    following = store.feed(audit=True)
    await following.join()
    await store.audit(Audited(kind="signed_in", at=NOON, by=Actor(kind="person", name="Ada")))
    await store.append([posted(slug)])
    assert [fed.slug for fed in await read(following, 2)].count(Slug("")) == 1
    assert [fed.slug for fed in await read(feed, 1)] == [slug]
    await following.leave()


async def test_the_audit_log_is_read_from_a_position_on(store: Store) -> None:
    await store.audit(Audited(kind="signed_in", at=NOON, by=Actor(kind="person", name="Ada")))
    last, _ = (await store.audited())[-1]
    line = Audited(kind="token_added", at=NOON, by=Actor(kind="command"), subject="Wire")
    await store.audit(line)
    assert [entry for _, entry in await store.audited(last)] == [line]


async def test_a_token_is_found_by_its_digest_until_it_is_dropped(store: Store) -> None:
    token = Token(name="Wire", role="reporter", created=NOON)
    await store.add_token("digest", token)
    assert await store.token("digest") == token
    await store.drop_token("digest")
    assert await store.token("digest") is None


async def test_a_store_out_of_reach_says_that_nothing_was_stored() -> None:
    store = RedisStore("redis://127.0.0.1:1", timeout_seconds=0.5)
    with pytest.raises(NotStored):
        await store.append([opened()])
    await store.close()


async def read(feed: Feed, number: int) -> list[Fed]:
    """That many entries, or what came within ten seconds."""
    fed: list[Fed] = []
    async with asyncio.timeout(10):
        while len(fed) < number:
            fed += await feed.read(1)
    return fed


# -- beside the record ---------------------------------------------------------------------------


async def test_rules_are_the_installations_until_a_story_has_its_own(
    store: RedisStore, slug: Slug
) -> None:
    store.default_rules = Rules(close_after_hours=7)
    assert await store.rules(slug) == Rules(close_after_hours=7)
    await store.change_rules(slug, RulesEdit(approval=True))
    await store.change_rules(slug, RulesEdit(undo_seconds=0))
    own = Rules(approval=True, undo_seconds=0, close_after_hours=7)
    assert await store.rules(slug) == own
    assert await store.rules(a_slug()) == Rules(close_after_hours=7)


async def test_who_is_about_to_be_closed_is_known_until_it_is_kept_open(
    store: Store, slug: Slug
) -> None:
    await store.set_closing(slug, LATER)
    assert (await store.closing())[slug] == LATER
    await store.keep_open(slug, NOON)
    assert slug not in await store.closing()
    assert await store.kept_open(slug) == NOON
    await store.set_closing(slug, LATER)
    await store.drop_closing([slug])
    assert slug not in await store.closing()


async def test_the_last_change_of_each_story_is_known(store: Store, slug: Slug) -> None:
    before = (await store.last_changes())[slug]
    (change,) = await store.append([posted(slug)])
    after = (await store.last_changes())[slug]
    assert before <= after
    assert milliseconds(after) == int(change.cursor.partition("-")[0])


def a_note(id: str, update: UpdateId | None = None) -> Note:
    return Note(id=id, text=f"Note {id}", by=Actor(kind="person", id="p"), at=NOON, update=update)


async def test_notes_are_kept_in_order_and_dropped(store: Store, slug: Slug) -> None:
    later, first = a_note("b"), a_note("a", an_id())
    await store.add_note(slug, later)
    await store.add_note(slug, first)
    assert await store.notes(slug) == [first, later]
    assert await store.note(slug, "a") == first
    await store.drop_note(slug, "a")
    assert await store.notes(slug) == [later]
    with pytest.raises(NoSuchNote):
        await store.note(slug, "a")


async def test_a_note_with_a_key_is_kept_once(store: Store, slug: Slug) -> None:
    once = Once(key="note", request="one")
    first = await store.add_note(slug, a_note("a"), once=once)
    assert await store.add_note(slug, a_note("b"), once=once) == first
    assert await store.notes(slug) == [first]
    with pytest.raises(KeyReused):
        await store.add_note(slug, a_note("c"), once=Once(key="note", request="two"))


async def test_what_waits_for_an_editor_is_never_due(store: Store, slug: Slug) -> None:
    wish = DraftUpdate(slug=slug, update=an_update(), due=LATER, submitted_by="ada")
    await store.save_draft(wish)
    due, _ = await store.due(Instant("2099-01-01T00:00:00.000Z"))
    assert slug not in [draft.slug for draft in due]
    approved = replace(wish, update=an_update(revision=2), submitted_by="")
    await store.save_draft(approved)
    due, _ = await store.due(Instant("2099-01-01T00:00:00.000Z"))
    assert approved in due
    await store.drop_draft(slug, an_id())


async def test_what_changes_beside_the_record_is_announced(store: RedisStore, slug: Slug) -> None:
    client = connect(store.url, timeout_seconds=10, connections=2)
    listening: Any = client.pubsub()
    try:
        await client.initialize()
        await listening.subscribe(keys.DESK)
        await heard(listening, "subscribe")
        draft = DraftUpdate(slug=slug, update=an_update())
        for change, what in (
            (store.save_draft(draft), "drafts"),
            (store.append([posted(slug)], takes=Taken(subject=an_id(), revision=1)), "drafts"),
            (store.drop_draft(slug, an_id()), "drafts"),
            (store.add_note(slug, a_note("a")), "notes"),
            (store.drop_note(slug, "a"), "notes"),
            (store.change_rules(slug, RulesEdit(approval=True)), "rules"),
            (store.keep_open(slug, NOON), "rules"),
            (store.set_closing(slug, LATER), "rules"),
            (store.drop_closing([slug]), "rules"),
            (store.announce("presence", slug), "presence"),
        ):
            await change
            assert await heard(listening, "message") == f"{what} {slug}"
    finally:
        await listening.aclose()
        await client.aclose()


async def heard(listening: Any, kind: str) -> str:
    """The next message of that kind."""
    async with asyncio.timeout(20):
        while True:
            message = await listening.get_message(timeout=5)
            if message and message["type"] == kind:
                data = message["data"]
                return data.decode() if isinstance(data, bytes) else str(data)


async def test_what_cannot_be_announced_is_kept_all_the_same(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RedisStore(redis_url)
    slug = a_slug()
    ask = store.ask

    async def without_publish(*command: Any) -> Any:
        if command[0] == "PUBLISH":
            raise NotStored("Redis: out of reach")
        return await ask(*command)

    monkeypatch.setattr(store, "ask", without_publish)
    await store.append([opened(a_head(slug=slug))])
    draft = await store.save_draft(DraftUpdate(slug=slug, update=an_update()))
    assert await store.drafts(slug) == [draft]
    await store.change_rules(slug, RulesEdit(approval=True))
    assert (await store.rules(slug)).approval
    await store.close()
