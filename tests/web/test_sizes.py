"""What every reader loads stays small: the script is within its budget as it is sent."""

from __future__ import annotations

import gzip
import json

from liveblog.web.assets import folder

READER_BYTES = 6_000


def test_the_readers_script_is_within_its_budget() -> None:
    built = folder()
    entry = json.loads((built / "manifest.json").read_bytes())["src/reader/reader.ts"]
    scripts = [entry["file"], *(entry.get("imports") or [])]
    sent = sum(len(gzip.compress((built / name).read_bytes())) for name in scripts)
    assert sent <= READER_BYTES
