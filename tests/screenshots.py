"""Pictures of every main view of the desk, to be looked at: `make screenshots`.

A newsroom of invented people covers invented events on a site of its own; each view is opened on a
desktop and a phone, in the light and in the dark, and in Arabic. A view that cannot be reached is
told and left out.
"""

from __future__ import annotations

import asyncio
import io
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Error, FilePayload, Locator, Page, expect

from liveblog.accounts.roles import Role
from liveblog.store.people import Person
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.browsers import a_browser
from tests.desks import a_desk, site_url
from tests.people import a_person
from tests.redis_servers import a_server
from tests.sites import Newsroom, Site, a_picture_worker, a_site

OUT = Path(__file__).parents[1] / "var" / "screenshots"
STORY = Slug("harbour-rights-group")
MATCH = Slug("northport-athletic-final")
EMPTY = Slug("harbour-fair")

LOOKS: dict[str, dict[str, Any]] = {
    "desktop": {"phone": False, "dark": False, "language": "en"},
    "desktop-dark": {"phone": False, "dark": True, "language": "en"},
    "desktop-arabic": {"phone": False, "dark": False, "language": "ar"},
    "phone": {"phone": True, "dark": False, "language": "en"},
    "phone-dark": {"phone": True, "dark": True, "language": "en"},
    "phone-arabic": {"phone": True, "dark": False, "language": "ar"},
}
_SETTLE_MS = 4_000


def a_street() -> bytes:
    """Sky and road, as far as this needs them."""
    made = io.BytesIO()
    Image.linear_gradient("L").resize((1600, 900)).convert("RGB").save(made, "JPEG")
    return made.getvalue()


class Newspaper:
    """The site, who works there, and what they published."""

    def __init__(self, site: Site, store: RedisStore, people: dict[str, Person]) -> None:
        self.site = site
        self.store = store
        self.people = people


@asynccontextmanager
async def a_newspaper() -> AsyncIterator[Newspaper]:
    """A site with three people, five stories and a morning's work in them."""
    with TemporaryDirectory() as folder, a_server(Path(folder)) as port:
        url, log = f"redis://127.0.0.1:{port}", Path(folder) / "log"
        data = {"LIVEBLOG_DATA": folder, "LIVEBLOG_SITE_NAME": "The Northport Gazette"}
        with a_site(url, log, **data) as site, a_picture_worker(url, log, **data):
            store = RedisStore(url)
            try:
                people = {
                    name: await a_person(store, role, name=name, full_name=full_name)
                    for name, role, full_name in PEOPLE
                }
                await _publish(site)
                yield Newspaper(site, store, people)
            finally:
                await store.close()


PEOPLE: tuple[tuple[str, Role, str], ...] = (
    ("ada", "editor", "Ada Winter"),
    ("grace", "reporter", "Grace Field"),
    ("tomas", "contributor", "Tomás Rey"),
)


async def _publish(site: Site) -> None:
    editor = Newsroom(site, await site.token("editor", name="Ada Winter"))
    guest = Newsroom(site, await site.token("contributor", name="Tomás Rey"))
    editor.open(
        Slug("budget-evening"), headline="Council passes its budget after nine hours of debate"
    )
    editor.amend(Slug("budget-evening"), status="closed")
    editor.open(Slug("flood-watch"), headline="High water expected at the weekend", status="draft")
    editor.open(
        MATCH,
        headline="Northport Athletic v Eastmoor Rovers, the cup final as it happens",
        kicker="Football",
    )
    score = (
        '```block\n{"type":"score","title":"Cup final","state":"67 min","sides":'
        '[{"name":"Northport Athletic","points":"2"},{"name":"Eastmoor Rovers","points":"1"}]}\n```'
    )
    editor.post(MATCH, f"Okafor turns on the edge of the area and finds the corner.\n\n{score}")
    editor.open(
        STORY,
        headline="Harbour rights group told it “must close” within a week",
        kicker="Breaking",
        standfirst="The interior ministry has withdrawn the group’s registration. Its director"
        " calls the letter an attack on everybody who asks questions.",
        byline="Ada Winter",
        contributors=["Grace Field"],
        status_line="Updates to follow",
    )
    for update in MORNING:
        posted = editor.post(STORY, **update)
        if update.get("tags") == ["court"]:
            editor.edit(STORY, posted, text=f"{update['text']} The court confirmed that.")
            editor.note(STORY, "Ask the clerk when it begins.", update=posted["id"])
    editor.open(EMPTY, headline="The harbour fair opens tonight")
    guest.post(STORY, "About two hundred people stand outside the ministry. It is quiet.")
    editor.post(STORY, "Hearing listed for Thursday, court six.", draft=True)
    editor.post(STORY, "The embassy’s statement, under embargo.", embargo="2031-05-04T16:00:00Z")


