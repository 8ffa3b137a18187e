"""From an error to an answer: one table, RFC 9457 for programs and a page for people."""

from __future__ import annotations

import re
from typing import Any

import structlog
from jinja2 import Environment
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ExceptionHandler

from liveblog import codec
from liveblog.errors import (
    ApprovalMissing,
    CrossSite,
    Crowded,
    Invalid,
    KeyReused,
    LinkUsed,
    LiveblogError,
    NameTaken,
    NoSuchErasure,
    NoSuchNote,
    NoSuchStory,
    NoSuchUpdate,
    NotAllowed,
    NotAPicture,
    NotAuthenticated,
    NotConfirmed,
    NotStored,
    PictureWaits,
    PinMoved,
    RevisionConflict,
    RevisionMissing,
    StoryClosed,
    StoryExists,
    StoryNotOpen,
    TooFast,
    TooLarge,
    UnknownHost,
    Unreachable,
    UpdateHeld,
    WrongMediaType,
)
from liveblog.story import Head, Update

STATUSES: dict[type[Exception], int] = {
    UnknownHost: 400,
    NotAuthenticated: 401,
    CrossSite: 403,
    NotAllowed: 403,
    NotConfirmed: 403,
    NoSuchErasure: 404,
    NoSuchNote: 404,
    NoSuchStory: 404,
    NoSuchUpdate: 404,
    ApprovalMissing: 409,
    NameTaken: 409,
    PinMoved: 409,
    StoryClosed: 409,
    StoryExists: 409,
    StoryNotOpen: 409,
    UpdateHeld: 409,
    LinkUsed: 410,
    RevisionConflict: 412,
    TooLarge: 413,
    NotAPicture: 415,
    WrongMediaType: 415,
    Invalid: 422,
    KeyReused: 422,
    Unreachable: 422,
    RevisionMissing: 428,
    TooFast: 429,
    Crowded: 503,
    NotStored: 503,
    PictureWaits: 503,
}
RETRY_AFTER_SECONDS = 2

_HEADERS: dict[int, dict[str, str]] = {
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": "60"},
    503: {"Retry-After": str(RETRY_AFTER_SECONDS)},
}
_TITLES = {404: "Not found", 405: "This cannot be done here"}
_MEDIA_TYPE = "application/problem+json"
_log = structlog.get_logger()


def name(error: type[Exception]) -> str:
    """The last part of a problem's ``type``: StoryClosed → story-closed."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", error.__name__).lower()


def title(error: type[Exception]) -> str:
    """The first sentence of the error's documentation."""
    return (error.__doc__ or error.__name__).split(".")[0].split(";")[0].replace("``", "")


def handlers(templates: Environment) -> dict[Any, ExceptionHandler]:
    """What Starlette calls for each kind of error."""
    says = _Answers(templates)
    return {
        LiveblogError: says.error,
        HTTPException: says.http,
        ClientDisconnect: says.gone,
        Exception: says.crash,
    }


class _Answers:
    def __init__(self, templates: Environment) -> None:
        self._templates = templates

    async def error(self, request: Request, error: Exception) -> Response:
        kind = type(error)
        status = STATUSES[kind]
        problem = {
            "type": f"/problems/{name(kind)}",
            "title": title(kind),
            "status": status,
            "detail": str(error),
            **_more(error),
        }
        return self._answer(request, problem, headers(error, status))

    async def http(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        status = error.status_code
        problem = {
            "type": "about:blank",
            "title": _TITLES.get(status, error.detail),
            "status": status,
            "detail": _detail(status, request),
        }
        return self._answer(request, problem, dict(error.headers or {}))

    async def crash(self, request: Request, error: Exception) -> Response:
        _log.error("a request failed", path=request.url.path, exc_info=error)
        problem = {
            "type": "about:blank",
            "title": "Our mistake",
            "status": 500,
            "detail": "Something is broken here. Nothing was acknowledged; it has been noted.",
        }
        return self._answer(request, problem, {})

    async def gone(self, request: Request, error: Exception) -> Response:
        # Nobody is there to read it: who left in the middle of a body is no crash of ours.
        return Response(status_code=400)

    def _answer(
        self, request: Request, problem: dict[str, Any], headers: dict[str, str]
    ) -> Response:
        status = problem["status"]
        if _wants_a_page(request):
            page = self._templates.get_template("problem.html").render(problem)
            return HTMLResponse(page, status, headers)
        return Response(codec.to_json(problem), status, headers, _MEDIA_TYPE)


def headers(error: Exception, status: int) -> dict[str, str]:
    """What an answer with this error must say besides."""
    if isinstance(error, TooFast):
        return {"Retry-After": str(error.seconds)}
    return _HEADERS.get(status, {})


def _more(error: Exception) -> dict[str, Any]:
    if isinstance(error, Invalid) and error.field:
        return {"errors": [{"field": error.field, "why": error.why}]}
    if isinstance(error, UpdateHeld):
        return {"held_by": error.by}
    if isinstance(error, RevisionConflict):
        current = error.current
        if isinstance(current, Update):
            shown = codec.editable(current)
            return {"revision": error.revision, "text": shown.text, "current": shown}
        return {"revision": error.revision} | ({"current": current} if _is_head(current) else {})
    return {}


def _is_head(value: object) -> bool:
    return isinstance(value, Head)


def _detail(status: int, request: Request) -> str:
    if status == 404:
        return f"There is nothing at {request.url.path}."
    if status == 405:
        return f"{request.method} is not possible at {request.url.path}."
    return "The request could not be served."


def _wants_a_page(request: Request) -> bool:
    return "text/html" in request.headers.get("Accept", "") and not request.url.path.startswith(
        "/api/"
    )
