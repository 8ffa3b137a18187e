"""The feeds of one story and of the site, a route for each format of the table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from liveblog.feeds import ENTRIES, FEEDS, Bulletin, Entry, Feed, as_entry, of_site, of_story
from liveblog.hub.channel import Channel
from liveblog.hub.hub import Hub
from liveblog.story import Slug, moment
from liveblog.web.caching import conditional
from liveblog.web.hosts import Addresses

_KEPT = 16
"""Feeds of the site kept as bytes: formats times names of the site. Beyond it all are dropped."""

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(hub: Hub, addresses: Addresses, site_name: str) -> list[Route]:
    """All feeds. ``addresses`` says what the site is called in them."""
    all_stories = _OfAllStories(site_name)

    def of_one(name: str, feed: Feed) -> Endpoint:
        async def answer(request: Request) -> Response:
            channel = await hub.channel(Slug(request.path_params["slug"]))
            base = addresses.of(request)
            bulletin = channel.answer(
                ("bulletin", base), lambda: of_story(channel.story, base, site_name)
            )
            body = channel.answer(("feed", name, base), lambda: feed.write(bulletin))
            return _answered(request, feed, channel.cursor, bulletin, body)

        return answer

    def of_all(name: str, feed: Feed) -> Endpoint:
        async def answer(request: Request) -> Response:
            channels = [await hub.channel(slug) for slug in hub.latest(ENTRIES)]
            base = addresses.of(request)
            version, bulletin, body = all_stories.written(name, base, channels)
            return _answered(request, feed, version, bulletin, body)

        return answer

    site = [Route(f"/feed.{name}", of_all(name, feed)) for name, feed in FEEDS.items()]
    return site + [
        Route(f"/stories/{{slug}}/feed.{name}", of_one(name, feed)) for name, feed in FEEDS.items()
    ]


class _OfAllStories:
    """The site's feeds, each written once a change of any story in it."""

    def __init__(self, site_name: str) -> None:
        self._site_name = site_name
        self._kept: dict[tuple[str, str], tuple[str, Bulletin, bytes]] = {}

    def written(self, name: str, base: str, channels: list[Channel]) -> tuple[str, Bulletin, bytes]:
        """The version of a feed, what it holds, and its bytes."""
        version = _version(channels)
        kept = self._kept.get((name, base))
        if kept and kept[0] == version:
            return kept
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        entries = (_entry(channel, base) for channel in channels)
        bulletin = of_site(entries, base, self._site_name)
        self._kept[name, base] = version, bulletin, FEEDS[name].write(bulletin)
        return self._kept[name, base]


def _entry(channel: Channel, base: str) -> Entry:
    return channel.answer(("entry", base), lambda: as_entry(channel.story, base))


def _version(channels: list[Channel]) -> str:
    positions = "\n".join(f"{channel.slug} {channel.cursor}" for channel in channels)
    return sha256(positions.encode()).hexdigest()[:32]


def _answered(
    request: Request, feed: Feed, version: str, bulletin: Bulletin, body: bytes
) -> Response:
    media_type = f"{feed.media_type}; charset=utf-8"
    return conditional(request, body, version, media_type, moment(bulletin.updated))
