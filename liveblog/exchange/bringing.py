"""Bring a coverage into the record: open its story, bring each update once, close it."""

from __future__ import annotations

from msgspec import Struct

from liveblog.desk import Desk
from liveblog.errors import Invalid, StoryClosed, StoryExists
from liveblog.exchange.coverage import Brought, Coverage
from liveblog.intake import StoryEdit
from liveblog.story import Change, Slug
from liveblog.story import slug as parse_slug


class Report(Struct, frozen=True, kw_only=True):
    """What an import did. ``left_out`` has a line for each thing that was not brought."""

    slug: Slug
    opened: bool
    added: int
    already_there: int
    left_out: tuple[str, ...] = ()


async def bring_in(desk: Desk, coverage: Coverage, *, slug: Slug | None = None) -> Report:
    """Bring in what is not here yet. Done twice, it adds nothing the second time.

    A story that is there already keeps its head. One that is closed takes more updates only from a
    source that is closed as well (the next page of an old live blog), and is closed again.

    Raises StoryClosed, StoryNotOpen, Invalid where the story itself is refused.
    """
    coverage = coverage.under(parse_slug(slug or coverage.story.slug))
    arrival = _Arrival(desk, coverage)
    opened = await arrival.open()
    for brought in coverage.updates:
        await arrival.bring(brought)
    if coverage.closed:
        await arrival.close()
    return Report(
        slug=arrival.slug,
        opened=opened,
        added=arrival.added,
        already_there=arrival.already_there,
        left_out=(*coverage.left_out, *arrival.refused),
    )


class _Arrival:
    """One import under way."""

    def __init__(self, desk: Desk, coverage: Coverage) -> None:
        self._desk = desk
        self._coverage = coverage
        self._is_open = False
        self.slug = Slug(coverage.story.slug)
        self.added = 0
        self.already_there = 0
        self.refused: list[str] = []

    async def open(self) -> bool:
        try:
            await self._desk.open(self._coverage.story)
        except StoryExists:
            return False
        self._is_open = True
        return True

    async def bring(self, brought: Brought) -> None:
        try:
            change = await self._bring(brought)
        except Invalid as error:
            self.refused.append(f"update {brought.external_id}: {error}")
            return
        if change is None:
            self.already_there += 1
        else:
            self.added += 1

    async def _bring(self, brought: Brought) -> Change | None:
        try:
            return await self._post(brought)
        except StoryClosed:
            if not self._coverage.closed:
                raise
        await self._desk.amend(self.slug, StoryEdit(status="live"))
        self._is_open = True
        return await self._post(brought)

    async def _post(self, brought: Brought) -> Change | None:
        return await self._desk.bring(
            self.slug, brought.external_id, brought.update, brought.published, id=brought.id
        )

    async def close(self) -> None:
        # Closing what nobody opened would add a change to every repeated import.
        if self._is_open or self.added:
            await self._desk.amend(self.slug, StoryEdit(status="closed"))
