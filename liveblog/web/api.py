"""The write API: each call parses nothing and decides nothing; it asks the desk."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import asdict

from liveblog import codec
from liveblog.accounts.roles import VERBS
from liveblog.blocks import Address
from liveblog.codec import WireUpdate
from liveblog.errors import Invalid, NoSuchUpdate, NotAllowed
from liveblog.intake import NewStory, NewUpdate, StoryEdit, UpdateEdit
from liveblog.store import DraftUpdate, Erasure
from liveblog.story import Change, Cursor, Head, Instant, Slug, UpdateId
from liveblog.unfurl import Card
from liveblog.web import media, record, reviewing
from liveblog.web.operations import Answer, Call, Operation


class Written(WireUpdate, frozen=True, kw_only=True, omit_defaults=True):
    """An update as it stands after a write. ``cursor`` is its place in the log, and ``url`` where
    readers find it; a draft has neither, but ``due`` where it is embargoed, and ``submitted_by``
    where it waits for an editor."""

    story: Slug
    cursor: Cursor | None = None
    url: str | None = None
    draft: bool = False
    due: Instant | None = None
    submitted_by: str = ""


class Retraction(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an update is taken back, as readers will be told; to erase it, also the case's number."""

    reason: Annotated[str, Meta(max_length=2_000)] = ""
    case: Annotated[str, Meta(max_length=200)] = ""


class Stories(Struct, frozen=True, kw_only=True):
    """All stories, drafts included, the one that changed last first."""

    stories: list[Head]


class Drafts(Struct, frozen=True, kw_only=True):
    """What is not public yet in a story. ``approval``: what reporters post waits for an editor."""

    drafts: list[Written]
    approval: bool = False


