"""The composition root: builds everything of a web process and hands it in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from time import monotonic
from urllib.parse import urlsplit
from uuid import uuid4

from jinja2 import Environment
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from liveblog import settings
from liveblog.accounts.revoking import Revoking
from liveblog.accounts.roles import Role, role
from liveblog.accounts.sealing import kept_secret
from liveblog.accounts.single_sign_on import SingleSignOn
from liveblog.accounts.staff import Staff, staff
from liveblog.accounts.tokens import Bearers
from liveblog.desk import Desk
from liveblog.errors import BadSetting, Invalid
from liveblog.floor.attendance import Attendance
from liveblog.floor.board import Board
from liveblog.floor.figures import Gauges
from liveblog.floor.floor import Floor
from liveblog.floor.hearing import hear
from liveblog.hub.census import Census
from liveblog.hub.doors import Doors
from liveblog.hub.hosts import Hosts
from liveblog.hub.hub import Hub, follow_feed
from liveblog.hub.sending import best
from liveblog.media.files import Files
from liveblog.media.uploads import Uploads
from liveblog.settings import Settings
from liveblog.store.pictures import Pictures
from liveblog.store.redis import RedisStore
from liveblog.tasks import backoff, end
from liveblog.transports import TRANSPORTS, sse
from liveblog.unfurl import unfurler
from liveblog.web import (
    api,
    crowded,
    csp_reports,
    desk,
    embed,
    feeds,
    media,
    openapi,
    operations,
    pages,
    problems,
    reading,
)
from liveblog.web.assets import Assets, folder
from liveblog.web.callers import Callers
from liveblog.web.desk.action import House
from liveblog.web.desk.action import route as desk_route
from liveblog.web.desk.shell import shell
from liveblog.web.hosts import Addresses, TrustedHosts
from liveblog.web.limits import Limits
from liveblog.web.security import SecurityHeaders, headers_for

_START_SECONDS = 2.0


class Site:
    """A web process: its application, what greets readers before it, and the hub that must let
    them go before it ends."""

    def __init__(self, read: Settings, redis_url: str, readers: int) -> None:
        rules = settings.rules(read)
        self._store = RedisStore(redis_url, replicas=read.replicas, rules=rules)
        self._uploads = uploads_of(read, redis_url)
        self.hub = Hub(self._store, Doors(readers, read.readers_per_address), best())
        # A name of its own each time: hosts and process ids repeat in containers.
        self._census = Census(self._store, uuid4().hex, monotonic, every_seconds=read.count_seconds)
        self._counted = bool(read.count_seconds)
        self._revoking = Revoking()
        self._gauges = Gauges(self.hub, self._census, now, backoff)
        board = Board(self._store, self.hub)
        attendance = Attendance(self._store, beat_seconds=read.presence_seconds)
        self._floor = Floor(attendance, board, self._gauges, now)
        self._census.asked = board.slugs
        self.hub.told = self._floor.take
        hosts = hosts_of(read)
        self.app = self._application(read, hosts)
        self.turn_away = crowded.answer
        self.greet = sse.Greeter(self.hub, headers_for("/stories/any/events"), hosts)

    def _application(self, read: Settings, hosts: Hosts) -> Starlette:
        built = folder()
        assets = Assets(built)
        templates = pages.environment(assets, read.site_name)
        addresses = Addresses(read.public_url, hosts)
        house = self._house(read, templates, assets, addresses)
        means = self._means(read, house)
        return Starlette(
            routes=[
                # Readers first: they are the most.
                *(route(self.hub) for route in TRANSPORTS.values()),
                *pages.routes(self.hub, templates, addresses),
                *reading.routes(self.hub),
                *feeds.routes(self.hub, addresses, read.site_name),
                *embed.routes(self.hub, templates, addresses, built),
                openapi.route(api.OPERATIONS, read.site_name),
                *(operations.route(one, means) for one in api.OPERATIONS),
                media.route(self._uploads),
                csp_reports.route(csp_reports.Reports()),
                *(desk_route(one, house) for one in desk.ACTIONS),
                Mount("/static", StaticFiles(directory=built)),
            ],
            middleware=[Middleware(SecurityHeaders), Middleware(TrustedHosts, hosts=hosts)],
            exception_handlers=problems.handlers(templates),
            lifespan=self._lifespan,
        )

    def _means(self, read: Settings, house: House) -> operations.Means:
        """What the calls of the API work with."""
        newsroom = Desk(
            self._store,
            now,
            appended=self.hub.reached,
            count_admins=house.staff.people.count_admins,
        )
        return operations.Means(
            desk=newsroom,
            store=self._store,
            hub=self.hub,
            callers=house.callers,
            uploads=self._uploads,
            unfurler=unfurler(),
            people=self._store,
            limits=Limits(read.writes_per_minute, read.media_megabytes_per_hour),
        )

    def _house(
        self, read: Settings, templates: Environment, assets: Assets, addresses: Addresses
    ) -> House:
        """What the desk's pages share."""
        people = staff_of(read, self._store)
        return House(
            staff=people,
            store=self._store,
            callers=Callers(Bearers(self._store, now), people.sessions),
            revoking=self._revoking,
            floor=self._floor,
            templates=templates,
            shell=shell(templates, assets),
            site=addresses.of,
        )

    def listens_at(self, site: str) -> None:
        """The address of this process's own socket: it is measured there how soon readers hear."""
        self._gauges.site = site

    def drain(self) -> None:
        """Let everybody go: the process is about to end."""
        self.hub.drain()
        self._revoking.stop()

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            tail = tasks.create_task(follow_feed(self.hub, self._store, backoff))
            owned = [tail, tasks.create_task(self.hub.beat())]
            hearing = hear(self._store, self._revoking, self._floor, backoff)
            owned += [tasks.create_task(hearing), tasks.create_task(self._floor.run())]
            if self._counted:
                counting = self._census.run(self.hub.channels, self.hub.tell_count)
                owned.append(tasks.create_task(counting))
            # Without its store it serves what needs none, and says in /readyz that it is not ready.
            with suppress(TimeoutError):
                async with asyncio.timeout(_START_SECONDS):
                    await self.hub.started()
            yield
            await end(*owned)
        await self._floor.close()
        await self._census.leave()
        await self._store.close()
        await self._uploads.close()


