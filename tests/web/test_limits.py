"""One token writes so much in a while; others, and readers, do not notice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from liveblog import settings
from liveblog.errors import TooFast
from liveblog.web.limits import Allowance, Limits
from tests.sites import Newsroom, Site, a_site
from tests.web.answers import assert_refused

pytestmark = pytest.mark.anyio

FEW = 5


@pytest.fixture
async def limited(redis_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    with a_site(redis_url, tmp_path / "log", LIVEBLOG_WRITES_PER_MINUTE=str(FEW)) as site:
        yield site


async def test_a_token_that_writes_too_fast_is_429_and_told_when_to_come_back(
    limited: Site,
) -> None:
    newsroom = Newsroom(limited, await limited.token())
    other = Newsroom(limited, await limited.token())
    slug = newsroom.open()
    answers = [
        newsroom.api.post(f"/stories/{slug}/updates", json={"text": "x"}) for _ in range(2 * FEW)
    ]
    # The minute may turn meanwhile, after which half of the last one's count.
    assert {answer.status_code for answer in answers} == {201, 429}
    assert answers[0].status_code == 201
    assert_refused(answers[-1], 429, TooFast)
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    for method, path in (
        ("PATCH", f"/stories/{slug}"),
        ("POST", "/stories"),
        ("DELETE", f"/stories/{slug}/updates/x"),
        ("PUT", f"/stories/{slug}/updates/x/pin"),
    ):
        assert newsroom.api.request(method, path).status_code == 429
    assert newsroom.api.get(f"/stories/{slug}").status_code == 200
    assert limited.http.get("/").status_code == 200
    other.post(slug)


async def test_a_forged_address_is_no_way_around_the_limit(limited: Site) -> None:
    newsroom = Newsroom(limited, await limited.token())
    slug = newsroom.open()
    statuses = {
        newsroom.api.post(
            f"/stories/{slug}/updates",
            json={"text": "x"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        ).status_code
        for number in range(2 * FEW)
    }
    assert 429 in statuses


async def test_a_wire_that_posts_hundreds_at_once_is_not_held_up(
    redis_url: str, tmp_path: Path
) -> None:
    most = str(settings.read({}).writes_per_minute)
    with a_site(redis_url, tmp_path / "log", LIVEBLOG_WRITES_PER_MINUTE=most) as site:
        newsroom = Newsroom(site, await site.token())
        slug = newsroom.open()
        for _ in range(500):
            newsroom.post(slug)


def refused_after(upload: Callable[[], None]) -> int:
    """Seconds to wait, as the first refusal says. The turn of the hour lets a little through."""
    for _ in range(4):
        try:
            upload()
        except TooFast as refused:
            return refused.seconds
    raise AssertionError("it was never refused")


def test_what_was_taken_before_counts_less_and_less() -> None:
    now = 600.0
    allowance = Allowance(10, 60, lambda: now)
    assert [allowance.take("a", 1) for _ in range(11)] == [0] * 10 + [60]
    assert allowance.take("b", 10) == 0, "others have their own"
    now = 660.0  # The span before still counts whole.
    assert allowance.take("a", 1) == 60
    now = 690.0  # Half of it.
    assert [allowance.take("a", 1) for _ in range(6)] == [0] * 5 + [30]
    now = 900.0  # Long ago.
    assert allowance.take("a", 10) == 0


def test_pictures_are_counted_by_their_bytes() -> None:
    limits = Limits(media_megabytes_per_hour=2)
    limits.media("a", 1_500_000)
    assert 1 <= refused_after(lambda: limits.media("a", 700_000)) <= 3_600
    limits.media("b", 700_000)


def test_a_picture_larger_than_an_hours_worth_is_taken_once() -> None:
    limits = Limits(media_megabytes_per_hour=1)
    limits.media("a", 25_000_000)
    refused_after(lambda: limits.media("a", 25_000_000))


def test_a_limit_of_0_is_none() -> None:
    limits = Limits(0, 0)
    for _ in range(3_000):
        limits.write("a")
        limits.media("a", 25_000_000)
