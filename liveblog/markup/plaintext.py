"""Blocks to plain text. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count, repeat
from typing import Any

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
from liveblog.markup.subset import plain


def to_text(blocks: Iterable[Block]) -> str:
    """Plain text of blocks, a blank line between two."""
    return "\n\n".join(filter(None, (_PLAIN[type(block)](block) for block in blocks)))


def _text_list(block: List) -> str:
    marks = (f"{n}." for n in count(block.start)) if block.ordered else repeat("•")
    return "\n".join(
        f"{mark} {plain(item)}" for mark, item in zip(marks, block.items, strict=False)
    )


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
