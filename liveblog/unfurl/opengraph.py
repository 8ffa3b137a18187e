"""What a page says of itself: OpenGraph (https://ogp.me), Twitter's cards, and its title. Pure.

The pages are a stranger's. Only their few tags of interest are parsed, each by itself and cut
short, so that no page costs more than time in proportion to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from html.parser import HTMLParser
from itertools import islice, pairwise
from urllib.parse import urljoin

from msgspec import Struct

from liveblog import markup

TITLE_CHARACTERS = 300
DESCRIPTION_CHARACTERS = 500
SITE_CHARACTERS = 100
_TAG_CHARACTERS = 4_096
_MOST_TAGS = 300

# What hides other tags; without an end it hides the rest.
_HIDING = re.compile(r"<!--|<(script|style|noscript|template)(?=[\s/>])", re.IGNORECASE)
_TAG = re.compile(r"<(?:meta|link|title)(?=[\s/>])", re.IGNORECASE)
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([a-z0-9_-]{2,20})", re.IGNORECASE
)
# Marks that turn the direction of all that follows, and characters that show nothing.
_TURNING = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_SCRIPTS = """ascii us-ascii big5 big5-hkscs euc-jp euc-kr gb18030 gb2312 gbk iso-2022-jp koi8-r
koi8-u macintosh shift_jis utf-8 utf8 utf-16 utf-16le utf-16be windows-874 tis-620"""
_CHARSETS = frozenset(
    _SCRIPTS.split()
    + [f"iso-8859-{n}" for n in range(1, 17) if n != 12]
    + [f"windows-{n}" for n in range(1250, 1259)]
)


class Said(Struct, frozen=True, kw_only=True):
    """What a page, or a provider, says of a page; empty where it says nothing. ``image`` is an
    http or https address, ``oembed`` one of a JSON description."""

    title: str = ""
    description: str = ""
    site: str = ""
    image: str = ""
    type: str = ""
    oembed: str = ""


def read(body: bytes, charset: str, address: str) -> Said:
    """What the page at that address says."""
    told: dict[str, str] = {}
    for key, value in _told(_decoded(body, charset)):
        told.setdefault(key, value)

    def first(*keys: str) -> str:
        return next((told[key] for key in keys if told.get(key)), "")

    return Said(
        title=line(first("og:title", "twitter:title", "<title>"), TITLE_CHARACTERS),
        description=line(
            first("og:description", "twitter:description", "description"), DESCRIPTION_CHARACTERS
        ),
        site=line(first("og:site_name", "application-name"), SITE_CHARACTERS),
        image=_joined(
            address, first("og:image:secure_url", "og:image", "og:image:url", "twitter:image")
        ),
        type=line(first("og:type"), SITE_CHARACTERS),
        oembed=_joined(address, first("<oembed>")),
    )


def line(text: str, most: int) -> str:
    """Plain words in one line, cut at ``most`` characters."""
    plain = _TURNING.sub("", markup.clean_text(text[: 4 * most]))
    words = " ".join(plain.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _joined(address: str, part: str) -> str:
    if not part:
        return ""
    try:
        return urljoin(address, part.strip())
    except ValueError:
        return ""


def _decoded(body: bytes, charset: str) -> str:
    if body.startswith(b"\xef\xbb\xbf"):
        charset = "utf-8"
    elif charset not in _CHARSETS:
        found = _CHARSET.search(body[:2_048])
        charset = found[1].decode("ascii").lower() if found else "utf-8"
    if charset not in _CHARSETS:
        charset = "utf-8"
    return body.decode(_PYTHONS.get(charset, charset), "replace")


# What the web means by these names (WHATWG Encoding), where Python means something else.
_PYTHONS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "macintosh": "mac_roman",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}


def _told(page: str) -> Iterator[tuple[str, str]]:
    shown = _shown(page)
    starts = [found.start() for found in islice(_TAG.finditer(shown), _MOST_TAGS)]
    for start, following in pairwise([*starts, len(shown)]):
        tag = _Tag(shown[start : min(following, start + _TAG_CHARACTERS)])
        yield from tag.told()


def _shown(page: str) -> str:
    """The page without its comments, scripts and styles, in one pass."""
    kept: list[str] = []
    place = 0
    while found := _HIDING.search(page, place):
        kept.append(page[place : found.start()])
        end = re.compile(rf"</{found[1]}" if found[1] else "-->", re.IGNORECASE)
        ended = end.search(page, found.end())
        if ended is None:
            return "".join(kept)
        place = ended.end()
    return "".join([*kept, page[place:]])


class _Tag(HTMLParser):
    """The first tag of a piece of a page, and the text after it."""

    def __init__(self, piece: str) -> None:
        super().__init__(convert_charrefs=False)
        self._piece = piece
        self._name = ""
        self._given: dict[str, str] = {}
        # Its way to say that what follows the tag is not HTML.
        with suppress(AssertionError):
            self.feed(piece)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._name:
            self._name = tag
            self._given = {name: value or "" for name, value in attrs}

    def told(self) -> Iterator[tuple[str, str]]:
        """Its key in small letters and its value."""
        if self._name == "title":
            text = self._piece.partition(">")[2].partition("<")[0]
            yield "<title>", unescape(text)
        elif self._name == "meta":
            key = self._given.get("property") or self._given.get("name", "")
            yield key.strip().lower(), self._given.get("content", "")
        elif self._given.get("type", "").strip().lower() == "application/json+oembed":
            yield "<oembed>", self._given.get("href", "")
