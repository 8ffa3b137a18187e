"""The newsroom's verbs: open, amend, post, edit, retract, pin, unpin, and what is due.

Each verb reads what stands, makes the next revision of it and appends that as a change. The store
compares revisions in the same step, so two people can never overwrite each other.

Longer than other modules: the verbs share how they append and try again, and are read as one list.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from copy import copy
from datetime import datetime
from typing import TypeVar

from msgspec.structs import asdict, replace

from liveblog import intake, markup
from liveblog.drafting import Drafted
from liveblog.erasing import Erasing
from liveblog.errors import (
    Invalid,
    NoSuchUpdate,
    PinMoved,
    RevisionConflict,
    RevisionMissing,
    StoryClosed,
    StoryNotOpen,
)
from liveblog.intake import NewStory, NewUpdate, StoryEdit, UpdateEdit
from liveblog.newsroom import Newsroom
from liveblog.publishing import Emergency, Gate, Verdict, second_eyes_missing
from liveblog.store import DraftUpdate, Once, PinMove, Store, Taken
from liveblog.story import (
    Actor,
    Change,
    Head,
    HeadKind,
    Instant,
    Slug,
    Status,
    Update,
    UpdateId,
    UpdateKind,
    instant,
    milliseconds,
    slug,
    update_id,
)

T = TypeVar("T")

_ATTEMPTS = 5


class Desk:
    """The newsroom's side of the store. ``clock`` gives the time, ``chance`` 30 random bits;
    ``appended`` is awaited with each change that is safe before the verb answers; ``count_admins``
    says how many could approve an erase (by default: the admins' tokens)."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        chance: Callable[[], int] = lambda: secrets.randbits(30),
        appended: Callable[[Change], Awaitable[None]] | None = None,
        count_admins: Callable[[], Awaitable[int]] | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = _Ids(chance)
        self._appended = appended
        self._count_admins = count_admins or self._admin_tokens
        self._actor: Actor | None = None

    def by(self, actor: Actor) -> Desk:
        """The same desk in somebody's hands: what it appends says who did it."""
        desk = copy(self)
        desk._actor = actor  # noqa: SLF001 # a copy of ourselves
        return desk

    # -- stories ----------------------------------------------------------------------------------

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
        opened = await self._append(_headed("opened", head, now), once=once)
        await self._gate.note(head.slug, head.slug, verdict)
        return _head(opened)

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

        return await _settled(attempt, mine=story if revision else None)

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
        return _head(await self._append(_headed(kind, wanted, now), once=once))

    async def _open_draft(
        self, stands: Head, wanted: Head, now: Instant, once: Once | None
    ) -> Head:
        opened = replace(wanted, revision=1, opened=now, modified=None)
        takes = Taken(subject=stands.slug, revision=wanted.revision - 1)
        return _head(await self._append(_headed("opened", opened, now), once=once, takes=takes))

    # -- updates ----------------------------------------------------------------------------------

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
            if (await self._store.head(story)).status == "closed":
                raise StoryClosed(story)
            draft = DraftUpdate(
                slug=story,
                update=update,
                due=due,
                submitted_by=submitted_by,
                private=new.private,
                hands=self._gate.hands(),
            )
            return await self._save_draft(draft, verdict, once)
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
        correction = content.pop("correction", None)
        emergency = Emergency(claimed=edit.emergency is True, overrules=overrules)
        draft = await self._shown_draft(story, id)
        if draft is not None:
            drafted = Drafted(draft=draft, edit=edit, revision=revision, content=content, once=once)
            return await self._edit_draft(drafted, submitted_by, emergency)
        intake.refuse_private(edit.private is True, plain=False)

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
            change = _changed("corrected" if correction else "edited", story, wanted, now)
            return await self._append(change, once=once, verdict=verdict)

        return await _settled(attempt, mine=id)

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
            change = _changed("retracted", story, tombstone, now)
            return await self._append(change, once=once, unpins=stands.pinned)

        return await _settled(attempt, mine=id if revision else None)

    @property
    def newsroom(self) -> Newsroom:
        """What colleagues agree on and tell each other beside a story."""
        return Newsroom(self._store, self._actor or Actor(kind="command"), self._now)

    @property
    def erasing(self) -> Erasing:
        """Legal erases: an update's text removed from every entry of the record, for good."""
        by = self._actor or Actor(kind="command")
        return Erasing(self._store, by, self._now, self.retract, self._count_admins)

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
                return _changed(kind, story, stands, now)
            wanted = replace(stands, revision=stands.revision + 1, pinned=pinned)
            return await self._append(
                _changed(kind, story, wanted, now), once=once, unpins=not pinned
            )

        return await _settled(attempt)

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

    # -- what is due ------------------------------------------------------------------------------

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
            asked = _changed("edited", story, stands, self._now())
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

    @property
    def _gate(self) -> Gate:
        return Gate(self._store, self._actor, self._now)

    # -- appending --------------------------------------------------------------------------------

    async def _post(
        self,
        story: Slug,
        update: Update,
        now: Instant,
        *,
        once: Once | None = None,
        takes: Taken | None = None,
        verdict: Verdict | None = None,
    ) -> Change:
        change = _changed("posted", story, update, now)

        async def attempt() -> Change:
            return await self._append(change, once=once, takes=takes, verdict=verdict)

        return await _settled(attempt, mine=update.id)

    async def _append(
        self,
        change: Change,
        *,
        once: Once | None = None,
        takes: Taken | None = None,
        unpins: bool = False,
        verdict: Verdict | None = None,
    ) -> Change:
        change = replace(change, by=self._actor)
        changes, pin = [change], None
        update = change.update
        if update is not None and (update.pinned or unpins):
            was = await self._store.pinned(change.slug)
            pin = PinMove(was=was, now=update.id if update.pinned else None)
            if pin.now and was not in (None, update.id):
                changes.insert(0, await self._unpinning(change, was))
        appended = await self._store.append(changes, pin=pin, once=once, takes=takes)
        if self._appended is not None:
            await self._appended(appended[-1])
        if verdict is not None and update is not None:
            placed = appended[-1].update or update
            await self._gate.note(change.slug, placed.id, verdict)
        return appended[-1]

    async def _unpinning(self, change: Change, id: UpdateId) -> Change:
        stands = await self._store.current(change.slug, id)
        unpinned = replace(stands, revision=stands.revision + 1, pinned=False)
        return replace(change, kind="unpinned", update=unpinned)

    async def _admin_tokens(self) -> int:
        tokens = await self._store.tokens()
        return len({one.name for one in tokens if one.role == "admin" and one.story is None})

    async def _is_published(self, story: Slug, id: UpdateId) -> bool:
        try:
            await self._store.current(story, id)
        except NoSuchUpdate:
            return False
        return True

    async def _published(self, story: Slug, id: UpdateId) -> Update:
        stands = await self._store.current(story, id)
        if stands.status == "retracted":
            raise NoSuchUpdate(story, id)
        return stands

    def _now(self) -> Instant:
        return instant(self._clock())


class _Ids:
    """Ids of updates. Two of one millisecond keep the order in which they were posted."""

    def __init__(self, chance: Callable[[], int]) -> None:
        self._chance = chance
        self._last = UpdateId("")

    def next(self, now: Instant) -> UpdateId:
        at = milliseconds(now)
        id = update_id(at, self._chance())
        while id <= self._last:
            at += 1
            id = update_id(at, self._chance())
        self._last = id
        return id


_HEAD_KINDS: dict[tuple[Status, Status], HeadKind] = {
    ("live", "paused"): "paused",
    ("paused", "live"): "resumed",
    ("closed", "live"): "resumed",
    ("closed", "paused"): "paused",
    ("live", "closed"): "closed",
    ("paused", "closed"): "closed",
}


def _headed(kind: HeadKind, head: Head, now: Instant) -> Change:
    return Change(slug=head.slug, kind=kind, at=now, head=head)


def _changed(kind: UpdateKind, story: Slug, update: Update, now: Instant) -> Change:
    return Change(slug=story, kind=kind, at=now, update=update)


def _head(change: Change) -> Head:
    assert change.head is not None, "the store answers a change of a head with one"
    return change.head


async def _settled(attempt: Callable[[], Awaitable[T]], *, mine: str | None = None) -> T:
    """Try again when something that the caller did not speak of moved meanwhile: the pin, or any
    revision but that of ``mine``, which the caller named and must hear of."""
    for attempts_left in range(_ATTEMPTS, 0, -1):
        try:
            return await attempt()
        except PinMoved:
            if attempts_left == 1:
                raise
        except RevisionConflict as error:
            if attempts_left == 1 or (mine is not None and error.subject == mine):
                raise
    raise AssertionError("the last attempt returns or raises")


def _without_embargo(draft: DraftUpdate) -> DraftUpdate:
    update = replace(draft.update, revision=draft.update.revision + 1)
    return replace(draft, update=update, due=None)
