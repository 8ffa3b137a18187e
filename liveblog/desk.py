"""The newsroom's verbs: open, amend, post, edit, retract, pin, unpin, and what is due.

Each verb reads what stands, makes the next revision of it and appends that as a change. The store
compares revisions in the same step, so two people can never overwrite each other.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from anyio import to_thread
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict, replace

from liveblog import markup
from liveblog.blocks import Block, Image
from liveblog.errors import (
    Invalid,
    NoSuchUpdate,
    PinMoved,
    RevisionConflict,
    RevisionMissing,
    StoryClosed,
    StoryNotOpen,
)
from liveblog.store import DraftUpdate, Once, PinMove, Store, Taken
from liveblog.story import (
    Change,
    Correction,
    CorrectionKind,
    Head,
    HeadKind,
    Instant,
    Slug,
    Status,
    Update,
    UpdateId,
    UpdateKind,
    Verification,
    instant,
    milliseconds,
    slug,
    update_id,
)

Line = Annotated[str, Meta(max_length=300)]
Paragraph = Annotated[str, Meta(max_length=2_000)]
Names = Annotated[tuple[Line, ...], Meta(max_length=50)]
Tag = Annotated[str, Meta(min_length=1, max_length=60)]
Tags = Annotated[tuple[Tag, ...], Meta(max_length=30)]
Language = Annotated[str, Meta(pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]

T = TypeVar("T")

_LONG_TEXT_CHARACTERS = 16_384
_ATTEMPTS = 5


class NewCorrection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was changed and why, as readers will be told."""

    kind: CorrectionKind
    note: Annotated[str, Meta(min_length=1, max_length=2_000)]


