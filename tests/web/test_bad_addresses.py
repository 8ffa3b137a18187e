"""An address of nothing is 404, a method of nothing 405, an odd query no matter."""

from __future__ import annotations

import pytest

from liveblog.errors import (
    Invalid,
    NoSuchStory,
    NoSuchUpdate,
)
from liveblog.story import Slug
from tests.builders import a_slug, an_id
from tests.sites import Newsroom, Site
from tests.web.answers import assert_refused

pytestmark = pytest.mark.usefixtures("anyio_backend")


@pytest.mark.parametrize("address", ["", "/state", "/events", "/changes", "/updates/x"])
@pytest.mark.parametrize(
    "slug", ["nowhere", "No%20Where", "..%2f..", "%00", "a%0Ab", "x" * 3_000, "é"]
)
def test_an_unknown_story_is_404_wherever_it_is_asked_for(
    site: Site, slug: str, address: str
) -> None:
    answer = site.http.get(f"/stories/{slug}{address}")
    assert answer.status_code == 404, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_person_who_asks_for_an_unknown_story_gets_a_page(site: Site) -> None:
    answer = site.http.get("/stories/nowhere", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "nowhere" in answer.text


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", ""),
        ("PATCH", ""),
        ("GET", "/drafts"),
        ("POST", "/updates"),
        ("GET", "/updates/x"),
        ("PATCH", "/updates/x"),
        ("DELETE", "/updates/x"),
        ("PUT", "/updates/x/pin"),
        ("DELETE", "/updates/x/pin"),
    ],
)
def test_the_api_knows_no_unknown_story(newsroom: Newsroom, method: str, address: str) -> None:
    body = {"text": "x"} if method != "DELETE" and address.startswith("/updates") else {}
    answer = newsroom.api.request(
        method, f"/stories/{a_slug()}{address}", json=body, headers={"If-Match": '"1"'}
    )
    assert_refused(answer, 404, NoSuchStory)


@pytest.mark.parametrize("id", [an_id(99), "x", "é", "%00", "a" * 2_000, "a:b", "a b"])
def test_an_unknown_update_is_404(newsroom: Newsroom, untouched: Slug, id: str) -> None:
    address = f"/stories/{untouched}/updates/{id}"
    for method in ("GET", "PATCH", "DELETE"):
        body = {"title": "x"} if method == "PATCH" else {} if method == "DELETE" else None
        answer = newsroom.api.request(method, address, json=body, headers={"If-Match": '"1"'})
        assert_refused(answer, 404, NoSuchUpdate)
    for method in ("PUT", "DELETE"):
        assert_refused(newsroom.api.request(method, f"{address}/pin"), 404, NoSuchUpdate)


def test_a_slug_is_no_update_of_its_story(newsroom: Newsroom, untouched: Slug) -> None:
    answer = newsroom.api.delete(f"/stories/{untouched}/updates/{untouched}")
    assert_refused(answer, 404, NoSuchUpdate)


@pytest.mark.parametrize("wait", ["soon", "", "1,5", "0x1", "é", "\x00"])
def test_a_wait_that_is_no_number_is_422(site: Site, untouched: Slug, wait: str) -> None:
    answer = site.http.get(f"/stories/{untouched}/changes", params={"wait": wait})
    assert_refused(answer, 422, Invalid, "wait")


@pytest.mark.parametrize("wait", ["-1", "nan", "-inf", "0", "1e-9", "0.01"])
def test_a_wait_of_no_time_is_answered_at_once(site: Site, untouched: Slug, wait: str) -> None:
    answer = site.http.get(f"/stories/{untouched}/changes", params={"wait": wait})
    assert answer.json()["changes"] == []
    assert answer.json()["reset"] is False


@pytest.mark.parametrize("query", ["before", "order", "key", "blocks", "after", "x"])
def test_a_query_of_any_size_and_kind_is_answered(site: Site, untouched: Slug, query: str) -> None:
    for value in ("", "é" * 9_000, "\x00", "../../etc", "01m844dzg0000000", "-1"):
        for page in ("", "/state", "/changes"):
            answer = site.http.get(f"/stories/{untouched}{page}", params={query: value})
            assert answer.status_code == 200, answer.text[:300]


def test_a_head_is_asked_for_without_the_body(site: Site, untouched: Slug) -> None:
    for page in ("", "/state"):
        answer = site.http.head(f"/stories/{untouched}{page}")
        assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("POST", "/stories/{slug}"),
        ("PUT", "/stories/{slug}/state"),
        ("DELETE", "/stories/{slug}/events"),
        ("POST", "/stories/{slug}/changes"),
        ("PUT", "/api/v1/stories/{slug}"),
        ("POST", "/api/v1/stories/{slug}/updates/x/pin"),
        ("POST", "/"),
        ("POST", "/healthz"),
    ],
)
def test_a_method_that_is_not_possible_is_405(
    site: Site, untouched: Slug, method: str, address: str
) -> None:
    answer = site.http.request(method, address.format(slug=untouched))
    assert answer.status_code == 405
    assert answer.headers["allow"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 405


@pytest.mark.parametrize("address", ["/nothing", "/api/v1/nothing", "/static/nothing.js", "/%00"])
def test_an_address_of_nothing_is_404(site: Site, address: str) -> None:
    answer = site.http.get(address)
    assert answer.status_code == 404
    assert answer.json()["status"] == 404
