"""The items of a Superdesk Live Blog post, each into blocks of ours; ``ITEMS`` lists them."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable

from msgspec import Struct, field

from liveblog.blocks import Block, Embed, Image, Quote, Score, Side, Text
from liveblog.exchange import richtext
from liveblog.exchange.coverage import Notebook, remote
from liveblog.exchange.tree import Node, grow

_LARGEST = 2_000
_MOST_PIXELS = 20_000
_POINTS = 60


class _Rendition(Struct, frozen=True):
    href: str | None = None
    width: int | float | None = None
    height: int | float | None = None


class _Media(Struct, frozen=True):
    renditions: dict[str, _Rendition | None] | None = None


class _Meta(Struct, frozen=True):
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None
    title: str | None = None
    description: str | None = None
    provider_name: str | None = None
    original_url: str | None = None
    commenter: str | None = None
    media: _Media | None = None


class Item(Struct, frozen=True):
    """A piece of a post, as the API gives it."""

    id: str = field(name="_id", default="")
    item_type: str = ""
    text: str | None = None
    meta: _Meta | None = None
    commenter: str | None = None


Reader = Callable[[Item, str, Notebook], list[Block]]


def read(item: Item, where: str, notes: Notebook) -> list[Block]:
    """An item's blocks. Of an unknown one the text is kept; what is missing is noted."""
    reader = ITEMS.get(item.item_type)
    if reader:
        return reader(item, where, notes)
    kept = _text(item, where, notes)
    what = "only its text was kept" if kept else "it has no counterpart"
    notes.leave_out(where, f"{item.item_type or 'untyped'} item {item.id}: {what}")
    return kept


def _text(item: Item, where: str, notes: Notebook) -> list[Block]:
    return list(richtext.read(item.text or "", notes, where))


def _comment(item: Item, where: str, notes: Notebook) -> list[Block]:
    meta = item.meta or _Meta()
    who = notes.line(where, item.commenter or meta.commenter, 1_000)
    said = _text(item, where, notes)
    words = "".join(block.html for block in said if isinstance(block, Text))
    quote = [Quote(html=words, attribution=who)] if words else []
    return [*quote, *(block for block in said if not isinstance(block, Text))]


def _advertisement(item: Item, where: str, notes: Notebook) -> list[Block]:
    notes.leave_out(where, f"{item.item_type}: {richtext.plain(item.text or '')}")
    return []


# -- pictures -------------------------------------------------------------------------------------


def _image(item: Item, where: str, notes: Notebook) -> list[Block]:
    meta, root = item.meta or _Meta(), grow(item.text or "")
    shown = root.first("img") or Node("img", {})
    best = _best([*_renditions(meta), *_source_set(shown)])
    src = best.href or shown.attributes.get("src")
    if not src:
        notes.leave_out(where, f"a picture without an address ({item.id})")
        return _text(item, where, notes)
    caption = root.first("figcaption")
    said = richtext.plain(meta.caption or "") or (caption.text if caption else "")
    return [
        Image(
            src=remote(src),
            alt=notes.line(where, meta.alt or shown.attributes.get("alt"), 1_000),
            caption=notes.line(where, said, 1_000),
            credit=notes.line(where, richtext.plain(meta.credit or ""), 1_000),
            width=_pixels(best.width),
            height=_pixels(best.height),
        )
    ]


def _renditions(meta: _Meta) -> Iterable[_Rendition]:
    renditions = meta.media.renditions if meta.media else None
    return [one for one in (renditions or {}).values() if one and one.href]


def _source_set(shown: Node) -> Iterable[_Rendition]:
    for candidate in shown.attributes.get("srcset", "").split(","):
        address, _, size = candidate.strip().rpartition(" ")
        if address and size.endswith("w") and size[:-1].isdecimal():
            yield _Rendition(href=address.strip(), width=int(size[:-1]))


