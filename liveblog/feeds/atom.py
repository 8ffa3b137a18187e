"""Atom (RFC 4287). Pure."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from liveblog.feeds.bulletin import Bulletin, Entry
from liveblog.feeds.xml import ATOM, LANGUAGE, document, element


def write(bulletin: Bulletin) -> bytes:
    """The bulletin as an Atom feed."""
    feed = Element("feed", {"xmlns": ATOM})
    if bulletin.language:
        feed.set(LANGUAGE, bulletin.language)
    element(feed, "id", bulletin.home)
    element(feed, "title", bulletin.title)
    if bulletin.subtitle:
        element(feed, "subtitle", bulletin.subtitle)
    element(feed, "updated", bulletin.updated)
    own = f"{bulletin.address}.atom"
    element(feed, "link", rel="self", type="application/atom+xml", href=own)
    element(feed, "link", rel="alternate", type="text/html", href=bulletin.home)
    element(element(feed, "author"), "name", bulletin.author)
    for entry in bulletin.entries:
        _write(feed, entry)
    return document(feed)


def _write(feed: Element, entry: Entry) -> None:
    item = element(feed, "entry")
    element(item, "id", entry.url)
    element(item, "title", entry.title)
    element(item, "published", entry.published)
    element(item, "updated", entry.updated)
    element(item, "link", rel="alternate", type="text/html", href=entry.url)
    if entry.author:
        element(element(item, "author"), "name", entry.author)
    for tag in entry.tags:
        element(item, "category", term=tag)
    if entry.summary:
        element(item, "summary", entry.summary)
    element(item, "content", entry.html, type="html")
