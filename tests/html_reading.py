"""Reads HTML as a strict reader would: which elements with which attributes, the text, and whether
every element that is opened is closed in its place."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from liveblog import markup

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source"})


class Reading(HTMLParser):
    """``elements`` are (name, attributes) in order; ``mistakes`` says what does not fit."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.mistakes: list[str] = []
        self._open: list[str] = []
        self._text: list[str] = []
        self.feed(html)
        self.close()
        self.mistakes += [f"<{name}> is not closed" for name in self._open]

    @property
    def text(self) -> str:
        return "".join(self._text)

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.elements}

    def all(self, name: str, /, **attributes: str) -> list[dict[str, str]]:
        """The attributes of every such element (``class_`` is class, ``_`` is a hyphen)."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            found
            for element, found in self.elements
            if element == name and wanted.items() <= found.items()
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.mistakes.append(f"</{tag}> inside {self._open[-1:]}")

    def handle_data(self, data: str) -> None:
        self._text.append(data)


_OURS = {  # what markup.RENDERERS may write around the stored subset
    "aside", "caption", "cite", "div", "figcaption", "figure", "footer", "h3", "h4", "h5", "hr",
    "img", "picture", "small", "source", "span", "table", "tbody", "td", "th", "thead", "tr",
}  # fmt: skip
_ATTRIBUTES = {
    "alt", "class", "data-frame", "data-height", "data-picture", "data-referrer", "data-shape",
    "data-width", "decoding", "fetchpriority", "height", "href", "loading", "rel", "role", "scope",
    "sizes", "src", "srcset", "start", "tabindex", "type", "width",
}  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def unsafe(html: str, *, stored: bool = False) -> list[str]:
    """What in the HTML of blocks could run, load or disguise something; ``stored`` allows only
    what a block may keep."""
    reading = Reading(html)
    found = [repr(control) for control in _CONTROL.findall(html)]
    for name, attributes in reading.elements:
        if name not in markup.SUBSET and (stored or name not in _OURS):
            found.append(f"<{name}>")
        allowed = markup.SUBSET.get(name, ()) if stored else _ATTRIBUTES
        found += [f"{name} {key}" for key in attributes if key not in allowed]
        chosen = [one.split()[0] for one in attributes.get("srcset", "").split(",") if one.split()]
        addresses = (attributes.get("href", ""), attributes.get("src", ""), *chosen)
        found += [address for address in addresses if not _is_safe(address)]
    return found + reading.mistakes


def _is_safe(address: str) -> bool:
    # As browsers do, which skip these characters.
    scheme = _SCHEME.match(re.sub(r"[\t\n\r]", "", address).lstrip("\x00\x01\x1f "))
    return scheme is None or scheme[1].lower() in markup.SCHEMES
