"""What can be imported and exported: ``FORMATS`` lists the formats, one file each.

To add one: a file with a :class:`Format` and a line in the table.
"""

from __future__ import annotations

from liveblog.errors import Unimportable
from liveblog.exchange.bringing import Report, bring_in
from liveblog.exchange.coverage import Brought, Coverage, Format
from liveblog.exchange.guardian import GUARDIAN
from liveblog.exchange.liveblog_json import LIVEBLOG
from liveblog.exchange.superdesk import SUPERDESK

__all__ = ["FORMATS", "Brought", "Coverage", "Format", "Report", "bring_in", "read"]

FORMATS: dict[str, Format] = {format.name: format for format in (LIVEBLOG, GUARDIAN, SUPERDESK)}


def read(data: bytes, format: str | None = None) -> Coverage:
    """Read a file, finding out its format unless it is given. Raises Unimportable."""
    if format is not None:
        if format not in FORMATS:
            raise Unimportable(f"There is no format {format!r}. There are: {', '.join(FORMATS)}.")
        return FORMATS[format].read(data)
    for known in FORMATS.values():
        if known.recognises(data):
            return known.read(data)
    raise Unimportable(
        f"This file is in none of the formats that can be read: {', '.join(FORMATS)}."
        " Name the one that it should be (--format) to hear what is wrong with it."
    )