def _best(files: list[_Rendition]) -> _Rendition:
    """The largest that is not a print file, else the smallest of those."""
    small = [one for one in files if 0 < (one.width or 0) <= _LARGEST]
    if small:
        return max(small, key=lambda one: one.width or 0)
    return min(files, key=lambda one: one.width or 0, default=_Rendition())


def _pixels(size: float | None) -> int | None:
    return int(size) if size and 1 <= size <= _MOST_PIXELS else None


# -- embeds ---------------------------------------------------------------------------------------


def _embed(item: Item, where: str, notes: Notebook) -> list[Block]:
    meta, root = item.meta or _Meta(), grow(item.text or "")
    post = root.classed("twitter-tweet")
    shown = richtext.tweet(post) if post else None
    if shown:
        return [shown]
    url = meta.original_url or _address(root)
    if not url:
        notes.leave_out(where, f"an embed without an address ({item.id}); its text was kept")
        return _text(item, where, notes)
    _note_cover(root, where, notes)
    return [
        Embed(
            url=remote(url),
            title=notes.line(where, _part(root, "title-preview") or meta.title, 1_000),
            provider=notes.line(
                where, _part(root, "credit-preview") or meta.provider_name or meta.credit, 1_000
            ),
            text=notes.line(where, _part(root, "description-preview") or meta.description, 5_000),
        )
    ]


def _part(root: Node, name: str) -> str:
    found = root.classed(name)
    return found.text if found else ""


def _address(root: Node) -> str:
    link = root.classed("link-preview")
    frame = root.first("iframe", "video", "audio", "source")
    quote = root.first("blockquote")
    anchors = list((quote or root).all("a"))
    # A quoted post ends with the link to itself; other embeds begin with theirs.
    anchor = anchors[-1 if quote else 0] if anchors else None
    found = [
        link.attributes.get("href") if link else None,
        frame.attributes.get("src") or frame.attributes.get("data-src") if frame else None,
        anchor.attributes.get("href") if anchor else None,
    ]
    return next(filter(None, found), "")


def _note_cover(root: Node, where: str, notes: Notebook) -> None:
    cover = root.classed("cover-preview")
    style = cover.attributes.get("style", "") if cover else ""
    if "url(" in style:
        address = style.partition("url(")[2].partition(")")[0].strip("\"' ")
        notes.leave_out(where, f"the picture on an embed's card ({address})")


# -- scores ---------------------------------------------------------------------------------------


def _scorecard(item: Item, where: str, notes: Notebook) -> list[Block]:
    columns = [node for node in grow(item.text or "").all() if "scorecard__column" in node.classes]
    sides = [side for column in columns if (side := _side(column, where, notes))]
    if not sides:
        notes.leave_out(where, f"a scorecard that names no sides ({item.id}); its text was kept")
        return _text(item, where, notes)
    scorers = [line for column in columns if (line := _scorers(column))]
    told = "<br>".join(html.escape(line, quote=False) for line in scorers)
    return [Score(sides=tuple(sides)), *([Text(html=f"<p>{told}</p>")] if told else [])]


def _side(column: Node, where: str, notes: Notebook) -> Side | None:
    name, points = _part(column, "team-name"), _part(column, "team-score")
    if not name:
        return None
    return Side(name=notes.line(where, name, 1_000), points=notes.line(where, points, _POINTS))


def _scorers(column: Node) -> str:
    listed = column.classed("scorecard__scorers")
    scored = [item.text for item in listed.all("li") if item.text] if listed else []
    return f"{_part(column, 'team-name')}: {', '.join(scored)}" if scored else ""


ITEMS: dict[str, Reader] = {
    "text": _text,
    "image": _image,
    "embed": _embed,
    "comment": _comment,
    "quote": _comment,
    "Scorecard": _scorecard,
    "Election results": _text,
    "Advertisement Local": _advertisement,
    "Advertisement Remote": _advertisement,
}
