"""Bars in SVG: what a delivery costs and how long the last reader waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from bench.compare import Cell, Comparison
from bench.figures import median

_WIDE, _ROW, _TOP, _LABEL, _GAP = 480, 24, 56, 170, 24
_VALUE = 64
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#222}.head{font-weight:600}"
    ".ours{fill:#c70000}.peer{fill:#6b7c93}.floor{fill:#2e7d5b}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}}"
)
_PANELS: tuple[tuple[str, Callable[[Cell], float]], ...] = (
    ("CPU µs a delivery", lambda cell: cell.cpu_us),
    ("ms to the last reader, p99", lambda cell: cell.last_p99_ms),
)


def drawn(found: Comparison, names: Sequence[str]) -> str:
    """A row of panels for each number of readers; shorter bars are better."""
    sizes = sorted({cell.readers for cell in found.cells})
    tall = _TOP + _ROW * len(names) + _GAP
    panels = [
        _panel(found, names, size, number, column * (_WIDE + _GAP), row * tall)
        for row, size in enumerate(sizes)
        for column, number in enumerate(range(len(_PANELS)))
    ]
    wide = len(_PANELS) * (_WIDE + _GAP)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall * len(sizes)}"'
        f' role="img"><title>Cost and delay of a delivery</title><style>{_STYLE}</style>'
        + "".join(panels)
        + "</svg>\n"
    )


def _panel(
    found: Comparison, names: Sequence[str], size: int, number: int, left: int, top: int
) -> str:
    title, of = _PANELS[number]
    values = {name: median(of(cell) for cell in found.of(name, size)) for name in names
              if found.of(name, size)}  # fmt: skip
    longest = max(values.values(), default=1.0)
    head = f"{title}, {size:,} readers"
    bars = "".join(
        _bar(name, value, value / longest, _TOP + row * _ROW)
        for row, (name, value) in enumerate(values.items())
    )
    return (
        f'<g transform="translate({left} {top})">'
        f'<text class="head" x="8" y="32">{escape(head)}</text>{bars}</g>'
    )


def _bar(name: str, value: float, share: float, top: int) -> str:
    length = share * (_WIDE - _LABEL - _VALUE)
    middle = top + _ROW * 0.68
    return (
        f'<text x="{_LABEL - 8}" y="{middle:.0f}" text-anchor="end">{escape(name)}</text>'
        f'<rect class="{_class(name)}" x="{_LABEL}" y="{top + 3}" width="{length:.1f}"'
        f' height="{_ROW - 6}" rx="2"/>'
        f'<text x="{_LABEL + length + 6:.1f}" y="{middle:.0f}">{value:,.1f}</text>'
    )


def _class(name: str) -> str:
    if name.startswith("ours"):
        return "ours"
    return "floor" if name.startswith("C ") else "peer"
