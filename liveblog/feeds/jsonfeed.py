"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). Pure."""

from __future__ import annotations

from typing import Any

from liveblog import codec
from liveblog.feeds.bulletin import Bulletin, Entry


def write(bulletin: Bulletin) -> bytes:
    """The bulletin as a JSON Feed."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": bulletin.title,
        "home_page_url": bulletin.home,
        "feed_url": f"{bulletin.address}.json",
        "description": bulletin.subtitle,
        "language": bulletin.language,
        "authors": [{"name": bulletin.author}],
        "items": [_item(entry) for entry in bulletin.entries],
    }
    return codec.to_json(_given(feed))


def _item(entry: Entry) -> dict[str, Any]:
    item = {
        "id": entry.url,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        "summary": entry.summary,
        "date_published": entry.published,
        "date_modified": entry.updated,
        "authors": [{"name": entry.author}] if entry.author else [],
        "tags": entry.tags,
    }
    return _given(item)


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    """What is empty is left out, but for the list of items, without which it is no feed."""
    return {name: value for name, value in fields.items() if value or name == "items"}
