"""Blocks made safe: their HTML in the subset, their addresses checked, their words plain. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import ValidationError, convert, to_builtins
from msgspec.structs import replace

from liveblog import renditions
from liveblog.blocks import (
    Block,
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
from liveblog.markup.subset import INLINE, ITEM, clean_html, clean_text, is_ours, web_address


def clean(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Blocks whose HTML is the stored subset and whose addresses are safe.

    Raises Invalid for an address with a scheme that is not listed.
    """
    return tuple(_clean(block, place) for place, block in enumerate(blocks))


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
    kept = renditions.widest(src)
    if kept:
        # What is known is better than what is said.
        image = replace(image, width=kept.width, height=kept.height)
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
        header=tuple(clean_html(cell, INLINE) for cell in table.header),
        rows=tuple(tuple(clean_html(cell, INLINE) for cell in row) for row in table.rows),
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
    Heading: lambda block: replace(block, html=clean_html(block.html, INLINE)),
    Text: lambda block: replace(block, html=clean_html(block.html)),
    Quote: _clean_quote,
    List: lambda block: replace(block, items=tuple(clean_html(item, ITEM) for item in block.items)),
    Image: _clean_image,
    Embed: _clean_embed,
    Score: _clean_score,
    Table: _clean_table,
}
