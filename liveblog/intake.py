"""What the newsroom hands in, and how it is read: checked, cleaned, Markdown made into blocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from anyio import to_thread
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict

from liveblog import markup
from liveblog.blocks import Block, Image
from liveblog.errors import Invalid
from liveblog.story import (
    Correction,
    CorrectionKind,
    Instant,
    Status,
    Update,
    Verification,
    instant,
    moment,
)

Line = Annotated[str, Meta(max_length=300)]
Paragraph = Annotated[str, Meta(max_length=2_000)]
Names = Annotated[tuple[Line, ...], Meta(max_length=50)]
Tag = Annotated[str, Meta(min_length=1, max_length=60)]
Tags = Annotated[tuple[Tag, ...], Meta(max_length=30)]
Language = Annotated[str, Meta(pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]

_LONG_TEXT_CHARACTERS = 16_384
_DISPLAYED_BEFORE = timedelta(days=3_653)
_DISPLAYED_AFTER = timedelta(days=1)


class NewCorrection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was changed and why, as readers will be told."""

    kind: CorrectionKind
    note: Annotated[str, Meta(min_length=1, max_length=2_000)]


class NewStory(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it takes to open a story. ``planned_end`` is an RFC 3339 time; ``emergency`` shows a
    lead picture whose words are missing."""

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
    emergency: bool = False


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
    emergency: bool | UnsetType = UNSET


class NewUpdate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An update to post: Markdown ``text`` or ``blocks``. ``embargo`` and ``displayed``, the time
    that readers are to see, are RFC 3339 times. A draft that is ``private`` is seen by nobody but
    its author. ``emergency`` publishes pictures without their words, and what is breaking without a
    second pair of eyes; that is put on record."""

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
    displayed: datetime | None = None
    embargo: datetime | None = None
    draft: bool = False
    private: bool = False
    emergency: bool = False


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
    displayed: datetime | None | UnsetType = UNSET
    embargo: datetime | None | UnsetType = UNSET
    draft: bool | UnsetType = UNSET
    private: bool | UnsetType = UNSET
    emergency: bool | UnsetType = UNSET


_READ_APART = {"text", "displayed", "embargo", "draft", "private", "emergency"}


def given(edit: StoryEdit | UpdateEdit) -> dict[str, Any]:
    """What an edit changes."""
    return {name: value for name, value in asdict(edit).items() if value is not UNSET}


def checked(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a head without control characters, with its times and picture checked."""
    values = {name: _clean(value) for name, value in values.items()}
    if values.get("headline") == "":
        raise Invalid("headline", "write one")
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


async def content(given: NewUpdate | UpdateEdit) -> dict[str, Any]:
    """The fields of an update that were given, its Markdown read into blocks."""
    values = {
        name: _clean(value)
        for name, value in asdict(given).items()
        if value is not UNSET and name not in _READ_APART
    }
    if given.text is not UNSET and given.text:
        if values.get("blocks"):
            raise Invalid("blocks", "send either text or blocks, not both")
        text = markup.clean_text(given.text)
        return values | {"text": text, "blocks": await read(text)}
    if given.blocks is not UNSET and given.blocks:
        return values | {"text": "", "blocks": markup.clean(given.blocks)}
    if given.text is not UNSET and isinstance(given, UpdateEdit):
        return values | {"text": "", "blocks": ()}
    return values


async def read(text: str) -> tuple[Block, ...]:
    """The blocks of a Markdown text. Raises Invalid."""
    if len(text) > _LONG_TEXT_CHARACTERS:
        # Seconds of work in the worst case: readers must not wait for it.
        return await to_thread.run_sync(markup.to_blocks, text)
    return markup.to_blocks(text)


def refuse_empty(update: Update) -> None:
    """Raise Invalid where there is nothing to publish."""
    if not update.title and markup.is_blank(update.blocks):
        raise Invalid("text", "write something: an update needs a text, blocks or a title")


def refuse_private(private: bool, *, plain: bool) -> None:
    """Raise Invalid where something would be hidden that is more than a plain draft."""
    if private and not plain:
        raise Invalid(
            "private", "only a draft that is neither submitted, scheduled nor published can be so"
        )


def corrections(new: NewCorrection | None, now: Instant) -> tuple[Correction, ...]:
    """What readers are told of a change, none or one."""
    if new is None:
        return ()
    return (Correction(kind=new.kind, note=markup.clean_text(new.note), at=now),)


def due(embargo: datetime | None | UnsetType, now: Instant) -> Instant | None:
    """When an embargo ends, if that is still to come. Raises Invalid without a time zone."""
    if not isinstance(embargo, datetime):
        return None
    due = _instant(embargo, "embargo")
    return due if due > now else None


def displayed(given: datetime | None | UnsetType, now: Instant) -> dict[str, Instant | None]:
    """The time that readers are to see, where one was given; None is to show when it was published.

    Raises Invalid without a time zone, and for a time of another decade or after tomorrow.
    """
    if isinstance(given, datetime) and given.tzinfo:
        first, last = moment(now) - _DISPLAYED_BEFORE, moment(now) + _DISPLAYED_AFTER
        if not first <= given <= last:
            between = f"between {first:%Y-%m-%d} and this time tomorrow"
            raise Invalid("displayed", f"give a time {between}, or null for when it was published")
    return brought(given)


def brought(given: datetime | None | UnsetType) -> dict[str, Instant | None]:
    """As :func:`displayed`, of an update that comes from elsewhere with its times."""
    if given is UNSET:
        return {}
    return {"displayed": _instant(given, "displayed") if isinstance(given, datetime) else None}


def _instant(given: datetime, field: str) -> Instant:
    if given.tzinfo is None:
        raise Invalid(field, "say the time zone: 2026-11-23T12:00:00Z or …+01:00")
    try:
        return instant(given)
    except OverflowError:
        raise Invalid(field, "give a time that a calendar has, in UTC too") from None
