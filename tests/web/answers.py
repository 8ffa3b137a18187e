"""What an answer must be like."""

from __future__ import annotations

from time import monotonic
from typing import Any

from httpx2 import Response

from liveblog.errors import LiveblogError
from liveblog.web import problems
from tests.sites import Site


def assert_refused(
    answer: Response, status: int, error: type[LiveblogError], *fields: str
) -> dict[str, Any]:
    """A problem (RFC 9457) of that kind, naming those fields; gives its JSON."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"/problems/{problems.name(error)}", problem
    assert problem["status"] == status, problem
    assert problem["title"] and problem["detail"], problem
    assert [one["field"] for one in problem.get("errors", [])] == list(fields), problem
    return problem


def until_shown(site: Site, slug: str, cursor: str) -> None:
    """Wait until this process shows readers the change: it hears of it from the store's feed."""
    shown = site.http.get(f"/stories/{slug}/state").json()["cursor"]
    while shown != cursor:
        asked = {"after": shown, "wait": "20"}
        answer = site.http.get(f"/stories/{slug}/changes", params=asked).json()
        assert answer["cursor"] != shown, f"{cursor} was not shown within 20 seconds"
        shown = answer["cursor"]


def until_open(site: Site, slug: str) -> None:
    """Wait until this process has heard of the story."""
    deadline = monotonic() + 20
    while site.http.get(f"/stories/{slug}/state").status_code == 404:
        assert monotonic() < deadline, f"{slug} was not public within 20 seconds"


def cursor(site: Site, slug: str) -> str:
    """Where the story stands."""
    return str(state(site, slug)["cursor"])


def state(site: Site, slug: str, **asked: str) -> Any:
    """A snapshot."""
    return site.http.get(f"/stories/{slug}/state", params=asked).json()


def until_status(site: Site, slug: str, status: str) -> None:
    """Wait for the change that brings that status."""
    shown = state(site, slug)
    while shown["story"]["status"] != status:
        asked = {"after": shown["cursor"], "wait": "20"}
        site.http.get(f"/stories/{slug}/changes", params=asked)
        shown = state(site, slug)
