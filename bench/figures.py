"""Medians with their ranges, and tables of them in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

import click

__all__ = ["across", "median", "progress", "table"]


def across(values: Iterable[float], digits: int = 1) -> str:
    """The median of all rounds, and from where to where they went."""
    ordered = sorted(values)
    if not ordered:
        return "–"
    middle = f"{median(ordered):,.{digits}f}"
    if len(ordered) == 1:
        return middle
    return f"{middle} ({ordered[0]:,.{digits}f}–{ordered[-1]:,.{digits}f})"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Names to the left, numbers to the right."""
    lines = [heads, ["---"] + ["--:"] * (len(heads) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def progress(text: str) -> None:
    """What is being done, beside the findings."""
    click.echo(f"  {text}", err=True)
