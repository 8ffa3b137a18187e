"""What a newsroom agreed on for a story, and when a story that nobody touches is closed. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict, replace

from liveblog.story import Instant, instant, moment

LONGEST_HOURS = 8_760
"""A year: who wants more wants 0, never."""

UndoSeconds = Annotated[int, Meta(ge=0, le=60)]
Hours = Annotated[int, Meta(ge=0, le=LONGEST_HOURS)]

LONGEST_WARNING = timedelta(hours=1)
"""Somebody who looks at the desk once an hour still sees it."""

WARNING_PART = 10
"""Of a shorter time a tenth, so that a story of one hour is not about to be closed at once."""


class Rules(Struct, frozen=True, kw_only=True):
    """How a story is worked on; never told to readers.

    ``approval``: what reporters post waits for an editor. ``breaking_approval``: what is breaking
    waits for a second person, whoever wrote it. ``undo_seconds`` a post can be taken back before it
    leaves the desk. After ``close_after_hours`` without a change the story is closed; 0: never.
    """

    approval: bool = False
    breaking_approval: bool = False
    undo_seconds: UndoSeconds = 5
    close_after_hours: Hours = 48


class RulesEdit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is to change in a story's rules; what is not given stays."""

    approval: bool | UnsetType = UNSET
    breaking_approval: bool | UnsetType = UNSET
    undo_seconds: UndoSeconds | UnsetType = UNSET
    close_after_hours: Hours | UnsetType = UNSET

    def given(self) -> dict[str, Any]:
        """What it changes, by name."""
        return {name: value for name, value in asdict(self).items() if value is not UNSET}

    def over(self, rules: Rules) -> Rules:
        """The rules after it."""
        return replace(rules, **self.given())


def closes_at(
    rules: Rules, changed: Instant, kept: Instant | None = None, planned_end: Instant | None = None
) -> Instant | None:
    """When a story is closed in which nothing ``changed`` since, None: never. Somebody who ``kept``
    it open began the countdown anew, and before its ``planned_end`` it is never closed."""
    if not rules.close_after_hours:
        return None
    since = max(changed, kept or changed)
    closes = instant(moment(since) + timedelta(hours=rules.close_after_hours))
    return max(closes, planned_end or closes)


def warned_from(rules: Rules, closes: Instant) -> Instant:
    """From when on the desk is told that a story will be closed at that instant."""
    return instant(moment(closes) - warning(rules))


def warning(rules: Rules) -> timedelta:
    """How long the desk is warned before a story is closed."""
    return min(LONGEST_WARNING, timedelta(hours=rules.close_after_hours) / WARNING_PART)
