"""The composer: everything that is written at the desk is written here.

Longer than other modules: what a newsroom does at its composer is read as one list.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from liveblog.accounts.roles import Role
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.desks import a_desk, axe
from tests.media.making import a_picture
from tests.people import a_person
from tests.sites import Newsroom, Site, Worker

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

PASTE = """([element, data]) => {
    const held = new DataTransfer();
    for (const [type, words] of Object.entries(data)) held.setData(type, words);
    element.focus();
    return element.dispatchEvent(new ClipboardEvent("paste",
        { clipboardData: held, bubbles: true, cancelable: true })); }"""


class Composing:
    """Somebody at the composer of a story."""

    def __init__(self, page: Page, newsroom: Newsroom, slug: Slug) -> None:
        self.page = page
        self.newsroom = newsroom
        self.slug = slug
        self.composer = page.locator(".story-page > .composer")
        self.box = self.composer.get_by_label("Update", exact=True)
        self.options = page.get_by_role("option")

    async def write(self, words: str) -> None:
        """Key by key, as people do."""
        await self.box.press_sequentially(words)

    async def says(self, words: str) -> None:
        await expect(self.box).to_have_value(words)

    def button(self, name: str) -> Locator:
        return self.composer.get_by_role("button", name=name, exact=True)

    async def command(self, name: str) -> None:
        """Typed whole, and confirmed by a space."""
        await self.write(f"/{name}")
        await expect(self.options.first).to_contain_text(f"/{name}")
        await self.box.press("Space")

    async def paste(self, **data: str) -> bool:
        """Whether it is left to the browser."""
        types = {"html": "text/html", "text": "text/plain"}
        given = {types[name]: words for name, words in data.items()}
        return bool(await self.page.evaluate(PASTE, [await self.box.element_handle(), given]))

    async def sends(self, button: str = "Post", **fits: Any) -> dict[str, Any]:
        """What the server was asked to post, and what it made of it."""
        async with self.page.expect_response(
            lambda answer: answer.request.method in {"POST", "PATCH"} and "/updates" in answer.url
        ) as sent:
            await self.button(button).click()
        answer = await sent.value
        assert answer.ok, await answer.text()
        asked = answer.request.post_data_json
        assert asked is not None
        assert {name: asked.get(name) for name in fits} == fits
        written: dict[str, Any] = await answer.json()
        whole: dict[str, Any] = self.newsroom.api.get(
            f"/stories/{self.slug}/updates/{written['id']}"
        ).json()
        return whole


class Room:
    """Where composers are opened."""

    def __init__(self, site: Site, browser: Browser, store: RedisStore, newsroom: Newsroom) -> None:
        self._place = (browser, site, store)
        self.store = store
        self.newsroom = newsroom

    @asynccontextmanager
    async def composing(
        self,
        role: Role = "editor",
        slug: Slug | None = None,
        *,
        undo_seconds: int = 0,
        rules: dict[str, Any] | None = None,
        name: str = "Ada Winter",
        **desk: Any,
    ) -> AsyncIterator[Composing]:
        slug = slug or self.newsroom.open()
        given = {"undo_seconds": undo_seconds} | (rules or {})
        answer = self.newsroom.api.patch(f"/stories/{slug}/rules", json=given)
        assert answer.is_success, answer.text
        person = await a_person(self.store, role, full_name=name)
        browser, site, store = self._place
        async with a_desk(browser, site, store, person, slug, **desk) as page:
            at = Composing(page, self.newsroom, slug)
            await expect(at.composer.locator("textarea").first).to_be_visible()
            yield at


@pytest.fixture
def room(site: Site, browser: Browser, store: RedisStore, newsroom: Newsroom) -> Room:
    return Room(site, browser, store, newsroom)


async def test_a_sentence_is_posted_and_the_next_can_be_written_at_once(room: Room) -> None:
    async with room.composing() as at:
        await at.write("The minister resigns.")
        await expect(at.composer.get_by_text("3 words").last).to_be_visible()
        async with at.page.expect_response(lambda answer: answer.status == 201) as sent:
            await at.box.press("Control+Enter")
        await at.says("")
        await expect(at.box).to_be_focused()
        written = await (await sent.value).json()
        assert written["text"] == "The minister resigns."
        assert written["byline"] == "Ada Winter"


async def test_keys_and_buttons_write_markdown_that_undo_takes_back(room: Room) -> None:
    async with room.composing() as at:
        await at.write("resigns")
        await at.box.press("Control+a")
        await at.box.press("Control+b")
        await at.says("**resigns**")
        await at.box.press("Control+i")
        await at.says("***resigns***")
        await at.box.press("Control+z")
        await at.says("**resigns**")
        await at.box.press("Control+b")
        await at.says("resigns")
        await at.box.press("Control+k")
        await at.write("https://example.org")
        await at.says("[resigns](https://example.org)")
        await at.button("Quoted lines").click()
        await at.says("> [resigns](https://example.org)")


async def test_enter_goes_on_with_a_list_and_ends_it(room: Room) -> None:
    async with room.composing() as at:
        await at.write("1. one\ntwo\n\nThen")
        await at.says("1. one\n2. two\nThen")


async def test_a_pasted_address_makes_a_link_of_what_is_selected(room: Room) -> None:
    async with room.composing() as at:
        await at.write("report")
        await at.box.press("Control+a")
        await at.paste(text="https://example.org/report")
        await at.says("[report](https://example.org/report)")


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal
{margin:0cm}</style></head><body><!--StartFragment-->
<h2 style='mso-style-name:x'>The plan</h2>
<p class=MsoNormal><b style='mso-bidi-font-weight:normal'><span lang=EN-GB>Ministers</span></b><span
lang=EN-GB> said it is <i>done</i>.<o:p></o:p></span></p>
<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if
!supportLists]><span style='mso-list:Ignore'>&middot;<span>&nbsp;&nbsp;
</span></span><![endif]>First<o:p></o:p></p>
<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if
!supportLists]><span style='mso-list:Ignore'>&middot;<span>&nbsp;&nbsp;
</span></span><![endif]>Second<o:p></o:p></p>
<!--EndFragment--></body></html>"""
DOCS = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><p
dir="ltr" style="line-height:1.38"><span style="font-size:11pt;font-weight:700">Bold</span><span
style="font-size:11pt;font-weight:400"> and </span><a href="https://example.org/a"
style="text-decoration:none"><span style="color:#1155cc">a link</span></a></p><ul><li dir="ltr"
aria-level="1"><p role="presentation"><span>one</span></p></li><ul><li aria-level="2"><p><span>under
one</span></p></li></ul></ul></b>"""
PAGE = """<blockquote><p>We never said so.</p></blockquote><table><tr><th>Team</th>
<th>Points</th></tr><tr><td>North</td><td>3</td></tr></table>
<p onclick="x()">2 * 3 <a href="javascript:x()">no</a>
<img src=x onerror="document.title='run'"></p><script>document.title = 'run'</script>"""


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        (WORD, "## The plan\n\n**Ministers** said it is *done*.\n\n- First\n- Second"),
        (DOCS, "**Bold** and [a link](https://example.org/a)\n\n- one\n  - under one"),
        (
            PAGE,
            "> We never said so.\n\n| Team | Points |\n| --- | --- |\n| North | 3 |\n\n2 \\* 3 no",
        ),
    ],
    ids=["word", "docs", "page"],
)
async def test_what_is_pasted_keeps_its_meaning_and_nothing_runs(
    room: Room, html: str, markdown: str
) -> None:
    async with room.composing() as at:
        await at.paste(html=html, text="plain")
        await at.says(markdown)
        assert "run" not in await at.page.title()


async def test_with_shift_held_plain_text_is_pasted_as_browsers_do(room: Room) -> None:
    async with room.composing() as at:
        await at.box.focus()
        assert not await at.paste(html="<b>loud</b>", text="plain")
        await at.says("**loud**")
        await at.page.keyboard.down("Shift")
        assert await at.paste(html="<b>loud</b>", text="plain")
        await at.page.keyboard.up("Shift")


async def test_commands_are_a_listbox_that_is_filtered_and_obeyed(room: Room) -> None:
    async with room.composing() as at:
        await at.write("/")
        listbox = at.page.get_by_role("listbox", name="Commands")
        await expect(listbox).to_be_visible()
        await at.write("s")
        await expect(at.options).to_have_count(2)
        await at.box.press("ArrowDown")
        active = await at.box.get_attribute("aria-activedescendant")
        assert active == await listbox.locator("[aria-selected=true]").get_attribute("id")
        await at.box.press("Escape")
        await expect(listbox).to_be_hidden()
        await at.says("/s")
        await at.box.press("Control+a")
        await at.write("/brea")
        await expect(at.options).to_have_count(1)
        await at.box.press("Enter")
        await expect(at.button("Breaking")).to_have_attribute("aria-pressed", "true")
        await at.says("")
        await at.command("key")
        await at.command("pin")
        await at.write("News")
        written = await at.sends(key_event=True, pinned=True, breaking=True)
        assert written["pinned"]


async def test_tags_people_and_emoji_complete_themselves(room: Room, store: RedisStore) -> None:
    await a_person(store, "reporter", full_name="Quentin Quillfeather")
    slug = room.newsroom.open(tags=["strike"])
    async with room.composing(slug=slug) as at:
        await at.write("#stri")
        await expect(at.options.first).to_have_text("#strike")
        await at.box.press("Enter")
        await at.write("@quill")
        await expect(at.options.first).to_contain_text("Quentin Quillfeather")
        await at.box.press("Enter")
        await at.says("Quentin Quillfeather ")
        await at.write(":rocket")
        await expect(at.options.first).to_contain_text("🚀")
        await at.box.press("Tab")
        await at.says("Quentin Quillfeather 🚀")
        assert (await at.sends(tags=["strike"]))["tags"] == ["strike"]


async def test_a_score_is_kept_by_one_hand(room: Room) -> None:
    async with room.composing() as at:
        await at.write("It begins.\n")
        await at.command("score")
        await expect(at.page.get_by_label("Side 1", exact=True)).to_be_focused()
        await at.page.get_by_label("Side 1", exact=True).fill("North")
        await at.page.get_by_label("Side 2", exact=True).fill("South")
        await at.button("+1 for side 1").click()
        await at.button("+1 for side 1").click()
        blocks = (await at.sends())["blocks"]
        assert [block["type"] for block in blocks] == ["text", "score"]
        assert blocks[1]["sides"] == [
            {"name": "North", "points": "2"},
            {"name": "South", "points": "0"},
        ]


async def test_blocks_are_moved_and_removed_by_keys_and_come_back(room: Room) -> None:
    async with room.composing() as at:
        await at.write("First\n")
        await at.command("divider")
        card = at.composer.locator(".card")
        await at.composer.locator("textarea").last.fill("Last")
        await card.focus()
        await card.press("Alt+ArrowUp")
        await at.says("")
        await expect(at.composer.locator("textarea").last).to_have_value("First\n\nLast")
        await card.press("Alt+ArrowDown")
        await at.says("First\n\nLast")
        await card.press("Delete")
        await expect(card).to_have_count(0)
        await at.page.get_by_role("button", name="Undo", exact=True).click()
        await expect(card).to_have_count(1)


async def test_a_table_and_a_quotation_are_edited_as_cards(room: Room) -> None:
    async with room.composing() as at:
        await at.command("table")
        for place, words in {
            (1, 1): "Team",
            (1, 2): "Points",
            (2, 1): "A < B",
            (2, 2): "3",
        }.items():
            await at.page.get_by_label(f"Row {place[0]}, column {place[1]}").fill(words)
        last = at.composer.locator("textarea").last
        await last.press_sequentially("/quote")
        await expect(at.options.first).to_contain_text("/quote")
        await last.press("Space")
        await at.page.get_by_label("What was said").fill("Never & ever")
        await at.page.get_by_label("Who said it").fill("The minister")
        table, quote = (await at.sends())["blocks"]
        assert table["header"] == ["Team", "Points"]
        assert table["rows"][0] == ["A &lt; B", "3"]
        assert quote["attribution"] == "The minister"
        assert "Never &amp; ever" in quote["html"]


async def test_an_address_on_its_own_line_becomes_a_card_and_fails_softly(room: Room) -> None:
    async with room.composing() as at:
        await at.write("http://127.0.0.1/secret\n")
        await expect(at.composer.get_by_text("It is posted as a link.")).to_be_visible()
        written = await at.sends()
        assert written["blocks"] == [{"type": "embed", "url": "http://127.0.0.1/secret"}]


async def with_a_picture(at: Composing) -> Locator:
    file = {"name": "street.png", "mimeType": "image/png", "buffer": a_picture(320, 240)}
    await at.composer.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    card = at.composer.locator(".card-image")
    await expect(card.locator("img")).to_be_visible()
    return card


DROP = """(element, names) => {
    const held = new DataTransfer();
    const canvas = new OffscreenCanvas(40, 30);
    canvas.getContext("2d").fillRect(0, 0, 40, 30);
    return canvas.convertToBlob().then((blob) => {
        for (const name of names) held.items.add(new File([blob], name, { type: "image/png" }));
        element.dispatchEvent(new DragEvent("drop",
            { dataTransfer: held, bubbles: true, cancelable: true })); }); }"""


async def test_several_pictures_are_dropped_at_once_where_the_caret_is(
    room: Room, picture_worker: Worker
) -> None:
    async with room.composing() as at:
        await at.write("Before")
        await at.box.evaluate(DROP, ["one.png", "two.png"])
        await expect(at.composer.locator(".card-image img")).to_have_count(2)
        await at.says("Before")
        await at.button("Draft").click()
        await at.page.get_by_label("Shared draft").check()
        await at.page.keyboard.press("Escape")
        # A draft need not have the words yet.
        blocks = (await at.sends("Save draft"))["blocks"]
        assert [block["type"] for block in blocks] == ["text", "image", "image"]


async def test_cards_that_say_nothing_are_not_sent(room: Room) -> None:
    async with room.composing() as at:
        await at.command("table")
        await expect(at.composer.locator(".card-table input").first).to_be_focused()
        await expect(at.button("Post")).to_be_disabled()
        await at.box.click()
        await at.write("News")
        assert [block["type"] for block in (await at.sends())["blocks"]] == ["text"]


async def test_in_a_story_that_is_not_open_everything_is_a_draft(room: Room) -> None:
    slug = room.newsroom.open(status="draft")
    async with room.composing(slug=slug) as at:
        await at.write("Early")
        assert (await at.sends("Save draft"))["draft"]


async def test_a_picture_is_posted_with_its_words(room: Room, picture_worker: Worker) -> None:
    async with room.composing() as at:
        await at.write("The street")
        card = await with_a_picture(at)
        await at.button("Post").click()
        await expect(at.composer.get_by_role("alert")).to_contain_text("description")
        await expect(card.get_by_label("Description")).to_be_focused()
        await card.get_by_label("Description").fill("An empty street")
        await card.get_by_label("Caption").fill("The street at noon")
        await card.get_by_label("Credit").fill("Ada Winter")
        text, picture = (await at.sends())["blocks"]
        assert text["html"] == "<p>The street</p>"
        assert picture["src"].startswith("/media/")
        assert picture["alt"] == "An empty street"
        assert picture["width"] == 320


async def test_an_emergency_publishes_a_picture_without_its_words(
    room: Room, picture_worker: Worker
) -> None:
    async with room.composing("reporter") as at:
        await with_a_picture(at)
        await at.button("Post").click()
        await at.button("Publish anyway (emergency)").click()
        dialog = at.page.get_by_role("dialog")
        async with at.page.expect_response(lambda answer: answer.status == 201) as sent:
            await dialog.get_by_role("button", name="Publish anyway").last.click()
        asked = (await sent.value).request.post_data_json
        assert asked is not None
        assert asked["emergency"] is True


async def test_a_picture_is_cropped_by_keys_before_it_is_uploaded(
    room: Room, picture_worker: Worker
) -> None:
    async with room.composing() as at:
        card = await with_a_picture(at)
        await card.get_by_role("button", name="Crop").click()
        dialog = at.page.get_by_role("dialog", name="Crop")
        await dialog.get_by_role("button", name="1:1").click()
        frame = dialog.get_by_role("application")
        await frame.press("ArrowRight")
        await dialog.get_by_role("button", name="Crop").last.click()
        await expect(dialog).to_be_hidden()
        for label in ("Description", "Caption", "Credit"):
            await card.get_by_label(label).fill("Words")
        (picture,) = (await at.sends())["blocks"]
        assert (picture["width"], picture["height"]) == (240, 240)


async def test_fields_are_chips_and_names_are_joined_as_the_language_does(room: Room) -> None:
    async with room.composing() as at:
        await at.write("News")
        await at.composer.get_by_role("button", name="Byline").click()
        line = at.page.get_by_label("Add a name")
        for name in ("Grace Field", "Jo Ray"):
            await line.fill(name)
            await line.press("Enter")
        await line.press("Escape")
        await at.button("Title").click()
        await at.composer.get_by_role("textbox", name="Title").fill("A title")
        await at.button("Verification").click()
        await at.page.get_by_label("Verification").last.select_option("reported")
        await at.page.get_by_label("Source").fill("Police")
        await at.page.keyboard.press("Escape")
        await at.sends(
            byline="Ada Winter, Grace Field, and Jo Ray",
            title="A title",
            verification="reported",
            source="Police",
        )
        # The byline stays as the story's last used; all else begins anew.
        await expect(at.composer.get_by_role("button", name=re.compile("Jo Ray"))).to_be_visible()
        await expect(at.button("Verification")).to_be_visible()


async def test_an_embargo_is_set_in_the_zone_of_the_newsroom(room: Room) -> None:
    async with room.composing(timezone_id="Europe/Berlin") as at:
        await at.write("Later")
        await at.button("Schedule").click()
        await at.page.get_by_label("Time zone").select_option("Asia/Tokyo")
        await at.page.get_by_label("Date", exact=True).fill("2030-07-01")
        await at.page.get_by_label("Time", exact=True).fill("18:00")
        zones = at.page.locator(".zones")
        await expect(zones).to_contain_text(re.compile("11:00.*9:00|11:00.*09:00", re.DOTALL))
        await at.page.keyboard.press("Escape")
        button = at.composer.get_by_role("button", name=re.compile("^Schedule for"))
        name = (await button.inner_text()).strip()
        written = await at.sends(name, embargo="2030-07-01T09:00:00.000Z")
        assert written["due"] == "2030-07-01T09:00:00.000Z"


async def test_a_private_draft_is_saved(room: Room) -> None:
    async with room.composing() as at:
        await at.write("Mine")
        await at.button("Draft").click()
        await at.page.get_by_label("Private draft").check()
        await at.page.keyboard.press("Escape")
        await at.sends("Save draft", draft=True, private=True)


@pytest.mark.parametrize(
    ("role", "rules", "breaking"),
    [
        ("contributor", {}, False),
        ("reporter", {"approval": True}, False),
        ("editor", {"breaking_approval": True}, True),
    ],
)
async def test_who_needs_others_submits(
    room: Room, role: Role, rules: dict[str, Any], breaking: bool
) -> None:
    async with room.composing(role, rules=rules) as at:
        await at.write("News")
        if breaking:
            await expect(at.button("Post")).to_be_visible()
            await at.button("Breaking").click()
        written = await at.sends("Submit")
        assert written["draft"]
        assert written["submitted_by"]


async def test_what_is_written_survives_the_page(room: Room) -> None:
    async with room.composing() as at:
        await at.write("Half a sen\n")
        await at.command("score")
        await at.page.get_by_label("Side 1", exact=True).fill("North")
        await at.button("Key event").click()
        await at.page.reload()
        await at.says("Half a sen")
        await expect(at.page.get_by_label("Side 1", exact=True)).to_have_value("North")
        await expect(at.button("Key event")).to_have_attribute("aria-pressed", "true")


async def test_what_is_undone_comes_back_before_what_is_written_meanwhile(room: Room) -> None:
    async with room.composing(undo_seconds=60) as at:
        await at.write("Too early")
        await at.box.press("Control+Enter")
        await at.says("")
        await at.write("The next one")
        await at.page.get_by_role("button", name=re.compile("not sent yet")).click()
        dialog = at.page.get_by_role("dialog")
        await dialog.get_by_role("button", name=re.compile("Undo")).click()
        await dialog.get_by_role("button", name="Close").click()
        await at.says("Too early")
        await at.button("Write on").click()
        await at.says("The next one")


async def test_the_preview_is_as_readers_see_it(room: Room) -> None:
    async with room.composing() as at:
        await at.write("It is **over**.")
        await at.box.press("Control+Shift+P")
        preview = at.composer.get_by_role("region", name="Preview")
        await expect(preview.locator("strong")).to_have_text("over")
        await at.button("Breaking").click()
        await expect(preview.locator(".label-breaking")).to_be_visible()
        await at.page.context.set_offline(True)
        await at.write(" Or")
        await expect(preview).to_contain_text("Without a network")
        await at.page.context.set_offline(False)


async def test_what_we_know_is_one_update_that_is_edited_again(room: Room) -> None:
    async with room.composing() as at:
        await at.command("know")
        await expect(at.box).to_have_value(re.compile("### What we know\n"))
        first = await at.sends(pinned=True, key_event=True)
        await at.command("know")
        dialog = at.page.get_by_role("dialog", name="Edit the update")
        box = dialog.get_by_label("Update", exact=True)
        await expect(box).to_have_value(re.compile("### What we know\n"))
        await expect(box).to_be_focused()
        await box.press("Control+End")
        await box.press_sequentially("who did it\n\n/score")
        await expect(at.options.first).to_contain_text("/score")
        await box.press("Enter")
        await dialog.get_by_label("Side 1", exact=True).fill("North")
        async with at.page.expect_response(lambda answer: answer.request.method == "PATCH") as sent:
            await dialog.get_by_role("button", name="Save", exact=True).click()
        answer = await sent.value
        assert answer.request.headers["if-match"] == f'"{first["revision"]}"'
        assert list(answer.request.post_data_json or {}) == ["text"]
        await expect(dialog).to_be_hidden()

        # The same parts again, and a correction that readers are told of.
        await at.command("know")
        await expect(dialog.get_by_label("Side 1", exact=True)).to_have_value("North")
        await dialog.get_by_role("button", name="Correct …").click()
        asked = at.page.get_by_role("dialog", name="Correct what was published")
        await asked.get_by_label("Note to readers").fill("It was South.")
        async with at.page.expect_response(lambda answer: answer.request.method == "PATCH") as sent:
            await asked.get_by_role("button", name="Publish the correction").click()
        corrected = await (await sent.value).json()
        assert corrected["corrections"][0]["note"] == "It was South."
        assert corrected["text"].count("```block") == 1


async def test_colleagues_are_told_who_writes(room: Room) -> None:
    async with room.composing() as at:
        async with at.page.expect_request(
            lambda request: (
                request.url.endswith("/desk/presence") and "writing" in (request.post_data or "")
            )
        ):
            await at.write("a")
        async with at.page.expect_request(
            lambda request: (
                request.url.endswith("/desk/presence") and "reading" in (request.post_data or "")
            )
        ):
            await at.box.press("Control+Enter")


async def test_who_edits_is_said_and_can_be_taken_over(room: Room) -> None:
    slug = room.newsroom.open()
    room.newsroom.post(slug, "- known", title="What we know and what we do not")
    async with room.composing(slug=slug) as first:
        await first.command("know")
        mine = first.page.get_by_role("dialog", name="Edit the update")
        await expect(mine.get_by_label("Update", exact=True)).to_have_value("- known")
        async with room.composing(slug=slug, name="Grace Field") as second:
            await second.command("know")
            theirs = second.page.get_by_role("dialog", name="Edit the update")
            await expect(theirs.get_by_text("Ada Winter is editing this update.")).to_be_visible()
            await theirs.get_by_role("button", name="Take over").click()
            await expect(mine.get_by_text("Grace Field took this update over.")).to_be_visible()
            await expect(mine.get_by_label("Update", exact=True)).to_have_value("- known")


async def test_a_photo_from_a_phone_takes_fewer_than_six_taps(
    room: Room, picture_worker: Worker
) -> None:
    async with room.composing(phone=True) as at:
        taps = 0
        async with at.page.expect_file_chooser() as chosen:
            await at.composer.get_by_role("button", name="Take a picture").last.tap()
            taps += 1
        assert await at.composer.locator("input[type=file]").get_attribute("capture") == (
            "environment"
        )
        file = {"name": "street.png", "mimeType": "image/png", "buffer": a_picture(320, 240)}
        await (await chosen.value).set_files(file)  # type: ignore[arg-type]
        taps += 1
        card = at.composer.locator(".card-image")
        await expect(card.locator("img")).to_be_visible()
        await expect(card.get_by_label("Caption")).to_be_focused()
        await at.page.keyboard.type("The street at noon")
        await expect(card.get_by_label("Credit")).to_have_value("Ada Winter")
        await card.get_by_label("Description").tap()
        await at.page.keyboard.type("An empty street")
        taps += 1
        async with at.page.expect_response(lambda answer: answer.status == 201):
            await at.button("Post").tap()
        taps += 1
        assert taps < 6
        await expect(at.composer.get_by_role("button", name="Take a picture").last).to_be_visible()


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
async def test_axe_finds_nothing_in_the_composer(
    room: Room, phone: bool, dark: bool, language: str
) -> None:
    async with room.composing(phone=phone, dark=dark, language=language) as at:
        box = at.composer.locator("textarea").first
        await box.click()
        for name in ("score", "table", "quote", "heading", "embed"):
            last = at.composer.locator(".part-text textarea").last
            await last.press_sequentially(f"/{name}")
            await expect(at.options.first).to_contain_text(f"/{name}")
            await last.press("Enter")
            first = at.composer.locator(f".card-{name} :is(input, textarea)").first
            await expect(first).to_be_focused()
        await at.composer.locator(".composer-chips button").nth(5).click()
        await expect(at.page.locator(".popover input").first).to_be_visible()
        await axe(at.page, ".composer")
        await at.page.keyboard.press("Escape")
        await box.press_sequentially("/")
        await expect(at.options.first).to_be_visible()
        await axe(at.page, ".composer")


async def test_a_keystroke_draws_nothing_but_its_text(room: Room) -> None:
    async with room.composing() as at:
        await at.write("Warm up\n")
        await at.command("score")
        await expect(at.composer.locator(".card-score")).to_be_visible()
        await at.box.click()
        await at.page.evaluate(
            """() => {
                window.changed = new Set();
                new MutationObserver((all) => { for (const { target } of all)
                    window.changed.add((target.closest ?? (() => target.parentElement))
                        .call(target, "[class]")?.className); })
                    .observe(document.querySelector(".composer"),
                        { subtree: true, childList: true, attributes: true, characterData: true });
                window.slow = [];
                new PerformanceObserver((list) => window.slow.push(...list.getEntries()
                        .filter(({ name }) => name === "keydown").map(({ duration }) => duration)))
                    .observe({ type: "event", durationThreshold: 16 }); }"""
        )
        await at.write("all of this is typed key by key")
        changed = await at.page.evaluate("[...window.changed]")
        assert set(changed) <= {"composer-words"}, changed
        slow = await at.page.evaluate("window.slow")
        assert max(slow, default=0) < 50, slow


SAMPLE = """It is **over**, said *she* and ***he***.

