"""Blocks to Markdown, the way back of :mod:`liveblog.markup.markdown`. Pure.

A block is written as plain Markdown where that reads as the same block again, else as a fence with
its JSON: nothing that a block holds is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import unescape
from html.parser import HTMLParser
from itertools import count, repeat
from typing import Any

import msgspec

from liveblog.blocks import Block, Divider, Embed, Heading, Image, List, Quote, Table, Text
from liveblog.errors import Invalid
from liveblog.markup.markdown import FENCE, to_blocks

_LONGEST_CHARACTERS = 16_384

_PARAGRAPH = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)
_CODE = re.compile(r"<pre><code>([^`]*\n)</code></pre>")
_ENTITY = r"&(?=#?\w+;)"
_SPECIAL = re.compile(rf"[\\`*\[\]<~|]|(?<![^\W_])_|_(?![^\W_])|{_ENTITY}")
# What would make a line a heading, a quotation, a list, a rule.
_BEGINNING = re.compile(
    r"^(?:(?P<number>\d{1,9})(?=[.)](?:\s|$))|(?=#{1,6}(?:\s|$)|>|[-+=](?:[\s=-]|$)))", re.MULTILINE
)
_CONTROL = re.compile(r"[\x7f-\x9f]")
_PLAIN_ADDRESS = re.compile(r"[^\s<>()\\]+")
_MARKS = {"em": "*", "strong": "**", "s": "~~"}


def to_markdown(blocks: Iterable[Block]) -> str:
    """Markdown that :func:`to_blocks` reads as the same (cleaned) blocks; a Text of several
    paragraphs comes back as one each, which readers see as the same."""
    apart = [part for block in blocks for part in _apart(block)]
    fences = [_fence(block) for block in apart]
    # Reading it again takes time, for which the readers in this process would wait.
    if sum(map(len, fences)) > _LONGEST_CHARACTERS:
        return "\n\n".join(fences)
    forms = [
        _plain(block, before) or fence
        for before, block, fence in zip([None, *apart], apart, fences, strict=False)
    ]
    together = "\n\n".join(forms)
    return together if _reads_as(together, apart) else "\n\n".join(fences)


def _apart(block: Block) -> list[Block]:
    if isinstance(block, Text) and not _PARAGRAPH.sub("", block.html).strip():
        paragraphs = [found[0] for found in _PARAGRAPH.finditer(block.html)]
        return [Text(html=one) for one in paragraphs] or [block]
    return [block]


def _fence(block: Block) -> str:
    # No line of JSON begins with a backtick, so none ends the fence too early.
    body = msgspec.json.format(msgspec.json.encode(block), indent=2).decode()
    # Left as they are, such characters would be taken out of the text: an address may hold them.
    body = _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", body)
    return f"```{FENCE}\n{body}\n```"


def _plain(block: Block, before: Block | None) -> str:
    """Plain Markdown, or nothing where it would not be read as that block."""
    # Two lists in a row would be read as one.
    joins = isinstance(block, List) and isinstance(before, List) and block.ordered == before.ordered
    if joins or type(block) not in _WRITERS:
        return ""
    try:
        written = _WRITERS[type(block)](block)
    except _NotMarkdown:
        return ""
    return written if _reads_as(written, [block]) else ""


def _reads_as(text: str, blocks: Sequence[Block]) -> bool:
    try:
        return to_blocks(text) == tuple(blocks)
    except Invalid:
        return False


# -- each kind -----------------------------------------------------------------------------------


def _write_text(text: Text) -> str:
    if code := _CODE.fullmatch(text.html):
        return f"```\n{unescape(code[1])}```"
    return "\n\n".join(_paragraphs(text.html))


def _write_quote(quote: Quote) -> str:
    said = "\n\n".join(_paragraphs(quote.html))
    if quote.attribution:
        said += f"\n— {_escaped(quote.attribution)}"
    return "\n".join(f"> {line}".rstrip() for line in said.split("\n"))


def _paragraphs(html: str) -> list[str]:
    return [_inline(found[1]) for found in _PARAGRAPH.finditer(html)]


def _write_list(block: List) -> str:
    marks = (f"{number}." for number in count(block.start)) if block.ordered else repeat("-")
    items = zip(marks, block.items, strict=False)
    return "\n".join(f"{mark} {_inline(item)}" for mark, item in items)


def _write_image(image: Image) -> str:
    caption = re.sub(rf'["\\]|{_ENTITY}', r"\\\g<0>", image.caption)
    title = f' "{caption}"' if caption else ""
    # What stands in the brackets is taken as it is.
    return f"![{image.alt}]({_address(image.src)}{title})"


def _write_table(table: Table) -> str:
    rule = " | ".join("---" for _ in table.header)
    header, *rows = [" | ".join(map(_inline, row)) for row in (table.header, *table.rows)]
    return "\n".join(f"| {row} |" for row in (header, rule, *rows))


_WRITERS: dict[type[Block], Callable[[Any], str]] = {
    Heading: lambda block: f"{'#' * block.level} {_inline(block.html)}",
    Text: _write_text,
    Quote: _write_quote,
    List: _write_list,
    Image: _write_image,
    Embed: lambda block: block.url,
    Divider: lambda block: "---",
    Table: _write_table,
}


# -- inside a sentence ---------------------------------------------------------------------------


class _NotMarkdown(Exception):
    """Markdown has no words for this HTML."""


class _Inline(HTMLParser):
    """Collects the Markdown of what stands inside a paragraph."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self._addresses: list[str] = []
        self._broke = False
        self._in_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._addresses.append(dict(attrs).get("href") or "")
            self.written.append("[")
        elif tag == "br":
            self.written.append("\\\n")
            self._broke = True
        else:
            self._mark(tag)
        self._in_code = tag == "code"

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.written.append(f"]({_address(self._addresses.pop())})")
        else:
            self._mark(tag)
        self._in_code = False

    def handle_data(self, data: str) -> None:
        # A reader of Markdown writes a line feed after each break.
        data = data.removeprefix("\n") if self._broke else data
        self._broke = False
        self.written.append(data if self._in_code else _escaped(data))

    def _mark(self, tag: str) -> None:
        if tag not in {*_MARKS, "code"}:
            raise _NotMarkdown(tag)
        self.written.append(_MARKS.get(tag, "`"))


def _inline(html: str) -> str:
    parser = _Inline()
    parser.feed(html)
    parser.close()
    return _BEGINNING.sub(r"\g<number>\\", "".join(parser.written))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _address(address: str) -> str:
    address = re.sub(_ENTITY, r"\\&", address)
    if _PLAIN_ADDRESS.fullmatch(address.replace("\\&", "")):
        return address
    return "<" + re.sub(r"[<>]", r"\\\g<0>", address) + ">"