class Link(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A link that was pasted."""

    url: Address


async def open_story(call: Call) -> Answer:
    """Open a story, or begin a draft of one (status: draft)."""
    call.caller.require("publish", Slug(call.body.slug))
    head = await call.desk.open(call.body, once=call.once)
    return Answer(value=head, status=201, location=f"/stories/{head.slug}", revision=head.revision)


async def list_stories(call: Call) -> Answer:
    """All stories, drafts included."""
    published = [await call.store.head(slug) for slug in await call.store.slugs()]
    heads = await call.store.draft_heads() + published
    return Answer(value=Stories(stories=[head for head in heads if call.caller.sees(head.slug)]))


async def read_story(call: Call) -> Answer:
    """A story's head; its revision is the ETag."""
    head = await call.store.head(call.slug)
    return Answer(value=head, revision=head.revision)


async def amend_story(call: Call) -> Answer:
    """Change a story's head: its words, its status, or a notice to readers."""
    head = await call.desk.amend(call.slug, call.body, revision=call.revision, once=call.once)
    return Answer(value=head, revision=head.revision)


async def list_drafts(call: Call) -> Answer:
    """What is not public yet in a story: drafts and embargoed updates."""
    await call.store.head(call.slug)
    drafts = await call.store.drafts(call.slug)
    approval = await call.store.needs_approval(call.slug)
    return Answer(value=Drafts(drafts=[_drafted(draft) for draft in drafts], approval=approval))


async def post_update(call: Call) -> Answer:
    """Post an update; answered once it is safe on disk. Who may only submit has submitted it: it
    waits as a draft for an editor."""
    submitted_by = "" if call.body.draft else await _submits(call, embargo=call.body.embargo)
    posted = await call.desk.post(call.slug, call.body, submitted_by=submitted_by, once=call.once)
    written = _written(posted)
    return Answer(value=written, status=201, location=written.url, revision=written.revision)


async def read_update(call: Call) -> Answer:
    """An update with its Markdown and blocks; its revision is the ETag."""
    draft = await call.store.draft(call.slug, call.update)
    if draft is not None:
        return _revised(_drafted(draft))
    update = await call.store.current(call.slug, call.update)
    return _revised(
        Written(
            **asdict(codec.editable(update)),
            story=call.slug,
            url=_url(call.slug, update.id),
        )
    )


async def edit_update(call: Call) -> Answer:
    """Edit an update, or correct it (correction). Who may only submit submits a draft with
    draft: false."""
    draft = await call.store.draft(call.slug, call.update)
    submitted_by = ""
    if draft is None:
        call.caller.require("edit", call.slug)
        if await _submits(call):
            raise NotAllowed(VERBS["approve"])
    elif call.body.draft is False or call.body.embargo or draft.due:
        # What is embargoed is published by itself: its text is as good as published.
        submitted_by = await _submits(call, embargo=call.body.embargo or draft.due)
    edited = await call.desk.edit(
        call.slug,
        call.update,
        call.body,
        revision=call.revision,
        submitted_by=submitted_by,
        once=call.once,
    )
    return _revised(_written(edited))


async def approve_update(call: Call) -> Answer:
    """Publish a draft that was submitted, as it was read: If-Match names the revision."""
    if await call.store.draft(call.slug, call.update) is None:
        raise NoSuchUpdate(call.slug, call.update)
    approved = await call.desk.edit(
        call.slug, call.update, UpdateEdit(draft=False), revision=call.revision, once=call.once
    )
    return _revised(_written(approved))


async def require_approval(call: Call) -> Answer:
    """From now on, what reporters post in this story waits for an editor."""
    return await _set_approval(call, needed=True)


async def drop_approval(call: Call) -> Answer:
    """Reporters publish by themselves in this story."""
    return await _set_approval(call, needed=False)


async def _set_approval(call: Call, *, needed: bool) -> Answer:
    await call.store.head(call.slug)
    await call.store.set_approval(call.slug, needed)
    return Answer()


async def _submits(call: Call, *, embargo: object = None) -> str:
    """The caller's name where they may only submit in this story, else nothing.

    Raises NotAllowed with an embargo: it would be published by itself.
    """
    if call.caller.may("approve"):
        return ""
    if call.caller.may("post") and not await call.store.needs_approval(call.slug):
        return ""
    if embargo:
        raise NotAllowed(VERBS["post"])
    return call.caller.actor.name


async def retract_update(call: Call) -> Answer:
    """Take an update back with a public reason; a draft is dropped (204). With erase=1 its text
    goes for good, once a second admin approves (202) where there is one."""
    reason = call.body.reason or call.query.get("reason", "")
    if len(reason) > 2_000:
        raise Invalid("reason", "say it in 2,000 characters at most")
    if call.query.get("erase") == "1":
        call.caller.require("erase", call.slug)
        call.caller.require_confirmed()
        return await _erase(call, reason)
    retracted = await call.desk.retract(
        call.slug, call.update, reason, revision=call.revision, once=call.once
    )
    return Answer() if retracted is None else _revised(_written(retracted))


async def _erase(call: Call, reason: str) -> Answer:
    case = call.body.case or call.query.get("case", "")
    erasure = await call.desk.erasing.request(call.slug, call.update, case=case, notice=reason)
    if erasure.status == "pending":
        return Answer(value=erasure, status=202)
    try:
        return await read_update(call)
    except NoSuchUpdate:
        # It was a draft.
        return Answer()


async def pin_update(call: Call) -> Answer:
    """Pin an update; the one that was pinned is unpinned."""
    return _revised(_written(await call.desk.pin(call.slug, call.update, once=call.once)))


async def unpin_update(call: Call) -> Answer:
    """Unpin an update."""
    return _revised(_written(await call.desk.unpin(call.slug, call.update, once=call.once)))


async def unfurl(call: Call) -> Answer:
    """What a link leads to, as a block to post; the server asks the page, not the browser."""
    return Answer(value=await call.unfurler.unfurl(call.body.url, call.caller.actor.id))


def _written(result: Change | DraftUpdate) -> Written:
    if isinstance(result, DraftUpdate):
        return _drafted(result)
    if result.update is None:
        raise NoSuchUpdate(result.slug, "")
    return Written(
        **asdict(codec.editable(result.update)),
        story=result.slug,
        cursor=result.cursor or None,
        url=_url(result.slug, result.update.id),
    )


def _drafted(draft: DraftUpdate) -> Written:
    public = asdict(codec.editable(draft.update))
    return Written(
        **public,
        story=draft.slug,
        draft=True,
        due=draft.due,
        submitted_by=draft.submitted_by,
    )


def _revised(written: Written) -> Answer:
    return Answer(value=written, revision=written.revision)


def _url(slug: Slug, id: UpdateId) -> str:
    return f"/stories/{slug}/updates/{id}"


_STORIES = "/api/v1/stories"
_STORY = f"{_STORIES}/{{slug}}"
_UPDATE = f"{_STORY}/updates/{{id}}"
_READ = (401, 403, 404, 503)
_WRITE = (401, 403, 404, 409, 412, 413, 415, 422, 429, 503)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="POST",
        path=_STORIES,
        name="openStory",
        needs="publish",
        handler=open_story,
        body=NewStory,
        answers={201: Head},
        errors=(401, 403, 409, 413, 415, 422, 429, 503),
    ),
    Operation(
        method="GET",
        path=_STORIES,
        name="listStories",
        needs="read",
        handler=list_stories,
        answers={200: Stories},
        errors=(401, 403, 503),
    ),
    Operation(
        method="GET",
        path=_STORY,
        name="readStory",
        needs="read",
        handler=read_story,
        answers={200: Head},
        errors=_READ,
    ),
    Operation(
        method="PATCH",
        path=_STORY,
        name="amendStory",
        needs="publish",
        handler=amend_story,
        body=StoryEdit,
        answers={200: Head},
        errors=_WRITE,
    ),
    Operation(
        method="GET",
        path=f"{_STORY}/drafts",
        name="listDrafts",
        needs="read",
        handler=list_drafts,
        answers={200: Drafts},
        errors=_READ,
    ),
    Operation(
        method="POST",
        path=f"{_STORY}/drafts/{{id}}/approval",
        name="approveUpdate",
        needs="approve",
        handler=approve_update,
        answers={200: Written},
        errors=(*_WRITE, 428),
        needs_revision=True,
    ),
    Operation(
        method="PUT",
        path=f"{_STORY}/approval",
        name="requireApproval",
        needs="publish",
        handler=require_approval,
        answers={204: None},
        errors=(401, 403, 404, 422, 429, 503),
    ),
    Operation(
        method="DELETE",
        path=f"{_STORY}/approval",
        name="dropApproval",
        needs="publish",
        handler=drop_approval,
        answers={204: None},
        errors=(401, 403, 404, 422, 429, 503),
    ),
    Operation(
        method="POST",
        path=f"{_STORY}/updates",
        name="postUpdate",
        needs="draft",
        handler=post_update,
        body=NewUpdate,
        answers={201: Written},
        errors=_WRITE,
    ),
    Operation(
        method="GET",
        path=_UPDATE,
        name="readUpdate",
        needs="read",
        handler=read_update,
        answers={200: Written},
        errors=_READ,
    ),
    Operation(
        method="PATCH",
        path=_UPDATE,
        name="editUpdate",
        needs="draft",
        handler=edit_update,
        body=UpdateEdit,
        answers={200: Written},
        errors=(*_WRITE, 428),
        needs_revision=True,
    ),
    Operation(
        method="DELETE",
        path=_UPDATE,
        name="retractUpdate",
        needs="retract",
        handler=retract_update,
        body=Retraction,
        body_required=False,
        query={
            "reason": "the reason, where a body cannot be sent",
            "erase": "1: remove the text from every entry of the record, for good (admin)",
            "case": "the number of the case, where a body cannot be sent",
        },
        answers={200: Written, 202: Erasure, 204: None},
        errors=_WRITE,
    ),
    Operation(
        method="PUT",
        path=f"{_UPDATE}/pin",
        name="pinUpdate",
        needs="retract",
        handler=pin_update,
        answers={200: Written},
        errors=_WRITE,
    ),
    Operation(
        method="DELETE",
        path=f"{_UPDATE}/pin",
        name="unpinUpdate",
        needs="retract",
        handler=unpin_update,
        answers={200: Written},
        errors=_WRITE,
    ),
    *reviewing.OPERATIONS,
    *record.OPERATIONS,
    *media.OPERATIONS,
    Operation(
        method="POST",
        path="/api/v1/unfurl",
        name="unfurl",
        needs="draft",
        handler=unfurl,
        body=Link,
        answers={200: Card},
        errors=(401, 403, 413, 415, 422, 429, 503),
    ),
)