MORNING: tuple[dict[str, Any], ...] = (
    {
        "title": "Ministry letter gives the group seven days",
        "text": "A letter delivered this morning says that the registration of the Harbour Rights"
        " Group is withdrawn “with immediate effect” and that its offices **must close** within"
        " seven days.",
        "key_event": True,
        "breaking": True,
        "byline": "Ada Winter",
        "tags": ["ministry"],
    },
    {
        "text": "We have seen a copy of the letter. It is two pages long, undated, and names no"
        " reason but “repeated non-compliance”.",
        "verification": "confirmed",
        "source": "A copy of the letter",
        "byline": "Grace Field",
    },
    {
        "text": "> They have read our reports. That is what this is about.\n> — Miriam Sole,"
        " director of the group",
        "title": "“We will be at our desks tomorrow”",
        "key_event": True,
        "byline": "Grace Field",
        "tags": ["reaction"],
    },
    {
        "text": "Lawyers for the group say that they will ask the administrative court to suspend"
        " the order. A hearing could be held this week.",
        "byline": "Ada Winter",
        "verification": "reported",
        "tags": ["court"],
    },
    {
        "text": "What the group does:\n\n- visits detention centres along the coast\n- publishes a"
        " yearly report on deaths in custody\n- runs a free legal clinic on Saturdays",
        "title": "Background",
        "byline": "Grace Field",
    },
    {
        "text": "Three of the country’s newspapers have published the same leading article on their"
        " front pages. It consists of one question.",
        "byline": "Ada Winter",
        "tags": ["reaction"],
    },
)

View = Callable[[Page], Awaitable[None]]


async def _as_it_opens(page: Page) -> None:
    """Once there is something to read."""
    await expect(page.get_by_role("main").get_by_role("heading").first).to_be_visible()
    await expect(page.locator(".skeleton")).to_have_count(0)


async def _open(page: Page) -> None:
    """Once a story is there and followed."""
    await expect(page.locator(".connection")).to_have_attribute("data-state", "live")
    await _as_it_opens(page)


async def _about(page: Page) -> None:
    await _open(page)
    await expect(page.get_by_role("main").get_by_role("textbox").nth(3)).to_be_visible()


async def _story(page: Page) -> None:
    await expect(page.get_by_text("Three of the country").first).to_be_visible()


async def _press(page: Page, keys: str) -> None:
    await _story(page)
    await page.keyboard.press(keys)


def _pressing(keys: str) -> View:
    return lambda page: _press(page, keys)


def _composer(page: Page) -> Locator:
    return page.locator(".story-page > .composer")


async def _command(page: Page, name: str) -> None:
    last = _composer(page).locator(".part-text textarea").last
    await last.press("Control+End")
    await last.press_sequentially(f"\n/{name}")
    await expect(page.get_by_role("option").first).to_contain_text(f"/{name}")
    await last.press("Space")


