"""HTML of other publishers into blocks: paragraphs, headings, lists, quotes, tables, pictures.

What comes out still has to be cleaned (``Notebook.blocks`` does): here only its structure is read.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator

from liveblog import markup
from liveblog.blocks import Block, Divider, Embed, Heading, Image, List, Quote, Table, Text
from liveblog.exchange.coverage import Notebook, joined, remote
from liveblog.exchange.tree import BLOCKS, VOID, Node, grow

_MEDIA = ("img", "iframe", "video", "audio", "embed")
_LOST = ("svg", "object", "canvas", "form", "select", "math")
_TWITTER = "twitter-tweet"
_ALIASES = {"del": "s", "strike": "s"}
_LEVELS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}


def read(text: str, notes: Notebook, where: str, base: str = "") -> tuple[Block, ...]:
    """The cleaned blocks of a piece of HTML or plain text; what has no block is noted.

    ``base`` is the page's own address, which relative links start from.
    """
    root = grow(text if "<" in text else _paragraphs(text))
    for node in root.all(*_LOST):
        notes.leave_out(where, f"<{node.tag}> in its text")
    return notes.blocks(where, _Reader(base).flow(root))


def plain(text: str) -> str:
    """A piece of HTML as text on one line."""
    return grow(text).text


def tweet(node: Node, url: str = "") -> Embed | None:
    """The post that a ``blockquote`` of Twitter's embed code shows; None if it links nowhere."""
    links = [link for link in node.all("a") if "/status/" in link.attributes.get("href", "")]
    url = url or (links[-1].attributes["href"].partition("?")[0] if links else "")
    if not url:
        return None
    said = " ".join(paragraph.text for paragraph in node.all("p"))
    outside = [_outside(child) for child in node.children]
    by = " ".join(" ".join(outside).split()).removeprefix("—").strip()
    return Embed(url=url, title=by[:1_000], provider="Twitter", text=said[:5_000])


def _outside(child: Node | str) -> str:
    if isinstance(child, str):
        return child
    # A link that shows only its own address says nothing about who wrote it.
    bare = child.tag == "a" and child.text.startswith("http")
    return "" if child.tag == "p" or bare else child.text


def _paragraphs(text: str) -> str:
    parts = text.replace("\r\n", "\n").split("\n\n")
    return "".join(f"<p>{part}</p>" for part in parts)


def _is_block(child: Node | str) -> bool:
    return isinstance(child, Node) and (
        child.tag in BLOCKS
        or child.tag in _MEDIA
        or child.tag == "li"  # one that lost its list
        or any(inner.tag in BLOCKS or inner.tag in _MEDIA for inner in child.all())
    )


