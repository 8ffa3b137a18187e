"""Figures of what was measured lately."""

from __future__ import annotations

from liveblog.floor.probe import LAST_SECONDS, MOST, Measured


def measured(*milliseconds: float, at: float = 0) -> Measured:
    found = Measured()
    for one in milliseconds:
        found.add(one, at)
    return found


def test_a_percentile_is_one_that_was_measured() -> None:
    assert measured(*range(1, 101)).percentiles(0) == (50, 95)
    assert measured(7).percentiles(0) == (7, 7)
    assert measured(4, 900, 2).percentiles(0) == (4, 900)


def test_without_a_measurement_there_is_no_figure() -> None:
    assert measured().percentiles(0) == (None, None)


def test_only_the_last_hundred_count() -> None:
    assert measured(*[1_000] * 50, *[5] * MOST).percentiles(0) == (5, 5)


def test_what_was_measured_long_ago_counts_no_more() -> None:
    found = measured(1_000, at=0)
    found.add(5, LAST_SECONDS / 2)
    assert found.percentiles(LAST_SECONDS) == (5, 1_000)
    assert found.percentiles(LAST_SECONDS + 1) == (5, 5)
    assert found.percentiles(2 * LAST_SECONDS) == (None, None)
