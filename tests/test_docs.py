"""The documentation keeps up with the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from liveblog.transports.websocket import CLOSE_CODES
from liveblog.web.problems import STATUSES, title

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PACKAGES = json.loads((ROOT / "static" / "package.json").read_text())


def test_every_close_code_is_documented_for_readers() -> None:
    reading = (DOCS / "reading.md").read_text()
    for code in CLOSE_CODES.values():
        assert f"| {code} |" in reading


def test_every_problem_has_a_title_in_plain_words() -> None:
    for kind in STATUSES:
        assert title(kind)
        assert "`" not in title(kind)


@pytest.mark.parametrize("name", [*PACKAGES["dependencies"], *PACKAGES["devDependencies"]])
def test_every_package_of_the_front_end_is_said_to_be_for_something(name: str) -> None:
    decision = (DOCS / "decisions" / "0010-what-the-desk-is-made-of.md").read_text()
    rows = re.findall(r"^\| (.*?) \|", decision, re.MULTILINE)
    assert name in ", ".join(rows).split(", ")


@pytest.mark.parametrize("name", PACKAGES["dependencies"])
def test_no_package_is_there_that_nothing_imports(name: str) -> None:
    sources = [file.read_text() for file in (ROOT / "static" / "src").rglob("*.ts*")]
    imported = re.compile(rf"""(from|import|import\()\s*"{re.escape(name)}[/"]""")
    assert any(imported.search(source) for source in sources)
