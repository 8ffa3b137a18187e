"""The addresses and errors that the calls of the write API share."""

from __future__ import annotations

STORIES = "/api/v1/stories"
STORY = f"{STORIES}/{{slug}}"
UPDATE = f"{STORY}/updates/{{id}}"

READ = (401, 403, 404, 503)
WRITE = (401, 403, 404, 409, 412, 413, 415, 422, 429, 503)
CHANGE = (401, 403, 404, 422, 429, 503)
"""What a call without a body may be answered that writes beside the log."""

NOTE = (401, 403, 404, 413, 415, 422, 429, 503)
"""The same with a body."""
