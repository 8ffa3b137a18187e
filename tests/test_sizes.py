"""What every reader downloads stays small: in bytes as a browser gets them, compressed."""

from __future__ import annotations

import gzip
import json

import pytest

from liveblog.web.assets import folder

KILOBYTE = 1024


def size(source: str) -> int:
    """The script that is built of a source, with all that it imports."""
    manifest = json.loads((folder() / "manifest.json").read_text())
    files, left = set[str](), [source]
    while left:
        entry = manifest[left.pop()]
        files.add(entry["file"])
        left += entry.get("imports", [])
    return sum(len(gzip.compress((folder() / file).read_bytes(), 9)) for file in files)


def test_the_readers_script_is_at_most_6_kilobytes() -> None:
    assert size("src/reader/reader.ts") <= 6 * KILOBYTE


def test_the_frames_script_is_hardly_more() -> None:
    assert size("src/embed/frame.ts") <= size("src/reader/reader.ts") + KILOBYTE / 2


def test_the_embeds_script_is_one_file_of_at_most_5_kilobytes() -> None:
    script = (folder() / "embed" / "v1.js").read_bytes()
    assert len(gzip.compress(script, 9)) <= 5 * KILOBYTE


@pytest.mark.parametrize(
    "word", [b"import ", b"import(", b"document.cookie", b"Storage", b"<style"]
)
def test_the_embeds_script_depends_on_nothing_and_keeps_nothing(word: bytes) -> None:
    assert word not in (folder() / "embed" / "v1.js").read_bytes()
