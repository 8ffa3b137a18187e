"""A reporter's day, from signing in to closing the story; a reader sees each step in a second."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from liveblog.store.people import Person
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.desks import DESKTOP, mistakes_of, site_url
from tests.media.making import a_picture
from tests.people import PASSWORD, a_person
from tests.redis_servers import a_server
from tests.sites import Site, a_site, a_worker

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

STORY = Slug("harbour-ferries-stopped")
HEADLINE = "Harbour ferries stopped after engine fire"
SOON_MS = 1_000
AT_LAST_MS = 5_000
# Wide enough apart that a busy machine has put the schedule away before it is due.
DUE_IN_SECONDS = 4
PUBLIC = "[data-connection=live]"

# In the desk's page: when somebody last clicked, by the clock that all pages of a machine share.
_CLICKS = """addEventListener("click", (event) => {
    window.clicked = performance.timeOrigin + event.timeStamp; }, true);"""
# In the reader's page: when something is first so.
_WATCH = """() => {
    const isSo = () => Boolean(%s);
    window.seen = new Promise((seen) => {
        const look = () => { if (isSo()) {
            observer.disconnect();
            seen(performance.timeOrigin + performance.now()); } };
        const observer = new MutationObserver(look);
        observer.observe(document.documentElement,
            { subtree: true, childList: true, attributes: true, characterData: true });
        look(); }); }"""

Act = Callable[[], Awaitable[None]]


class Reader:
    """Somebody who has the story's public page open, on another computer."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def opens(self, slug: Slug) -> None:
        await self.page.goto(f"/stories/{slug}")
        await expect(self.page.locator("main")).to_have_attribute("data-connection", "live")

    async def watches(self, condition: str) -> None:
        """Note when it is first so; it must not be so yet."""
        assert not await self.page.evaluate(f"() => Boolean({condition})"), condition
        await self.page.evaluate(_WATCH % condition)

    async def saw(self) -> float:
        """When it was: milliseconds since 1970."""
        at: float = await self.page.evaluate("() => window.seen")
        return at

    async def shows_what_waits(self) -> Locator:
        """Tap the pill; the newest update."""
        await self.page.get_by_role("button", name="1 new update").click()
        newest = self.page.locator(".updates > article:focus")
        await expect(newest).to_be_visible()
        return newest

    def update(self, id: str) -> str:
        """The element of an update, for a condition."""
        return f'document.querySelector("#u-{id}")'


