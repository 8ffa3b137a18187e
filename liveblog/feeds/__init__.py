"""Stories as feeds: what a feed holds, and the formats it is written in. Pure.

To add a format: one file with a function from a Bulletin to bytes, and one line in ``FEEDS``.
Routes, headers and the links on pages follow from the table.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from liveblog.feeds import atom, jsonfeed, rss
from liveblog.feeds.bulletin import ENTRIES, Bulletin, Entry, as_entry, of_site, of_story


class Feed(Struct, frozen=True, kw_only=True):
    """A format: what it is called, its media type, and how a bulletin is written in it."""

    name: str
    media_type: str
    write: Callable[[Bulletin], bytes]


FEEDS: dict[str, Feed] = {
    # the end of its address, feed.atom: the format
    "atom": Feed(name="Atom", media_type="application/atom+xml", write=atom.write),
    "rss": Feed(name="RSS", media_type="application/rss+xml", write=rss.write),
    "json": Feed(name="JSON Feed", media_type="application/feed+json", write=jsonfeed.write),
}

__all__ = ["ENTRIES", "FEEDS", "Bulletin", "Entry", "Feed", "as_entry", "of_site", "of_story"]
