"""What readers see: the front page, a story's page, one update's permalink."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import attrgetter
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from liveblog import markup
from liveblog.errors import LiveblogError, NoSuchUpdate
from liveblog.feeds import FEEDS
from liveblog.hub.channel import Channel
from liveblog.hub.hub import Hub
from liveblog.story import Instant, Slug, Story, Update, UpdateId, moment
from liveblog.web import problems
from liveblog.web.assets import Assets
from liveblog.web.caching import conditional
from liveblog.web.hosts import Addresses

PAGE_UPDATES = 30
_HTML = "text/html; charset=utf-8"
NEWER_AROUND_A_PERMALINK = 5
RECENT_STORIES = 20
_PLACE = attrgetter("place")
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


class View(Struct, frozen=True, kw_only=True):
    """Which part of a story a page shows, as its address says."""

    before: UpdateId | None = None
    after: UpdateId | None = None
    oldest: bool = False
    only_key: bool = False
    focus: UpdateId | None = None

    @property
    def is_first(self) -> bool:
        return self.before is None and self.after is None and self.focus is None


def environment(assets: Assets, site_name: str) -> Environment:
    """The templates with what they may use. ``site_name`` is shown on every page."""
    templates = Environment(
        loader=PackageLoader("liveblog"), autoescape=True, undefined=StrictUndefined
    )
    templates.trim_blocks = templates.lstrip_blocks = True
    templates.globals.update(
        asset=assets.url,
        build=assets.version,
        site_name=site_name,
        feeds=FEEDS,
        CORRECTION=markup.CORRECTION,
        RETRACTED=markup.RETRACTED,
        VERIFICATION=markup.VERIFICATION,
    )
    templates.filters.update(
        picture=lambda image, lead=False: Markup(markup.picture_html(image, lead=lead)),
        caption=lambda image: Markup(markup.caption_html(image)),
        clock=lambda at: f"{moment(at):%H:%M}",
        day=_day,
        both=lambda at: f"{_day(at)}, {moment(at):%H:%M} UTC",
        direction=direction,
    )
    return templates


def direction(language: str) -> str:
    """``ltr`` or ``rtl``."""
    return "rtl" if language.partition("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def _day(at: Instant) -> str:
    when = moment(at)
    return f"{when.day} {when:%B %Y}"


def routes(hub: Hub, templates: Environment, addresses: Addresses) -> list[Route]:
    """The pages' routes. ``addresses`` says what the site is called in them."""
    pages = _Pages(hub, templates, addresses)
    return [
        Route("/", pages.front),
        Route("/stories/{slug}", pages.story),
        Route("/stories/{slug}/updates/{id}", pages.permalink),
        Route("/problems/{name}", pages.problem),
    ]


class _Pages:
    def __init__(self, hub: Hub, templates: Environment, addresses: Addresses) -> None:
        self._hub = hub
        self._templates = templates
        self._addresses = addresses

    async def front(self, request: Request) -> Response:
        hub = self._hub
        shown = [_listed(await hub.channel(slug)) for slug in hub.latest(RECENT_STORIES)]
        page = self._templates.get_template("front.html").render(
            live=[one for one in shown if one["story"].status != "closed"],
            recent=[one for one in shown if one["story"].status == "closed"],
        )
        return HTMLResponse(page)

    async def story(self, request: Request) -> Response:
        channel = await self._channel(request)
        asked = view(request)
        base = self._addresses.of(request)

        def render() -> bytes:
            return self._render(context(channel, asked, base))

        # Only the pages that everybody asks for are kept.
        page = channel.answer(("page", asked, base), render) if asked.is_first else render()
        return self._conditional(request, channel, page)

    async def permalink(self, request: Request) -> Response:
        channel = await self._channel(request)
        id = UpdateId(request.path_params["id"])
        if channel.story.update(id) is None:
            raise NoSuchUpdate(channel.slug, id)
        page = self._render(context(channel, View(focus=id), self._addresses.of(request)))
        return self._conditional(request, channel, page)

    async def problem(self, request: Request) -> Response:
        named = {problems.name(kind): kind for kind in problems.STATUSES}
        kind = named.get(request.path_params["name"], LiveblogError)
        page = self._templates.get_template("problem.html").render(
            status=problems.STATUSES.get(kind, 200),
            title=problems.title(kind),
            detail=(kind.__doc__ or "").replace("``", ""),
        )
        return HTMLResponse(page)

    async def _channel(self, request: Request) -> Channel:
        return await self._hub.channel(Slug(request.path_params["slug"]))

    def _render(self, shown: dict[str, Any]) -> bytes:
        return self._templates.get_template("story.html").render(shown).encode()

    def _conditional(self, request: Request, channel: Channel, page: bytes) -> Response:
        return conditional(request, page, version(channel, self._templates), _HTML)


def _listed(channel: Channel) -> dict[str, Any]:
    newest, _ = channel.story.before(None, 1)
    return {
        "story": channel.story.head,
        "latest": channel.shown(newest[0]).update if newest else None,
        "url": f"/stories/{channel.slug}",
    }


def version(channel: Channel, templates: Environment) -> str:
    """Of a page of a story. A new build is a new page: the old one names files that are gone."""
    return f"{channel.cursor}-{templates.globals['build']}"


def view(request: Request) -> View:
    """The part that a request asks for."""
    query = request.query_params
    return View(
        before=UpdateId(query["before"]) if "before" in query else None,
        after=UpdateId(query["after"]) if "after" in query else None,
        oldest=query.get("order") == "oldest",
        only_key=query.get("key") == "1",
    )


def context(channel: Channel, view: View, site: str) -> dict[str, Any]:
    """What the template of a story's page needs. ``site`` is the site's address."""
    story = channel.story
    url = f"/stories/{channel.slug}"
    updates, older, later = _select(story, view)
    pinned = story.update(story.pinned) if story.pinned and view.is_first else None
    keys = [update for update in reversed(story.updates) if update.key_event]
    query = ("&order=oldest" if view.oldest else "") + ("&key=1" if view.only_key else "")
    focus = f"/updates/{view.focus}" if view.focus else ""
    return {
        "story": story.head,
        "cursor": channel.cursor,
        "live": story.head.status != "closed",
        "updates": [channel.shown(update).update for update in updates],
        "pinned": channel.shown(pinned).update if pinned else None,
        "key_events": [channel.shown(update).update for update in keys],
        "older": f"{url}?before={older}{query}" if older else None,
        "later": f"{url}?after={later}{query}" if later else None,
        "newest": None if view.is_first else url,
        "focus": view.focus,
        "order": "oldest" if view.oldest else "newest",
        "only_key": view.only_key,
        "canonical": f"{site}{url}{focus}",
    }


def _select(story: Story, view: View) -> tuple[list[Update], UpdateId | None, UpdateId | None]:
    """The updates of a page in reading order, and where the next page goes on."""
    updates = [update for update in story.updates if update.key_event or not view.only_key]
    if view.oldest:
        if view.after is not None:
            updates = updates[bisect_right(updates, story.place(view.after), key=_PLACE) :]
        page = updates[:PAGE_UPDATES]
        return page, None, page[-1].id if len(updates) > len(page) else None
    if view.focus is not None:
        after = bisect_right(updates, story.place(view.focus), key=_PLACE)
        updates = updates[: after + NEWER_AROUND_A_PERMALINK]
    if view.before is not None:
        updates = updates[: bisect_left(updates, story.place(view.before), key=_PLACE)]
    page = updates[: -PAGE_UPDATES - 1 : -1]
    return page, page[-1].id if len(updates) > len(page) else None, None