async def _sheet(page: Page) -> None:
    """Words and a picture, as on a phone that is held in one hand."""
    await _story(page)
    await (
        _composer(page)
        .locator("textarea")
        .first.fill("The road in front of the ministry is **closed**. Buses go by the harbour.")
    )
    photo: FilePayload = {"name": "road.jpg", "mimeType": "image/jpeg", "buffer": a_street()}
    await _composer(page).locator("input[type=file]").set_input_files(photo)
    card = page.locator(".card-image")
    await card.locator("textarea, input").nth(0).fill("The road at noon")
    await card.locator("textarea, input").nth(1).fill("Grace Field")
    await expect(card.locator("progress")).to_have_count(0)
    await page.locator(".composer-sheet").evaluate("(one) => one.scrollTo(0, 0)")


async def _blocks(page: Page) -> None:
    await _story(page)
    await _composer(page).locator("textarea").first.fill("Court six is full.")
    await _command(page, "key")
    await _command(page, "quote")
    await expect(page.locator(".card-quote :focus")).to_have_count(1)
    await _composer(page).locator(".card-quote textarea").fill("We will be heard.")
    await _composer(page).locator(".card-quote input").first.fill("Miriam Sole")
    await _command(page, "score")
    await expect(page.locator(".card-score :focus")).to_have_count(1)
    await _composer(page).locator(".score-sides input").nth(0).fill("For")
    await _composer(page).locator(".score-sides input").nth(2).fill("Against")


async def _row(page: Page, words: str, keys: str) -> Locator:
    """Press on an update; the dialog that comes."""
    await page.locator(".feed article", has_text=words).first.focus()
    await page.keyboard.press(keys)
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    return dialog


async def _history(page: Page) -> None:
    dialog = await _row(page, "Lawyers for the group", "h")
    await expect(dialog.locator("ins").first).to_be_visible()


async def _notes(page: Page) -> None:
    dialog = await _row(page, "Lawyers for the group", "Shift+N")
    await expect(dialog.get_by_text("Ask the clerk").first).to_be_visible()


async def _retract(page: Page) -> None:
    dialog = await _row(page, "Three of the country", "Delete")
    await dialog.get_by_role("textbox").fill("One of the three papers did not print it.")


# As another tab of hers would.
_MEANWHILE = """async (words) => {
    const row = [...document.querySelectorAll(".feed article")]
        .find((one) => one.textContent.includes(words));
    const path = location.pathname.replace("/desk", "/api/v1");
    await fetch(`${path}/updates/${row.dataset.id}`, {
        method: "PATCH",
        headers: { "Content-Type": "application/json", "If-Match": `"${row.dataset.revision}"` },
        body: JSON.stringify({ text:
            `We have a copy of the letter. It is ${+row.dataset.revision + 2} pages long.` }),
    }); }"""


async def _conflict(page: Page) -> None:
    """Somebody else saves while one writes."""
    dialog = await _row(page, "copy of the letter", "e")
    box = dialog.locator("textarea").first
    await expect(box).to_have_value(re.compile("pages long"))
    await box.press("Control+End")
    await box.press_sequentially(" It came by courier.")

    await page.evaluate(_MEANWHILE, "copy of the letter")
    await dialog.locator(".composer-posting .strong").click()
    # It goes out after the seconds in which it could be taken back.
    refused = page.locator(".timeline .outbox-lines")
    await refused.get_by_role("button", name=re.compile("Compare|قارن")).click(timeout=15_000)
    await expect(page.get_by_role("dialog").locator("textarea")).to_be_visible()


async def _send_back(page: Page) -> None:
    draft = page.locator(".draft", has_text="two hundred people")
    await draft.locator(".menu > button").click()
    await draft.get_by_role("menuitem").first.click()
    await page.get_by_role("dialog").get_by_role("textbox").fill("Who counted them?")


async def _schedule(page: Page) -> None:
    await _story(page)
    await _composer(page).locator("textarea").first.fill("The court opens its doors.")
    await _command(page, "embargo")
    popover = page.locator(".popover")
    await popover.locator("input[type=date]").fill("2031-05-04")
    await popover.locator("input[type=time]").fill("18:00")


async def _rich(page: Page) -> None:
    await _story(page)
    await (
        _composer(page)
        .locator("textarea")
        .first.fill(
            "The ministry **will not comment** today.\n\n- no statement\n- no date\n\n> We wait."
        )
    )
    await _composer(page).locator(".rich-toggle").click()
    await expect(page.locator(".ProseMirror blockquote")).to_be_visible()


