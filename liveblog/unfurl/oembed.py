"""What a provider says of one of its pages (https://oembed.com, 2.3). Pure.

Words only: a provider's HTML is never looked at, since a frame's address is made by
:mod:`liveblog.markup.providers`.
"""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from liveblog.unfurl.opengraph import SITE_CHARACTERS, TITLE_CHARACTERS, Said, line


class _Answer(Struct, frozen=True):
    title: str | None = None
    author_name: str | None = None
    provider_name: str | None = None
    thumbnail_url: str | None = None


def question(endpoint: str, page: str) -> str:
    """Where a provider is asked about a page."""
    return f"{endpoint}?{urlencode({'url': page, 'format': 'json'})}"


def read(body: bytes) -> Said:
    """What it answered; nothing where that is not as it should be."""
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Said()
    return Said(
        title=line(answer.title or answer.author_name or "", TITLE_CHARACTERS),
        description=line(answer.author_name or "", SITE_CHARACTERS) if answer.title else "",
        site=line(answer.provider_name or "", SITE_CHARACTERS),
        image=answer.thumbnail_url or "",
    )