class Reporter:
    """Somebody at the desk, and how long a reader waits for what they do."""

    def __init__(self, page: Page, reader: Reader) -> None:
        self.page = page
        self.reader = reader
        self.composer = page.locator(".story-page > .composer")
        self.box = self.composer.get_by_label("Update", exact=True)
        self.waits: dict[str, float] = {}

    async def signs_in(self, person: Person) -> None:
        await self.page.goto("/desk")
        await self.page.get_by_label("Name").fill(person.name)
        await self.page.get_by_label("Password").fill(PASSWORD)
        await self.page.get_by_role("button", name="Sign in", exact=True).click()
        await expect(self.page.get_by_role("heading", name="Stories", exact=True)).to_be_visible()

    async def opens_a_story(self) -> None:
        await self.page.get_by_role("button", name="Open a story").first.click()
        dialog = self.page.get_by_role("dialog")
        await dialog.get_by_label("Headline").fill(HEADLINE)
        await dialog.get_by_label("Address").fill(STORY)
        await dialog.get_by_role("button", name="Open a story").click()
        await expect(self.page.get_by_role("heading", name=HEADLINE)).to_be_visible()

    async def sends_without_delay(self) -> None:
        """No time to undo, so that what is measured is the way alone."""
        await self.page.get_by_role("link", name="About").click()
        await self.page.get_by_label("Seconds to undo").fill("0")
        await self.page.keyboard.press("Tab")
        await expect(self.page.get_by_text("The rules are saved.")).to_be_visible()
        await self.page.get_by_role("link", name="Timeline").click()

    async def timed(self, what: str, act: Act, condition: str) -> None:
        """Do it, and measure from the last click of it to the reader's page."""
        await self.reader.watches(condition)
        await act()
        self.waits[what] = await self.reader.saw() - await self.page.evaluate("window.clicked")

    async def posts(self, what: str, write: Act, shown: str) -> str:
        """Write and post an update; answers its id. ``shown`` is what a reader finds in it."""
        await write()
        await self.timed(what, self.button("Post").click, _PILL)
        newest = await self.reader.shows_what_waits()
        await expect(newest.locator(shown).first).to_be_visible()
        await expect(self.box).to_have_value("")
        return await newest.get_attribute("data-id") or ""

    def button(self, name: str) -> Locator:
        return self.composer.get_by_role("button", name=name, exact=True)

    async def command(self, name: str) -> None:
        last = self.composer.locator(".part-text textarea").last
        await last.press_sequentially(f"/{name}")
        await expect(self.page.get_by_role("option").first).to_contain_text(f"/{name}")
        await last.press("Space")

    async def chooses(self, words: str, action: str) -> None:
        """Search for an update, and choose from its menu."""
        await self.page.get_by_label("Search in the story").fill(words)
        found = self.page.locator(".feed article")
        await expect(found).to_have_count(1)
        await found.get_by_role("button", name="More to do with this update").click()
        await self.page.locator(f"[role=menuitem]:has(:text-is('{action}'))").click()

    async def moves_on(self, state: str, button: str) -> None:
        """From the menu of the story: pause, close."""
        await self.page.get_by_role("button", name="State of the story").click()
        await self.page.get_by_role("menuitem", name=state).click()
        dialog = self.page.get_by_role("dialog")
        await dialog.get_by_role("button", name=button, exact=True).click()


_SHOWN = "() => [...document.querySelectorAll('.updates > article')].map((one) => one.dataset.id)"
_PILL = 'document.querySelector(".pill button")?.hidden === false'


async def a_plain_text(at: Reporter) -> None:
    await at.box.press_sequentially("Ferries ")
    await at.box.press("Control+b")
    await at.box.press_sequentially("stop")
    await at.box.press("End")
    await at.box.press_sequentially(", says the operator")
    await at.box.press("Control+Shift+ArrowLeft")
    await at.box.press("Control+k")
    await at.box.press_sequentially("https://example.org/ferries")


async def a_key_event(at: Reporter) -> None:
    await at.box.press_sequentially("Nobody is hurt.")
    await at.button("Title").click()
    await at.composer.get_by_role("textbox", name="Title").fill("All are safe")
    await at.button("Key event").click()


async def a_quotation(at: Reporter) -> None:
    await at.command("quote")
    await at.composer.get_by_label("What was said").fill("We smelt it before we saw it.")
    await at.composer.get_by_label("Who said it").fill("A passenger")


async def a_list(at: Reporter) -> None:
    await at.box.press_sequentially("What runs:\n\n- the north line\nthe island line")


async def a_table(at: Reporter) -> None:
    await at.command("table")
    for row, cells in enumerate((("Line", "Runs"), ("North", "yes"), ("Harbour", "no")), 1):
        for column, words in enumerate(cells, 1):
            await at.page.get_by_label(f"Row {row}, column {column}").fill(words)


async def a_photograph(at: Reporter) -> None:
    await at.box.press_sequentially("The quay at noon")
    async with at.page.expect_file_chooser() as chosen:
        await at.button("Picture").click()
    photo = a_picture(1600, 1000, "JPEG")
    file = {"name": "quay.jpg", "mimeType": "image/jpeg", "buffer": photo}
    await (await chosen.value).set_files(file)  # type: ignore[arg-type]
    card = at.composer.locator(".card-image")
    for label, words in {
        "Description": "An empty quay",
        "Caption": "The quay at noon",
        "Credit": "Ada Winter",
    }.items():
        await card.get_by_label(label).fill(words)
    await expect(card.locator("progress")).to_have_count(0)


