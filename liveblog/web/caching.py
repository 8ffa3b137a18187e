"""Conditional answers (RFC 9110, 13) with a strong ETag."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response


def conditional(request: Request, body: bytes, version: str, media_type: str) -> Response:
    """The body with its ETag, made of ``version``, or 304 where the client holds it."""
    headers = {"ETag": f'"{version}"'}
    if _matches(request.headers.get("If-None-Match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def _matches(header: str, etag: str) -> bool:
    held = (tag.strip().removeprefix("W/") for tag in header.split(","))
    return any(tag in {etag, "*"} for tag in held)
