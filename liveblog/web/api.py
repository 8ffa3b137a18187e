"""The write API: each call parses nothing and decides nothing; it asks the desk."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from liveblog.accounts.roles import VERBS
from liveblog.blocks import Address
from liveblog.errors import Invalid, NoSuchUpdate, NotAllowed
from liveblog.intake import NewUpdate, UpdateEdit
from liveblog.store import DraftUpdate, Erasure, is_same
from liveblog.unfurl import Card
from liveblog.web import colleagues, drafts, media, notes, record, reviewing, rules, stories
from liveblog.web.operations import Answer, Call, Operation
from liveblog.web.paths import READ, STORY, UPDATE, WRITE
from liveblog.web.written import Written, drafted, published, revised, written


class Retraction(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an update is taken back, as readers will be told; to erase it, also the case's number."""

    reason: Annotated[str, Meta(max_length=2_000)] = ""
    case: Annotated[str, Meta(max_length=200)] = ""


class Link(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A link that was pasted."""

    url: Address


async def post_update(call: Call) -> Answer:
    """Post an update; answered once it is safe on disk. Who may only submit has submitted it: it
    waits as a draft for an editor, and so does breaking news where the story asks for it."""
    is_sent = not call.body.draft or call.body.embargo is not None
    posted = await call.desk.post(
        call.slug,
        call.body,
        submitted_by=await _submits(call, embargo=call.body.embargo) if is_sent else "",
        overrules=call.caller.may("approve"),
        once=call.once,
    )
    answer = written(posted)
    return Answer(value=answer, status=201, location=answer.url, revision=answer.revision)


async def read_update(call: Call) -> Answer:
    """An update with its Markdown and blocks; its revision is the ETag."""
    draft = await call.store.draft(call.slug, call.update)
    if draft is not None:
        _require_shown(call, draft)
        return revised(drafted(draft))
    update = await call.store.current(call.slug, call.update)
    return revised(published(call.slug, update))


async def edit_update(call: Call) -> Answer:
    """Edit an update, or correct it (correction). Who may only submit submits a draft with
    draft: false."""
    draft = await call.store.draft(call.slug, call.update)
    submitted_by = ""
    _require_shown(call, draft)
    if draft is None:
        call.caller.require("edit", call.slug)
        if await _submits(call):
            raise NotAllowed(VERBS["approve"])
    elif call.body.draft is False or call.body.embargo or draft.scheduled:
        # What is embargoed is published by itself: its text is as good as published.
        submitted_by = await _submits(call, embargo=call.body.embargo or draft.scheduled)
    edited = await call.desk.edit(
        call.slug,
        call.update,
        call.body,
        revision=call.revision,
        submitted_by=submitted_by,
        overrules=call.caller.may("approve"),
        once=call.once,
    )
    return revised(written(edited))


async def _submits(call: Call, *, embargo: object = None) -> str:
    """The caller's name where they may only submit in this story, else nothing.

    Raises NotAllowed with an embargo: it would be published by itself.
    """
    if call.caller.may("approve"):
        return ""
    if call.caller.may("post") and not (await call.store.rules(call.slug)).approval:
        return ""
    if embargo:
        raise NotAllowed(VERBS["post"])
    return call.caller.actor.name


async def retract_update(call: Call) -> Answer:
    """Take an update back with a public reason; a draft is dropped (204), by its author or who may
    retract. With erase=1 its text goes for good, once a second admin approves (202) where there is
    one."""
    draft = await call.store.draft(call.slug, call.update)
    _require_shown(call, draft)
    if draft is None or not is_same(draft.author, call.caller.actor):
        call.caller.require("retract", call.slug)
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
    return Answer() if retracted is None else revised(written(retracted))


def _require_shown(call: Call, draft: DraftUpdate | None) -> None:
    """Raise NoSuchUpdate for a private draft of somebody else: private is private."""
    if draft is not None and not draft.is_shown_to(call.caller.actor):
        raise NoSuchUpdate(call.slug, call.update)


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
    return revised(written(await call.desk.pin(call.slug, call.update, once=call.once)))


async def unpin_update(call: Call) -> Answer:
    """Unpin an update."""
    return revised(written(await call.desk.unpin(call.slug, call.update, once=call.once)))


async def unfurl(call: Call) -> Answer:
    """What a link leads to, as a block to post; the server asks the page, not the browser."""
    return Answer(value=await call.unfurler.unfurl(call.body.url, call.caller.actor.id))


OPERATIONS: tuple[Operation, ...] = (
    *stories.OPERATIONS,
    Operation(
        method="POST",
        path=f"{STORY}/updates",
        name="postUpdate",
        needs="draft",
        handler=post_update,
        body=NewUpdate,
        answers={201: Written},
        errors=WRITE,
    ),
    Operation(
        method="GET",
        path=UPDATE,
        name="readUpdate",
        needs="read",
        handler=read_update,
        answers={200: Written},
        errors=READ,
    ),
    Operation(
        method="PATCH",
        path=UPDATE,
        name="editUpdate",
        needs="draft",
        handler=edit_update,
        body=UpdateEdit,
        answers={200: Written},
        errors=(*WRITE, 428),
        needs_revision=True,
    ),
    Operation(
        method="DELETE",
        path=UPDATE,
        name="retractUpdate",
        needs="draft",
        handler=retract_update,
        body=Retraction,
        body_required=False,
        query={
            "reason": "the reason, where a body cannot be sent",
            "erase": "1: remove the text from every entry of the record, for good (admin)",
            "case": "the number of the case, where a body cannot be sent",
        },
        answers={200: Written, 202: Erasure, 204: None},
        errors=WRITE,
    ),
    Operation(
        method="PUT",
        path=f"{UPDATE}/pin",
        name="pinUpdate",
        needs="retract",
        handler=pin_update,
        answers={200: Written},
        errors=WRITE,
    ),
    Operation(
        method="DELETE",
        path=f"{UPDATE}/pin",
        name="unpinUpdate",
        needs="retract",
        handler=unpin_update,
        answers={200: Written},
        errors=WRITE,
    ),
    *reviewing.OPERATIONS,
    *drafts.OPERATIONS,
    *rules.OPERATIONS,
    *notes.OPERATIONS,
    *colleagues.OPERATIONS,
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