async def _unsent(page: Page) -> None:
    """Written in a tunnel."""
    await _story(page)
    await page.context.set_offline(True)
    for words in ("The hearing has begun.", "The judge asks for **order**."):
        await _composer(page).locator("textarea").first.fill(words)
        await page.keyboard.press("Control+Enter")
    await expect(page.locator(".outbox-lines li").nth(1)).to_be_visible()


async def _writing(page: Page) -> None:
    """Somebody writes; where there is no room for it beside the timeline, over it."""
    await _story(page)
    box = page.locator("textarea").first
    await box.click()
    await box.fill(
        "The court has set the hearing for **Thursday at ten**, in public.\n\nThe group’s"
        " lawyers ask that its offices stay open until then."
    )
    await expect(page.locator(".composer-words").first).not_to_have_text(re.compile(r"^0\b"))


async def _opening(page: Page) -> None:
    await page.get_by_role("main").get_by_role("button").first.click()
    await (
        page.get_by_role("dialog")
        .get_by_role("textbox")
        .first.fill("Harbour ferries stopped after engine fire")
    )


VIEWS: dict[str, tuple[Slug | None, str, View]] = {
    "stories": (None, "", _as_it_opens),
    "open-a-story": (None, "", _opening),
    "story": (STORY, "", _story),
    "writing": (STORY, "", _writing),
    "match": (MATCH, "", _open),
    "waiting": (STORY, "waiting", _open),
    "about": (STORY, "about", _about),
    "sheet": (STORY, "", _sheet),
    "blocks": (STORY, "", _blocks),
    "schedule": (STORY, "", _schedule),
    "rich-text": (STORY, "", _rich),
    "history": (STORY, "", _history),
    "notes": (STORY, "", _notes),
    "retract": (STORY, "", _retract),
    "send-back": (STORY, "waiting", _send_back),
    "conflict": (STORY, "", _conflict),
    "unsent": (STORY, "", _unsent),
    "empty": (EMPTY, "", _open),
    "shortcuts": (STORY, "", _pressing("Shift+?")),
}


async def main(asked: list[str]) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    async with a_newspaper() as paper, a_browser() as browser:
        for look, settings in LOOKS.items():
            for name, (story, part, reach) in VIEWS.items():
                if _is_asked(asked, look, name):
                    said = await _shoot(browser, paper, look, settings, name, story, part, reach)
                    print(f"{look:15} {name:15} {said}", flush=True)
        await _sign_in(browser, paper)
    print(f"They are in {OUT}.")


def _is_asked(asked: list[str], look: str, name: str) -> bool:
    """Words choose among the looks or the views; without any of a kind, all of that kind."""
    return all(
        of in asked or not table.keys() & set(asked) for table, of in ((LOOKS, look), (VIEWS, name))
    )


async def _shoot(
    browser: Browser,
    paper: Newspaper,
    look: str,
    settings: dict[str, Any],
    name: str,
    story: Slug | None,
    part: str,
    reach: View,
) -> str:
    person = paper.people["ada"]
    try:
        async with a_desk(
            browser,
            paper.site,
            paper.store,
            person,
            story,
            part=part,
            **settings,
        ) as page:
            page.set_default_timeout(_SETTLE_MS)
            await page.wait_for_load_state("load")
            await reach(page)
            await page.evaluate("document.fonts.ready")
            file = OUT / f"{name}-{look}.png"
            await page.screenshot(path=file)
            return file.name
    except (Error, AssertionError) as error:
        return f"left out: {str(error).splitlines()[0]}"


async def _sign_in(browser: Browser, paper: Newspaper) -> None:
    for dark in (False, True):
        context = await browser.new_context(color_scheme="dark" if dark else "light")
        page = await context.new_page()
        await page.goto(f"{site_url(paper.site)}/desk/sign-in")
        await page.screenshot(path=OUT / f"sign-in{'-dark' if dark else ''}.png")
        await context.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
