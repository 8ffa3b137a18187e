"""What docs/security.md promises is tested by the tests that it names."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROWS_AT_LEAST = 25


def rows() -> list[list[str]]:
    """The cells of each abuse: what it is, the control, the tests."""
    lines = (ROOT / "docs" / "security.md").read_text().splitlines()
    table = [line for line in lines if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def named(cell: str) -> list[str]:
    return re.findall(r"`(\S+::\S+)`", cell)


def test_every_abuse_has_a_control_and_a_test() -> None:
    assert len(rows()) >= ROWS_AT_LEAST
    for row in rows():
        assert len(row) == 3, row
        assert all(row), row
        assert named(row[2]), f"no test is named: {row}"


def test_every_abuse_stands_there_once() -> None:
    # "…" goes on where the row before it began.
    names = Counter(row[0] for row in rows() if not row[0].startswith("…"))
    assert [name for name, times in names.items() if times > 1] == []


def test_every_test_that_is_named_is_there() -> None:
    for row in rows():
        for test in named(row[2]):
            file, _, function = test.partition("::")
            assert (ROOT / file).is_file(), test
            text = (ROOT / file).read_text()
            assert re.search(rf"^(async )?def {re.escape(function)}\(", text, re.MULTILINE), test


def test_how_to_report_a_hole_is_said_and_leads_to_the_table() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    assert "privately" in text
    assert "(docs/security.md)" in text