async def an_embed(at: Reporter) -> None:
    """Of an address that the server does not look at."""
    await at.box.press_sequentially("http://127.0.0.1/ferries\n")
    await expect(at.composer.get_by_text("It is posted as a link.")).to_be_visible()


async def a_score(at: Reporter) -> None:
    await at.command("score")
    await at.page.get_by_label("Side 1", exact=True).fill("Ferries that run")
    await at.page.get_by_label("Side 2", exact=True).fill("Ferries that do not")
    await at.button("+1 for side 2").click()


async def what_is_known(at: Reporter) -> None:
    await at.command("know")
    await at.box.press("Control+End")
    await at.box.press_sequentially("how it began\n\n")
    await at.command("divider")
    await expect(at.composer.locator(".card-divider")).to_be_visible()


async def a_breaking(at: Reporter) -> None:
    await at.box.press_sequentially("The captain is questioned.")
    await at.button("Breaking").click()
    await at.button("Verification").click()
    await at.page.get_by_label("Verification").last.select_option("confirmed")
    await at.page.get_by_label("Source").fill("Harbour police")
    await at.page.keyboard.press("Escape")


KINDS: tuple[tuple[Callable[[Reporter], Awaitable[None]], str], ...] = (
    (a_plain_text, 'strong:text-is("stop") ~ a[href="https://example.org/ferries"]'),
    (a_key_event, ':text-is("All are safe")'),
    (a_quotation, 'blockquote:has-text("We smelt it"), figure:has-text("We smelt it")'),
    (a_list, "ul > li + li"),
    (a_table, 'table td:text-is("Harbour")'),
    (a_photograph, "img[alt='An empty quay']"),
    (an_embed, 'a[href="http://127.0.0.1/ferries"]'),
    (a_score, ':text-is("Ferries that do not")'),
    (what_is_known, '.prose:has(hr) li:has-text("how it began")'),
    (a_breaking, ':text("Harbour police")'),
)


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[tuple[Site, RedisStore]]:
    """A site with all of a worker."""
    data = {"LIVEBLOG_DATA": str(tmp_path / "data")}
    with a_server(tmp_path / "redis") as port:
        url = f"redis://127.0.0.1:{port}"
        with (
            a_site(url, tmp_path / "log", **data) as site,
            a_worker(url, tmp_path / "jobs", **data),
        ):
            store = RedisStore(url)
            yield site, store
            await store.close()


@pytest.fixture
async def reporter(own: tuple[Site, RedisStore], browser: Browser) -> AsyncIterator[Reporter]:
    """Somebody with the sign-in page before them, and a reader with an empty one."""
    url = site_url(own[0])
    desk = await browser.new_context(base_url=url, viewport=DESKTOP, timezone_id="UTC")
    public = await browser.new_context(base_url=url, viewport=DESKTOP)
    mistakes = [mistakes_of(desk), mistakes_of(public)]
    await desk.add_init_script(_CLICKS)
    at = Reporter(await desk.new_page(), Reader(await public.new_page()))
    try:
        yield at
        assert mistakes == [[], []]
    finally:
        await desk.close()
        await public.close()


