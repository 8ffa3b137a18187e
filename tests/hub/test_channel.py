"""A story in memory takes a change at the cost of that change."""

from __future__ import annotations

from msgspec.structs import replace

from liveblog.hub.channel import Channel
from liveblog.story import Change, Cursor, Instant, Update
from tests.builders import NOON, a_head, an_id, an_update, opened

HEAD = a_head()


def changed(update: Update, number: int) -> Change:
    cursor = Cursor(f"{number}-0")
    return Change(cursor=cursor, slug=HEAD.slug, kind="edited", at=NOON, update=update)


def test_an_update_that_moves_is_rendered_anew_and_no_other() -> None:
    updates = [an_update(id=an_id(number)) for number in range(300)]
    changes = [changed(update, number) for number, update in enumerate(updates, 2)]
    channel = Channel([replace(opened(HEAD), cursor=Cursor("1-0")), *changes])
    before = {update.id: channel.shown(update) for update in channel.story.updates}
    moved = replace(updates[7], revision=2, displayed=Instant("2026-11-23T13:00:00.000Z"))
    channel.take(changed(moved, 999))
    after = {update.id: channel.shown(update) for update in channel.story.updates}
    assert [id for id in after if after[id] is not before[id]] == [moved.id]
    assert list(after)[-1] == moved.id
