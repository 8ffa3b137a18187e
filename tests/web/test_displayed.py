"""The order that readers see follows the editorial time, on every page and in every snapshot."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from liveblog.errors import Invalid
from liveblog.story import Slug
from liveblog.web.pages import PAGE_UPDATES
from tests.sites import Newsroom, Site
from tests.web.answers import assert_refused, state, until_shown
from tests.web.conftest import Reader

pytestmark = pytest.mark.usefixtures("anyio_backend")

MANY = 2 * PAGE_UPDATES + 55


def at(minute: int) -> str:
    """A time of this morning, so that any order can be told from that of publishing."""
    start = datetime.now(UTC) - timedelta(days=1)
    return f"{start + timedelta(minutes=minute):%Y-%m-%dT%H:%M:00Z}"


@pytest.fixture
def shuffled(newsroom: Newsroom, site: Site, slug: Slug) -> tuple[Slug, list[str]]:
    """A story whose updates happened in another order than they were posted in, some edited to
    another time, some retracted; its ids, as readers see them, newest first."""
    chance = random.Random(5)
    minutes = chance.sample(range(10_000), MANY)
    posted = []
    for number, minute in enumerate(minutes):
        shown = {"displayed": at(minute // 10)} if number % 3 else {}
        posted.append(newsroom.post(slug, f"Number {number}", key_event=number % 4 == 0, **shown))
    for number in range(0, MANY, 7):
        time = chance.choice([None, at(chance.randrange(1_000))])
        posted[number] = newsroom.edit(slug, posted[number], displayed=time)
    for number in range(0, MANY, 11):
        posted[number] = newsroom.retract(slug, posted[number])
    last = newsroom.post(slug, "The last one")
    until_shown(site, slug, last["cursor"])
    by_time = sorted([*posted, last], key=lambda one: (dated(one), one["id"]), reverse=True)
    return slug, [one["id"] for one in by_time]


def dated(update: dict[str, Any]) -> str:
    return str(update.get("displayed") or update["published"])


def test_snapshots_page_by_page_hold_every_update_once_in_the_order_of_times(
    site: Site, shuffled: tuple[Slug, list[str]]
) -> None:
    slug, ids = shuffled
    walked: list[str] = []
    page: dict[str, Any] = {"more": True}
    while page["more"]:
        page = state(site, slug, **({"before": walked[-1]} if walked else {}))
        walked += [one["id"] for one in page["updates"]]
    assert walked == ids


@pytest.mark.parametrize(
    ("query", "turn", "oldest"), [("?", "before", False), ("?order=oldest&", "after", True)]
)
def test_pages_hold_every_update_once_in_the_order_of_times(
    reader: Reader, shuffled: tuple[Slug, list[str]], query: str, turn: str, oldest: bool
) -> None:
    slug, ids = shuffled
    walked = page = reader.ids(f"/stories/{slug}{query}")
    while len(page) == PAGE_UPDATES:
        page = reader.ids(f"/stories/{slug}{query}{turn}={page[-1]}")
        walked = walked + page
    assert walked == (ids[::-1] if oldest else ids)


def test_a_permalink_stands_among_what_happened_around_it(
    reader: Reader, shuffled: tuple[Slug, list[str]]
) -> None:
    slug, ids = shuffled
    shown = reader.ids(f"/stories/{slug}/updates/{ids[20]}")
    assert shown == ids[15 : 15 + PAGE_UPDATES]


def test_readers_see_the_editorial_time_and_when_it_was_published_is_kept(
    newsroom: Newsroom, site: Site, reader: Reader, slug: Slug
) -> None:
    posted = newsroom.post(slug, displayed=(shown := at(3)), key_event=True, title="Gates")
    until_shown(site, slug, posted["cursor"])
    (update,) = state(site, slug)["updates"]
    assert update["displayed"] == shown.replace("Z", ".000Z")
    assert update["published"] == posted["published"] > update["displayed"]
    page = reader.open(f"/stories/{slug}")
    (article,) = page.all("article")
    assert article["data-dated"] == update["displayed"]
    times = [time["datetime"] for time in page.all("time")]
    # In the update itself and in the list of key events.
    assert times.count(update["displayed"]) == 2


def test_a_time_without_a_zone_is_refused_and_nothing_is_lost(
    newsroom: Newsroom, untouched: Slug
) -> None:
    for displayed in ("2026-11-23T12:00:00", "1999-01-01T00:00:00Z", "0001-01-01T00:00:00+23:00"):
        body = {"text": "News", "displayed": displayed}
        answer = newsroom.api.post(f"/stories/{untouched}/updates", json=body)
        assert_refused(answer, 422, Invalid, "displayed")
