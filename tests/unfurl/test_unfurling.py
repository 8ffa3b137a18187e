"""From a pasted link to a card, and what it costs to ask for what cannot be had."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from math import ceil
from pathlib import Path
from time import monotonic

import httpx2
import msgspec
import pytest
from starlette.applications import Starlette

from liveblog import markup
from liveblog.accounts import tokens
from liveblog.blocks import Embed
from liveblog.desk import Desk
from liveblog.errors import TooFast, Unreachable
from liveblog.store.redis import RedisStore
from liveblog.unfurl import Card, Unfurler
from liveblog.unfurl.addresses import Policy
from liveblog.unfurl.fetch import Fetcher, Limits
from liveblog.unfurl.unfurler import PER_MINUTE
from liveblog.web import operations, pages, problems
from liveblog.web.api import OPERATIONS
from liveblog.web.assets import Assets
from tests.builders import NOON
from tests.means import means
from tests.sites import Newsroom, Site
from tests.unfurl.servers import (
    PUBLIC,
    Canary,
    Names,
    Web,
    a_fetcher,
    html,
    is_public,
    listening,
    to,
)
from tests.web.answers import assert_refused

pytestmark = pytest.mark.anyio

PAGE = """<title>Gates reopen</title><meta property="og:description" content="After a week.">
<meta property="og:site_name" content="Courier"><meta property="og:image" content="/lock.jpg">"""
SECONDS = 0.5


@pytest.fixture
def unfurler(web: Web, names: Names) -> Unfurler:
    web.pages["/a"] = html(PAGE)
    return Unfurler(a_fetcher(web, names, seconds=SECONDS), per_minute=1_000)


async def test_a_page_becomes_a_card(web: Web, unfurler: Unfurler) -> None:
    # A picture on a port that is not the web's would be dropped.
    assert await unfurler.unfurl(f"  {web.url('/a')}#top\n", "Ann") == Card(
        block=Embed(
            url=web.url("/a"), title="Gates reopen", provider="Courier", text="After a week."
        ),
        title="Gates reopen",
        description="After a week.",
        site="Courier",
        image=web.url("/lock.jpg"),
    )


async def test_a_card_can_be_posted_as_it_is(web: Web, unfurler: Unfurler) -> None:
    web.pages["/bad"] = html(f"<title>{'&lt;script&gt;x' * 200}</title>")
    for path in ("/a", "/bad"):
        card = await unfurler.unfurl(web.url(path), "Ann")
        assert markup.clean([card.block]) == (card.block,)
        assert "<script" not in markup.to_html([card.block])


@pytest.mark.parametrize(
    "picture",
    ["http://127.0.0.1/x.jpg", "http://localhost/x.jpg", "javascript:x", "data:image/png,x", "//["],
)
async def test_a_picture_that_is_not_on_the_web_is_left_out(
    web: Web, unfurler: Unfurler, picture: str
) -> None:
    web.pages["/p"] = html(f'<title>x</title><meta property="og:image" content="{picture}">')
    assert (await unfurler.unfurl(web.url("/p"), "Ann")).image == ""


async def test_a_picture_becomes_a_card_without_being_read(web: Web, unfurler: Unfurler) -> None:
    web.pages["/x/lock.png"] = html(b"\x89PNG", type="image/png")
    card = await unfurler.unfurl(web.url("/x/lock.png"), "Ann")
    assert (card.title, card.image) == ("lock.png", web.url("/x/lock.png"))


async def test_a_page_without_a_title_may_be_described_by_its_own_host(
    web: Web, unfurler: Unfurler, names: Names
) -> None:
    link = '<link type="application/json+oembed" href="{}">'
    told = msgspec.json.encode({"title": "Told", "html": "<script>x</script>"})
    web.pages["/o.json"] = html(told, type="application/json")
    web.pages["/mine"] = html(link.format("/o.json"))
    assert (await unfurler.unfurl(web.url("/mine"), "Ann")).title == "Told"
    names.table["other.example"] = [PUBLIC]
    for where in (web.url("/o.json", "other.example"), "http://127.0.0.1/", "/nothing"):
        web.pages["/else"] = html(link.format(where))
        assert (await unfurler.unfurl(web.url("/else"), "Ann")).title == ""
    assert "other.example" not in names.asked


async def test_a_providers_link_is_a_card_though_the_provider_does_not_answer(
    unfurler: Unfurler, names: Names
) -> None:
    names.table["www.youtube.com"] = []
    card = await unfurler.unfurl("https://youtu.be/dQw4w9WgXcQ", "Ann")
    assert card.block == Embed(url="https://youtu.be/dQw4w9WgXcQ", provider="YouTube")
    assert names.asked == ["www.youtube.com"]


async def test_a_link_that_leads_elsewhere_stays_as_it_was_pasted(
    web: Web, unfurler: Unfurler
) -> None:
    web.pages["/s"] = to("/a")
    card = await unfurler.unfurl(web.url("/s"), "Ann")
    assert (card.block.url, card.title) == (web.url("/s"), "Gates reopen")


async def test_a_short_link_to_a_providers_page_stands_for_that_page(names: Names) -> None:
    """Providers are at port 80 and 443 alone."""
    web = Web(80)
    web.pages = {"/s": to("http://youtu.be/dQw4w9WgXcQ"), "/dQw4w9WgXcQ": html(PAGE)}
    names.table |= {"short.example": [PUBLIC], "youtu.be": [PUBLIC]}
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(listening(web.serve, PUBLIC, web.port))
        except OSError as error:
            pytest.skip(f"port 80 cannot be listened on here: {error}")
        unfurler = Unfurler(a_fetcher(web, names))
        card = await unfurler.unfurl("http://short.example/s", "Ann")
    assert card.block.url == "http://youtu.be/dQw4w9WgXcQ"
    assert (card.site, card.title) == ("YouTube", "Gates reopen")


# -- what cannot be had ----------------------------------------------------------------------------


async def took(unfurler: Unfurler, address: str) -> float:
    began = monotonic()
    with pytest.raises(Unreachable):
        await unfurler.unfurl(address, "Ann")
    return monotonic() - began


async def test_all_that_fails_takes_the_same_time(
    web: Web, canary: Canary, unfurler: Unfurler, names: Names
) -> None:
    """So that nobody can tell an inner port that is open from one that is closed."""
    over = asyncio.Event()

    async def silence(writer: asyncio.StreamWriter) -> None:
        await over.wait()

    web.pages["/silent"] = silence
    web.pages["/inside"] = to(f"http://127.0.0.1:{web.port}/")
    names.table |= {"closed.example": ["127.0.0.3"], "nowhere.example": []}
    hosts = ("loop.example", "private.example", "closed.example", "nowhere.example")
    addresses = [web.url("/", host) for host in hosts]
    addresses += [web.url(path) for path in ("/silent", "/inside", "/missing")]
    late = [await later_than_a_timer(unfurler, address) for address in addresses]
    over.set()
    assert min(late) >= -0.02
    assert max(late) < 0.4
    assert canary.visits == 0


async def later_than_a_timer(unfurler: Unfurler, address: str) -> float:
    """Seconds. The timer runs beside it, so that a machine that is busy holds up both."""

    async def timer() -> float:
        await asyncio.sleep(SECONDS)
        return monotonic()

    async def failure() -> float:
        await took(unfurler, address)
        return monotonic()

    rung, failed = await asyncio.gather(timer(), failure())
    return failed - rung


async def test_what_is_refused_by_its_text_is_refused_at_once(unfurler: Unfurler) -> None:
    for address in (
        "http://127.0.0.1/",
        "http://10.9.8.7/",
        "ftp://news.example/",
        "http://[::1]/",
    ):
        assert await took(unfurler, address) < SECONDS / 2


async def test_many_at_once_wait_within_their_own_time(web: Web, names: Names) -> None:
    unfurler = Unfurler(a_fetcher(web, names, seconds=SECONDS), per_minute=1_000)
    over = asyncio.Event()

    async def silence(writer: asyncio.StreamWriter) -> None:
        await over.wait()

    web.pages["/silent"] = silence
    began = monotonic()
    asked = (unfurler.unfurl(web.url("/silent"), "Ann") for _ in range(30))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    over.set()
    assert {type(answer) for answer in answers} == {Unreachable}
    took = monotonic() - began
    assert took < 4 * SECONDS
    # Eight at once, each for its own time at most.
    assert len(web.heads) <= 8 * ceil(took / SECONDS)


async def test_who_asks_too_fast_is_told_and_others_are_not_held_up(web: Web, names: Names) -> None:
    unfurler = Unfurler(a_fetcher(web, names), per_minute=3)
    web.pages["/a"] = html(PAGE)
    for _ in range(3):
        await unfurler.unfurl(web.url("/a"), "Ann")
    with pytest.raises(TooFast):
        await unfurler.unfurl(web.url("/a"), "Ann")
    assert (await unfurler.unfurl(web.url("/a"), "Ben")).title == "Gates reopen"


# -- by the API ------------------------------------------------------------------------------------


@pytest.fixture
def application(web: Web, names: Names, store: RedisStore, desk: Desk, tmp_path: Path) -> Starlette:
    """The API's own route, with the test's idea of the public web."""
    policy = Policy(ports=frozenset({web.port}), is_public=is_public)
    unfurler = Unfurler(Fetcher(names, policy, Limits(seconds=SECONDS)))
    (unfurl,) = (one for one in OPERATIONS if one.name == "unfurl")
    (tmp_path / "manifest.json").write_text("{}")
    templates = pages.environment(Assets(tmp_path), "Test")
    return Starlette(
        routes=[operations.route(unfurl, means(desk, store, tmp_path, unfurler))],
        exception_handlers=problems.handlers(templates),
    )


async def test_the_api_gives_a_block_and_words(
    application: Starlette, web: Web, store: RedisStore
) -> None:
    web.pages["/a"] = html(PAGE)
    token = await tokens.add(store, "Ann", "contributor", now=NOON)
    transport = httpx2.ASGITransport(application)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        client.headers["Authorization"] = f"Bearer {token}"
        answer = await client.post("/api/v1/unfurl", json={"url": web.url("/a")})
        missing = await client.post("/api/v1/unfurl", json={"url": web.url("/b")})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "block": {
            "type": "embed",
            "url": web.url("/a"),
            "title": "Gates reopen",
            "provider": "Courier",
            "text": "After a week.",
        },
        "title": "Gates reopen",
        "description": "After a week.",
        "site": "Courier",
        "image": web.url("/lock.jpg"),
    }
    assert missing.status_code == 422


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/", "http://localhost:8000/", "file:///etc/passwd", "x", "http://["],
)
async def test_the_api_refuses_what_is_not_public_in_one_sentence(
    newsroom: Newsroom, site: Site, address: str
) -> None:
    someone = Newsroom(site, await site.token("reporter"))
    said = assert_refused(someone.api.post("/unfurl", json={"url": address}), 422, Unreachable)
    assert said["detail"] == str(Unreachable())
    assert "not on the public internet" in said["detail"]


@pytest.mark.parametrize("body", [{}, {"url": ""}, {"url": 1}, {"url": "x" * 2_001}, {"uri": "x"}])
async def test_the_api_refuses_a_body_of_another_shape(site: Site, body: dict[str, object]) -> None:
    someone = Newsroom(site, await site.token("reporter"))
    assert someone.api.post("/unfurl", json=body).status_code == 422


async def test_the_api_says_when_a_token_asks_too_fast(site: Site) -> None:
    someone = Newsroom(site, await site.token("contributor"))
    for _ in range(PER_MINUTE):
        assert someone.api.post("/unfurl", json={"url": "http://127.0.0.1/"}).status_code == 422
    refused = someone.api.post("/unfurl", json={"url": "http://127.0.0.1/"})
    assert_refused(refused, 429, TooFast)
    assert refused.headers["retry-after"] == "60"
    other = Newsroom(site, await site.token("contributor"))
    assert other.api.post("/unfurl", json={"url": "http://127.0.0.1/"}).status_code == 422
