"""A request may be repeated with its key; an edit names the revision that it was made from."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Response

from liveblog.errors import (
    Invalid,
    KeyReused,
    RevisionConflict,
    RevisionMissing,
)
from liveblog.story import Slug
from tests.sites import Newsroom, Site
from tests.web.answers import assert_refused

pytestmark = pytest.mark.usefixtures("anyio_backend")


def send(newsroom: Newsroom, slug: str, body: bytes, **headers: str) -> Response:
    """Post these very bytes as JSON."""
    given = {"Content-Type": "application/json"} | {
        key.replace("_", "-"): value for key, value in headers.items()
    }
    return newsroom.api.post(f"/stories/{slug}/updates", content=body, headers=given)


def edit(newsroom: Newsroom, slug: str, update: str, match: str | None, **given: Any) -> Response:
    headers = {} if match is None else {"If-Match": match}
    return newsroom.api.patch(f"/stories/{slug}/updates/{update}", json=given, headers=headers)


# -- repeating -----------------------------------------------------------------------------------


def test_the_same_key_and_body_give_the_same_answer_and_one_update(
    newsroom: Newsroom, slug: Slug, site: Site
) -> None:
    first = send(newsroom, slug, b'{"text":"x","tags":[]}', Idempotency_Key="k1")
    again = send(newsroom, slug, b'{ "text": "x" }', Idempotency_Key="k1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["location"] == first.headers["location"]
    other = send(newsroom, slug, b'{"text":"x"}', Idempotency_Key="k2")
    assert other.json()["id"] != first.json()["id"]


def test_a_key_used_again_for_something_else_is_422(newsroom: Newsroom, slug: Slug) -> None:
    send(newsroom, slug, b'{"text":"x"}', Idempotency_Key="k1")
    assert_refused(send(newsroom, slug, b'{"text":"y"}', Idempotency_Key="k1"), 422, KeyReused)


@pytest.mark.parametrize("key", [b"", b"x" * 256, b"a b", b"a\tb", b"\x80"])
def test_a_key_of_no_use_is_422(newsroom: Newsroom, untouched: Slug, key: bytes) -> None:
    answer = newsroom.api.post(
        f"/stories/{untouched}/updates", json={"text": "x"}, headers={b"Idempotency-Key": key}
    )
    assert_refused(answer, 422, Invalid, "Idempotency-Key")


# -- revisions -----------------------------------------------------------------------------------


def test_an_edit_without_its_revision_is_428(
    newsroom: Newsroom, untouched: Slug, site: Site
) -> None:
    (update,) = site.http.get(f"/stories/{untouched}/state").json()["updates"]
    answer = edit(newsroom, untouched, update["id"], None, text="Late")
    assert_refused(answer, 428, RevisionMissing)


@pytest.mark.parametrize("match", ['"7"', '"0"', "*", '"x"', "-1", '"1", "2"', "1" * 99, '"٣"'])
def test_an_edit_of_another_revision_is_412_with_what_stands(
    newsroom: Newsroom, untouched: Slug, site: Site, match: str
) -> None:
    (update,) = site.http.get(f"/stories/{untouched}/state").json()["updates"]
    answer = newsroom.api.patch(
        f"/stories/{untouched}/updates/{update['id']}",
        json={"text": "Late"},
        headers={b"If-Match": match.encode()},
    )
    problem = assert_refused(answer, 412, RevisionConflict)
    assert (problem["revision"], problem["text"]) == (1, "Stands")
    assert problem["current"]["html"] == "<p>Stands</p>"


def test_an_answer_gives_the_revision_for_the_next_edit(newsroom: Newsroom, slug: Slug) -> None:
    answer = newsroom.api.post(f"/stories/{slug}/updates", json={"text": "x"})
    assert answer.headers["etag"] == '"1"'
    id = answer.json()["id"]
    assert edit(newsroom, slug, id, answer.headers["etag"], text="y").headers["etag"] == '"2"'
    assert newsroom.api.get(f"/stories/{slug}/updates/{id}").headers["etag"] == '"2"'


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": ""}, "text"),
        ({"title": 1}, "title"),
        ({"correction": {"kind": "update"}}, "correction"),
        ({"pinned": True}, ""),
        ({"id": "x"}, ""),
    ],
)
def test_an_update_is_not_edited_with_what_is_wrong(
    newsroom: Newsroom, untouched: Slug, site: Site, given: dict[str, Any], field: str
) -> None:
    (update,) = site.http.get(f"/stories/{untouched}/state").json()["updates"]
    answer = edit(newsroom, untouched, update["id"], '"1"', **given)
    assert_refused(answer, 422, Invalid, *([field] if field else []))


def test_a_reason_too_long_is_422(newsroom: Newsroom, untouched: Slug, site: Site) -> None:
    (update,) = site.http.get(f"/stories/{untouched}/state").json()["updates"]
    address = f"/stories/{untouched}/updates/{update['id']}"
    long = {"reason": "x" * 2_001}
    for answer in (
        newsroom.api.request("DELETE", address, json=long),
        newsroom.api.delete(address, params=long),
    ):
        assert_refused(answer, 422, Invalid, "reason")
