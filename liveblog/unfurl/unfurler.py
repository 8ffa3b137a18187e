"""Makes cards of links, so many a minute, and tells nobody anything about what it may not ask."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from msgspec import Struct
from msgspec.structs import replace

from liveblog import markup
from liveblog.blocks import Embed
from liveblog.errors import TooFast, Unreachable
from liveblog.markup.providers import Framed, framed
from liveblog.unfurl import oembed, opengraph
from liveblog.unfurl.addresses import Policy, Target, target
from liveblog.unfurl.fetch import IMAGES, JSON, PAGES, Fetcher, Limits
from liveblog.unfurl.network import SystemResolver
from liveblog.unfurl.opengraph import Said

PER_MINUTE = 12
"""Links that one token may have looked up in a minute."""
AT_ONCE = 8
"""Links looked up at the same time; others wait within their own time."""


class Card(Struct, frozen=True, kw_only=True):
    """What is known of a link. ``block`` can be posted as it is; ``image`` is an address on the
    other site, which nobody loads before somebody asks for it."""

    block: Embed
    title: str = ""
    description: str = ""
    site: str = ""
    image: str = ""


class Unfurler:
    """One a process. ``per_minute`` counts for each who asks."""

    def __init__(self, fetcher: Fetcher, *, per_minute: int = PER_MINUTE) -> None:
        self._fetch = fetcher
        self._pace = MovingWindowRateLimiter(MemoryStorage())
        self._rate = RateLimitItemPerMinute(per_minute)
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def unfurl(self, address: str, by: str) -> Card:
        """The card of a link, for ``by``. Raises TooFast, Unreachable.

        What is refused by its text is refused at once, since that tells nothing of any network.
        All else that fails takes the whole time, whether it was refused, closed or silent.
        """
        if not self._pace.hit(self._rate, by):
            raise TooFast("You ask for more links than this server looks up.", 60)
        asked = target(address.strip(), self._fetch.policy)
        shown = framed(asked.url)
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._fetch.limits.seconds
        try:
            async with asyncio.timeout_at(ends), self._turns:
                if shown:
                    return self._card(asked, shown, await self._told(shown, asked))
                return await self._page(asked)
        except (Unreachable, TimeoutError):
            if shown:
                # A provider that does not answer can still be framed.
                return self._card(asked, shown, Said())
            await asyncio.sleep(ends - loop.time())
            raise Unreachable from None

    async def _told(self, shown: Framed, asked: Target) -> Said:
        endpoint = shown.provider.oembed
        if not endpoint:
            found = await self._fetch.get(asked, PAGES)
            return opengraph.read(found.body, found.charset, found.target.url)
        question = target(oembed.question(endpoint, asked.url), self._fetch.policy)
        return oembed.read((await self._fetch.get(question, JSON)).body)

    async def _page(self, asked: Target) -> Card:
        found = await self._fetch.get(asked, PAGES | IMAGES)
        if found.type in IMAGES:
            name = urlsplit(found.target.url).path.rpartition("/")[2]
            return self._card(asked, None, Said(title=name, image=found.target.url))
        said = opengraph.read(found.body, found.charset, found.target.url)
        if said.oembed and not said.title:
            said = await self._described(said, found.target)
        shown = framed(found.target.url)
        # A short link that leads to a provider's page stands for that page.
        return self._card(found.target if shown else asked, shown, said)

    async def _described(self, said: Said, page: Target) -> Said:
        """A page without a title may have a description in JSON; only one on its own host is
        asked for, so that a page cannot send us round."""
        try:
            where = target(said.oembed, self._fetch.policy)
            if where.host != page.host:
                return said
            told = oembed.read((await self._fetch.get(where, JSON)).body)
        except Unreachable:
            return said
        return replace(said, title=told.title, site=said.site or told.site)

    def _card(self, page: Target, shown: Framed | None, said: Said) -> Card:
        site = shown.provider.name if shown else said.site or markup.host(page.url)
        return Card(
            block=Embed(url=page.url, title=said.title, provider=site, text=said.description),
            title=said.title,
            description=said.description,
            site=site,
            image=self._public(said.image),
        )

    def _public(self, picture: str) -> str:
        """A picture's address, if it may be one of the public web."""
        try:
            return target(picture, self._fetch.policy).url
        except Unreachable:
            return ""


def unfurler() -> Unfurler:
    """The one for real."""
    return Unfurler(Fetcher(SystemResolver(), Policy(), Limits()))