class NewStory(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it takes to open a story. ``planned_end`` is an RFC 3339 time."""

    slug: str
    headline: Annotated[str, Meta(min_length=1, max_length=300)]
    status: Literal["draft", "live"] = "live"
    kicker: Line = ""
    standfirst: Paragraph = ""
    byline: Line = ""
    contributors: Names = ()
    picture: Image | None = None
    language: Language = "en"
    tags: Tags = ()
    status_line: Line = ""
    planned_end: datetime | None = None


class StoryEdit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is to change in a story's head; what is not given stays."""

    headline: Annotated[str, Meta(min_length=1, max_length=300)] | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    kicker: Line | UnsetType = UNSET
    standfirst: Paragraph | UnsetType = UNSET
    byline: Line | UnsetType = UNSET
    contributors: Names | UnsetType = UNSET
    picture: Image | None | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    status_line: Line | UnsetType = UNSET
    planned_end: datetime | None | UnsetType = UNSET
    correction: NewCorrection | UnsetType = UNSET


class NewUpdate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An update to post: Markdown ``text`` or ``blocks``. ``embargo`` is an RFC 3339 time."""

    text: str = ""
    blocks: Annotated[tuple[Block, ...], Meta(max_length=200)] = ()
    title: Line = ""
    byline: Line = ""
    key_event: bool = False
    pinned: bool = False
    breaking: bool = False
    verification: Verification | None = None
    source: Line = ""
    tags: Tags = ()
    embargo: datetime | None = None
    draft: bool = False


class UpdateEdit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is to change in an update; what is not given stays."""

    text: str | UnsetType = UNSET
    blocks: Annotated[tuple[Block, ...], Meta(max_length=200)] | UnsetType = UNSET
    title: Line | UnsetType = UNSET
    byline: Line | UnsetType = UNSET
    key_event: bool | UnsetType = UNSET
    breaking: bool | UnsetType = UNSET
    verification: Verification | None | UnsetType = UNSET
    source: Line | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    correction: NewCorrection | UnsetType = UNSET
    embargo: datetime | None | UnsetType = UNSET
    draft: bool | UnsetType = UNSET


class Desk:
    """The newsroom's side of the store. ``clock`` gives the time, ``chance`` 30 random bits."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        chance: Callable[[], int] = lambda: secrets.randbits(30),
    ) -> None:
        self._store = store
        self._clock = clock
        self._chance = chance
        self._last_id = UpdateId("")

    # -- stories ----------------------------------------------------------------------------------

    async def open(self, new: NewStory, *, once: Once | None = None) -> Head:
        """Open a story, or begin a draft of one. Raises StoryExists, Invalid, KeyReused."""
        now = self._now()
        values = _checked(asdict(new)) | {"slug": slug(new.slug)}
        head = Head(**values, revision=1, opened=now)
        if head.status == "draft":
            await self._store.save_draft_head(head, once=once)
            return head
        return _head(await self._append(_headed("opened", head, now), once=once))

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
        values = _checked(_given(edit))
        correction = values.pop("correction", None)

        async def attempt() -> Head:
            now = self._now()
            stands = await self._store.head(story)
            wanted = replace(
                stands,
                **values,
                revision=(revision or stands.revision) + 1,
                modified=now,
                corrections=stands.corrections + _corrections(correction, now),
            )
            if stands.status == "draft":
                return await self._amend_draft(wanted, now, once)
            return await self._amend_published(stands, wanted, now, once)

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

    async def _amend_draft(self, wanted: Head, now: Instant, once: Once | None) -> Head:
        if wanted.status == "draft":
            await self._store.save_draft_head(wanted, once=once)
            return wanted
        opened = replace(wanted, revision=1, opened=now, modified=None)
        takes = Taken(subject=wanted.slug, revision=wanted.revision - 1)
        return _head(await self._append(_headed("opened", opened, now), once=once, takes=takes))

    # -- updates ----------------------------------------------------------------------------------

    async def post(
        self, story: Slug, new: NewUpdate, *, once: Once | None = None
    ) -> Change | DraftUpdate:
        """Publish an update, or keep it as a draft or until its embargo ends.

        Raises NoSuchStory, StoryClosed, StoryNotOpen, Invalid, KeyReused.
        """
        now = self._now()
        content = await _content(new)
        update = Update(id=self._id(now), revision=1, published=now, **content)
        _refuse_empty(update)
        due = _due(new.embargo, now)
        if new.draft or due is not None:
            if (await self._store.head(story)).status == "closed":
                raise StoryClosed(story)
            draft = DraftUpdate(slug=story, update=update, due=due)
            return await self._store.save_draft(draft, once=once)
        return await self._post(story, update, now, once=once)

    async def edit(
        self,
        story: Slug,
        id: UpdateId,
        edit: UpdateEdit,
        *,
        revision: int | None,
        once: Once | None = None,
    ) -> Change | DraftUpdate:
        """Edit an update, or correct it when the edit says so. ``revision`` is what was edited.

        Raises NoSuchUpdate, RevisionMissing, RevisionConflict, Invalid, KeyReused.
        """
        if revision is None:
            raise RevisionMissing
        content = await _content(edit)
        correction = content.pop("correction", None)
        draft = await self._store.draft(story, id)
        if draft is not None:
            return await self._edit_draft(draft, content, edit, revision, once)

        async def attempt() -> Change:
            now = self._now()
            stands = await self._published(story, id)
            wanted = replace(
                stands,
                **content,
                revision=revision + 1,
                modified=now,
                corrections=stands.corrections + _corrections(correction, now),
            )
            _refuse_empty(wanted)
            change = _changed("corrected" if correction else "edited", story, wanted, now)
            return await self._append(change, once=once)

        return await _settled(attempt, mine=id)

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
        if await self._store.draft(story, id) is not None:
            await self._store.drop_draft(story, id)
            return None

        async def attempt() -> Change:
            now = self._now()
            stands = await self._store.current(story, id)
            tombstone = Update(
                id=id,
                revision=(revision or stands.revision) + 1,
                published=stands.published,
                modified=now,
                status="retracted",
                notice=markup.clean_text(notice),
            )
            change = _changed("retracted", story, tombstone, now)
            return await self._append(change, once=once, unpins=stands.pinned)

        return await _settled(attempt, mine=id if revision else None)

    async def erase(self, story: Slug, id: UpdateId, notice: str = "") -> None:
        """Retract an update and remove its text from every entry of the record, for good.

        Raises NoSuchUpdate.
        """
        await self.retract(story, id, notice)
        await self._store.erase(story, id)

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
        update = Update(id=id, revision=1, published=at, **await _content(new))
        _refuse_empty(update)
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
        self,
        draft: DraftUpdate,
        content: dict[str, Any],
        edit: UpdateEdit,
        revision: int,
        once: Once | None,
    ) -> Change | DraftUpdate:
        now = self._now()
        update = replace(draft.update, **content, revision=revision + 1, modified=now)
        _refuse_empty(update)
        due = draft.due if edit.embargo is UNSET else _due(edit.embargo, now)
        publish = edit.draft is False or (edit.embargo is not UNSET and edit.embargo is not None)
        if publish and due is None:
            public = replace(update, revision=1, published=now, modified=None)
            takes = Taken(subject=update.id, revision=revision)
            return await self._post(draft.slug, public, now, once=once, takes=takes)
        return await self._store.save_draft(replace(draft, update=update, due=due), once=once)

    # -- appending --------------------------------------------------------------------------------

    async def _post(
        self,
        story: Slug,
        update: Update,
        now: Instant,
        *,
        once: Once | None = None,
        takes: Taken | None = None,
    ) -> Change:
        change = _changed("posted", story, update, now)
        return await _settled(lambda: self._append(change, once=once, takes=takes), mine=update.id)

    async def _append(
        self,
        change: Change,
        *,
        once: Once | None = None,
        takes: Taken | None = None,
        unpins: bool = False,
    ) -> Change:
        changes, pin = [change], None
        update = change.update
        if update is not None and (update.pinned or unpins):
            was = await self._store.pinned(change.slug)
            pin = PinMove(was=was, now=update.id if update.pinned else None)
            if pin.now and was not in (None, update.id):
                changes.insert(0, await self._unpinning(change, was))
        appended = await self._store.append(changes, pin=pin, once=once, takes=takes)
        return appended[-1]

    async def _unpinning(self, change: Change, id: UpdateId) -> Change:
        stands = await self._store.current(change.slug, id)
        unpinned = replace(stands, revision=stands.revision + 1, pinned=False)
        return _changed("unpinned", change.slug, unpinned, change.at)

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

    def _id(self, now: Instant) -> UpdateId:
        # Two updates of one millisecond keep the order in which they were posted.
        at = milliseconds(now)
        id = update_id(at, self._chance())
        while id <= self._last_id:
            at += 1
            id = update_id(at, self._chance())
        self._last_id = id
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


def _given(edit: StoryEdit | UpdateEdit) -> dict[str, Any]:
    return {name: value for name, value in asdict(edit).items() if value is not UNSET}


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a head without control characters, with its times and picture checked."""
    values = {name: _clean(value) for name, value in values.items()}
    if values.get("planned_end"):
        values["planned_end"] = _instant(values["planned_end"], "planned_end")
    if values.get("picture"):
        try:
            (values["picture"],) = markup.clean([values["picture"]])
        except Invalid as error:
            raise Invalid("picture.src", error.why) from error
    return values


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return markup.clean_text(value).strip()
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        return tuple(filter(None, (_clean(item) for item in value)))
    return value


async def _content(given: NewUpdate | UpdateEdit) -> dict[str, Any]:
    """The fields of an update that were given, its Markdown read into blocks."""
    values = {
        name: _clean(value)
        for name, value in asdict(given).items()
        if value is not UNSET and name not in {"text", "embargo", "draft"}
    }
    if given.text is not UNSET and given.text:
        if values.get("blocks"):
            raise Invalid("blocks", "send either text or blocks, not both")
        text = markup.clean_text(given.text)
        return values | {"text": text, "blocks": await _read(text)}
    if given.blocks is not UNSET and given.blocks:
        return values | {"text": "", "blocks": markup.clean(given.blocks)}
    if given.text is not UNSET and isinstance(given, UpdateEdit):
        return values | {"text": "", "blocks": ()}
    return values


async def _read(text: str) -> tuple[Block, ...]:
    if len(text) > _LONG_TEXT_CHARACTERS:
        # Seconds of work in the worst case: readers must not wait for it.
        return await to_thread.run_sync(markup.to_blocks, text)
    return markup.to_blocks(text)


def _refuse_empty(update: Update) -> None:
    if not update.blocks and not update.title:
        raise Invalid("text", "write something: an update needs a text, blocks or a title")


def _corrections(new: NewCorrection | None, now: Instant) -> tuple[Correction, ...]:
    if new is None:
        return ()
    return (Correction(kind=new.kind, note=markup.clean_text(new.note), at=now),)


def _due(embargo: datetime | None | UnsetType, now: Instant) -> Instant | None:
    if not isinstance(embargo, datetime):
        return None
    due = _instant(embargo, "embargo")
    return due if due > now else None


def _instant(given: datetime, field: str) -> Instant:
    if given.tzinfo is None:
        raise Invalid(field, "say the time zone: 2026-11-23T12:00:00Z or …+01:00")
    return instant(given)


def _without_embargo(draft: DraftUpdate) -> DraftUpdate:
    update = replace(draft.update, revision=draft.update.revision + 1)
    return replace(draft, update=update, due=None)
