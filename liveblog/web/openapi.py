"""The OpenAPI 3.1 document, made from the table of operations and the values' own types."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from liveblog import __version__
from liveblog.web.operations import Operation

_SCHEMA = "#/components/schemas/{name}"
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "why"],
                "properties": {"field": {"type": "string"}, "why": {"type": "string"}},
            },
        },
        "revision": {"type": "integer", "description": "412: the revision that stands now"},
        "text": {"type": "string", "description": "412: the text that stands now"},
        "current": {"type": "object", "description": "412: what stands now"},
    },
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": 'The revision that was edited, quoted: "3". Without it: 428.',
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": "Made by the client before its first attempt; a repetition with the same key"
    " and body gives the same answer and changes nothing.",
}


def route(operations: tuple[Operation, ...], site_name: str) -> Route:
    """Where the document is found."""
    described = document(operations, site_name)

    async def answer(request: Request) -> Response:
        return JSONResponse(described)

    return Route("/api/v1/openapi.json", answer)


def document(operations: tuple[Operation, ...], site_name: str) -> dict[str, Any]:
    """The document of these operations."""
    types = {type for one in operations for type in (one.body, *one.answers.values()) if type}
    _, components = msgspec.json.schema_components(types, ref_template=_SCHEMA)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{site_name}: the desk's API", "version": __version__},
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components | {"Problem": _PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.handler.__doc__,
        "parameters": _parameters(operation),
        "responses": {
            **{str(status): _answer(type) for status, type in operation.answers.items()},
            **{str(status): _problem() for status in operation.errors},
        },
    }
    if operation.content:
        content = {
            media_type: {"schema": schema} for media_type, schema in operation.content.items()
        }
        described["requestBody"] = {"required": True, "content": content}
    if operation.body:
        described["requestBody"] = {
            "required": operation.body_required,
            "content": {"application/json": {"schema": _ref(operation.body)}},
        }
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in ("slug", "id")
        if f"{{{name}}}" in operation.path
    ]
    found += [
        {"name": name, "in": "query", "schema": {"type": "string"}, "description": what}
        for name, what in operation.query.items()
    ]
    if operation.method != "GET":
        found.append(_IDEMPOTENCY_KEY)
    if operation.needs_revision:
        found.append(_IF_MATCH)
    return found


def _answer(type: Any) -> dict[str, Any]:
    if type is None:
        return {"description": "Done; nothing to say."}
    return {"description": "Done.", "content": {"application/json": {"schema": _ref(type)}}}


def _problem() -> dict[str, Any]:
    schema = {"$ref": _SCHEMA.format(name="Problem")}
    return {
        "description": "Not done; it says why and what to do.",
        "content": {"application/problem+json": {"schema": schema}},
    }


def _ref(type: Any) -> dict[str, str]:
    return {"$ref": _SCHEMA.format(name=type.__name__)}
