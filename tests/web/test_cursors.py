"""Whatever cursor a reader comes with, on any transport: the missing changes, or one reset."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from liveblog.story import Slug
from tests.sites import Newsroom, Site
from tests.web.answers import cursor, until_open, until_shown

pytestmark = pytest.mark.usefixtures("anyio_backend")

Message = tuple[str, dict[str, Any]]
Listen = Callable[[Site, str, str | None], Iterator[Message]]


def sse(site: Site, slug: str, after: str | None) -> Iterator[Message]:
    """The events of a stream, as an EventSource would hear them."""
    params = {} if after is None else {"after": after}
    with site.http.stream("GET", f"/stories/{slug}/events", params=params) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield from events(answer.iter_lines())


def events(lines: Iterator[str]) -> Iterator[Message]:
    event: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif "data" in event:
            data = json.loads(event["data"])
            assert event["id"] == data["cursor"]
            yield event["event"], data
            event = {}


def socket(site: Site, slug: str, after: str | None) -> ClientConnection:
    query = "" if after is None else f"?after={quote(after)}"
    address = f"{site.url}/stories/{slug}/socket{query}"
    return connect(address.replace("http", "ws", 1), compression=None)


def websocket(site: Site, slug: str, after: str | None) -> Iterator[Message]:
    with socket(site, slug, after) as connection:
        for text in connection:
            message = json.loads(text)
            yield message.pop("type"), message


def poll(site: Site, slug: str, after: str | None) -> Iterator[Message]:
    while True:
        asked = {"wait": "20"} if after is None else {"wait": "20", "after": after}
        answer = site.http.get(f"/stories/{slug}/changes", params=asked).json()
        after = answer["cursor"]
        if answer["reset"]:
            yield "reset", {"cursor": after, "state": f"/stories/{slug}/state"}
        for change in answer["changes"]:
            yield "change", change


@pytest.fixture(params=[sse, websocket, poll], ids=lambda listen: listen.__name__)
def listen(request: pytest.FixtureRequest) -> Listen:
    found: Listen = request.param
    return found


MALFORMED = [
    "",
    "junk",
    "0-0",
    "-",
    "99999999999999-0",
    "9" * 400,
    "é\n",
    "\x00",
    "1-1,2-2",
    "(1-1",
]


@pytest.mark.parametrize("after", MALFORMED, ids=range(len(MALFORMED)))
def test_a_cursor_of_nothing_is_one_reset_and_then_what_follows(
    site: Site, newsroom: Newsroom, slug: Slug, listen: Listen, after: str
) -> None:
    heard = listen(site, slug, after)
    assert next(heard) == (
        "reset",
        {"cursor": cursor(site, slug), "state": f"/stories/{slug}/state"},
    )
    posted = newsroom.post(slug)
    kind, change = next(heard)
    assert (kind, change["update"]["id"]) == ("change", posted["id"])


def test_the_cursor_of_another_story_is_a_reset(
    site: Site, newsroom: Newsroom, slug: Slug, listen: Listen
) -> None:
    other = newsroom.open()
    until_open(site, other)
    foreign = cursor(site, other)
    assert next(listen(site, slug, foreign))[0] == "reset"


def test_a_good_cursor_is_the_missing_changes_in_order_and_no_reset(
    site: Site, newsroom: Newsroom, slug: Slug, listen: Listen
) -> None:
    after = cursor(site, slug)
    ids = [newsroom.post(slug)["id"] for _ in range(3)]
    heard = listen(site, slug, after)
    assert [next(heard)[1]["update"]["id"] for _ in range(3)] == ids


def test_last_event_id_wins_over_the_address(site: Site, newsroom: Newsroom, slug: Slug) -> None:
    begin = cursor(site, slug)
    first, second = newsroom.post(slug), newsroom.post(slug)
    until_shown(site, slug, second["cursor"])
    for name, value in (("Last-Event-ID", first["cursor"]), ("last-event-id", first["cursor"])):
        address = f"/stories/{slug}/events?after={begin}"
        with site.http.stream("GET", address, headers={name: value}) as answer:
            assert next(events(answer.iter_lines()))[1]["update"]["id"] == second["id"]


@pytest.mark.parametrize("name", ["last_event_id", "lastEventId", "after"])
def test_a_position_may_have_any_of_the_usual_names(
    site: Site, newsroom: Newsroom, slug: Slug, name: str
) -> None:
    begin = cursor(site, slug)
    posted = newsroom.post(slug)
    with site.http.stream("GET", f"/stories/{slug}/events", params={name: begin}) as answer:
        assert next(events(answer.iter_lines()))[1]["update"]["id"] == posted["id"]


@pytest.mark.parametrize("last", [b"junk", b"\xff\xfe", b"", b"x" * 3_000])
def test_a_malformed_last_event_id_is_one_reset(site: Site, slug: Slug, last: bytes) -> None:
    address = f"/stories/{slug}/events"
    with site.http.stream("GET", address, headers={b"Last-Event-ID": last}) as answer:
        assert next(events(answer.iter_lines()))[0] == "reset"


def test_a_stream_says_at_once_how_long_to_wait_before_coming_back(site: Site, slug: Slug) -> None:
    with site.http.stream("GET", f"/stories/{slug}/events") as answer:
        name, _, milliseconds = next(answer.iter_lines()).partition(": ")
        assert name == "retry"
        assert 0 < int(milliseconds) <= 10_000
        assert answer.headers["cache-control"] == "no-cache, no-transform"
        assert answer.headers["x-accel-buffering"] == "no"
        assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("slug", ["nowhere", "%00", "x" * 2_000])
def test_a_socket_of_no_story_is_closed_with_4404(site: Site, slug: str) -> None:
    with socket(site, slug, None) as connection, pytest.raises(ConnectionClosed) as closed:
        connection.recv(20)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4404


def test_what_a_reader_says_on_its_socket_changes_nothing(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    with socket(site, slug, None) as connection:
        for said in ("hello", b"\x00\xff", "{}", ""):
            connection.send(said)
        connection.ping().wait(20)
        posted = newsroom.post(slug)
        assert json.loads(connection.recv(20))["update"]["id"] == posted["id"]


def test_a_message_too_large_closes_the_socket_that_sent_it(site: Site, slug: Slug) -> None:
    with socket(site, slug, None) as connection:
        connection.send("x" * 100_000)
        with pytest.raises(ConnectionClosed) as closed:
            connection.recv(20)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009
