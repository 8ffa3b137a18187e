"""No address that anybody pastes is a way into the inner network."""

from __future__ import annotations

import pytest

from liveblog.errors import Unreachable
from liveblog.unfurl.addresses import Policy, target
from liveblog.unfurl.fetch import PAGES, Fetcher
from liveblog.unfurl.network import SystemResolver
from tests.unfurl.inside import ADDRESSES, REDIRECTS
from tests.unfurl.servers import PUBLIC, Canary, Names, Web, Witness, a_fetcher, html, to

pytestmark = pytest.mark.anyio


async def fetch(fetcher: Fetcher, address: str) -> str:
    """The page, as the service would get it."""
    found = await fetcher.get(target(address, fetcher.policy), PAGES)
    return found.body.decode()


def test_the_table_is_long_enough() -> None:
    assert len(ADDRESSES) >= 300
    assert len(REDIRECTS) >= 40


async def test_no_address_reaches_the_inner_network(
    web: Web, canary: Canary, names: Names, witness: Witness
) -> None:
    fetcher = a_fetcher(web, names, seconds=1.0)
    reached: list[str] = []
    with witness.watching() as connects:
        for address in ADDRESSES:
            try:
                await fetch(fetcher, address.replace("PORT", str(web.port)))
                reached.append(address)
            except Unreachable:
                pass
    assert reached == []
    assert connects == []
    assert canary.visits == 0


async def test_none_does_when_the_machine_itself_looks_names_up(
    web: Web, canary: Canary, witness: Witness
) -> None:
    """Where a system's own look-up takes 0x7f.1 or localhost for an address."""
    ports = frozenset({web.port, 80, 443})
    fetcher = a_fetcher(web, SystemResolver(), Policy(ports=ports), seconds=1.0)
    hosts = [one for one in ADDRESSES if "127" in one or "localhost" in one or "0x" in one]
    with witness.watching() as connects:
        for address in hosts:
            with pytest.raises(Unreachable):
                await fetch(fetcher, address.replace("PORT", str(web.port)))
    assert len(hosts) >= 40
    assert connects == []
    assert canary.visits == 0


@pytest.mark.parametrize("hop", range(1, 6))
async def test_no_redirect_leads_inside_at_any_hop(
    web: Web, canary: Canary, names: Names, witness: Witness, hop: int
) -> None:
    fetcher = a_fetcher(web, names, seconds=1.0)
    for step in range(hop - 1):
        web.pages[f"/{step}"] = to(web.url(f"/{step + 1}"))
    with witness.watching() as connects:
        for where in REDIRECTS:
            # Raw, so that the server says exactly these bytes.
            web.pages[f"/{hop - 1}"] = to(where.replace("PORT", str(web.port)))
            with pytest.raises(Unreachable):
                await fetch(fetcher, web.url("/0"))
    assert {one.split("'")[1] for one in connects} == {PUBLIC}
    assert len(web.heads) >= hop * len(REDIRECTS)
    assert canary.visits == 0


async def test_a_name_that_changes_its_answer_is_believed_once(
    web: Web, canary: Canary, names: Names
) -> None:
    names.turns["rebind.example"] = [[PUBLIC], ["127.0.0.1"]]
    web.pages["/"] = html("<title>Fine</title>")
    page = await fetch(a_fetcher(web, names), web.url("/", "rebind.example"))
    assert "Fine" in page
    assert names.asked == ["rebind.example"]
    with pytest.raises(Unreachable):
        await fetch(a_fetcher(web, names), web.url("/", "rebind.example"))
    assert canary.visits == 0


async def test_a_name_that_changes_its_answer_between_two_hops_is_checked_again(
    web: Web, canary: Canary, names: Names
) -> None:
    names.turns["rebind.example"] = [[PUBLIC], ["127.0.0.1"]]
    web.pages["/"] = to("/again")
    with pytest.raises(Unreachable):
        await fetch(a_fetcher(web, names), web.url("/", "rebind.example"))
    assert names.asked == ["rebind.example"] * 2
    assert canary.visits == 0


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:PORT/",
        "http://[::1]:PORT/",
        "http://[::ffff:127.0.0.1]:PORT/",
        "http://0.0.0.0:PORT/",
        "http://127.127.127.127.example:PORT/",
        "http://loop.example:PORT/",
        "http://loop6.example:PORT/",
        "http://bad-then-good.example:PORT/",
        "http://zero.example:PORT/",
        "http://news.example:PORT/to-inside",
        "http://rebind.example:PORT/",
        "http://①②⑦.⓪.⓪.①:PORT/",
    ],
)
async def test_the_canary_is_reached_where_everything_is_allowed(
    web: Web, canary: Canary, names: Names, address: str
) -> None:
    """So that its silence above means something."""
    policy = Policy(ports=frozenset({web.port}), is_public=lambda _: True)
    names.turns["rebind.example"] = [["127.0.0.1"]]
    web.pages["/to-inside"] = to(f"http://127.0.0.1:{web.port}/")
    page = await fetch(a_fetcher(web, names, policy), address.replace("PORT", str(web.port)))
    assert "The inner network" in page
    assert canary.visits == 1


async def test_the_witness_hears_a_connection(web: Web, names: Names, witness: Witness) -> None:
    web.pages["/"] = html("<title>Fine</title>")
    with witness.watching() as connects:
        await fetch(a_fetcher(web, names), web.url())
    assert connects == [str((PUBLIC, web.port))]


async def test_a_socket_in_the_file_system_is_never_connected_to(web: Web, names: Names) -> None:
    with pytest.raises(Unreachable):
        await a_fetcher(web, names)._network.connect_unix_socket("/var/run/docker.sock")


async def test_a_port_that_is_not_the_webs_is_never_connected_to(web: Web, names: Names) -> None:
    fetcher = a_fetcher(web, names, Policy())
    with pytest.raises(Unreachable):
        await fetcher._network.connect_tcp("news.example", web.port)
    with pytest.raises(Unreachable):
        target(web.url(), Policy())
    assert names.asked == []
