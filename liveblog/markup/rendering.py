"""Blocks to safe HTML. Pure."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from typing import Any

from liveblog import renditions
from liveblog.blocks import (
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
from liveblog.markup.providers import framed
from liveblog.markup.subset import host, is_ours, plain
from liveblog.renditions import Widest

# How wide a picture is shown: static/css/tokens.css (--measure, --page).
_SIZES = "(max-width:40em)100vw,38rem"
_LEAD_SIZES = "(max-width:62em)100vw,44rem"


def to_html(blocks: Iterable[Block]) -> str:
    """Safe HTML of cleaned blocks; class names begin with ``lb-``."""
    return "".join(RENDERERS[type(block)](block) for block in blocks)


def is_blank(blocks: Iterable[Block]) -> bool:
    """Whether a reader would see nothing of them."""
    shown = to_html(blocks)
    return "<img" not in shown and not plain(shown)


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
    start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
    return f"<{tag}{start}>" + "".join(f"<li>{item}</li>" for item in block.items) + f"</{tag}>"


def _html_image(image: Image) -> str:
    return f'<figure class="lb-picture">{picture_html(image)}{caption_html(image)}</figure>'


def picture_html(image: Image, *, lead: bool = False) -> str:
    """The picture alone; one that is not on this site is a link until the reader asks for it."""
    size = f' width="{image.width}" height="{image.height}"' if image.width and image.height else ""
    if is_ours(image.src):
        kept = renditions.widest(image.src)
        src = renditions.middle(kept) if kept else image.src
        when = ' fetchpriority="high"' if lead else ' loading="lazy" decoding="async"'
        shown = f'<img src="{_e(src)}" alt="{_e(image.alt)}"{size}{when}>'
        return f"<picture>{_source(kept, lead)}{shown}</picture>" if kept else shown
    shown = _e(image.alt) or "Picture"
    return (
        f'<a class="lb-remote" href="{_e(image.src)}" data-picture{size.replace(" ", " data-")}>'
        f"<span>{shown}</span><small>{_e(host(image.src))}</small></a>"
    )


def _source(kept: Widest, lead: bool) -> str:
    """All widths in the smaller format; who does not know it is served one width in the other,
    since every byte here is sent a million times."""
    sizes = _LEAD_SIZES if lead else _SIZES
    return f'<source type="image/avif" srcset="{renditions.srcset(kept)}" sizes="{sizes}">'


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
        f'<aside class="lb-embed">{text}'
        f'<a href="{_e(embed.url)}" rel="noopener"{_frame(embed.url)}>{title}</a>'
        f"<small>{provider}</small></aside>"
    )


def _frame(address: str) -> str:
    """What the readers' script needs to show it in its place, once somebody asks for it."""
    shown = framed(address)
    if shown is None:
        return ""
    referrer = shown.provider.referrer
    more = f' data-referrer="{referrer}"' if referrer != "no-referrer" else ""
    return f' data-frame="{_e(shown.frame)}" data-shape="{shown.provider.shape}"{more}'


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
