"""What a browser does with somebody's session must come from our own pages.

(W3C Fetch Metadata; RFC 6454 for browsers without it.) A bearer token is sent by nobody unasked, so
calls with one need no such proof.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

from liveblog.errors import CrossSite

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def require_same_origin(request: Request) -> None:
    """Raise CrossSite for what changes something and is not known to come from our own pages."""
    if request.method not in SAFE and not is_same_origin(request):
        raise CrossSite


def is_same_origin(request: Request) -> bool:
    """True if the browser says that one of our own pages sends this."""
    told = request.headers.get("Sec-Fetch-Site")
    if told is not None:
        return told == "same-origin"
    # Only browsers of before 2023 and plain http come here; all of them send Origin with a form.
    origin = urlsplit(request.headers.get("Origin", ""))
    return origin.scheme in {"http", "https"} and origin.netloc == request.headers.get("Host")
