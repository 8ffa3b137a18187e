"""RSS 2.0 (https://www.rssboard.org/rss-specification) with whole texts, and Atom's ``updated`` for
edits, which RSS has no word for. Pure."""

from __future__ import annotations

import html
import re
from email.utils import format_datetime
from xml.etree.ElementTree import Element

from liveblog.feeds.bulletin import Bulletin, Entry
from liveblog.feeds.xml import ATOM, document, element
from liveblog.story import Instant, moment

_SPACES = {
    "atom": ATOM,
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def write(bulletin: Bulletin) -> bytes:
    """The bulletin as an RSS feed."""
    spaces = {f"xmlns:{prefix}": address for prefix, address in _SPACES.items()}
    rss = Element("rss", {"version": "2.0", **spaces})
    channel = element(rss, "channel")
    element(channel, "title", _words(bulletin.title))
    element(channel, "link", bulletin.home)
    element(channel, "description", html.escape(bulletin.subtitle or bulletin.title, quote=False))
    if bulletin.language:
        element(channel, "language", bulletin.language)
    element(channel, "lastBuildDate", _date(bulletin.updated))
    own = f"{bulletin.address}.rss"
    element(channel, "atom:link", rel="self", type="application/rss+xml", href=own)
    for entry in bulletin.entries:
        _write(channel, entry)
    return document(rss)


def _write(channel: Element, entry: Entry) -> None:
    item = element(channel, "item")
    element(item, "title", _words(entry.title))
    element(item, "link", entry.url)
    element(item, "guid", entry.url, isPermaLink="true")
    element(item, "pubDate", _date(entry.published))
    element(item, "atom:updated", entry.updated)
    if entry.author:
        element(item, "dc:creator", _words(entry.author))
    for tag in entry.tags:
        element(item, "category", _words(tag))
    # Readers take it for HTML, though nothing says so.
    element(item, "description", html.escape(entry.summary, quote=False))
    element(item, "content:encoded", entry.html)


def _words(text: str) -> str:
    """Plain words. RSS does not say whether these are HTML: whoever takes them for it must find no
    element in them."""
    return _TAG.sub("&lt;", text)


def _date(at: Instant) -> str:
    """RFC 822, with the year in full."""
    return format_datetime(moment(at), usegmt=True)
