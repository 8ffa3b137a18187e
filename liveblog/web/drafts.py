"""The write API's calls about what is not public yet: seen, approved, sent back."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from liveblog.web.operations import Answer, Call, Operation
from liveblog.web.paths import READ, STORY, WRITE
from liveblog.web.written import Written, drafted, revised, written

_DRAFTS = f"{STORY}/drafts"


class Drafts(Struct, frozen=True, kw_only=True):
    """What is not public yet in a story, but for private drafts of others."""

    drafts: list[Written]


class Approval(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An ``emergency`` publishes pictures without their words, and what is breaking though the one
    who approves it wrote it; that is put on record."""

    emergency: bool = False


class Return(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What its author is told who gets a draft back."""

    note: Annotated[str, Meta(min_length=1, max_length=2_000)]


async def list_drafts(call: Call) -> Answer:
    """What is not public yet in a story: drafts and embargoed updates."""
    await call.store.head(call.slug)
    found = await call.store.drafts(call.slug)
    shown = [drafted(draft) for draft in found if draft.is_shown_to(call.caller.actor)]
    return Answer(value=Drafts(drafts=shown))


async def approve_update(call: Call) -> Answer:
    """Publish a draft that was submitted, as it was read: If-Match names the revision. One that
    its author wishes to be published later is scheduled."""
    approved = await call.desk.approve(
        call.slug,
        call.update,
        revision=call.revision,
        emergency=call.body.emergency,
        once=call.once,
    )
    return revised(written(approved))


async def return_draft(call: Call) -> Answer:
    """Give a draft that was submitted back to its author, with a note."""
    returned = await call.desk.send_back(
        call.slug, call.update, call.body.note, revision=call.revision, once=call.once
    )
    return revised(written(returned))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="GET",
        path=_DRAFTS,
        name="listDrafts",
        needs="read",
        handler=list_drafts,
        answers={200: Drafts},
        errors=READ,
    ),
    Operation(
        method="POST",
        path=f"{_DRAFTS}/{{id}}/approval",
        name="approveUpdate",
        needs="approve",
        handler=approve_update,
        body=Approval,
        body_required=False,
        answers={200: Written},
        errors=(*WRITE, 428),
        needs_revision=True,
    ),
    Operation(
        method="POST",
        path=f"{_DRAFTS}/{{id}}/return",
        name="returnDraft",
        needs="approve",
        handler=return_draft,
        body=Return,
        answers={200: Written},
        errors=(*WRITE, 428),
        needs_revision=True,
    ),
)
