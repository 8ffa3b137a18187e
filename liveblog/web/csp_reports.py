"""What browsers report: a page did what its Content-Security-Policy forbids (CSP 3, 5; Reporting
API). Anybody can send anything here, so little is read, less is kept, and nothing of a person."""

from __future__ import annotations

import re
from collections import Counter
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
import structlog
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from liveblog.errors import Invalid, TooFast, TooLarge, WrongMediaType
from liveblog.hub.addresses import household
from liveblog.web.security import REPORTS

BODY_BYTES = 16_384
MOST = RateLimitItemPerMinute(120)
MOST_FROM_ONE = RateLimitItemPerMinute(20)
DIFFERENT = 500
"""Reports that are told apart. When there are more all are forgotten, and logged anew."""

_UNPRINTABLE = re.compile(r"[^!-~]")
_KEYWORD = re.compile(r"[a-z-]{1,30}")
_log = structlog.get_logger()

Text = Annotated[str, Meta(max_length=4_000)]


class Violation(Struct, frozen=True, kw_only=True, rename="camel"):
    """A violation as the Reporting API tells it."""

    effective_directive: Text = ""
    blocked_url: Text = msgspec.field(default="", name="blockedURL")
    document_url: Text = msgspec.field(default="", name="documentURL")
    source_file: Text | None = None


class Report(Struct, frozen=True, kw_only=True):
    """One report of several; ``body`` is read where it is a violation."""

    type: Text
    body: msgspec.Raw = msgspec.Raw(b"{}")


class OldViolation(Struct, frozen=True, kw_only=True, rename="kebab"):
    """A violation as ``report-uri`` tells it."""

    effective_directive: Text = ""
    violated_directive: Text = ""
    blocked_uri: Text = ""
    document_uri: Text = ""
    source_file: Text | None = None


class OldReport(Struct, frozen=True, kw_only=True):
    """The body of a report as ``report-uri`` sends it."""

    report: OldViolation = msgspec.field(name="csp-report")


class Seen(Struct, frozen=True, kw_only=True):
    """What is kept: which rule, on which kind of page, and where what it stopped came from."""

    directive: str
    page: str
    blocked: str
    source: str


class Reports:
    """Counts what is reported; each kind is logged the first time, and at every power of ten."""

    def __init__(self) -> None:
        self._counted = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._seen: Counter[Seen] = Counter()

    def admit(self, address: str) -> None:
        """Let a sender hand in a report. Raises TooFast."""
        # In this order, so that who is over the limit neither uses up that of all nor is counted.
        if not (
            self._counted.test(MOST, "all")
            and self._counted.hit(MOST_FROM_ONE, "from", household(address))
            and self._counted.hit(MOST, "all")
        ):
            raise TooFast("There are more reports than this server reads.", 60)

    def take(self, seen: Seen) -> None:
        """Count one."""
        if seen not in self._seen and len(self._seen) >= DIFFERENT:
            self._seen.clear()
        self._seen[seen] += 1
        times = self._seen[seen]
        if str(times).strip("0") == "1":
            _log.warning(
                "a browser stopped what a page's policy forbids",
                times=times,
                **msgspec.structs.asdict(seen),
            )


def route(reports: Reports) -> Route:
    """``POST /csp-reports``: 204."""

    async def take(request: Request) -> Response:
        reports.admit(request.client.host if request.client else "")
        media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type not in READS:
            raise WrongMediaType(media_type)
        for seen in READS[media_type](await _body(request)):
            reports.take(seen)
        return Response(status_code=204)

    return Route(REPORTS, take, methods=["POST"])


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            raise TooLarge("The report", BODY_BYTES)
    return bytes(body)


def reported(data: bytes) -> list[Seen]:
    """The violations among reports of the Reporting API. Raises Invalid."""
    return [
        Seen(
            directive=_word(one.effective_directive),
            page=_page(one.document_url),
            blocked=_origin(one.blocked_url),
            source=_source(one.source_file or ""),
        )
        for report in _decode(data, list[Report])
        if report.type == "csp-violation"
        for one in [_decode(bytes(report.body), Violation)]
    ]


def reported_of_old(data: bytes) -> list[Seen]:
    """The violation in a report to ``report-uri``. Raises Invalid."""
    one = _decode(data, OldReport).report
    seen = Seen(
        directive=_word(one.effective_directive or one.violated_directive),
        page=_page(one.document_uri),
        blocked=_origin(one.blocked_uri),
        source=_source(one.source_file or ""),
    )
    return [seen]


READS = {
    # media type: what reads it
    "application/reports+json": reported,
    "application/csp-report": reported_of_old,
}


def _decode(data: bytes, type: Any) -> Any:
    try:
        return msgspec.json.decode(data, type=type)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid("", f"This is no report: {error}.") from error


def _word(text: str) -> str:
    """The first word, in visible ASCII, so that nobody writes lines of their own into a log."""
    return _UNPRINTABLE.sub("?", text.partition(" ")[0])[:100]


def _page(address: str) -> str:
    """Which page: no query, and of its path no more than two parts, since the rest may be a secret
    (an invitation's) or say what somebody reads."""
    return _word("/".join(_split(address).path.split("/")[:3]))


def _origin(address: str) -> str:
    """``inline``, ``eval`` …, or the scheme and host of what was stopped."""
    if _KEYWORD.fullmatch(address):
        return address
    found = _split(address)
    return _word(f"{found.scheme}://{found.netloc.rpartition('@')[2]}")


def _source(address: str) -> str:
    """The file that did it, where it is one of ours; else the page, or an extension's scheme."""
    found = _split(address)
    if found.scheme not in {"http", "https"}:
        return _word(found.scheme)
    return _word(found.path) if found.path.startswith("/static/") else _page(address)


def _split(address: str) -> Any:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
