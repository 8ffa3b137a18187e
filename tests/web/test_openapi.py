"""The OpenAPI document is valid, whole, and true to what the service does."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import CheckFunction
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.routing import Route

from liveblog.app import Site as Application
from liveblog.settings import read
from liveblog.story import Slug
from liveblog.web import openapi, problems
from liveblog.web.api import OPERATIONS
from tests.sites import Newsroom, Site

# The worker: an upload that is a picture is answered when it is made.
pytestmark = pytest.mark.usefixtures("anyio_backend", "picture_worker")


@pytest.fixture
def document(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = site.http.get("/api/v1/openapi.json").json()
    return found


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    from_dict(document).validate()


def test_every_operation_is_in_the_document_once(document: dict[str, Any]) -> None:
    described = {
        (method.upper(), path): one
        for path, methods in document["paths"].items()
        for method, one in methods.items()
    }
    assert set(described) == {(one.method, one.path) for one in OPERATIONS}
    names = [one["operationId"] for one in described.values()]
    assert sorted(names) == sorted(one.name for one in OPERATIONS)
    assert all(one["summary"] for one in described.values())


def test_every_call_that_writes_says_what_any_write_may_be_answered() -> None:
    for operation in OPERATIONS:
        if operation.method != "GET":
            assert {401, 403, 422, 429, 503} <= set(operation.errors), operation.name


def test_every_route_of_the_api_is_an_operation() -> None:
    app = Application(read({}), "redis://127.0.0.1:1", 1).app
    routed = {
        (method, route.path)
        for route in app.routes
        if isinstance(route, Route) and route.path.startswith("/api/")
        for method in (route.methods or set()) - {"HEAD"}
    }
    listed = {(one.method, one.path) for one in OPERATIONS}
    assert routed == listed | {("GET", "/api/v1/openapi.json")}


def test_every_status_that_the_document_names_is_one_that_errors_have() -> None:
    for operation in OPERATIONS:
        assert set(operation.errors) <= set(problems.STATUSES.values())
        assert len(set(operation.errors)) == len(operation.errors)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in schemas


def references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for one in value for found in references(one)]
    if not isinstance(value, dict):
        return []
    here = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return here + [found for one in value.values() for found in references(one)]


# -- against the service -------------------------------------------------------------------------

Case = schemathesis.Case[Any]

# A text may be refused for what it says (nothing, or an address of no use), which no schema tells.
_CONFIG = {
    "checks": {
        "positive_data_acceptance": {"enabled": False},
        "missing_required_header": {"expected-statuses": ["428"]},
    }
}
_ANSWERS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
described = from_dict(
    openapi.document(OPERATIONS, "Liveblog"), config=SchemathesisConfig.from_dict(_CONFIG)
)
_NEED_A_TOKEN = {one.name for one in OPERATIONS if 401 in one.errors}
_bounded = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,  # the same requests each time: what they find may depend on those before
    suppress_health_check=list(HealthCheck),
)


@described.parametrize()
@_bounded
def test_the_service_does_what_the_document_says(
    case: Case, site: Site, newsroom: Newsroom
) -> None:
    case.call_and_validate(base_url=site.url, headers=credentials(newsroom))


@described.parametrize()
@_bounded
def test_nobody_without_a_token_gets_anything_but_401(case: Case, site: Site) -> None:
    answer = case.call(base_url=site.url)
    case.validate_response(answer, checks=_ANSWERS)
    needs_one = case.operation.definition.raw["operationId"] in _NEED_A_TOKEN
    # It tries other methods, too.
    if needs_one and case.method.upper() == case.operation.method.upper():
        assert answer.status_code == 401


@described.exclude(operation_id=["openStory", "listStories", "uploadPicture"]).parametrize()
@_bounded
def test_it_does_so_for_a_story_and_an_update_that_exist(
    case: Case, site: Site, newsroom: Newsroom, an_address: dict[str, str]
) -> None:
    case.path_parameters = {
        name: an_address.get(name, value) for name, value in case.path_parameters.items()
    }
    answer = case.call(base_url=site.url, headers=credentials(newsroom))
    case.validate_response(answer, checks=_ANSWERS)


@pytest.fixture
def an_address(newsroom: Newsroom, slug: Slug) -> dict[str, str]:
    return {"slug": slug, "id": newsroom.post(slug)["id"]}


def credentials(newsroom: Newsroom) -> dict[str, str]:
    return {"Authorization": newsroom.api.headers["Authorization"]}
