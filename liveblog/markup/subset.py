"""The HTML that may be stored, the addresses that may be linked, and cleaning to both. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

import nh3

from liveblog.errors import Invalid

SUBSET: dict[str, tuple[str, ...]] = {
    # element: its attributes
    "a": ("href",),
    "br": (),
    "code": (),
    "em": (),
    "i": (),
    "b": (),
    "s": (),
    "strong": (),
    "sub": (),
    "sup": (),
    "blockquote": (),
    "li": (),
    "ol": ("start",),
    "p": (),
    "pre": (),
    "ul": (),
}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})

INLINE = frozenset({"a", "br", "code", "em", "i", "b", "s", "strong", "sub", "sup"})
ITEM = INLINE | {"ul", "ol", "li"}
FLOW = frozenset(SUBSET)
_CLEANINGS = 8  # two settle nearly all; what is nested deeper is as safe, only not settled
_BLANK = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# Browsers skip blanks and read a backslash as a slash: "/\t/elsewhere" and "/\elsewhere" are
# somebody else's.
_PATH = re.compile(r"/(?!/)[^\x00-\x20\x7f-\x9f\ud800-\udfff\\]*")
# After any element that is not part of a sentence, the text goes on in a new line.
_ENDS = re.compile(r"</(?!(?:a|b|cite|code|em|i|s|span|strong|sub|sup)>)[a-z0-9]+>|<br>")


def clean_html(text: str, allowed: Iterable[str] = FLOW) -> str:
    """Reduce HTML to the stored subset, or a part of it. Cleaning twice changes nothing."""
    tags = set(allowed)
    # An element that is taken out may leave others nested as no parser would: read them again.
    for _ in range(_CLEANINGS):
        before, text = text, _cleaned(text, tags)
        if text == before:
            break
    return text


def _cleaned(text: str, tags: set[str]) -> str:
    attributes = {tag: set(names) for tag, names in SUBSET.items() if names and tag in tags}
    return nh3.clean(
        clean_text(text),
        tags=tags,
        attributes={"*": set(), **attributes},
        url_schemes=set(SCHEMES),
        link_rel=None,
    )


def clean_text(text: str) -> str:
    """Plain text without control characters (tab and line feed stay) and halves of a character."""
    return _BLANK.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def plain(fragment: str) -> str:
    """Plain text of a piece of HTML."""
    broken = _ENDS.sub("\\g<0>\n", fragment)
    return html.unescape(nh3.clean(broken, tags=set())).strip()


def is_ours(address: str) -> bool:
    """Whether a picture's address is on this site, so that showing it tells nobody else."""
    return _PATH.fullmatch(address) is not None


def web_address(text: str, field: str) -> str:
    """An http or https address. Raises Invalid naming ``field``."""
    try:
        parts = urlsplit(text)
    except ValueError:
        raise Invalid(field, "this is not an address") from None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise Invalid(field, "give a whole address that begins with https://")
    return text


def host(address: str) -> str:
    """The host of an address as readers know it."""
    return (urlsplit(address).hostname or "").removeprefix("www.")
