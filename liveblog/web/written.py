"""What the write API answers of an update, published or not."""

from __future__ import annotations

from msgspec.structs import asdict

from liveblog import codec
from liveblog.codec import WireUpdate
from liveblog.errors import NoSuchUpdate
from liveblog.store import DraftUpdate
from liveblog.story import Change, Cursor, Instant, Slug, Update, UpdateId
from liveblog.web.operations import Answer


class Written(WireUpdate, frozen=True, kw_only=True, omit_defaults=True):
    """An update as it stands after a write. ``cursor`` is its place in the log, and ``url`` where
    readers find it; a draft has neither, but its ``author``, ``due`` where it is embargoed,
    ``submitted_by`` where it waits for an editor (``due`` is then a wish), and what an editor said
    who ``returned`` it. A ``private`` one is shown to its author alone."""

    story: Slug
    cursor: Cursor | None = None
    url: str | None = None
    draft: bool = False
    due: Instant | None = None
    submitted_by: str = ""
    author: str = ""
    private: bool = False
    returned: str = ""


def written(result: Change | DraftUpdate) -> Written:
    """From what a verb of the desk answers."""
    if isinstance(result, DraftUpdate):
        return drafted(result)
    if result.update is None:
        raise NoSuchUpdate(result.slug, "")
    return published(result.slug, result.update, result.cursor or None)


def published(slug: Slug, update: Update, cursor: Cursor | None = None) -> Written:
    """An update that readers see."""
    public = asdict(codec.editable(update))
    return Written(**public, story=slug, cursor=cursor, url=_url(slug, update.id))


def drafted(draft: DraftUpdate) -> Written:
    """An update that they do not see."""
    return Written(
        **asdict(codec.editable(draft.update)),
        story=draft.slug,
        draft=True,
        due=draft.due,
        submitted_by=draft.submitted_by,
        author=draft.author.name if draft.author else "",
        private=draft.private,
        returned=draft.returned,
    )


def revised(written: Written) -> Answer:
    """With its revision as the ETag."""
    return Answer(value=written, revision=written.revision)


def _url(slug: Slug, id: UpdateId) -> str:
    return f"/stories/{slug}/updates/{id}"
