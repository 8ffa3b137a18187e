"""The write API's calls about how a story is worked on."""

from __future__ import annotations

from liveblog.rules import Rules, RulesEdit
from liveblog.web.operations import Answer, Call, Operation
from liveblog.web.paths import CHANGE, NOTE, READ, STORY


async def read_rules(call: Call) -> Answer:
    """How a story is worked on: what waits for an editor, and when it closes by itself."""
    await call.store.head(call.slug)
    return Answer(value=await call.store.rules(call.slug))


async def change_rules(call: Call) -> Answer:
    """Change some of a story's rules; what is not given stays."""
    return Answer(value=await call.desk.newsroom.change_rules(call.slug, call.body))


async def keep_open(call: Call) -> Answer:
    """Let the time after which a story closes by itself begin anew."""
    await call.desk.newsroom.keep_open(call.slug)
    return Answer()


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="GET",
        path=f"{STORY}/rules",
        name="readRules",
        needs="read",
        handler=read_rules,
        answers={200: Rules},
        errors=READ,
    ),
    Operation(
        method="PATCH",
        path=f"{STORY}/rules",
        name="changeRules",
        needs="publish",
        handler=change_rules,
        body=RulesEdit,
        answers={200: Rules},
        errors=NOTE,
    ),
    Operation(
        method="PUT",
        path=f"{STORY}/keep-open",
        name="keepOpen",
        needs="publish",
        handler=keep_open,
        answers={204: None},
        errors=CHANGE,
    ),
)
