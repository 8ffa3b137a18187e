"""The verbs of what is not public yet: approve, send back, publish what is due."""

from __future__ import annotations

from contextlib import suppress

from msgspec.structs import replace

from liveblog import markup
from liveblog.desk.appending import Appending, changed
from liveblog.desk.drafting import Drafted
from liveblog.errors import (
    Invalid,
    NoSuchUpdate,
    RevisionConflict,
    RevisionMissing,
    StoryClosed,
    StoryNotOpen,
)
from liveblog.intake import UpdateEdit
from liveblog.publishing import Emergency, Verdict
from liveblog.store import DraftUpdate, Once, Taken
from liveblog.story import Change, Instant, Slug, UpdateId


class Drafts(Appending):
    """Drafts, submissions and what is scheduled."""

    async def approve(
        self,
        story: Slug,
        id: UpdateId,
        *,
        revision: int | None,
        emergency: bool = False,
        once: Once | None = None,
    ) -> Change | DraftUpdate:
        """Publish a draft as it was read, or schedule it where its author wished so.

        Raises NoSuchUpdate, RevisionMissing, RevisionConflict, Invalid, and NotAllowed where it
        needs a second pair of eyes and the caller wrote in it.
        """
        if revision is None:
            raise RevisionMissing
        draft = await self._shown_draft(story, id)
        if draft is None:
            return await self._published_before(story, id, once)
        verdict = await self._gate.judge_approval(draft, claimed=emergency)
        edit = UpdateEdit(draft=False)
        drafted = Drafted(draft=draft, edit=edit, revision=revision, once=once)
        return await self._settle_draft(drafted, "", verdict)

    async def send_back(
        self,
        story: Slug,
        id: UpdateId,
        note: str,
        *,
        revision: int | None,
        once: Once | None = None,
    ) -> DraftUpdate:
        """Give what was submitted back to its author, with a note. What was to be published later
        is a plain draft again.

        Raises NoSuchUpdate, RevisionMissing, RevisionConflict, Invalid.
        """
        if revision is None:
            raise RevisionMissing
        note = markup.clean_text(note).strip()
        if not note:
            raise Invalid("note", "say what is to be done with it")
        draft = await self._draft(story, id)
        # One that was sent back so already may be a repeated request: the store knows.
        if not draft.submitted_by and draft.returned != note:
            raise Invalid("", "This draft was not submitted: there is nothing to send back.")
        update = replace(draft.update, revision=revision + 1, modified=self._now())
        returned = replace(draft, update=update, due=None, submitted_by="", returned=note)
        return await self._store.save_draft(returned, once=once)

    async def publish_due(self) -> tuple[list[Change], Instant | None]:
        """Publish what is due, and say when the next update will be."""
        now = self._now()
        due, following = await self._store.due(now)
        published = []
        for draft in due:
            update = replace(draft.update, revision=1, published=now, modified=None)
            takes = Taken(subject=update.id, revision=draft.update.revision)
            try:
                published.append(await self._post(draft.slug, update, now, takes=takes))
            except RevisionConflict:
                # Another worker was faster, or its editor changed it: it is looked at again.
                continue
            except (StoryClosed, StoryNotOpen):
                # It cannot be published now: it stays a draft for its editor to decide on.
                await self._store.save_draft(_without_embargo(draft))
        return published, following

    async def _begin_draft(
        self, draft: DraftUpdate, verdict: Verdict, once: Once | None
    ) -> DraftUpdate:
        if (await self._store.head(draft.slug)).status == "closed":
            raise StoryClosed(draft.slug)
        return await self._save_draft(draft, verdict, once)

    async def _edit_draft(
        self, drafted: Drafted, submitted_by: str, emergency: Emergency
    ) -> Change | DraftUpdate:
        now, draft, verdict = self._now(), drafted.draft, Verdict()
        if drafted.goes_public(now) and not submitted_by:
            verdict = await self._gate.judge(draft.slug, drafted.update(now), emergency)
            submitted_by = self._gate.name if verdict.waits else ""
        return await self._settle_draft(drafted, submitted_by, verdict)

    async def _settle_draft(
        self, drafted: Drafted, submitted_by: str, verdict: Verdict
    ) -> Change | DraftUpdate:
        now, once, slug = self._now(), drafted.once, drafted.draft.slug
        if drafted.is_sent and not submitted_by and drafted.due(now) is None:
            takes = Taken(subject=drafted.draft.update.id, revision=drafted.revision)
            public = drafted.public(now)
            return await self._post(slug, public, now, once=once, takes=takes, verdict=verdict)
        kept = drafted.kept(now, self._gate, submitted_by)
        return await self._save_draft(kept, verdict, once)

    async def _save_draft(
        self, draft: DraftUpdate, verdict: Verdict, once: Once | None
    ) -> DraftUpdate:
        kept = await self._store.save_draft(draft, once=once)
        await self._gate.note(kept.slug, kept.update.id, verdict)
        return kept

    async def _published_before(self, story: Slug, id: UpdateId, once: Once | None) -> Change:
        """What a repeated approval is answered. Raises NoSuchUpdate for any other."""
        if once is not None:
            stands = await self._published(story, id)
            # Nothing can be appended at a revision that stands: only the key is asked.
            asked = changed("edited", story, stands, self._now())
            with suppress(RevisionConflict):
                return (await self._store.append([asked], once=once))[-1]
        raise NoSuchUpdate(story, id)

    async def _draft(self, story: Slug, id: UpdateId) -> DraftUpdate:
        draft = await self._shown_draft(story, id)
        if draft is None:
            raise NoSuchUpdate(story, id)
        return draft

    async def _shown_draft(self, story: Slug, id: UpdateId) -> DraftUpdate | None:
        """A draft, if there is one; another's private one is as if there were none."""
        draft = await self._store.draft(story, id)
        if draft is not None and not draft.is_shown_to(self._actor):
            raise NoSuchUpdate(story, id)
        return draft


def _without_embargo(draft: DraftUpdate) -> DraftUpdate:
    update = replace(draft.update, revision=draft.update.revision + 1)
    return replace(draft, update=update, due=None)
