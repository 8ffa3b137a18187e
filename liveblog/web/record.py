"""The write API's calls about the record itself: erases to approve, and who did what."""

from __future__ import annotations

from msgspec import Struct

from liveblog.errors import Invalid
from liveblog.record import auditing
from liveblog.store import Erasure
from liveblog.web.operations import Answer, Call, Operation


class Erasures(Struct, frozen=True, kw_only=True):
    """All erases that were asked for, oldest first."""

    erasures: list[Erasure]


async def list_erasures(call: Call) -> Answer:
    """Erases that were asked for, and what became of them."""
    found = [one for one in await call.store.erasures() if call.caller.sees(one.story)]
    return Answer(value=Erasures(erasures=found))


async def approve_erasure(call: Call) -> Answer:
    """Approve an erase that another admin asked for; it is carried out at once."""
    erasure = await call.store.erasure(call.update)
    call.caller.require("erase", erasure.story)
    call.caller.require_confirmed()
    return Answer(value=await call.desk.erasing.approve(erasure.id))


async def read_audit(call: Call) -> Answer:
    """Who did what, when, from where: at most 500 lines, oldest first."""
    asked = call.query
    for name in set(asked) - {"since", "story", "after"}:
        raise Invalid(name, "ask by since, story and after; there is nothing else to ask by")
    since = auditing.since(asked["since"]) if asked.get("since") else None
    lines = await auditing.lines(call.store, since=since)
    only = call.caller.stories
    seen = [line for line in lines if only is None or line.story in only]
    wanted = [line for line in seen if asked.get("story") in (None, "", line.story)]
    return Answer(value=auditing.page(wanted, asked.get("after") or None))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="GET",
        path="/api/v1/erasures",
        name="listErasures",
        needs="erase",
        handler=list_erasures,
        answers={200: Erasures},
        errors=(401, 403, 503),
    ),
    Operation(
        method="POST",
        path="/api/v1/erasures/{id}/approval",
        name="approveErasure",
        needs="erase",
        handler=approve_erasure,
        answers={200: Erasure},
        errors=(401, 403, 404, 409, 422, 429, 503),
    ),
    Operation(
        method="GET",
        path="/api/v1/audit",
        name="readAudit",
        needs="audit",
        handler=read_audit,
        answers={200: auditing.Page},
        errors=(401, 403, 422, 503),
        query={
            "since": "only from that day or time on: 2026-11-23T12:00:00Z",
            "story": "only what concerns that story",
            "after": "`next` of the page before",
        },
    ),
)
