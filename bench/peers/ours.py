"""`liveblog serve` with a Redis of its own, posted to through the write API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench import processes
from bench.contestant import Server
from bench.publish import HttpPublisher, filler
from bench.servers import Newsroom, a_newsroom

TEXT_BYTES = 178
"""With what the wire adds (cursor, story, id, times, HTML) this is an event of 430 bytes."""


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    with a_newsroom(folder) as newsroom:
        slug = open_story(newsroom, "bench-story")
        publisher = publisher_of(newsroom, slug)
        with closing(publisher):
            yield server(newsroom, slug, publisher)


def server(newsroom: Newsroom, slug: str, publisher: HttpPublisher) -> Server:
    """One story of ours as a server to be read from."""
    events = f"/stories/{slug}/events"
    pids = newsroom.web_pids
    return Server(
        port=newsroom.port,
        pids=pids,
        aside=tuple(pid for pid in processes.children(newsroom.pid) if pid not in pids),
        paths={"sse": events, "gzip": events, "websocket": f"/stories/{slug}/socket"},
        publisher=publisher,
    )


def open_story(newsroom: Newsroom, slug: str) -> str:
    """Open one and answer its slug."""
    with closing(_post(newsroom, "/api/v1/stories", _story)) as opening:
        opening.send(slug)
        opening.settle()
    return slug


def open_stories(newsroom: Newsroom, slugs: list[str]) -> None:
    """Open many over one connection."""
    with closing(_post(newsroom, "/api/v1/stories", _story)) as opening:
        for slug in slugs:
            opening.send(slug)
            opening.settle()


def publisher_of(newsroom: Newsroom, slug: str, text_bytes: int = TEXT_BYTES) -> HttpPublisher:
    """Posts updates with text of that size."""

    def update(mark: str) -> bytes:
        return json.dumps({"text": f"{mark} {filler(text_bytes - len(mark) - 1)}"}).encode()

    return _post(newsroom, f"/api/v1/stories/{slug}/updates", update)


def _story(slug: str) -> bytes:
    return json.dumps({"slug": slug, "headline": "Storm closes the harbour"}).encode()


def _post(newsroom: Newsroom, path: str, body: Callable[[str], bytes]) -> HttpPublisher:
    head = f"Authorization: Bearer {newsroom.token}\r\nContent-Type: application/json\r\n"
    return HttpPublisher(newsroom.port, path, body, head)
