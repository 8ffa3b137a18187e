"""A picture of ours on the page and on the wire."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from liveblog import markup, renditions
from liveblog.blocks import Image
from liveblog.errors import LiveblogError
from liveblog.renditions import MediaId
from liveblog.story import Slug
from tests.html_reading import Reading, unsafe
from tests.media.making import a_picture
from tests.media.studio import Studio
from tests.sites import Newsroom, Site
from tests.web.answers import until_shown

ID = "abcdefghijklmnopqrstuvwx"
WIDEST = f"/media/{ID}/1600x1067.webp"


def test_a_picture_of_ours_offers_all_its_widths_and_its_size() -> None:
    shown = markup.to_html([Image(src=WIDEST, alt='A "gate"', width=1_600, height=1_067)])
    assert unsafe(shown) == []
    reading = Reading(shown)
    (source,) = reading.all("source")
    assert source["type"] == "image/avif"
    assert source["srcset"].split(",") == [
        f"/media/{ID}/480.avif 480w",
        f"/media/{ID}/960.avif 960w",
        f"/media/{ID}/1600x1067.avif 1600w",
    ]
    assert source["sizes"]
    assert reading.all("img") == [
        {
            "src": f"/media/{ID}/960.webp", "alt": 'A "gate"', "width": "1600", "height": "1067",
            "loading": "lazy", "decoding": "async",
        }
    ]  # fmt: skip


def test_a_lead_picture_offers_them_at_once() -> None:
    shown = markup.picture_html(Image(src=WIDEST), lead=True)
    assert "<source" in shown
    assert 'fetchpriority="high"' in shown
    assert "lazy" not in shown


def test_its_address_is_believed_before_the_size_that_was_sent() -> None:
    (image,) = markup.clean([Image(src=WIDEST, width=1, height=20_000)])
    assert image == Image(src=WIDEST, width=1_600, height=1_067)


def test_markdown_needs_no_more_than_the_address() -> None:
    (image,) = markup.to_blocks(f"![Gates]({WIDEST})")
    assert image == Image(src=WIDEST, alt="Gates", width=1_600, height=1_067)


def test_a_picture_costs_few_bytes_on_the_wire() -> None:
    assert len(markup.to_html([Image(src=WIDEST)])) < 400


@pytest.mark.parametrize(
    "address",
    [
        f"/media/{ID}/480.webp",
        f"/media/{ID}/1700x10.webp",
        f"/media/{ID}/10x16384.webp",
        f"/media/{ID}/0x10.webp",
        f"/media/{ID}/10x10.svg",
        f"/media/{ID}/10x10.webp ",
        f"/media/{ID}/10x10.webp?a",
        f"/media/{ID}/../10x10.webp",
        f"/media/{ID}x/10x10.webp",
        f"/media/{ID.upper()}/10x10.webp",
        "/media/a.jpg",
        f"https://evil.example/media/{ID}/10x10.webp",
        f"//evil.example/media/{ID}/10x10.webp",
        f'/media/{ID}/10x10.webp" onerror="alert(1)',
    ],
)
def test_an_address_of_another_form_names_no_picture_of_ours(address: str) -> None:
    assert renditions.widest(address) is None
    try:
        (block,) = markup.clean([Image(src=address)])
    except LiveblogError:
        return
    assert "srcset" not in markup.to_html([block])
    assert unsafe(markup.to_html([block])) == []


def test_an_address_names_the_picture_that_it_belongs_to() -> None:
    assert renditions.media_id(WIDEST) == renditions.media_id(f"/media/{ID}/480.avif") == ID
    assert renditions.media_id("/media/a.jpg") is None
    assert renditions.media_id(f"https://evil.example/media/{ID}/480.avif") is None


@pytest.mark.parametrize("width", [1, 479, 480, 481, 960, 1_599, 1_600])
def test_a_browser_that_cannot_choose_gets_a_width_that_is_there(width: int) -> None:
    kept = renditions.Widest(id=MediaId(ID), width=width, height=9)
    offered = [one.split()[0] for one in renditions.srcset(kept).split(",")]
    assert renditions.middle(kept).replace(".webp", ".avif") in offered


@pytest.mark.browser
@pytest.mark.anyio
async def test_a_reader_sees_it_without_a_click(
    browser: Browser, studio: Studio, newsroom: Newsroom, site: Site, slug: Slug
) -> None:
    made = studio.made(a_picture(1_700, 900, "JPEG"), alt="Gates")
    newsroom.amend(slug, picture=made["image"])
    until_shown(site, slug, newsroom.post(slug, f"![Gates]({made['src']})")["cursor"])
    page = await browser.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    await page.goto(f"{site.url}/stories/{slug}")
    for place in (".story-picture img", ".prose img"):
        image = page.locator(place)
        await image.scroll_into_view_if_needed()
        await image.evaluate("image => image.decode()")
        assert (await image.evaluate("image => image.currentSrc")).endswith(".avif")
        assert await image.evaluate("image => image.naturalWidth") > 0
    # One that comes while the page is open is shown in the same way.
    newsroom.post(slug, f"![Doors]({made['src']})")
    await page.locator(".pill button").click()
    arrived = page.locator('.prose img[alt="Doors"]')
    await arrived.wait_for(state="attached")
    assert await arrived.evaluate("image => image.parentElement.children.length") == 2
    assert wrong == []
    await page.close()
