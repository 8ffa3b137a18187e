"""The verbs of an update: post, edit, retract, pin, unpin, bring."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from liveblog import intake, markup
from liveblog.desk.appending import changed, settled
from liveblog.desk.drafting import Drafted
from liveblog.desk.drafts import Drafts
from liveblog.errors import RevisionConflict, RevisionMissing
from liveblog.intake import NewUpdate, UpdateEdit
from liveblog.publishing import Emergency, Verdict, second_eyes_missing
from liveblog.store import DraftUpdate, Once
from liveblog.story import (
    Change,
    Slug,
    Update,
    UpdateId,
    UpdateKind,
    instant,
    milliseconds,
    update_id,
)


class Updates(Drafts):
    """Updates, published or on their way."""

    async def post(
        self,
        story: Slug,
        new: NewUpdate,
        *,
        submitted_by: str = "",
        overrules: bool = False,
        once: Once | None = None,
    ) -> Change | DraftUpdate:
        """Publish an update, or keep it as a draft or until its embargo ends. What is
        ``submitted_by`` somebody is kept as a draft until an editor publishes it, and so is what is
        breaking where the story asks for a second pair of eyes, unless it is an emergency and the
        caller ``overrules``.

        Raises NoSuchStory, StoryClosed, StoryNotOpen, Invalid, KeyReused.
        """
        now = self._now()
        content = await intake.content(new) | intake.displayed(new.displayed, now)
        update = Update(id=self._ids.next(now), revision=1, published=now, **content)
        intake.refuse_empty(update)
        due = intake.due(new.embargo, now)
        intake.refuse_private(new.private, plain=new.draft and due is None)
        verdict = Verdict()
        if not (submitted_by or (new.draft and due is None)):
            emergency = Emergency(claimed=new.emergency, overrules=overrules)
            verdict = await self._gate.judge(story, update, emergency)
            submitted_by = self._gate.name if verdict.waits else ""
        if new.draft or submitted_by or due is not None:
            draft = DraftUpdate(
                slug=story,
                update=update,
                due=due,
                submitted_by=submitted_by,
                private=new.private,
                hands=self._gate.hands(),
            )
            return await self._begin_draft(draft, verdict, once)
        return await self._post(story, update, now, once=once, verdict=verdict)

    async def edit(
        self,
        story: Slug,
        id: UpdateId,
        edit: UpdateEdit,
        *,
        revision: int | None,
        submitted_by: str = "",
        overrules: bool = False,
        once: Once | None = None,
    ) -> Change | DraftUpdate:
        """Edit an update, or correct it when the edit says so. ``revision`` is what was edited. A
        draft that is ``submitted_by`` somebody is not published, but waits for an editor; so does
        one that is breaking, as with :meth:`post`.

        Raises NoSuchUpdate, RevisionMissing, RevisionConflict, Invalid, KeyReused, NotAllowed.
        """
        if revision is None:
            raise RevisionMissing
        content = await intake.content(edit) | intake.displayed(edit.displayed, self._now())
        emergency = Emergency(claimed=edit.emergency is True, overrules=overrules)
        draft = await self._shown_draft(story, id)
        if draft is None:
            intake.refuse_private(edit.private is True, plain=False)
            return await self._edit_published(story, id, revision, content, emergency, once)
        # What nobody read needs no correction.
        content.pop("correction", None)
        drafted = Drafted(draft=draft, edit=edit, revision=revision, content=content, once=once)
        return await self._edit_draft(drafted, submitted_by, emergency)

    async def _edit_published(
        self,
        story: Slug,
        id: UpdateId,
        revision: int,
        content: dict[str, Any],
        emergency: Emergency,
        once: Once | None,
    ) -> Change:
        correction = content.pop("correction", None)

        async def attempt() -> Change:
            now = self._now()
            stands = await self._published(story, id)
            wanted = replace(
                stands,
                **content,
                revision=revision + 1,
                modified=now,
                corrections=stands.corrections + intake.corrections(correction, now),
            )
            intake.refuse_empty(wanted)
            # A correction of what is breaking already must not wait, and tags ask no pictures.
            asks = {"eyes": not stands.breaking, "words": "blocks" in content}
            verdict = await self._gate.judge(story, wanted, emergency, **asks)
            if verdict.waits:
                raise second_eyes_missing()
            change = changed("corrected" if correction else "edited", story, wanted, now)
            return await self._append(change, once=once, verdict=verdict)

        return await settled(attempt, mine=id)

    async def retract(
        self,
        story: Slug,
        id: UpdateId,
        notice: str = "",
        *,
        revision: int | None = None,
        once: Once | None = None,
    ) -> Change | None:
        """Take an update back; readers see the ``notice`` in its place. A draft is just dropped.

        Raises NoSuchUpdate, RevisionConflict, KeyReused.
        """
        if await self._shown_draft(story, id) is not None:
            await self._store.drop_draft(story, id)
            return None

        async def attempt() -> Change:
            now = self._now()
            stands = await self._store.current(story, id)
            tombstone = Update(
                id=id,
                revision=(revision or stands.revision) + 1,
                published=stands.published,
                displayed=stands.displayed,
                modified=now,
                status="retracted",
                notice=markup.clean_text(notice),
            )
            change = changed("retracted", story, tombstone, now)
            return await self._append(change, once=once, unpins=stands.pinned)

        return await settled(attempt, mine=id if revision else None)

    async def pin(self, story: Slug, id: UpdateId, *, once: Once | None = None) -> Change:
        """Pin an update; the one that was pinned is unpinned in the same step.

        Raises NoSuchUpdate, PinMoved, KeyReused.
        """
        return await self._set_pin(story, id, "pinned", pinned=True, once=once)

    async def unpin(self, story: Slug, id: UpdateId, *, once: Once | None = None) -> Change:
        """Unpin an update. Raises NoSuchUpdate, PinMoved, KeyReused."""
        return await self._set_pin(story, id, "unpinned", pinned=False, once=once)

    async def _set_pin(
        self, story: Slug, id: UpdateId, kind: UpdateKind, *, pinned: bool, once: Once | None
    ) -> Change:
        async def attempt() -> Change:
            now = self._now()
            stands = await self._published(story, id)
            if stands.pinned == pinned:
                return changed(kind, story, stands, now)
            wanted = replace(stands, revision=stands.revision + 1, pinned=pinned)
            return await self._append(
                changed(kind, story, wanted, now), once=once, unpins=not pinned
            )

        return await settled(attempt)

    async def bring(
        self,
        story: Slug,
        external_id: str,
        new: NewUpdate,
        published: datetime,
        *,
        id: UpdateId | None = None,
    ) -> Change | None:
        """Bring in an update that was published elsewhere, at its own time. None if it is here
        already: its id is made of that time and ``external_id``, so it can be brought only once.
        An update that comes from a liveblog keeps its ``id``.

        Raises NoSuchStory, StoryClosed, Invalid.
        """
        at = instant(published)
        digest = hashlib.sha256(external_id.encode()).digest()
        id = id or update_id(milliseconds(at), int.from_bytes(digest[:4], "big"))
        content = await intake.content(new) | intake.brought(new.displayed)
        update = Update(id=id, revision=1, published=at, **content)
        intake.refuse_empty(update)
        # Asked first: a closed story must not answer a repeated import with its being closed.
        if await self._is_published(story, id):
            return None
        try:
            return await self._post(story, update, self._now())
        except RevisionConflict:
            return None
