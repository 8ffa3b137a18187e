"""What every reader downloads stays small: in bytes as a browser gets them, compressed."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from liveblog.web.assets import Assets, folder

KILOBYTE = 1024
DESK = "src/desk/main.tsx"


def size(source: str) -> int:
    """The script that is built of a source, which must be one file."""
    text = Assets(folder()).content(source)
    assert b"import" not in text.replace(b"import.meta", b"")
    return len(gzip.compress(text, 9))


def test_the_readers_script_is_at_most_6_kilobytes() -> None:
    assert size("src/reader/reader.ts") <= 6 * KILOBYTE


def test_the_frames_script_is_hardly_more() -> None:
    assert size("src/embed/frame.ts") <= size("src/reader/reader.ts") + KILOBYTE / 2


def test_the_embeds_script_is_one_file_of_at_most_5_kilobytes() -> None:
    script = (folder() / "embed" / "v1.js").read_bytes()
    assert len(gzip.compress(script, 9)) <= 5 * KILOBYTE


def test_the_desk_opens_with_at_most_40_kilobytes() -> None:
    begins = static_imports(DESK)
    sizes = {file: compressed(file) for file in begins}
    assert sum(sizes.values()) <= 40 * KILOBYTE, sizes


def test_what_the_desk_loads_later_is_at_most_75_kilobytes_each_time() -> None:
    later = {source for entry in manifest().values() for source in entry.get("dynamicImports", ())}
    begins = static_imports(DESK)
    for source in later:
        more = {file: compressed(file) for file in static_imports(source) - begins}
        assert sum(more.values()) <= 75 * KILOBYTE, (source, more)


def manifest() -> dict[str, Any]:
    """What was built of what for the desk."""
    found: dict[str, Any] = json.loads((folder() / "manifest.json").read_text())
    return found


def static_imports(source: str) -> set[str]:
    """The files that a browser loads before it runs what was built of a source."""
    entries = manifest()
    files, left = set[str](), [source]
    while left:
        entry = entries[left.pop()]
        if entry["file"] not in files:
            files.add(entry["file"])
            left += entry.get("imports", [])
    return files


def compressed(file: str) -> int:
    return len(gzip.compress((folder() / file).read_bytes(), 9))


@pytest.mark.parametrize(
    "word", [b"import ", b"import(", b"document.cookie", b"Storage", b"<style"]
)
def test_the_embeds_script_depends_on_nothing_and_keeps_nothing(word: bytes) -> None:
    assert word not in (folder() / "embed" / "v1.js").read_bytes()
