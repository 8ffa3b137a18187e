"""Conditional answers (RFC 9110, 13) with a strong ETag and, where a time is known, by that too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response

_SETTLED = timedelta(seconds=2)
"""HTTP's times are whole seconds: one is told only when no other change can have it any more."""


def conditional(
    request: Request, body: bytes, version: str, media_type: str, changed: datetime | None = None
) -> Response:
    """The body with its ETag, made of ``version``, or 304 where the client holds it. ``changed`` is
    when it changed last, for clients that know no ETags."""
    headers = {"ETag": f'"{version}"'}
    if changed and datetime.now(UTC) - changed > _SETTLED:
        headers["Last-Modified"] = format_datetime(changed.astimezone(UTC), usegmt=True)
    if _is_held(request, headers):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def _is_held(request: Request, headers: dict[str, str]) -> bool:
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        return _matches(tags, headers["ETag"])
    since = _time(request.headers.get("If-Modified-Since", ""))
    changed = _time(headers.get("Last-Modified", ""))
    return since is not None and changed is not None and changed <= since


def _matches(header: str, etag: str) -> bool:
    held = (tag.strip().removeprefix("W/") for tag in header.split(","))
    return any(tag in {etag, "*"} for tag in held)


def _time(header: str) -> datetime | None:
    """A time as HTTP writes it; None for anything else, which is to be ignored."""
    try:
        found = parsedate_to_datetime(header)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
