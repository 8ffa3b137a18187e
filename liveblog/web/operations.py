"""The write API as a table: from it come the routes, the permissions and the OpenAPI document."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Literal

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from liveblog import codec
from liveblog.accounts.callers import Caller
from liveblog.accounts.roles import Permission
from liveblog.desk import Desk
from liveblog.errors import Invalid, TooLarge, WrongMediaType
from liveblog.hub.hub import Hub
from liveblog.media.uploads import Uploads
from liveblog.store import Once, Store
from liveblog.store.people import PeopleStore
from liveblog.story import Slug, UpdateId
from liveblog.unfurl import Unfurler
from liveblog.web.caching import conditional
from liveblog.web.callers import Callers
from liveblog.web.limits import Limits

BODY_LIMIT_BYTES = 262_144
"""The largest body of a request, and so of an update: 256 KB."""

_KEY = re.compile(r"[!-~]{1,255}")


class Answer(Struct, frozen=True, kw_only=True):
    """What a handler answers: a value that becomes JSON, or None for an empty answer. With a
    ``version`` it is 304 to who holds that already."""

    value: Any = None
    status: int = 200
    location: str | None = None
    revision: int | None = None
    version: str | None = None


class Call(Struct, frozen=True, kw_only=True):
    """A request whose sender may make it and whose body has the right shape."""

    desk: Desk
    store: Store
    hub: Hub
    uploads: Uploads
    unfurler: Unfurler
    people: PeopleStore
    caller: Caller
    body: Any
    slug: Slug
    update: UpdateId
    revision: int | None
    once: Once | None
    query: dict[str, str]


Count = Callable[[int], None]
"""Told how many bytes came. Raises TooFast."""


class Operation(Struct, frozen=True, kw_only=True):
    """One call of the API. ``answers`` maps the status of success to what comes with it; what it
    does is its handler's documentation. One that takes no JSON ``receives`` its body itself, in
    the types of ``content``, each with its schema."""

    method: Literal["GET", "POST", "PATCH", "PUT", "DELETE"]
    path: str
    name: str
    needs: Permission
    handler: Callable[[Call], Awaitable[Answer]]
    answers: dict[int, Any]
    errors: tuple[int, ...]
    body: Any = None
    body_required: bool = True
    receives: Callable[[Request, Uploads, Count], Awaitable[Any]] | None = None
    content: dict[str, Any] = {}
    query: dict[str, str] = {}
    needs_revision: bool = False


class Means(Struct, frozen=True, kw_only=True):
    """What the calls of the API work with."""

    desk: Desk
    store: Store
    hub: Hub
    callers: Callers
    uploads: Uploads
    unfurler: Unfurler
    people: PeopleStore
    limits: Limits


def route(operation: Operation, means: Means) -> Route:
    """The route that serves an operation."""

    async def endpoint(request: Request) -> Response:
        caller = await means.callers.of(request)
        if operation.method != "GET":
            means.limits.write(caller.actor.id)
        slug = Slug(request.path_params.get("slug", ""))
        # Where the address names no story, what the handler finds or opens decides.
        caller.require(operation.needs, slug or None)
        count = partial(means.limits.media, caller.actor.id)
        body = await _body(operation, request, means.uploads, count)
        call = Call(
            desk=means.desk.by(caller.actor),
            store=means.store,
            hub=means.hub,
            uploads=means.uploads,
            unfurler=means.unfurler,
            people=means.people,
            caller=caller,
            body=body,
            slug=slug,
            update=UpdateId(request.path_params.get("id", "")),
            revision=_revision(request),
            once=_once(request, body),
            query=dict(request.query_params),
        )
        answer = await operation.handler(call)
        if answer.version is not None:
            body = codec.to_json(answer.value)
            return conditional(request, body, answer.version, "application/json")
        return _response(answer)

    return Route(operation.path, endpoint, methods=[operation.method], name=operation.name)


def _response(answer: Answer) -> Response:
    headers = {}
    if answer.location:
        headers["Location"] = answer.location
    if answer.revision is not None:
        headers["ETag"] = f'"{answer.revision}"'
    if answer.value is None:
        return Response(status_code=204, headers=headers)
    return Response(
        codec.to_json(answer.value), answer.status, headers, media_type="application/json"
    )


async def _body(operation: Operation, request: Request, uploads: Uploads, count: Count) -> Any:
    if operation.receives:
        return await operation.receives(request, uploads, count)
    return _parse(operation, request, await _read(request)) if operation.body else None


async def _read(request: Request) -> bytes:
    """The body, refused as soon as it is known to be too large."""
    declared = request.headers.get("Content-Length", "0")
    if declared.isdigit() and int(declared) > BODY_LIMIT_BYTES:
        raise TooLarge("The update", BODY_LIMIT_BYTES)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT_BYTES:
            raise TooLarge("The update", BODY_LIMIT_BYTES)
    return bytes(body)


def _parse(operation: Operation, request: Request, raw: bytes) -> Any:
    if not raw and not operation.body_required:
        return operation.body()
    media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise WrongMediaType(media_type)
    try:
        return msgspec.json.decode(raw, type=operation.body)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid("", f"The body is not JSON in UTF-8: {error}.") from error


def _invalid(message: str) -> Invalid:
    """From msgspec's words, `Expected …, got … - at `$.path``, to the field at fault."""
    why, _, path = message.partition(" - at `")
    field = path.removesuffix("`").removeprefix("$").removeprefix(".")
    return Invalid(field, why.replace("`", "").removesuffix("."))


def _revision(request: Request) -> int | None:
    given = request.headers.get("If-Match")
    if given is None:
        return None
    digits = given.strip().removeprefix("W/").strip('"')
    # What is no revision of ours matches none: 0 is never the current one.
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0


def _once(request: Request, body: Any) -> Once | None:
    key = request.headers.get("Idempotency-Key")
    if key is None or request.method == "GET":
        return None
    if not _KEY.fullmatch(key):
        raise Invalid("Idempotency-Key", "use 1 to 255 visible ASCII characters")
    asked = [request.method, request.url.path, request.url.query, codec.to_json(body).decode()]
    digest = hashlib.sha256("\n".join(asked).encode()).hexdigest()
    return Once(key=key, request=digest)
