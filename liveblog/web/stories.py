"""The write API's calls about stories themselves."""

from __future__ import annotations

from msgspec import Struct

from liveblog.intake import NewStory, StoryEdit
from liveblog.story import Head, Slug
from liveblog.web.operations import Answer, Call, Operation
from liveblog.web.paths import READ, STORIES, STORY, WRITE


class Stories(Struct, frozen=True, kw_only=True):
    """All stories, drafts included, the one that changed last first."""

    stories: list[Head]


async def open_story(call: Call) -> Answer:
    """Open a story, or begin a draft of one (status: draft)."""
    call.caller.require("publish", Slug(call.body.slug))
    head = await call.desk.open(call.body, once=call.once)
    return Answer(value=head, status=201, location=f"/stories/{head.slug}", revision=head.revision)


async def list_stories(call: Call) -> Answer:
    """All stories, drafts included."""
    heads = await call.store.draft_heads()
    heads += [await call.store.head(slug) for slug in await call.store.slugs()]
    return Answer(value=Stories(stories=[head for head in heads if call.caller.sees(head.slug)]))


async def read_story(call: Call) -> Answer:
    """A story's head; its revision is the ETag."""
    head = await call.store.head(call.slug)
    return Answer(value=head, revision=head.revision)


async def amend_story(call: Call) -> Answer:
    """Change a story's head: its words, its status, or a notice to readers."""
    head = await call.desk.amend(call.slug, call.body, revision=call.revision, once=call.once)
    return Answer(value=head, revision=head.revision)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="POST",
        path=STORIES,
        name="openStory",
        needs="publish",
        handler=open_story,
        body=NewStory,
        answers={201: Head},
        errors=(401, 403, 409, 413, 415, 422, 429, 503),
    ),
    Operation(
        method="GET",
        path=STORIES,
        name="listStories",
        needs="read",
        handler=list_stories,
        answers={200: Stories},
        errors=(401, 403, 503),
    ),
    Operation(
        method="GET",
        path=STORY,
        name="readStory",
        needs="read",
        handler=read_story,
        answers={200: Head},
        errors=READ,
    ),
    Operation(
        method="PATCH",
        path=STORY,
        name="amendStory",
        needs="publish",
        handler=amend_story,
        body=StoryEdit,
        answers={200: Head},
        errors=WRITE,
    ),
)
