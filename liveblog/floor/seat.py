"""One open stream of the desk."""

from __future__ import annotations

import asyncio

from liveblog.accounts.callers import Caller
from liveblog.accounts.revoking import Watch
from liveblog.floor.news import News, Overview, Private, Took
from liveblog.store.presence import Present

MOST_NEWS = 1_000
"""News that wait for a stream at most; past them it is closed, and its browser begins anew."""


class Seat:
    """Whose it is, and what it is still to be told: of each thing the latest, so that a slow
    stream misses what is over, and nothing piles up."""

    def __init__(self, caller: Caller, present: Present) -> None:
        self.caller = caller
        self.story = present.story
        # As the store knew it last: another process may have been told what they do.
        self.present = present
        self.watch: Watch | None = None
        self.ended = False
        self._news: dict[object, News] = {}
        self._woken = asyncio.Event()

    def tell(self, news: News) -> None:
        """Let the stream say it soon."""
        # What comes again moves to the end: nothing is told before what explains it.
        key = _key(news)
        self._news.pop(key, None)
        self._news[key] = news
        if len(self._news) > MOST_NEWS:
            self.end()
        self._woken.set()

    async def news(self, seconds: float) -> list[News]:
        """What there is to tell; waits for it, at most so long or until the stream must end."""
        if not self._news and not self.ended:
            try:
                async with asyncio.timeout(seconds):
                    await self._woken.wait()
            except TimeoutError:
                return []
        self._woken.clear()
        news, self._news = list(self._news.values()), {}
        return news

    def end(self) -> None:
        """Let the stream end."""
        self.ended = True
        self._woken.set()


def _key(news: News) -> object:
    if isinstance(news, Overview):
        return news.slug
    if isinstance(news, Private):
        return news.story, news.what
    if isinstance(news, Took):
        return news.update
    return type(news)
