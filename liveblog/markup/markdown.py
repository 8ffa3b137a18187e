"""Markdown to blocks. Pure.

Raw HTML is not read as HTML: it stays visible as the text that it is, so nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, cast

import msgspec
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from liveblog.blocks import (
    ADDRESS_CHARACTERS,
    LINE_CHARACTERS,
    Block,
    Divider,
    Embed,
    Heading,
    Image,
    List,
    Quote,
    Table,
    Text,
)
from liveblog.errors import Invalid
from liveblog.markup.cleaning import clean
from liveblog.markup.subset import clean_text

FENCE = "block"
"""The info string of a fence that holds a block."""

_block: msgspec.json.Decoder[Block] = msgspec.json.Decoder(Block)
_ATTRIBUTION = re.compile(r"^(?:—|–|--)\s*(?P<who>.+)$", re.DOTALL)
_BARE_ADDRESS = re.compile(r"https?://[^\s<>]+")


def to_blocks(markdown: str) -> tuple[Block, ...]:
    """Read Markdown (CommonMark, tables, strikethrough, bare links). Any text is valid Markdown.

    A paragraph that is one picture becomes an Image, one bare address an Embed; a quotation whose
    last line begins with a dash takes that as its attribution. A fence whose info string is
    ``block``, inside nothing else, holds any block as JSON.

    Raises Invalid for an address of no use, and for a fence whose block cannot be read.
    """
    tokens = _MARKDOWN.parse(clean_text(markdown))
    blocks: list[Block] = []
    place = 0
    while place < len(tokens):
        end = _end(tokens, place)
        blocks.extend(_READERS.get(tokens[place].type, _read_flow)(tokens[place : end + 1]))
        place = end + 1
    try:
        return clean(blocks)
    except Invalid as error:
        raise Invalid("text", f"a picture or link in it cannot be used: {error.why}") from error


def _reader() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": True, "maxNesting": 20})
    # Only addresses with a scheme: "today.at" in a sentence is not a link.
    cast(Any, markdown.linkify).set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    return markdown.enable(["table", "strikethrough", "linkify"])


_MARKDOWN = _reader()


def _end(tokens: Sequence[Token], start: int) -> int:
    depth = 0
    for place in range(start, len(tokens)):
        depth += tokens[place].nesting
        if depth == 0:
            return place
    return len(tokens) - 1


def _rendered(tokens: Sequence[Token]) -> str:
    rendered = cast(str, _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    return _without_pictures(rendered).strip()


def _inline(token: Token) -> str:
    renderer = cast(RendererHTML, _MARKDOWN.renderer)
    return _without_pictures(renderer.renderInline(token.children or [], _MARKDOWN.options, {}))


def _read_flow(tokens: Sequence[Token]) -> list[Block]:
    return [Text(html=_rendered(tokens))]


def _read_paragraph(tokens: Sequence[Token]) -> list[Block]:
    inline = tokens[1]
    address = inline.content.strip("<>")
    if len(address) <= ADDRESS_CHARACTERS and _BARE_ADDRESS.fullmatch(address):
        return [Embed(url=address)]
    children = [child for child in inline.children or [] if child.type != "softbreak"]
    pictures = [_picture(child) for child in children if child.type == "image"]
    if pictures and len(pictures) == len(children) and all(map(_is_short, pictures)):
        return list(pictures)
    return [Text(html=f"<p>{_inline(inline)}</p>")]


def _picture(token: Token) -> Image:
    return Image(
        src=str(token.attrs.get("src", "")),
        alt=clean_text(token.content),
        caption=str(token.attrs.get("title", "")),
    )


def _is_short(image: Image) -> bool:
    words = (image.alt, image.caption)
    return len(image.src) <= ADDRESS_CHARACTERS and max(map(len, words)) <= LINE_CHARACTERS


def _without_pictures(text: str) -> str:
    # A picture inside a sentence stays reachable as a link: blocks have no pictures inside text.
    return re.sub(
        r'<img src="(?P<src>[^"]*)" alt="(?P<alt>[^"]*)"[^>]*>',
        lambda found: f'<a href="{found["src"]}">{found["alt"] or found["src"]}</a>',
        text,
    )


def _read_heading(tokens: Sequence[Token]) -> list[Block]:
    level = min(max(int(tokens[0].tag[1:]), 2), 4)
    return [Heading(html=_inline(tokens[1]), level=level)]


def _read_quote(tokens: Sequence[Token]) -> list[Block]:
    body = list(tokens[1:-1])
    attribution = ""
    if len(body) >= 3 and body[-1].type == "paragraph_close":
        said, _, last = body[-2].content.rpartition("\n")
        found = _ATTRIBUTION.match(last)
        # A dash that begins a long speech is no attribution.
        if found and len(last) <= LINE_CHARACTERS and (said or len(body) > 3):
            attribution = found["who"].strip()
            body = body[:-3] + (_paragraph(said) if said else [])
    return [Quote(html=_rendered(body), attribution=attribution)]


def _paragraph(markdown: str) -> list[Token]:
    return _MARKDOWN.parse(markdown)


def _read_list(tokens: Sequence[Token]) -> list[Block]:
    items: list[str] = []
    place = 1
    while place < len(tokens) - 1:
        end = _end(tokens, place)
        items.append(_without_paragraphs(_rendered(tokens[place + 1 : end])))
        place = end + 1
    ordered = tokens[0].type == "ordered_list_open"
    start = int(tokens[0].attrs.get("start", 1))
    return [List(items=tuple(items), ordered=ordered, start=start)]


def _without_paragraphs(text: str) -> str:
    return re.sub(r"</p>\s*<p>", "<br>", text).replace("<p>", "").replace("</p>", "").strip()


def _read_table(tokens: Sequence[Token]) -> list[Block]:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_inline(token))
    header, *body = [tuple(row) for row in rows]
    return [Table(header=header, rows=tuple(body))]


def _read_fence(tokens: Sequence[Token]) -> list[Block]:
    fence = tokens[0]
    if fence.info.strip() != FENCE:
        return _read_flow(tokens)
    line = fence.map[0] + 1 if fence.map else 1
    try:
        block = _block.decode(fence.content)
        return list(clean([block]))
    except Invalid as error:
        _, _, field = error.field.partition("].")
        raise _unreadable(line, f"{field}: {error.why}") from error
    except msgspec.ValidationError as error:
        raise _unreadable(line, str(error).replace("`", "")) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise _unreadable(line, f"it is not the JSON of one block ({error})") from error


def _unreadable(line: int, why: str) -> Invalid:
    advice = "Correct it, or take the word block off its first line to show it as it is"
    return Invalid("text", f"the block that begins in line {line} cannot be read: {why}. {advice}")


_READERS: dict[str, Callable[[Sequence[Token]], list[Block]]] = {
    "paragraph_open": _read_paragraph,
    "heading_open": _read_heading,
    "blockquote_open": _read_quote,
    "bullet_list_open": _read_list,
    "ordered_list_open": _read_list,
    "hr": lambda tokens: [Divider()],
    "table_open": _read_table,
    "fence": _read_fence,
}
