"""Who did what, from all logs together."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from liveblog import codec
from liveblog.desk import Desk
from liveblog.errors import Invalid
from liveblog.record import auditing
from liveblog.store import Audited
from liveblog.store.redis import RedisStore
from liveblog.story import Actor, Slug, instant
from tests.builders import a_new_update
from tests.record.conftest import Intruder
from tests.sites import Newsroom, Site

pytestmark = pytest.mark.anyio

ADA = Actor(kind="person", id="p1", name="Ada", address="192.0.2.1")


async def test_what_is_done_in_stories_and_beside_them_is_told_in_order_and_without_a_text(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    since = instant(datetime.now(UTC))
    await desk.by(ADA).post(slug, a_new_update("A confidence", title="Hush"))
    await store.audit(
        Audited(kind="token_added", at=instant(datetime.now(UTC)), by=ADA, story=slug)
    )
    await desk.by(ADA).post(slug, a_new_update("A confidence"))
    await desk.post(slug, a_new_update("A confidence", draft=True))
    lines = await auditing.lines(store, since=since, story=slug)
    # What happened within one millisecond has no order.
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    assert sorted(line.kind for line in lines) == ["posted", "posted", "token_added"]
    assert all(line.by == ADA for line in lines)
    told = codec.to_json(lines)
    assert b"confidence" not in told
    assert b"Hush" not in told
    assert [line.detail for line in lines if line.kind == "posted"] == ["revision 1"] * 2


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-23T12:00:00", "2026-13-01"])
def test_a_time_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        auditing.since(text)


def test_a_time_is_a_day_or_a_moment_with_its_zone() -> None:
    assert auditing.since("2026-11-23") == "2026-11-23T00:00:00.000Z"
    assert auditing.since("2026-11-23T13:00:00+01:00") == "2026-11-23T12:00:00.000Z"


async def test_an_entry_that_was_made_unreadable_hides_no_other(
    store: RedisStore, slug: Slug, intruder: Intruder
) -> None:
    await intruder.rewrite(slug, lambda log: [replace(log[0], body=b"{"), *log[1:]])
    lines = await auditing.lines(store, story=slug)
    assert [line.kind for line in lines] == ["unreadable"] + ["posted"] * 5


async def test_pages_follow_each_other_without_a_gap(
    store: RedisStore, slug: Slug, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing, "PAGE", 4)
    lines = await auditing.lines(store, story=slug)
    first = auditing.page(lines, None)
    second = auditing.page(lines, first.next)
    assert first.lines + second.lines == lines
    assert (len(first.lines), len(second.lines), second.next) == (4, 2, None)
    with pytest.raises(Invalid):
        auditing.page(lines, "nowhere")


async def test_an_admin_reads_it_over_the_api_page_by_page(newsroom: Newsroom) -> None:
    slug = newsroom.open()
    newsroom.post(slug, "A confidence")
    answer = newsroom.api.get("/audit", params={"story": slug}).json()
    assert [line["kind"] for line in answer["lines"]] == ["opened", "posted"]
    by = {"kind": "token", "name": "Test", "address": "127.0.0.1"}
    assert answer["lines"][0]["by"].items() >= by.items()
    assert answer["next"] is None
    assert "confidence" not in repr(answer)
    rest = newsroom.api.get("/audit", params={"story": slug, "after": answer["lines"][0]["place"]})
    assert [line["kind"] for line in rest.json()["lines"]] == ["posted"]
    assert newsroom.api.get("/audit", params={"since": "soon"}).status_code == 422


async def test_the_token_of_a_story_is_shown_that_story_alone(
    site: Site, newsroom: Newsroom
) -> None:
    slug = newsroom.open()
    theirs = Newsroom(site, await site.token(story=slug))
    lines = theirs.api.get("/audit").json()["lines"]
    assert {line["story"] for line in lines} == {slug}