class _Reader:
    """Walks a tree; ``base`` is where relative addresses start."""

    def __init__(self, base: str) -> None:
        self._base = base

    def flow(self, node: Node) -> list[Block]:
        """The blocks of what an element holds; neighbouring paragraphs are one Text."""
        blocks: list[Block] = []
        run: list[Node | str] = []
        for child in node.children:
            if _is_block(child) and isinstance(child, Node):
                blocks += self.text(run)
                blocks += self.block(child)
                run = []
            else:
                run.append(child)
        return joined([*blocks, *self.text(run)])

    def block(self, node: Node) -> list[Block]:
        return _READERS.get(node.tag, _Reader.flow)(self, node)

    def text(self, run: Iterable[Node | str]) -> list[Block]:
        inside = self.inline(run)
        if not markup.plain(inside).replace("\xa0", " ").strip():
            return []
        return [Text(html=f"<p>{inside}</p>")]

    def link(self, node: Node) -> list[Block]:
        return [*self.text([node]), *self.media_in(node)]

    def heading(self, node: Node) -> list[Block]:
        inside = self.inline(node.children)
        heading = [Heading(html=inside, level=_LEVELS[node.tag])] if node.text else []
        return [*heading, *self.media_in(node)]

    def quote(self, node: Node) -> list[Block]:
        shown = tweet(node) if _TWITTER in node.classes else None
        if shown:
            return [shown]
        said = Node(node.tag, {})
        footer = node.first("footer", "cite")
        said.children = [child for child in node.children if child is not footer]
        who = footer.text.lstrip("—– ") if footer is not None and footer in node.children else ""
        inside = "".join(self.flat(block) for block in self.flow(said))
        quote = [Quote(html=inside, attribution=who[:1_000])] if inside else []
        return [*quote, *self.media_in(node)]

    @staticmethod
    def flat(block: Block) -> str:
        # A quotation holds text and lists; the pictures in it follow it as blocks of their own.
        if isinstance(block, Image | Embed | Divider):
            return ""
        if isinstance(block, Text | List):
            return markup.to_html([block])
        return f"<p>{html.escape(markup.to_text([block]))}</p>"

    def listing(self, node: Node) -> list[Block]:
        items = (self.item(child) for child in node.children)
        found = tuple(item for item in items if item)
        listed = [List(items=found, ordered=node.tag == "ol")] if found else []
        return [*listed, *self.media_in(node)]

    def item(self, child: Node | str) -> str:
        inside = isinstance(child, Node) and child.tag == "li"
        return self.inline(child.children if inside and isinstance(child, Node) else [child])

    def table(self, node: Node) -> list[Block]:
        rows = [list(row.all("td", "th")) for row in node.all("tr")]
        rows = [row for row in rows if row]
        if not rows:
            return self.flow(node)
        width = max(len(row) for row in rows)
        cells = [
            tuple(self.inline(cell.children) for cell in row) + ("",) * (width - len(row))
            for row in rows
        ]
        headed = all(cell.tag == "th" for cell in rows[0])
        caption = node.first("caption")
        table = Table(
            header=cells[0] if headed else (),
            rows=tuple(cells[1:] if headed else cells),
            caption=caption.text[:1_000] if caption else "",
        )
        return [table, *self.media_in(node)]

    def figure(self, node: Node) -> list[Block]:
        caption = node.first("figcaption")
        media = list(self.media_in(node))
        if len(media) != 1 or not isinstance(media[0], Image):
            return self.flow(node)
        said = caption.text if caption else ""
        return [Image(src=media[0].src, alt=media[0].alt, caption=said[:1_000])]

    def preformatted(self, node: Node) -> list[Block]:
        return [Text(html=f"<pre>{self.inline(node.children)}</pre>")] if node.text else []

    def media(self, node: Node) -> list[Block]:
        source = node if "src" in node.attributes else node.first("source") or node
        address = source.attributes.get("src", "") or source.attributes.get("data-src", "")
        if not address:
            return self.flow(node)
        whole = remote(address, self._base)
        if node.tag == "img":
            return [Image(src=whole, alt=node.attributes.get("alt", "")[:1_000])]
        return [Embed(url=whole, title=node.attributes.get("title", "")[:1_000])]

    def media_in(self, node: Node) -> Iterator[Block]:
        for found in node.all(*_MEDIA):
            yield from self.media(found)

    def inline(self, children: Iterable[Node | str]) -> str:
        inside = "".join(self.written(child) for child in children).strip()
        while inside.endswith("<br>"):
            inside = inside.removesuffix("<br>").rstrip()
        return inside

    def written(self, child: Node | str) -> str:
        if isinstance(child, str):
            return html.escape(child, quote=False)
        if child.tag in _MEDIA:
            return ""
        tag = _ALIASES.get(child.tag, child.tag)
        inside = "".join(self.written(inner) for inner in child.children)
        if tag == "a" and child.attributes.get("href"):
            whole = remote(child.attributes["href"], self._base)
            return f'<a href="{html.escape(whole)}">{inside}</a>'
        if tag in VOID:
            return "<br>" if tag == "br" else ""
        if tag in BLOCKS and tag not in {"ul", "ol"}:
            # Paragraphs of a list item or a cell: two lines of it.
            return f"{inside}<br>" if inside.strip() else ""
        return f"<{tag}>{inside}</{tag}>" if tag in markup.SUBSET else inside


_READERS: dict[str, Callable[[_Reader, Node], list[Block]]] = {
    "a": _Reader.link,
    "blockquote": _Reader.quote,
    "ul": _Reader.listing,
    "ol": _Reader.listing,
    "table": _Reader.table,
    "figure": _Reader.figure,
    "pre": _Reader.preformatted,
    "hr": lambda reader, node: [Divider()],
    **dict.fromkeys(_LEVELS, _Reader.heading),
    **dict.fromkeys(_MEDIA, _Reader.media),
}
