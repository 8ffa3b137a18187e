"""What is answered where there are too many connections, without asking the application."""

from __future__ import annotations

import re
from typing import Any

from liveblog import codec
from liveblog.errors import Crowded
from liveblog.hub.frames import retry
from liveblog.web.problems import RETRY_AFTER_SECONDS, STATUSES, name, title
from liveblog.web.security import headers_for

_EVENTS = re.compile(rb"GET /stories/[^/? ]+/events[? ]")
_API = re.compile(rb"[A-Z]+ /api/")
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><h1>{title}</h1><p>{detail}</p></html>
"""


def answer(said: bytes) -> bytes:
    """What somebody is answered whose first bytes these are. A page, a program and a stream each
    are told in their own way to come back in a few seconds."""
    if _EVENTS.match(said):
        # An EventSource never comes back after an error: let it wait and try again.
        events = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
        return _response("200 OK", {**headers_for("/stories/any/events"), **events}, retry())
    if _API.match(said):
        problem = codec.to_json(_PROBLEM | {"detail": _DETAIL})
        return _unavailable("/api/", "application/problem+json", problem)
    page = _PAGE.format(title=_PROBLEM["title"], detail=_DETAIL)
    return _unavailable("/", "text/html; charset=utf-8", page.encode())


_DETAIL = "Everybody is here at this moment. Nothing was done; try again in a few seconds."
_PROBLEM: dict[str, Any] = {
    "type": f"/problems/{name(Crowded)}",
    "title": title(Crowded),
    "status": STATUSES[Crowded],
}


def _unavailable(path: str, media_type: str, body: bytes) -> bytes:
    headers = {
        "Content-Type": media_type,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "Retry-After": str(RETRY_AFTER_SECONDS),
    }
    return _response("503 Service Unavailable", {**headers_for(path), **headers}, body)


def _response(status: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{key}: {value}" for key, value in headers.items())]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body
