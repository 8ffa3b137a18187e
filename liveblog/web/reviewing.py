"""What the newsroom reads while it works: all updates of a story, what an update said before, and a
text as readers would see it."""

from __future__ import annotations

from anyio import to_thread
from msgspec import Raw, Struct
from msgspec.structs import replace

from liveblog import codec, intake, markup
from liveblog.codec import WireUpdate
from liveblog.errors import Invalid, NoSuchStory, NoSuchUpdate
from liveblog.hub.channel import Channel
from liveblog.story import NOWHERE, Change, Cursor, Instant, Kind, UpdateId
from liveblog.web.operations import Answer, Call, Operation

MOST_UPDATES = 500
"""Updates that one answer holds at most."""

USUAL_UPDATES = 100


class Updates(Struct, frozen=True, kw_only=True):
    """Updates of a story, newest first, retracted ones as what is left of them. ``more``: there are
    older ones. ``cursor`` is where to follow the story from."""

    cursor: Cursor
    updates: list[WireUpdate]
    more: bool


class Revision(Struct, frozen=True, kw_only=True):
    """An update as it stood after one change, with its Markdown; ``by`` is the name of who made the
    change, empty where an erase removed it."""

    revision: int
    kind: Kind
    at: Instant
    by: str
    update: WireUpdate


class Revisions(Struct, frozen=True, kw_only=True):
    """All revisions of an update that was published, oldest first."""

    revisions: list[Revision]


class PreviewText(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Markdown, as an update's ``text``."""

    text: str


class Preview(Struct, frozen=True, kw_only=True):
    """A text as readers would see it, and how many words that is."""

    html: str
    words: int


async def list_updates(call: Call) -> Answer:
    """A story's published updates, newest first; the ETag is the story's cursor."""
    limit = _limit(call.query.get("limit", ""))
    before = UpdateId(call.query["before"]) if "before" in call.query else None
    try:
        channel = await call.hub.channel(call.slug)
    except NoSuchStory:
        # Of a draft of a story nothing is published yet.
        await call.store.head(call.slug)
        empty = Updates(cursor=NOWHERE, updates=[], more=False)
        return Answer(value=empty, version=NOWHERE)
    return Answer(value=_page(channel, before, limit), version=channel.cursor)


def _limit(given: str) -> int:
    limit = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
    if not given:
        return USUAL_UPDATES
    if not 1 <= limit <= MOST_UPDATES:
        raise Invalid("limit", f"ask for 1 to {MOST_UPDATES} updates")
    return limit


def _page(channel: Channel, before: UpdateId | None, limit: int) -> dict[str, object]:
    """The JSON of :class:`Updates`, of updates that are encoded already."""
    updates, more = channel.story.before(before, limit)
    shown = [Raw(channel.shown(update).json) for update in updates]
    return {"cursor": channel.cursor, "updates": shown, "more": more}


async def list_revisions(call: Call) -> Answer:
    """What an update said at each of its revisions, oldest first. What was retracted is in it, for
    the newsroom's own record; what was erased is not."""
    await call.store.head(call.slug)
    named = call.update.encode()
    changes = [
        codec.from_log(call.slug, kept.id, kept.body)
        async for kept in call.store.entries(call.slug)
        # Most entries are of other updates: they need not be decoded.
        if named in kept.body
    ]
    changes = [one for one in changes if one.update and one.update.id == call.update]
    if not changes:
        raise NoSuchUpdate(call.slug, call.update)
    # A long update that was often edited is seconds of rendering: readers must not wait for it.
    revisions = await to_thread.run_sync(lambda: [_revision(change) for change in changes])
    return Answer(value=Revisions(revisions=revisions))


def _revision(change: Change) -> Revision:
    assert change.update is not None, "only changes of an update are looked at"
    return Revision(
        revision=change.revision,
        kind=change.kind,
        at=change.at,
        by=change.by.name if change.by else "",
        update=replace(codec.editable(change.update), blocks=()),
    )


async def preview(call: Call) -> Answer:
    """A Markdown text as readers would see it; nothing is stored."""
    blocks = await intake.read(markup.clean_text(call.body.text))
    words = markup.count_words(markup.to_text(blocks))
    return Answer(value=Preview(html=markup.to_html(blocks), words=words))


_UPDATES = "/api/v1/stories/{slug}/updates"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="GET",
        path=_UPDATES,
        name="listUpdates",
        needs="read",
        handler=list_updates,
        query={
            "before": "an update's id: only older ones",
            "limit": f"how many at most, {USUAL_UPDATES} by default, {MOST_UPDATES} at most",
        },
        answers={200: Updates, 304: None},
        errors=(401, 403, 404, 422, 503),
    ),
    Operation(
        method="GET",
        path=f"{_UPDATES}/{{id}}/revisions",
        name="listRevisions",
        needs="read",
        handler=list_revisions,
        answers={200: Revisions},
        errors=(401, 403, 404, 503),
    ),
    Operation(
        method="POST",
        path="/api/v1/preview",
        name="preview",
        needs="draft",
        handler=preview,
        body=PreviewText,
        answers={200: Preview},
        errors=(401, 403, 413, 415, 422, 429, 503),
    ),
)
