"""The built files of the pages: where they are, and under which hashed name."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from liveblog.errors import BadSetting

_PACKAGE = Path(__file__).parent.parent


def folder() -> Path:
    """The folder of built files: inside the wheel, or of a checkout. Raises BadSetting."""
    for candidate in (_PACKAGE / "static", _PACKAGE.parent / "static" / "dist"):
        if (candidate / "manifest.json").is_file():
            return candidate
    raise BadSetting("The pages' files are not built. Run `make run`, or `python hatch_build.py`.")


class Assets:
    """From a source's name, ``src/reader/reader.ts``, to the address of what was built of it.
    ``version`` tells one build from another."""

    def __init__(self, built: Path) -> None:
        # One of each build: what a page begins with is built by itself, see static/vite.config.ts.
        texts = [path.read_bytes() for path in sorted(built.glob("*manifest.json"))]
        self.version = sha256(b"".join(texts)).hexdigest()[:8]
        self._built = built
        self._manifest: dict[str, Any] = {}
        for text in texts:
            self._manifest |= json.loads(text)

    def url(self, source: str) -> str:
        """The address. Raises KeyError for a source that the build does not know."""
        return f"/static/{self._manifest[source]['file']}"

    def content(self, source: str) -> bytes:
        """What was built of it. Raises KeyError."""
        return (self._built / str(self._manifest[source]["file"])).read_bytes()

    def reachable(self, *sources: str) -> list[str]:
        """The addresses of all files that may be asked for, once these are. Raises KeyError."""
        seen: dict[str, None] = {}
        waiting = list(reversed(sources))
        while waiting:
            source = waiting.pop()
            if source not in seen:
                seen[source] = None
                entry = self._manifest[source]
                waiting += [*entry.get("imports", ()), *entry.get("dynamicImports", ())]
        addresses = [self.url(source) for source in seen]
        for source in seen:
            others = (
                *self._manifest[source].get("css", ()),
                *self._manifest[source].get("assets", ()),
            )
            addresses += [f"/static/{file}" for file in others]
        return list(dict.fromkeys(addresses))