@pytest.mark.timeout(300)  # a day has many steps, each with a bound of its own
async def test_a_reporters_day(own: tuple[Site, RedisStore], reporter: Reporter) -> None:
    site, store = own
    at, reader = reporter, reporter.reader
    await at.signs_in(await a_person(store, "editor"))
    await at.opens_a_story()
    await at.sends_without_delay()
    await reader.opens(STORY)

    posted = {}
    for write, shown in KINDS:
        posted[write] = await at.posts(write.__name__, lambda write=write: write(at), shown)  # type: ignore[misc]
    assert median(at.waits.values()) < SOON_MS, at.waits

    first, second = posted[a_plain_text], posted[a_key_event]
    await edited(at, first)
    await corrected(at, second)
    await at.timed(
        "pinned",
        lambda: at.chooses("all are safe", "Pin"),
        f'{reader.update(second)}.classList.contains("update-pinned")',
    )
    await scheduled(at)
    await at.timed(
        "paused",
        lambda: at.moves_on("Pause", "Pause"),
        'document.querySelector(".bar-line").textContent === "Updates to follow"',
    )
    await at.timed(
        "closed",
        lambda: at.moves_on("Close", "Close the story"),
        'document.querySelector("main").dataset.status === "closed"',
    )
    assert max(at.waits.values()) < AT_LAST_MS, at.waits
    await expect(at.composer.get_by_text("This story is closed.")).to_be_visible()
    await stands(reader, site, [*posted.values()])


async def edited(at: Reporter, id: str) -> None:
    await at.chooses("says the operator", "Edit")
    dialog = at.page.get_by_role("dialog")
    box = dialog.get_by_label("Update", exact=True)
    await expect(box).to_have_value(
        "Ferries **stop**, says the [operator](https://example.org/ferries)"
    )
    await box.press("Control+End")
    await box.press_sequentially(" at noon")
    await at.timed(
        "edited",
        dialog.get_by_role("button", name="Save", exact=True).click,
        f'{at.reader.update(id)}.textContent.includes("at noon")',
    )
    await expect(dialog).to_be_hidden()


async def corrected(at: Reporter, id: str) -> None:
    await at.chooses("nobody is hurt", "Correct")
    dialog = at.page.get_by_role("dialog")
    await dialog.get_by_label("Text", exact=True).fill("One person is hurt.")
    await dialog.get_by_label("Kind").select_option("clarification")
    await dialog.get_by_label("What was corrected").fill("We had said that nobody is hurt.")
    await at.timed(
        "corrected",
        dialog.get_by_role("button", name="Correct", exact=True).click,
        f'{at.reader.update(id)}.textContent.includes("We had said that nobody is hurt.")',
    )
    await expect(dialog).to_be_hidden()


async def scheduled(at: Reporter) -> None:
    """It goes out by itself; measured from the moment that it was scheduled for."""
    await at.box.press_sequentially("The north line is full.")
    await at.button("Schedule").click()
    due = (datetime.now(UTC) + timedelta(seconds=DUE_IN_SECONDS)).replace(microsecond=0)
    await at.page.get_by_label("Date", exact=True).fill(f"{due:%F}")
    await at.page.get_by_label("Time", exact=True).fill(f"{due:%T}")
    await at.page.keyboard.press("Escape")
    await at.reader.watches(_PILL)
    await at.composer.get_by_role("button", name="Schedule for").click()
    waits = at.page.get_by_role("complementary", name="What waits")
    await expect(waits.get_by_text("The north line is full.")).to_be_visible()
    at.waits["scheduled"] = await at.reader.saw() - due.timestamp() * 1000
    await at.reader.shows_what_waits()
    await expect(waits.get_by_text("The north line is full.")).to_have_count(0)


async def stands(reader: Reader, site: Site, ids: list[str]) -> None:
    """What was posted is there once, for who looks now and for who was there all the time."""
    state = site.http.get(f"/stories/{STORY}/state").json()
    assert state["story"]["status"] == "closed"
    found = [update["id"] for update in state["updates"]]
    assert sorted(found) == sorted(set(found))
    assert len(found) == len(ids) + 1
    assert set(ids) < set(found)
    assert sorted(await reader.page.evaluate(_SHOWN)) == sorted(found)
    await expect(reader.page.get_by_text("This live coverage has ended")).to_be_visible()
    await reader.page.reload()
    await expect(reader.page.get_by_text("This live coverage has ended")).to_be_visible()
    assert sorted(await reader.page.evaluate(_SHOWN)) == sorted(found)
