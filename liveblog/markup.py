"""Markdown to blocks, blocks to safe HTML and plain text. Pure.

The only place that makes or cleans HTML of editorial text. What may be stored is ``SUBSET``; raw
HTML in Markdown is not read as HTML: it stays visible as the text that it is, so nothing is lost.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from msgspec import ValidationError, convert, to_builtins
from msgspec.structs import replace

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
    Score,
    Table,
    Text,
)
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
    "ol": (),
    "p": (),
    "pre": (),
    "ul": (),
}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_INLINE = frozenset({"a", "br", "code", "em", "i", "b", "s", "strong", "sub", "sup"})
_ITEM = _INLINE | {"ul", "ol", "li"}
_FLOW = frozenset(SUBSET)
_CLEANINGS = 8  # two settle nearly all; what is nested deeper is as safe, only not settled
_BLANK = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_ATTRIBUTION = re.compile(r"^(?:—|–|--)\s*(?P<who>.+)$", re.DOTALL)
# After any element that is not part of a sentence, the text goes on in a new line.
_ENDS = re.compile(r"</(?!(?:a|b|cite|code|em|i|s|span|strong|sub|sup)>)[a-z0-9]+>|<br>")


def clean_html(text: str, allowed: Iterable[str] = _FLOW) -> str:
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


def clean(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Blocks whose HTML is the stored subset and whose addresses are safe.

    Raises Invalid for an address with a scheme that is not listed.
    """
    return tuple(_clean(block, place) for place, block in enumerate(blocks))


def to_blocks(markdown: str) -> tuple[Block, ...]:
    """Read Markdown (CommonMark, tables, strikethrough, bare links). Any text is valid Markdown.

    A paragraph that is one picture becomes an Image, one bare address an Embed; a quotation whose
    last line begins with a dash takes that as its attribution.
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


def to_html(blocks: Iterable[Block]) -> str:
    """Safe HTML of cleaned blocks; class names begin with ``lb-``."""
    return "".join(RENDERERS[type(block)](block) for block in blocks)


def to_text(blocks: Iterable[Block]) -> str:
    """Plain text of blocks, a blank line between two."""
    return "\n\n".join(filter(None, (_PLAIN[type(block)](block) for block in blocks)))


def plain(fragment: str) -> str:
    """Plain text of a piece of HTML."""
    broken = _ENDS.sub("\\g<0>\n", fragment)
    return html.unescape(nh3.clean(broken, tags=set())).strip()


def is_ours(address: str) -> bool:
    """Whether a picture's address is on this site, so that showing it tells nobody else."""
    return address.startswith("/") and not address.startswith("//")


def web_address(text: str, field: str) -> str:
    """An http or https address. Raises Invalid naming ``field``."""
    try:
        parts = urlsplit(text)
    except ValueError:
        raise Invalid(field, "this is not an address") from None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise Invalid(field, "give a whole address that begins with https://")
    return text


# -- Markdown -------------------------------------------------------------------------------------


def _reader() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": True, "maxNesting": 20})
    # Only addresses with a scheme: "today.at" in a sentence is not a link.
    cast(Any, markdown.linkify).set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    return markdown.enable(["table", "strikethrough", "linkify"])


_MARKDOWN = _reader()
_BARE_ADDRESS = re.compile(r"https?://[^\s<>]+")


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
    return [List(items=tuple(items), ordered=tokens[0].type == "ordered_list_open")]


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


_READERS: dict[str, Callable[[Sequence[Token]], list[Block]]] = {
    "paragraph_open": _read_paragraph,
    "heading_open": _read_heading,
    "blockquote_open": _read_quote,
    "bullet_list_open": _read_list,
    "ordered_list_open": _read_list,
    "hr": lambda tokens: [Divider()],
    "table_open": _read_table,
}


# -- cleaning -------------------------------------------------------------------------------------


def _clean(block: Block, place: int) -> Block:
    cleaner = _CLEANERS.get(type(block))
    try:
        return _fitting(cleaner(block) if cleaner else block)
    except Invalid as error:
        raise Invalid(f"blocks[{place}].{error.field}", error.why) from error


def _fitting(block: Block) -> Block:
    """The block, if the log can be read with it: a field too long would break the whole story."""
    try:
        return convert(to_builtins(block), type(block))
    except ValidationError as error:
        why, _, path = str(error).partition(" - at `$.")
        raise Invalid(path.removesuffix("`"), why.replace("`", "")) from error


def _clean_image(image: Image) -> Image:
    src = image.src if is_ours(image.src) else web_address(image.src, "src")
    return replace(
        image,
        src=src,
        alt=clean_text(image.alt),
        caption=clean_text(image.caption),
        credit=clean_text(image.credit),
    )


def _clean_quote(quote: Quote) -> Quote:
    return replace(
        quote,
        html=clean_html(quote.html),
        attribution=clean_text(quote.attribution),
        url=web_address(quote.url, "url") if quote.url else "",
    )


def _clean_table(table: Table) -> Table:
    return replace(
        table,
        header=tuple(clean_html(cell, _INLINE) for cell in table.header),
        rows=tuple(tuple(clean_html(cell, _INLINE) for cell in row) for row in table.rows),
        caption=clean_text(table.caption),
    )


def _clean_embed(embed: Embed) -> Embed:
    return replace(
        embed,
        url=web_address(embed.url, "url"),
        title=clean_text(embed.title),
        provider=clean_text(embed.provider),
        text=clean_text(embed.text),
    )


