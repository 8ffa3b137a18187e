"""Windows of the desk: a stream that somebody has open, and what they say they do in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from liveblog.story import Slug
from tests.people import Browser

Json = dict[str, Any]
_PATIENCE_SECONDS = 15.0


def anything(news: Json) -> bool:
    return True


class Window:
    """``heard`` is all that it was told so far, in order, each with the event's name."""

    def __init__(self, browser: Browser, story: Slug | None, lines: AsyncIterator[str]) -> None:
        self.browser = browser
        self.story = story
        self.heard: list[tuple[str, Json]] = []
        self.connection = ""
        self._lines = lines
        # Where in it the news of each kind begin that no test has waited for yet.
        self._unread: dict[str, int] = {}

    async def told(
        self,
        event: str,
        fits: Callable[[Json], bool] = anything,
        *,
        within: float = _PATIENCE_SECONDS,
    ) -> Json:
        """Wait until it is told something that fits, after what was waited for of that kind."""
        try:
            async with asyncio.timeout(within):
                while True:
                    for at in range(self._unread.get(event, 0), len(self.heard)):
                        self._unread[event] = at + 1
                        if self.heard[at][0] == event and fits(self.heard[at][1]):
                            return self.heard[at][1]
                    await self.next()
        except TimeoutError:
            last = [news for name, news in self.heard if name == event][-3:]
            raise AssertionError(f"no such {event}; the last: {last}") from None

    async def next(self) -> tuple[str, Json]:
        """The next event; AssertionError where the stream ended."""
        name = ""
        async for line in self._lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                self.heard.append((name, json.loads(line.removeprefix("data: "))))
                return self.heard[-1]
        raise AssertionError("the stream ended")

    async def sees(self, *people: tuple[str, str], within: float = _PATIENCE_SECONDS) -> Json:
        """Wait until these are in its story, by name and doing, in any order."""
        return await self.told(
            "presence",
            lambda news: (
                sorted((one["name"], one["doing"]) for one in news["people"]) == sorted(people)
            ),
            within=within,
        )

    def says(self, doing: str, update: str | None = None, **more: Any) -> httpx2.Response:
        """Somebody does something in it."""
        said = {"connection": self.connection, "story": self.story, "doing": doing}
        if update is not None:
            said["update"] = update
        return self.browser.send("/desk/presence", json.dumps(said | more).encode())


@asynccontextmanager
async def a_window(browser: Browser, story: Slug | None = None) -> AsyncIterator[Window]:
    """An open window of somebody, on a story or on the list of all."""
    address = "/desk/events" + (f"?story={story}" if story else "")
    async with (
        httpx2.AsyncClient(base_url=browser.site.url, timeout=30) as client,
        client.stream("GET", address, headers=browser.sent()) as answer,
    ):
        assert answer.status_code == 200, await answer.aread()
        window = Window(browser, story, answer.aiter_lines())
        window.connection = (await window.told("hello"))["connection"]
        yield window
