"""HTML of other publishers as a small tree. Any text is read; nothing here is trusted or kept.

The tree forgives what those pages get wrong: unclosed paragraphs, list items and cells, end tags
without a start, and nesting without end.
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = frozenset({"br", "hr", "img", "source", "embed", "input", "meta", "link", "wbr", "col"})
UNSEEN = frozenset({"script", "style", "noscript", "template"})
BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "dd", "details", "div", "dl", "dt", "fieldset"}
    | {"figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main"}
    | {"nav", "ol", "p", "pre", "section", "table", "ul"}
)
_ENDED_BY: dict[str, frozenset[str]] = {
    # an open element: what ends it by beginning
    "p": BLOCKS,
    "li": frozenset({"li"}),
    "td": frozenset({"td", "th", "tr"}),
    "th": frozenset({"td", "th", "tr"}),
    "tr": frozenset({"tr"}),
}
_DEEPEST = 60


class Node:
    """An element with its children; strings among them are text."""

    __slots__ = ("attributes", "children", "tag")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Node | str] = []

    def all(self, *tags: str) -> Iterator[Node]:
        """Elements inside, in the order of the page; without tags, every one."""
        for child in self.children:
            if isinstance(child, Node):
                if not tags or child.tag in tags:
                    yield child
                yield from child.all(*tags)

    def first(self, *tags: str) -> Node | None:
        """The first such element inside."""
        return next(self.all(*tags), None)

    def classed(self, name: str) -> Node | None:
        """The first element inside with that class."""
        return next((node for node in self.all() if name in node.classes), None)

    @property
    def classes(self) -> list[str]:
        """The names in its class attribute."""
        return self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        """Its text on one line; a line break or a block inside separates words."""
        return " ".join("".join(self.pieces()).split())

    def pieces(self) -> Iterator[str]:
        """Its texts in order, a space where words must not run together."""
        for child in self.children:
            if isinstance(child, str):
                yield child
                continue
            apart = child.tag in BLOCKS or child.tag in {"br", "li", "td", "th", "figcaption"}
            yield " " if apart else ""
            yield from child.pieces()
            yield " " if apart else ""


class _Grower(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self._open = [self.root]
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self._unseen += 1
        if self._unseen:
            return
        while tag in _ENDED_BY.get(self._open[-1].tag, ()):
            self._open.pop()
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        # What is nested deeper stands beside its parent: walking the tree needs no guard then.
        if tag not in VOID and len(self._open) < _DEEPEST:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in UNSEEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].tag == tag and not self._unseen:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._open[-1].children.append(data)


def grow(html: str) -> Node:
    """The tree of a piece of HTML, under a node without a tag."""
    grower = _Grower()
    grower.feed(html)
    grower.close()
    return grower.root
