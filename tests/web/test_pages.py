"""The pages are whole without a script, and show what stands and nothing that was taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from liveblog.story import Slug
from liveblog.web.pages import PAGE_UPDATES
from tests.html_reading import Reading
from tests.sites import Newsroom, Site
from tests.web.answers import until_open, until_shown, until_status
from tests.web.conftest import Reader

pytestmark = pytest.mark.usefixtures("anyio_backend")


def turned(reader: Reader, address: str) -> Iterator[list[str]]:
    """The updates of each page, following the link to the next."""
    following: str | None = address
    while following:
        yield reader.ids(following)
        links = reader.open(following).all("a", rel="next")
        following = links[0]["href"] if links else None


# -- one page ------------------------------------------------------------------------------------


def test_a_page_shows_all_of_a_story_and_its_updates(
    reader: Reader, newsroom: Newsroom, site: Site, slug: Slug
) -> None:
    newsroom.amend(
        slug, kicker="Harbour", standfirst="Until noon", byline="A. Quell", contributors=["M. Orr"],
        picture={"src": "https://pictures.example/a.jpg", "caption": "Gates", "credit": "L. Vane"},
        status_line="More to follow", correction={"kind": "update", "note": "They answered"},
    )  # fmt: skip
    posted = newsroom.post(
        slug, "They **left**.", title="Gates shut", byline="T. Ashe", verification="reported",
        source="Harbour radio", tags=["gates"], key_event=True, breaking=True,
    )  # fmt: skip
    posted = newsroom.edit(slug, posted, correction={"kind": "correction", "note": "It was noon"})
    until_shown(site, slug, posted["cursor"])
    page = reader.open(f"/stories/{slug}")
    for words in (
        "Charity told to close", "Harbour", "Until noon", "A. Quell", "M. Orr", "Gates", "L. Vane",
        "More to follow", "They answered", "They left.", "Gates shut", "T. Ashe",
        "Reported, not yet confirmed", "Harbour radio", "gates", "Key event", "Breaking",
        "It was noon",
    ):  # fmt: skip
        assert words in page.text, words
    times = [found["datetime"] for found in page.all("time")]
    assert posted["published"] in times


def test_a_page_says_where_it_stands_for_a_script_to_go_on(
    reader: Reader, newsroom: Newsroom, site: Site, slug: Slug
) -> None:
    posted = newsroom.post(slug)
    until_shown(site, slug, posted["cursor"])
    (main,) = reader.open(f"/stories/{slug}").all("main")
    assert main["data-cursor"] == posted["cursor"]
    assert main["data-story"] == slug


def test_a_page_names_its_language_and_direction(
    reader: Reader, newsroom: Newsroom, site: Site, slug: Slug
) -> None:
    newsroom.amend(slug, language="ar")
    until_shown(site, slug, newsroom.post(slug)["cursor"])
    (html,) = reader.open(f"/stories/{slug}").all("html")
    assert (html["lang"], html["dir"]) == ("ar", "rtl")


def test_the_pinned_update_is_on_top_and_there_once(
    reader: Reader, newsroom: Newsroom, site: Site, slug: Slug
) -> None:
    first, second = newsroom.post(slug, pinned=True), newsroom.post(slug)
    until_shown(site, slug, second["cursor"])
    assert reader.ids(f"/stories/{slug}") == [first["id"], second["id"]]
    assert reader.ids(f"/stories/{slug}?order=oldest") == [first["id"], second["id"]]


def test_a_story_without_updates_is_a_page(reader: Reader, slug: Slug) -> None:
    assert reader.ids(f"/stories/{slug}") == []


@pytest.mark.parametrize(
    ("status", "said"),
    [("paused", "Coverage is paused"), ("closed", "This live coverage has ended")],
)
def test_a_page_says_that_coverage_rests_or_has_ended(
    reader: Reader, newsroom: Newsroom, site: Site, slug: Slug, status: str, said: str
) -> None:
    page = reader.open(f"/stories/{slug}")
    assert said not in page.text
    newsroom.amend(slug, status=status)
    until_status(site, slug, status)
    assert said in reader.open(f"/stories/{slug}").text


# -- turning pages -------------------------------------------------------------------------------


def test_turning_pages_shows_every_update_once_newest_first(
    reader: Reader, long: tuple[Slug, list[str]]
) -> None:
    slug, ids = long
    pages = list(turned(reader, f"/stories/{slug}"))
    assert [len(page) for page in pages] == [PAGE_UPDATES, PAGE_UPDATES, 5]
    assert [id for page in pages for id in page] == ids


def test_turning_pages_from_the_oldest_shows_every_update_once(
    reader: Reader, long: tuple[Slug, list[str]]
) -> None:
    slug, ids = long
    pages = list(turned(reader, f"/stories/{slug}?order=oldest"))
    assert [id for page in pages for id in page] == ids[::-1]


def test_key_events_are_a_page_of_their_own(reader: Reader, long: tuple[Slug, list[str]]) -> None:
    slug, ids = long
    keys = [id for place, id in enumerate(reversed(ids)) if place % 10 == 0]
    assert reader.ids(f"/stories/{slug}?key=1") == keys[::-1]
    assert reader.ids(f"/stories/{slug}?key=1&order=oldest") == keys


def test_an_update_that_arrives_moves_nothing_on_the_pages_before(
    reader: Reader, newsroom: Newsroom, site: Site, long: tuple[Slug, list[str]]
) -> None:
    slug, ids = long
    before = f"/stories/{slug}?before={ids[PAGE_UPDATES - 1]}"
    page = reader.ids(before)
    until_shown(site, slug, newsroom.post(slug)["cursor"])
    assert reader.ids(before) == page == ids[PAGE_UPDATES : 2 * PAGE_UPDATES]


@pytest.mark.parametrize("before", ["0", "junk", "zzzz", ""])
def test_a_page_before_an_update_of_nothing_is_a_page(
    reader: Reader, long: tuple[Slug, list[str]], before: str
) -> None:
    slug, ids = long
    shown = reader.ids(f"/stories/{slug}?before={before}")
    assert shown == [id for id in ids if id < before][:PAGE_UPDATES]


# -- permalinks ----------------------------------------------------------------------------------


def test_a_permalink_shows_its_update_among_its_neighbours(
    reader: Reader, site: Site, long: tuple[Slug, list[str]]
) -> None:
    slug, ids = long
    shown = reader.ids(f"/stories/{slug}/updates/{ids[40]}")
    assert ids[40] in shown
    assert shown == ids[35 : 35 + PAGE_UPDATES]


def test_a_permalink_has_a_title_and_a_card_of_its_own(
    reader: Reader, newsroom: Newsroom, site: Site, slug: Slug
) -> None:
    posted = newsroom.post(slug, "They left & went", title="Gates <shut>")
    until_shown(site, slug, posted["cursor"])
    page = reader.open(posted["url"])
    assert page.all("meta", property="og:title")[0]["content"] == "Gates <shut>"
    assert "They left & went" in page.all("meta", property="og:description")[0]["content"]
    (canonical,) = page.all("link", rel="canonical")
    assert canonical["href"] == site.url + posted["url"]


def test_a_permalink_of_nothing_is_a_page_that_says_so(site: Site, slug: Slug) -> None:
    answer = site.http.get(f"/stories/{slug}/updates/nothing", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    page = Reading(answer.text)
    assert page.mistakes == []
    assert page.all("a", href="/")
    assert page.all("meta", name="robots")[0]["content"] == "noindex"


# -- the front page ------------------------------------------------------------------------------


def test_the_front_page_has_live_stories_before_those_that_ended(
    reader: Reader, newsroom: Newsroom, site: Site
) -> None:
    live, ended = newsroom.open(headline="It goes on"), newsroom.open(headline="It is over")
    until_open(site, ended)
    newsroom.amend(ended, status="closed")
    until_status(site, ended, "closed")
    until_shown(site, live, newsroom.post(live, "The latest of it")["cursor"])
    front = reader.open("/")
    links = [found["href"] for found in front.all("a")]
    assert links.index(f"/stories/{live}") < links.index(f"/stories/{ended}")
    assert "The latest of it" in front.text
