"""Following a story from outside, over each transport: what ``liveblog tail`` does.

A follower starts from the snapshot, resumes by its cursor whenever the connection ends, and loads
the snapshot anew when it hears a reset.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from liveblog.errors import BadSetting, NoSuchStory

Json = dict[str, Any]

_WAIT_SECONDS = 20
_SILENCE_SECONDS = 30.0
_NO_SUCH_STORY = 4404


class Copy:
    """What a client holds of a story: a map by id in which the higher revision wins."""

    def __init__(self) -> None:
        self.cursor = ""
        self.story: Json = {}
        self.updates: dict[str, Json] = {}

    def load(self, state: Json) -> None:
        """Begin again from a snapshot."""
        self.cursor = state["cursor"]
        self.story = state["story"]
        self.updates = {}
        for update in state["updates"]:
            self._take(update)

    def apply(self, change: Json) -> bool:
        """Take a change; answers whether it was new."""
        self.cursor = change["cursor"]
        if "update" in change:
            return self._take(change["update"])
        if change["story"]["revision"] <= self.story.get("revision", 0):
            return False
        self.story = change["story"]
        return True

    def newest_first(self) -> list[Json]:
        """The updates as a page shows them."""
        return sorted(self.updates.values(), key=_place, reverse=True)

    def _take(self, update: Json) -> bool:
        held = self.updates.get(update["id"])
        if held is not None and held["revision"] >= update["revision"]:
            return False
        self.updates[update["id"]] = update
        return True


class Follower:
    """Follows one story. ``url`` is the site's address, ``transport`` a name of ``TRANSPORTS``."""

    def __init__(self, url: str, slug: str, transport: str) -> None:
        self._url = url.rstrip("/")
        self._slug = slug
        self._connect = _CONNECTIONS[transport]
        self.copy = Copy()
        self.http = httpx2.AsyncClient(timeout=_SILENCE_SECONDS)

    async def load(self) -> None:
        """Begin from the snapshot. Raises NoSuchStory, BadSetting."""
        try:
            answer = await self.http.get(self.address("state"))
        except httpx2.HTTPError as error:
            raise BadSetting(f"Nothing answers at {self._url} ({error}). Is it running?") from error
        if answer.status_code == 404:
            raise NoSuchStory(self._slug)
        answer.raise_for_status()
        self.copy.load(answer.json())

    async def changes(self, wait: Callable[[int], float]) -> AsyncIterator[Json]:
        """The new changes from here on, each after it was applied to ``copy``, for ever; after a
        reset one of kind ``reset``, which carries a cursor alone. ``wait`` gives the seconds before
        the nth attempt in a row to connect. Raises NoSuchStory."""
        failures = 0
        while True:
            try:
                async for kind, message in self._connect(self):
                    failures = 0
                    if kind == "reset":
                        await self.load()
                        yield {"kind": "reset", "cursor": self.copy.cursor}
                    elif kind == "change" and self.copy.apply(message):
                        yield message
            except (httpx2.HTTPError, OSError, InvalidHandshake, BadSetting):
                failures += 1
            await asyncio.sleep(wait(failures))

    def address(self, name: str) -> str:
        """An address of the story."""
        return f"{self._url}/stories/{self._slug}/{name}"

    @property
    def after(self) -> dict[str, str]:
        """The query that resumes here."""
        return {"after": self.copy.cursor}

    async def close(self) -> None:
        """Give the connections back."""
        await self.http.aclose()


def _place(update: Json) -> tuple[str, str]:
    return update.get("displayed") or update["published"], update["id"]


Messages = AsyncIterator[tuple[str, Json]]


async def _sse(follower: Follower) -> Messages:
    async with follower.http.stream(
        "GET",
        follower.address("events"),
        params=follower.after,
        # Exactly what was missed: a compressed stream may repeat a little.
        headers={"Accept-Encoding": "identity"},
    ) as answer:
        answer.raise_for_status()
        event: dict[str, str] = {}
        async for line in answer.aiter_lines():
            if line:
                name, _, value = line.partition(":")
                event[name] = value.removeprefix(" ")
                continue
            if "data" in event:
                yield event.get("event", "message"), json.loads(event["data"])
            event = {}


async def _websocket(follower: Follower) -> Messages:
    address = follower.address("socket").replace("http", "ws", 1)
    query = httpx2.QueryParams(follower.after)
    async with connect(f"{address}?{query}", compression=None, max_size=None) as socket:
        try:
            async for text in socket:
                message = json.loads(text)
                yield message["type"], message
        except ConnectionClosed:
            pass
        if socket.close_code == _NO_SUCH_STORY:
            raise NoSuchStory(follower.copy.story["slug"])


async def _poll(follower: Follower) -> Messages:
    params = {**follower.after, "wait": str(_WAIT_SECONDS)}
    answer = await follower.http.get(follower.address("changes"), params=params)
    answer.raise_for_status()
    polled = answer.json()
    if polled["reset"]:
        yield "reset", polled
    for change in polled["changes"]:
        yield "change", change


_CONNECTIONS: dict[str, Callable[[Follower], Messages]] = {
    "sse": _sse,
    "websocket": _websocket,
    "poll": _poll,
}
