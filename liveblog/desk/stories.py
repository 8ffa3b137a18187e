"""The verbs of a story's head: open, amend."""

from __future__ import annotations

from msgspec.structs import asdict, replace

from liveblog import intake
from liveblog.desk.appending import Appending, head_of, headed, settled
from liveblog.errors import Invalid
from liveblog.intake import NewStory, StoryEdit
from liveblog.store import Once, Taken
from liveblog.story import Head, HeadKind, Instant, Slug, Status, slug

_HEAD_KINDS: dict[tuple[Status, Status], HeadKind] = {
    ("live", "paused"): "paused",
    ("paused", "live"): "resumed",
    ("closed", "live"): "resumed",
    ("closed", "paused"): "paused",
    ("live", "closed"): "closed",
    ("paused", "closed"): "closed",
}


class Stories(Appending):
    """Stories as their heads stand."""

    async def open(self, new: NewStory, *, once: Once | None = None) -> Head:
        """Open a story, or begin a draft of one. Raises StoryExists, Invalid, KeyReused."""
        now = self._now()
        values = intake.checked(asdict(new)) | {"slug": slug(new.slug)}
        emergency = values.pop("emergency")
        head = Head(**values, revision=1, opened=now)
        if head.status == "draft":
            await self._store.save_draft_head(head, once=once)
            return head
        verdict = self._gate.judge_picture(head.picture, emergency=emergency)
        opened = await self._append(headed("opened", head, now), once=once)
        await self._gate.note(head.slug, head.slug, verdict)
        return head_of(opened)

    async def amend(
        self,
        story: Slug,
        edit: StoryEdit,
        *,
        revision: int | None = None,
        once: Once | None = None,
    ) -> Head:
        """Change a story's head: its words, its status, or a notice to readers (``correction``).

        Raises NoSuchStory, RevisionConflict, Invalid, KeyReused.
        """
        values = intake.checked(intake.given(edit))
        correction = values.pop("correction", None)
        emergency = values.pop("emergency", False)

        async def attempt() -> Head:
            now = self._now()
            stands = await self._store.head(story)
            wanted = replace(
                stands,
                **values,
                revision=(revision or stands.revision) + 1,
                modified=now,
                corrections=stands.corrections + intake.corrections(correction, now),
            )
            if wanted.status == "draft" and stands.status == "draft":
                await self._store.save_draft_head(wanted, once=once)
                return wanted
            shown = wanted.picture if "picture" in values or stands.status == "draft" else None
            verdict = self._gate.judge_picture(shown, emergency=emergency)
            amend = self._open_draft if stands.status == "draft" else self._amend_published
            head = await amend(stands, wanted, now, once)
            await self._gate.note(story, story, verdict)
            return head

        return await settled(attempt, mine=story if revision else None)

    async def _amend_published(
        self, stands: Head, wanted: Head, now: Instant, once: Once | None
    ) -> Head:
        if wanted.status == "draft":
            raise Invalid("status", "readers have seen this story; pause or close it instead")
        if wanted.status != "closed":
            wanted = replace(wanted, closed=None)
        elif stands.status != "closed":
            wanted = replace(wanted, closed=now)
        kind = _HEAD_KINDS.get((stands.status, wanted.status), "story_edited")
        return head_of(await self._append(headed(kind, wanted, now), once=once))

    async def _open_draft(
        self, stands: Head, wanted: Head, now: Instant, once: Once | None
    ) -> Head:
        opened = replace(wanted, revision=1, opened=now, modified=None)
        takes = Taken(subject=stands.slug, revision=wanted.revision - 1)
        return head_of(await self._append(headed("opened", opened, now), once=once, takes=takes))
