"""A legal erase: asked for with a case number, approved by a second admin, carried out for good.

What is outside the record (pictures, caches, the store's disk) is cleared by the worker afterwards:
:mod:`liveblog.jobs.clearing`.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress

from msgspec.structs import replace

from liveblog import markup
from liveblog.blocks import Image
from liveblog.errors import ApprovalMissing, Invalid, NoSuchUpdate
from liveblog.store import Audited, Erasure, Store
from liveblog.story import (
    NOWHERE,
    Actor,
    Change,
    Cursor,
    Instant,
    Slug,
    UpdateId,
    milliseconds,
    update_id,
)

CASE_CHARACTERS = 200
NOTICE_CHARACTERS = 2_000

Retract = Callable[[Slug, UpdateId, str], Awaitable[Change | None]]


class Erasing:
    """Erasing in the hands of ``by``. ``count_admins`` says how many could approve; from two on,
    the one who asks cannot be the one who approves."""

    def __init__(
        self,
        store: Store,
        by: Actor,
        now: Callable[[], Instant],
        retract: Retract,
        count_admins: Callable[[], Awaitable[int]],
    ) -> None:
        self._store = store
        self._by = by
        self._now = now
        self._retract = retract
        self._count_admins = count_admins

    async def request(self, story: Slug, id: UpdateId, *, case: str, notice: str) -> Erasure:
        """Ask for an update to be erased. Answers it ``erased`` where there is but one admin, else
        ``pending`` until another one approves. Asked again while it is, it answers the same.

        Raises NoSuchStory, NoSuchUpdate, Invalid.
        """
        case = _given("case", case, "give the number under which the case is kept", CASE_CHARACTERS)
        notice = _given("reason", notice, "say what readers are told", NOTICE_CHARACTERS)
        if await self._store.draft(story, id) is None:
            await self._store.current(story, id)
        for asked in await self._store.erasures():
            if (asked.story, asked.update, asked.status) == (story, id, "pending"):
                return asked
        now = self._now()
        erasure = Erasure(
            id=update_id(milliseconds(now), secrets.randbits(30)),
            story=story,
            update=id,
            case=case,
            notice=notice,
            requested=now,
            requested_by=self._by,
            status="pending",
        )
        await self._note("erasure_requested", erasure)
        await self._store.put_erasure(erasure)
        if await self._count_admins() > 1:
            return erasure
        return await self.carry_out(erasure)

    async def approve(self, id: str) -> Erasure:
        """Approve an erase that another admin asked for, and carry it out; one that is erased
        already stays so. Raises NoSuchErasure, ApprovalMissing."""
        erasure = await self._store.erasure(id)
        if erasure.status in {"erased", "done"}:
            return erasure
        if _same(erasure.requested_by, self._by) and await self._count_admins() > 1:
            raise ApprovalMissing
        await self._note("erasure_approved", erasure)
        return await self.carry_out(replace(erasure, approved_by=self._by))

    async def carry_out(self, erasure: Erasure) -> Erasure:
        """Erase what was approved. May be repeated where it was interrupted."""
        pictures = await self._pictures(erasure)
        erasure = replace(erasure, status="approved", began=self._now(), pictures=pictures)
        await self._store.put_erasure(erasure)
        keep = await self._tell(erasure)
        # On record before the text is gone: an erase that nobody knows of is taken for tampering.
        await self._note("erased", erasure)
        await self._store.erase(erasure.story, erasure.update, keep)
        erasure = replace(erasure, status="erased", erased=self._now())
        await self._store.put_erasure(erasure)
        return erasure

    async def _tell(self, erasure: Erasure) -> Cursor:
        """Take it back with its notice; answers where that stands in the log. A draft is dropped,
        but the worker may publish it at this moment: it is looked for twice."""
        for _ in range(2):
            with suppress(NoSuchUpdate):
                told = await self._retract(erasure.story, erasure.update, erasure.notice)
                if told is not None:
                    return told.cursor
        return NOWHERE

    async def _pictures(self, erasure: Erasure) -> tuple[str, ...]:
        """The addresses of all pictures that the update ever showed."""
        changes = await self._store.changes(erasure.story) or []
        updates = [change.update for change in changes if change.update]
        draft = await self._store.draft(erasure.story, erasure.update)
        updates += [draft.update] if draft else []
        blocks = [
            block for update in updates if update.id == erasure.update for block in update.blocks
        ]
        found = {block.src for block in blocks if isinstance(block, Image)}
        return tuple(sorted(found | set(erasure.pictures)))

    async def _note(self, kind: str, erasure: Erasure) -> None:
        await self._store.audit(
            Audited(
                kind=kind,
                at=self._now(),
                by=self._by,
                story=erasure.story,
                subject=erasure.update,
                detail=f"case {erasure.case}, erasure {erasure.id}",
            )
        )


def _given(field: str, text: str, otherwise: str, most: int) -> str:
    text = markup.clean_text(text).strip()
    if not text:
        raise Invalid(field, f"an erase needs it: {otherwise}")
    if len(text) > most:
        raise Invalid(field, f"say it in {most:,} characters at most")
    return text


def _same(one: Actor, other: Actor) -> bool:
    """Whether two actors may be one person: a token and its owner share an id or a name."""
    return one.name == other.name or (bool(one.id) and one.id == other.id)