## A heading with `code`

- one [link](https://example.org/a_b)
- two
  - below

3. three
4. four

> Never,
> he said.

---

2 * 3 < 4, snake_case and a \\*star\\* end."""


async def test_rich_text_gives_back_the_same_markdown(room: Room) -> None:
    async with room.composing() as at:
        await at.box.fill(SAMPLE)
        await at.button("Rich text").click()
        rich = at.composer.locator(".ProseMirror")
        await expect(rich.locator("ul ul")).to_contain_text("below")
        await expect(rich.locator("h3 code")).to_have_text("code")
        await expect(rich.locator("blockquote")).to_contain_text("he said")
        await rich.press("Control+End")
        await rich.press_sequentially("!")
        await expect(at.composer.locator("textarea")).to_have_value(SAMPLE + "!")


async def test_rich_text_is_written_as_anywhere(room: Room) -> None:
    async with room.composing() as at:
        await at.button("Rich text").click()
        rich = at.composer.locator(".ProseMirror")
        await rich.press_sequentially("The ")
        await rich.press("Control+b")
        await rich.press_sequentially("end")
        await rich.press("Control+b")
        await rich.press_sequentially(" is *near*\n- one\ntwo")
        await at.page.evaluate(PASTE, [await rich.element_handle(), {"text/html": "<i>and</i>"}])
        await expect(at.composer.locator("textarea")).to_have_value(
            "The **end** is \\*near\\*\n\n- one\n- two*and*"
        )
        await at.page.keyboard.press("Control+z")
        await expect(at.composer.locator("textarea")).not_to_have_value(re.compile("and"))
        async with at.page.expect_response(lambda answer: answer.status == 201):
            await rich.press("Control+Enter")
        await expect(rich).to_have_text("")
        await expect(rich).to_be_focused()


async def test_what_rich_text_cannot_show_stays_markdown(room: Room) -> None:
    async with room.composing() as at:
        await at.box.fill("| a | b |\n| --- | --- |\n| 1 | 2 |")
        await at.button("Rich text").click()
        await expect(at.page.get_by_text("it stays Markdown")).to_be_visible()
        await expect(at.box).to_be_visible()
