"""A live blog of the Guardian, as its renderer (dotcom-rendering) receives the page."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from msgspec import Struct, field

from liveblog.blocks import Block, Image, Text
from liveblog.exchange import guardian_elements, richtext
from liveblog.exchange.coverage import (
    LINE,
    Brought,
    Coverage,
    Format,
    Notebook,
    covered,
    decode,
    decodes,
    slug_of,
)
from liveblog.exchange.guardian_elements import Context
from liveblog.intake import NewStory, NewUpdate
from liveblog.markup import to_text

_SITE = "https://www.theguardian.com/"
_STANDFIRST = 2_000


class _Attributes(Struct, frozen=True, rename="camel"):
    pinned: bool = False
    key_event: bool = False
    summary: bool = False


class _Named(Struct, frozen=True):
    name: str = ""


class _Block(Struct, frozen=True, rename="camel"):
    id: str
    elements: tuple[msgspec.Raw, ...] = ()
    attributes: _Attributes = _Attributes()
    title: str | None = None
    contributors: tuple[_Named, ...] = ()
    block_first_published: int | None = None
    block_created_on: int | None = None


class _Tag(Struct, frozen=True):
    type: str = ""
    title: str = ""


class _Layout(Struct, frozen=True):
    design: str = ""


class _LinkedData(Struct, frozen=True, rename="camel"):
    coverage_end_time: str | None = None


class _Pages(Struct, frozen=True, rename="camel"):
    current_page: int = 1
    total_pages: int = 1


class _Page(Struct, frozen=True, rename="camel"):
    blocks: tuple[_Block, ...]
    page_id: str
    headline: str = ""
    web_title: str = ""
    standfirst: str | None = None
    byline: str | None = None
    section_label: str | None = None
    lang: str = "en"
    tags: tuple[_Tag, ...] = ()
    main_media_elements: tuple[msgspec.Raw, ...] = ()
    key_events: tuple[_Block, ...] = ()
    pinned_post: _Block | None = None
    format: _Layout = _Layout()
    linked_data: tuple[_LinkedData, ...] = ()
    pagination: _Pages | None = None
    is_live: bool | None = None


class _Sniffed(Struct, frozen=True):
    page_id: str = field(name="pageId")
    blocks: tuple[msgspec.Raw, ...]


def recognises(body: bytes) -> bool:
    """Whether it is such a page."""
    return decodes(body, _Sniffed)


def read(body: bytes) -> Coverage:
    """Read a page. A block's time is when it was first published. Raises Unimportable."""
    page = decode(body, _Page)
    notes = Notebook()
    story = _story(page, notes)
    key_events = frozenset(block.id for block in page.key_events)
    updates = []
    for block in page.blocks:
        published = _published(block)
        if published is None:
            notes.leave_out(f"block {block.id}", "it has no time of publishing")
            continue
        updates.append(
            Brought(
                external_id=block.id,
                published=published,
                update=_update(page, block, block.id in key_events, notes),
            )
        )
    _note_other_pages(page, notes)
    return covered(story, updates, notes, closed=_is_over(page))


def _published(block: _Block) -> datetime | None:
    milliseconds = block.block_first_published or block.block_created_on
    try:
        return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _update(page: _Page, block: _Block, listed: bool, notes: Notebook) -> NewUpdate:
    where = f"block {block.id}"
    says = block.attributes
    context = Context(notes=notes, where=where, base=_SITE)
    return NewUpdate(
        blocks=notes.blocks(where, _blocks(block.elements, context)),
        title=notes.line(where, richtext.plain(block.title or "")),
        byline=notes.line(where, " and ".join(one.name for one in block.contributors if one.name)),
        # A summary is listed among the key events on the page itself.
        key_event=says.key_event or says.summary or listed,
        pinned=says.pinned or (page.pinned_post is not None and page.pinned_post.id == block.id),
    )


def _blocks(elements: tuple[msgspec.Raw, ...], context: Context) -> list[Block]:
    return [block for raw in elements for block in guardian_elements.read(raw, context)]


def _story(page: _Page, notes: Notebook) -> NewStory:
    return NewStory(
        slug=slug_of(page.page_id.rsplit("/", 1)[-1]),
        headline=notes.line("headline", richtext.plain(page.headline or page.web_title)) or "Live",
        kicker=notes.line("kicker", page.section_label),
        standfirst=_standfirst(page, notes),
        byline=notes.line("byline", page.byline, LINE),
        picture=_picture(page, notes),
        language=page.lang,
        tags=notes.tags(tag.title for tag in page.tags if tag.type == "Keyword"),
    )


def _standfirst(page: _Page, notes: Notebook) -> str:
    words = []
    for block in richtext.read(page.standfirst or "", notes, "standfirst", _SITE):
        if isinstance(block, Text):
            words.append(to_text([block]))
        else:
            # Its lists are links to other articles; a standfirst of ours is words alone.
            notes.leave_out("standfirst", to_text([block]))
    return notes.line("standfirst", " ".join(words), _STANDFIRST)


def _picture(page: _Page, notes: Notebook) -> Image | None:
    context = Context(notes=notes, where="lead picture", base=_SITE)
    lead = notes.blocks("lead picture", _blocks(page.main_media_elements, context))
    pictures = [block for block in lead if isinstance(block, Image)]
    for block in lead:
        if block not in pictures[:1]:
            notes.leave_out("lead picture", f"beside the first picture: {to_text([block])}")
    return pictures[0] if pictures else None


def _is_over(page: _Page) -> bool:
    if page.is_live is not None:
        return not page.is_live
    ended = any(data.coverage_end_time for data in page.linked_data)
    return ended or page.format.design == "DeadBlogDesign" or "as it happened" in page.headline


def _note_other_pages(page: _Page, notes: Notebook) -> None:
    pages = page.pagination
    if pages and pages.total_pages > 1:
        notes.leave_out(
            "story",
            f"this is page {pages.current_page} of {pages.total_pages};"
            " import the other pages under the same slug",
        )


GUARDIAN = Format(name="guardian", recognises=recognises, read=read)