def files(read: Settings) -> Files:
    """Where pictures live."""
    return Files(read.media_url, read.data / "media")


def uploads_of(read: Settings, redis_url: str) -> Uploads:
    """How pictures are uploaded."""
    # A connection of its own kind: it may be silent for as long as an upload waits.
    queue = Pictures(redis_url, timeout_seconds=read.picture_seconds + 5)
    return Uploads(files(read), queue, wait_seconds=max(read.picture_seconds, 1))


def hosts_of(read: Settings) -> Hosts:
    """The names that the site may be asked for under. Without a setting that says them it is open
    to any, as behind a proxy or in a try: no address is made of those it does not know."""
    public = urlsplit(read.public_url).hostname
    names = [name for name in (*read.hosts, public, read.host) if name and name != "*"]
    others = "*" in read.hosts or not (read.hosts or public)
    return Hosts([f"[{name}]" if _is_bare_ipv6(name) else name for name in names], others=others)


def _is_bare_ipv6(name: str) -> bool:
    return ":" in name and not name.startswith("[")


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def staff_of(read: Settings, store: RedisStore) -> Staff:
    """The people of an installation. Raises BadSetting."""
    return staff(
        store,
        now,
        secret=read.secret or kept_secret(read.data),
        keep=store.audit,
        provider=_provider(read),
        brought=_brought(read),
    )


def _provider(read: Settings) -> SingleSignOn | None:
    if not read.sso_issuer:
        return None
    if not (read.sso_client_id and read.sso_client_secret and read.public_url):
        raise BadSetting(
            "LIVEBLOG_SSO_ISSUER also needs LIVEBLOG_SSO_CLIENT_ID, LIVEBLOG_SSO_CLIENT_SECRET and"
            " LIVEBLOG_PUBLIC_URL, to which the provider sends people back."
        )
    back = f"{read.public_url}/desk/sign-in/sso/return"
    return SingleSignOn(read.sso_issuer, read.sso_client_id, read.sso_client_secret, back)


def _brought(read: Settings) -> Role | None:
    try:
        return role(read.sso_role) if read.sso_role else None
    except Invalid as error:
        raise BadSetting(f"LIVEBLOG_SSO_ROLE={read.sso_role}: {error.why}") from error


def application() -> Starlette:
    """The application for any other ASGI server, with Redis as the environment names it.

    Raises BadSetting: such a server has nowhere to keep a Redis of its own.
    """
    read = settings.read()
    if not read.redis_url:
        raise BadSetting("LIVEBLOG_REDIS_URL: name the Redis that this server is to use.")
    return Site(read, read.redis_url, read.readers).app
