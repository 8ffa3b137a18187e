"""The built files of the pages: where they are, and under which hashed name."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

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
        text = (built / "manifest.json").read_bytes()
        manifest = json.loads(text)
        self.version = sha256(text).hexdigest()[:8]
        self._files = {source: f"/static/{entry['file']}" for source, entry in manifest.items()}

    def url(self, source: str) -> str:
        """The address. Raises KeyError for a source that the build does not know."""
        return self._files[source]
