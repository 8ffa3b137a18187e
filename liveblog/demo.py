"""The demo story: a breaking story in our own words, told step by step into an installation.

Its words are in ``demo_story.toml``. What has been told is what the story's log says, so a restart
goes on where the last run stopped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from importlib.resources import files

import msgspec
import structlog
from msgspec import UNSET, Struct
from msgspec.structs import asdict

from liveblog.desk import Desk
from liveblog.errors import NoSuchUpdate, NotStored, RevisionConflict, StoryClosed, StoryExists
from liveblog.intake import NewStory, NewUpdate, StoryEdit, UpdateEdit
from liveblog.store import Once, Store
from liveblog.story import Change, Head, Slug, Update, UpdateId, slug

Ids = dict[str, UpdateId]
"""The updates that were posted, by the names of their steps."""


class _Named(Struct, frozen=True, kw_only=True, tag_field="do"):
    """What all steps have: a name of their own."""

    name: str

    @property
    def once(self) -> Once:
        """Its idempotency key, so that a write that was not known to be stored can be repeated."""
        return Once(key=f"demo-{self.name}", request=self.name)


class Post(_Named, frozen=True, kw_only=True, tag="post"):
    """Post an update. Like every step it knows whether a change in the log is its own (``made``),
    and how to take itself (``take``), which raises what the desk's verbs raise."""

    update: NewUpdate

    def made(self, change: Change, ids: Ids) -> bool:
        posted = change.update
        if change.kind != "posted" or posted is None:
            return False
        found = (posted.title, posted.text) == (self.update.title, self.update.text)
        if found:
            ids[self.name] = posted.id
        return found

    async def take(self, desk: Desk, store: Store, story: Slug, ids: Ids) -> None:
        change = await desk.post(story, self.update, once=self.once)
        if isinstance(change, Change) and change.update:
            ids[self.name] = change.update.id


class Edit(_Named, frozen=True, kw_only=True, tag="edit"):
    """Edit or correct what the step ``of`` posted."""

    of: str
    edit: UpdateEdit

    def made(self, change: Change, ids: Ids) -> bool:
        update = change.update
        return update is not None and update.id == ids.get(self.of) and _fits(self.edit, update)

    async def take(self, desk: Desk, store: Store, story: Slug, ids: Ids) -> None:
        stands = await store.current(story, ids[self.of])
        await desk.edit(story, stands.id, self.edit, revision=stands.revision, once=self.once)


class Retract(_Named, frozen=True, kw_only=True, tag="retract"):
    """Take back what the step ``of`` posted."""

    of: str
    notice: str

    def made(self, change: Change, ids: Ids) -> bool:
        update = change.update
        return change.kind == "retracted" and update is not None and update.id == ids.get(self.of)

    async def take(self, desk: Desk, store: Store, story: Slug, ids: Ids) -> None:
        await desk.retract(story, ids[self.of], self.notice, once=self.once)


class Amend(_Named, frozen=True, kw_only=True, tag="amend"):
    """Change the story's head."""

    edit: StoryEdit

    def made(self, change: Change, ids: Ids) -> bool:
        return change.head is not None and _fits(self.edit, change.head)

    async def take(self, desk: Desk, store: Store, story: Slug, ids: Ids) -> None:
        await desk.amend(story, self.edit, once=self.once)


Step = Post | Edit | Retract | Amend


def _fits(edit: UpdateEdit | StoryEdit, stands: Update | Head) -> bool:
    given = {name: value for name, value in asdict(edit).items() if value is not UNSET}
    given.pop("correction", None)
    return all(getattr(stands, name) == value for name, value in given.items())


class Bank(Struct, frozen=True, kw_only=True):
    """Lines with ``{place}`` and ``{count}``, of which ``updates`` short updates are made."""

    updates: int
    places: tuple[str, ...]
    lines: tuple[str, ...]

    def drawn(self) -> Iterator[Post]:
        """The updates: each line in turn, every time with another place, so no two are alike."""
        for number in range(self.updates):
            turn, line = divmod(number, len(self.lines))
            place = self.places[(line + 3 * turn) % len(self.places)]
            text = self.lines[line].format(place=place, count=f"{600 + 37 * number:,}")
            yield Post(name=f"bank-{number}", update=NewUpdate(text=text))


class Script(Struct, frozen=True, kw_only=True):
    """All of the demo; the first ``at_once`` steps are taken without a pause."""

    at_once: int
    story: NewStory
    steps: tuple[Step, ...]
    bank: Bank
    closing: tuple[Step, ...]

    def all_steps(self) -> Iterator[Step]:
        """The steps in their order."""
        yield from self.steps
        yield from self.bank.drawn()
        yield from self.closing


def script() -> Script:
    """The demo as its file has it."""
    text = files("liveblog").joinpath("demo_story.toml").read_text(encoding="utf-8")
    return msgspec.toml.decode(text, type=Script)


async def play(desk: Desk, store: Store, *, pause_seconds: float = 5) -> None:
    """Open the demo story if it is not there, tell what is not told yet, and close it.

    Ends early when somebody else closes the story.
    """
    demo = script()
    story = slug(demo.story.slug)
    log = await _opened(desk, store, demo.story)
    ids: Ids = {}
    for place, step in enumerate(demo.all_steps()):
        if any(step.made(change, ids) for change in log):
            continue
        if place >= demo.at_once:
            await asyncio.sleep(pause_seconds)
        try:
            await _take(step, desk, store, story, ids)
        except StoryClosed:
            return
        except (NoSuchUpdate, RevisionConflict) as error:
            # Somebody who tries the desk out has taken this update over: it is theirs now.
            structlog.get_logger().info("demo step left out", step=step.name, why=str(error))


async def _opened(desk: Desk, store: Store, new: NewStory) -> list[Change]:
    """The story's log, which an earlier run may have begun."""
    while True:
        try:
            try:
                await desk.open(new)
            except StoryExists:
                structlog.get_logger().info("demo story goes on", story=new.slug)
            return await store.changes(slug(new.slug)) or []
        except NotStored as error:
            await _wait_for_the_store(error)


async def _take(step: Step, desk: Desk, store: Store, story: Slug, ids: Ids) -> None:
    while True:
        try:
            return await step.take(desk, store, story, ids)
        except NotStored as error:
            await _wait_for_the_store(error)


async def _wait_for_the_store(error: NotStored) -> None:
    structlog.get_logger().warning("demo waits for the store", why=str(error))
    await asyncio.sleep(1)
