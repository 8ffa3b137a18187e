"""An update as one piece of HTML that is shown elsewhere: in a feed, in a letter. Pure."""

from __future__ import annotations

import html
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import nh3

from liveblog.markup.rendering import to_html
from liveblog.markup.subset import SCHEMES, SUBSET
from liveblog.markup.words import CORRECTION, RETRACTED, VERIFICATION
from liveblog.story import Correction, Update

# What the renderers make, without what only our own style sheets and scripts know.
_TAGS = {
    *SUBSET,
    *("aside", "caption", "cite", "figcaption", "figure", "footer", "h3", "h4", "h5", "hr", "img"),
    *("small", "table", "tbody", "td", "th", "thead", "tr"),
}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),
    "img": {"src", "alt", "width", "height"},
    **{tag: set(names) for tag, names in SUBSET.items() if names},
}
_ADDRESSES = {"href", "src"}


def standalone(update: Update, base: str) -> str:
    """Safe HTML without class names, its addresses made whole against ``base``, with what readers
    are told besides the text: how far it is confirmed, corrections, the source. Of a retracted
    update only the notice."""
    if update.status == "retracted":
        return f"<p><strong>Retracted.</strong> {html.escape(update.notice or RETRACTED)}</p>"
    return "".join(_parts(update, base))


def paragraph(text: str) -> str:
    """Plain text as a paragraph of HTML."""
    return f"<p>{html.escape(text)}</p>"


def _parts(update: Update, base: str) -> Iterator[str]:
    if update.verification:
        yield f"<p><em>{VERIFICATION[update.verification]}</em></p>"
    yield _whole_addresses(to_html(update.blocks), base)
    yield from map(_notice, update.corrections)
    if update.source:
        yield f"<p><small>Source: {html.escape(update.source)}</small></p>"


def _notice(one: Correction) -> str:
    return f"<p><strong>{CORRECTION[one.kind]}:</strong> {html.escape(one.note)}</p>"


def _whole_addresses(fragment: str, base: str) -> str:
    """The same piece of HTML where addresses are no longer relative to one of our pages."""

    def whole(tag: str, name: str, value: str) -> str | None:
        return _joined(base, value) if name in _ADDRESSES else value

    return nh3.clean(
        # On our pages a style sheet keeps them apart from the words before.
        fragment.replace("<small", " <small"),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=whole,
        url_schemes=set(SCHEMES),
        link_rel=None,
    )


def _joined(base: str, address: str) -> str | None:
    try:
        whole = urljoin(base, address)
        scheme = urlsplit(whole).scheme
    except ValueError:
        # No browser could follow it either; the words of the link stay.
        return None
    return whole if scheme in SCHEMES or not (scheme or base) else None
