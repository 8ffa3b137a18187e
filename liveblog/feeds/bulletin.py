"""What every feed holds, whatever it is written in: of one story its newest updates, of the site
the stories that changed last. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from liveblog import markup
from liveblog.story import Head, Instant, Story, Update

ENTRIES = 50
"""Entries of a feed at most; whoever wants older ones finds them by the story's page."""

_LONG_AGO = Instant("1970-01-01T00:00:00.000Z")
_TITLE_CHARACTERS = 90
_SUMMARY_CHARACTERS = 300


class Entry(Struct, frozen=True, kw_only=True):
    """``url`` is its permalink and its id for ever; ``updated`` moves with every edit. ``html`` is
    safe and holds whole addresses only; all other words are plain text."""

    url: str
    title: str
    html: str
    summary: str
    published: Instant
    updated: Instant
    author: str = ""
    tags: tuple[str, ...] = ()


class Bulletin(Struct, frozen=True, kw_only=True):
    """A feed before it is written. ``home`` is the page that it follows, ``address`` where the feed
    itself is, without the ending that names its format."""

    title: str
    subtitle: str
    language: str
    author: str
    home: str
    address: str
    updated: Instant
    entries: tuple[Entry, ...]


def of_story(story: Story, site: str, site_name: str) -> Bulletin:
    """A story's newest updates, newest first. ``site`` is the site's address without a slash at its
    end."""
    head = story.head
    home = f"{site}/stories/{head.slug}"
    newest, _ = story.before(None, ENTRIES)
    return Bulletin(
        title=head.headline,
        subtitle=head.standfirst,
        language=head.language,
        author=head.byline or site_name,
        home=home,
        address=f"{home}/feed",
        updated=_changed(story),
        entries=tuple(_of_update(update, head, home) for update in newest),
    )


def of_site(stories: Iterable[Entry], site: str, site_name: str) -> Bulletin:
    """Stories as :func:`as_entry` makes them, the one that changed last first. ``site`` is the
    site's address without a slash at its end."""
    entries = sorted(stories, key=lambda entry: entry.updated, reverse=True)[:ENTRIES]
    return Bulletin(
        title=site_name,
        subtitle="",
        language="",  # each story has its own
        author=site_name,
        home=f"{site}/",
        address=f"{site}/feed",
        updated=entries[0].updated if entries else _LONG_AGO,
        entries=tuple(entries),
    )


def as_entry(story: Story, site: str) -> Entry:
    """A story as an entry of the site's feed; it changes whenever the story does."""
    head = story.head
    return Entry(
        url=f"{site}/stories/{head.slug}",
        title=head.headline,
        html=markup.paragraph(head.standfirst or head.headline),
        summary=head.standfirst,
        published=head.opened,
        updated=_changed(story),
        author=head.byline,
        tags=head.tags,
    )


def _of_update(update: Update, head: Head, home: str) -> Entry:
    url = f"{home}/updates/{update.id}"
    words = _line(markup.to_text(update.blocks))
    is_retracted = update.status == "retracted"
    title = "Retracted" if is_retracted else update.title or _cut(words, _TITLE_CHARACTERS)
    return Entry(
        url=url,
        title=title or head.headline,
        html=markup.standalone(update, url),
        summary=update.notice if is_retracted else _cut(words, _SUMMARY_CHARACTERS),
        published=update.published,
        updated=update.modified or update.published,
        author=update.byline,
        tags=update.tags,
    )


def _changed(story: Story) -> Instant:
    """When anything that readers see of a story changed last."""
    updates = (update.modified or update.published for update in story.updates)
    head = story.head
    return max(head.opened, head.modified or head.opened, head.closed or head.opened, *updates)


def _line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, most: int) -> str:
    """The beginning of a line, broken between words where it can be."""
    if len(text) <= most:
        return text
    return f"{text[: most - 1].rsplit(' ', 1)[0]}…"