def _clean_score(score: Score) -> Score:
    return replace(
        score,
        title=clean_text(score.title),
        state=clean_text(score.state),
        sides=tuple(
            replace(side, name=clean_text(side.name), points=clean_text(side.points))
            for side in score.sides
        ),
    )


_CLEANERS: dict[type[Block], Callable[[Any], Block]] = {
    Heading: lambda block: replace(block, html=clean_html(block.html, _INLINE)),
    Text: lambda block: replace(block, html=clean_html(block.html)),
    Quote: _clean_quote,
    List: lambda block: replace(
        block, items=tuple(clean_html(item, _ITEM) for item in block.items)
    ),
    Image: _clean_image,
    Embed: _clean_embed,
    Score: _clean_score,
    Table: _clean_table,
}


# -- HTML -----------------------------------------------------------------------------------------


def _e(text: str) -> str:
    return html.escape(text, quote=True)


def _html_quote(quote: Quote) -> str:
    who = _e(quote.attribution)
    if quote.url:
        who = f'<a href="{_e(quote.url)}">{who or _e(host(quote.url))}</a>'
    footer = f"<footer>— <cite>{who}</cite></footer>" if who else ""
    return f'<blockquote class="lb-quote">{quote.html}{footer}</blockquote>'


def _html_list(block: List) -> str:
    tag = "ol" if block.ordered else "ul"
    return f"<{tag}>" + "".join(f"<li>{item}</li>" for item in block.items) + f"</{tag}>"


def _html_image(image: Image) -> str:
    return f'<figure class="lb-picture">{picture_html(image)}{caption_html(image)}</figure>'


def picture_html(image: Image, *, lead: bool = False) -> str:
    """The picture alone; one that is not on this site is a link until the reader asks for it."""
    size = f' width="{image.width}" height="{image.height}"' if image.width and image.height else ""
    if is_ours(image.src):
        when = ' fetchpriority="high"' if lead else ' loading="lazy" decoding="async"'
        return f'<img src="{_e(image.src)}" alt="{_e(image.alt)}"{size}{when}>'
    shown = _e(image.alt) or "Picture"
    return (
        f'<a class="lb-remote" href="{_e(image.src)}" data-picture{size.replace(" ", " data-")}>'
        f"<span>{shown}</span><small>{_e(host(image.src))}</small></a>"
    )


def caption_html(image: Image) -> str:
    """The caption and credit, empty where there are none."""
    caption = f"<span>{_e(image.caption)}</span>" if image.caption else ""
    credit = f'<span class="lb-credit">{_e(image.credit)}</span>' if image.credit else ""
    joined = " ".join(filter(None, (caption, credit)))
    return f"<figcaption>{joined}</figcaption>" if joined else ""


def _html_embed(embed: Embed) -> str:
    title = _e(embed.title or embed.url)
    text = f"<p>{_e(embed.text)}</p>" if embed.text else ""
    provider = _e(embed.provider or host(embed.url))
    return (
        f'<aside class="lb-embed">{text}<a href="{_e(embed.url)}" rel="noopener">{title}</a>'
        f"<small>{provider}</small></aside>"
    )


def _html_table(table: Table) -> str:
    caption = f"<caption>{_e(table.caption)}</caption>" if table.caption else ""
    head = "".join(f'<th scope="col">{cell}</th>' for cell in table.header)
    head = f"<thead><tr>{head}</tr></thead>" if head else ""
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    return (
        '<div class="lb-table" tabindex="0" role="group">'
        f"<table>{caption}{head}<tbody>{rows}</tbody></table></div>"
    )


def _html_score(score: Score) -> str:
    title = f"<caption>{_e(score.title)}</caption>" if score.title else ""
    state = f'<small class="lb-state">{_e(score.state)}</small>' if score.state else ""
    sides = "".join(
        f'<tr><th scope="row">{_e(side.name)}</th><td>{_e(side.points)}</td></tr>'
        for side in score.sides
    )
    return f'<div class="lb-score"><table>{title}<tbody>{sides}</tbody></table>{state}</div>'


def host(address: str) -> str:
    """The host of an address as readers know it."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


RENDERERS: dict[type[Block], Callable[[Any], str]] = {
    Heading: lambda block: f"<h{block.level + 1}>{block.html}</h{block.level + 1}>",
    Text: lambda block: block.html,
    Quote: _html_quote,
    List: _html_list,
    Image: _html_image,
    Embed: _html_embed,
    Divider: lambda block: "<hr>",
    Table: _html_table,
    Score: _html_score,
}


# -- plain text -----------------------------------------------------------------------------------


def _text_list(block: List) -> str:
    return "\n".join(f"• {plain(item)}" for item in block.items)


def _text_table(table: Table) -> str:
    lines = [table.header, *table.rows] if table.header else table.rows
    return "\n".join(" | ".join(plain(cell) for cell in line) for line in lines)


def _text_score(score: Score) -> str:
    sides = ", ".join(f"{side.name} {side.points}".strip() for side in score.sides)
    return " – ".join(filter(None, (score.title, sides, score.state)))


_PLAIN: dict[type[Block], Callable[[Any], str]] = {
    Heading: lambda block: plain(block.html),
    Text: lambda block: plain(block.html),
    Quote: lambda block: "\n— ".join(filter(None, (plain(block.html), block.attribution))),
    List: _text_list,
    Image: lambda block: block.caption or block.alt,
    Embed: lambda block: "\n".join(filter(None, (block.text, block.title, block.url))),
    Divider: lambda block: "",
    Table: _text_table,
    Score: _text_score,
}
