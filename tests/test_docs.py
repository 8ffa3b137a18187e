"""The documentation keeps up with the code."""

from __future__ import annotations

from pathlib import Path

from liveblog.transports.websocket import CLOSE_CODES
from liveblog.web.problems import STATUSES, title

DOCS = Path(__file__).parent.parent / "docs"


def test_every_close_code_is_documented_for_readers() -> None:
    reading = (DOCS / "reading.md").read_text()
    for code in CLOSE_CODES.values():
        assert f"| {code} |" in reading


def test_every_problem_has_a_title_in_plain_words() -> None:
    for kind in STATUSES:
        assert title(kind)
        assert "`" not in title(kind)
