"""Any value of the core, and any history of a story that the desk's rules allow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from liveblog.blocks import (
    Block,
    Divider,
    Embed,
    Heading,
    Image,
    List,
    Quote,
    Score,
    Side,
    Table,
    Text,
)
from liveblog.story import (
    NOWHERE,
    Change,
    Correction,
    Cursor,
    Head,
    Instant,
    Kind,
    Slug,
    Status,
    Update,
    UpdateId,
)
from tests.builders import NOON, a_head, an_id, an_update

SLUG = Slug("charity")

instants = st.integers(0, 10**6).map(lambda n: Instant(f"2026-11-23T12:{n % 60:02d}:00.000Z"))
lines = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_short = lines.map(lambda text: text[:9])
_addresses = st.from_regex(r"https://[a-z]{1,9}\.example/[a-z?&=\"<]{0,9}", fullmatch=True)
_sizes = st.none() | st.integers(1, 20_000)
_sides = st.builds(Side, name=lines, points=_short)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, html=lines, level=st.integers(2, 4)),
    st.builds(Text, html=lines),
    st.builds(Quote, html=lines, attribution=lines, url=st.just("") | _addresses),
    st.builds(List, items=st.lists(lines, max_size=2).map(tuple), ordered=st.booleans()),
    st.builds(Image, src=lines.map("/{}".format), alt=lines, width=_sizes, height=_sizes),
    st.builds(Embed, url=_addresses, title=lines, text=lines),
    st.builds(Divider),
    st.builds(Table, rows=st.lists(st.tuples(lines, lines), max_size=2).map(tuple), caption=lines),
    st.builds(Score, sides=st.lists(_sides, min_size=1, max_size=3).map(tuple), title=lines),
)
ids = st.integers(0, 7).map(an_id)
corrections = st.builds(
    Correction,
    kind=st.sampled_from(["update", "clarification", "correction", "withdrawn"]),
    note=lines,
    at=instants,
)
updates = st.builds(
    Update,
    id=ids,
    revision=st.integers(1, 9),
    published=instants,
    displayed=st.none() | instants,
    modified=st.none() | instants,
    title=lines,
    byline=lines,
    blocks=st.lists(blocks, max_size=3).map(tuple),
    text=lines,
    key_event=st.booleans(),
    pinned=st.booleans(),
    breaking=st.booleans(),
    verification=st.sampled_from([None, "confirmed", "reported", "disputed", "withdrawn"]),
    source=lines,
    tags=st.lists(lines, max_size=2).map(tuple),
    corrections=st.lists(corrections, max_size=2).map(tuple),
    status=st.sampled_from(["published", "retracted"]),
    notice=lines,
)
heads = st.builds(
    Head,
    slug=st.just(SLUG),
    revision=st.integers(1, 9),
    headline=lines,
    status=st.sampled_from(["draft", "live", "paused", "closed"]),
    language=st.just("en"),
    opened=instants,
    modified=st.none() | instants,
    closed=st.none() | instants,
    planned_end=st.none() | instants,
    kicker=lines,
    standfirst=lines,
    byline=lines,
    contributors=st.lists(lines, max_size=2).map(tuple),
    status_line=lines,
    tags=st.lists(lines, max_size=2).map(tuple),
    corrections=st.lists(corrections, max_size=2).map(tuple),
)


class History:
    """A story's log in memory, by the same rules as the store's: a change makes the next revision
    of its subject, one pin at a time, nothing new in a closed story. What is not allowed does
    nothing."""

    def __init__(self) -> None:
        self.head = a_head(slug=SLUG)
        self.changes: list[Change] = []
        self._updates: dict[UpdateId, Update] = {}
        self._append("opened", head=self.head)

    def post(
        self, id: UpdateId, words: str, pinned: bool, displayed: Instant | None = None
    ) -> None:
        if id in self._updates or self.head.status == "closed":
            return
        if pinned:
            self._free_the_pin()
        said = {"title": words, "text": words, "pinned": pinned, "displayed": displayed}
        self._put("posted", an_update(id=id, blocks=(), **said))

    def edit(self, id: UpdateId, words: str, corrects: bool) -> None:
        if (stands := self._published(id)) is not None:
            self._next("corrected" if corrects else "edited", stands, title=words)

    def show_at(self, id: UpdateId, displayed: Instant | None) -> None:
        if (stands := self._published(id)) is not None:
            self._next("edited", stands, displayed=displayed)

    def retract(self, id: UpdateId) -> None:
        if (stands := self._published(id)) is not None:
            tombstone = Update(
                id=id,
                revision=stands.revision,
                published=NOON,
                displayed=stands.displayed,
                notice="Wrong",
            )
            self._next("retracted", tombstone, status="retracted")

    def pin(self, id: UpdateId) -> None:
        stands = self._published(id)
        if stands is not None and not stands.pinned:
            self._free_the_pin()
            self._next("pinned", stands, pinned=True)

    def unpin(self, id: UpdateId) -> None:
        stands = self._published(id)
        if stands is not None and stands.pinned:
            self._next("unpinned", stands, pinned=False)

    def amend(self, words: str, status: Status) -> None:
        kinds: dict[Status, Kind] = {"paused": "paused", "live": "resumed", "closed": "closed"}
        kind = "story_edited" if status == self.head.status else kinds[status]
        revision = self.head.revision + 1
        self.head = replace(self.head, revision=revision, headline=words, status=status)
        self._append(kind, head=self.head)

    def _published(self, id: UpdateId) -> Update | None:
        update = self._updates.get(id)
        return update if update is not None and update.status == "published" else None

    def _free_the_pin(self) -> None:
        for stands in list(self._updates.values()):
            if stands.pinned:
                self._next("unpinned", stands, pinned=False)

    def _next(self, kind: Kind, stands: Update, **values: Any) -> None:
        self._put(kind, replace(stands, revision=stands.revision + 1, **values))

    def _put(self, kind: Kind, update: Update) -> None:
        self._updates[update.id] = update
        self._append(kind, update=update)

    def _append(self, kind: Kind, **subject: Any) -> None:
        cursor = Cursor(f"{len(self.changes) + 1}-0")
        change = Change(cursor=NOWHERE, slug=SLUG, kind=kind, at=NOON, **subject)
        self.changes.append(replace(change, cursor=cursor))


_statuses: st.SearchStrategy[Status] = st.sampled_from(["live", "paused", "closed"])
_verbs: st.SearchStrategy[Callable[[History], None]] = st.one_of(
    st.builds(lambda *given: lambda history: history.post(*given), ids, lines, st.booleans()),
    st.builds(
        lambda *given: lambda history: history.post(*given),
        ids,
        lines,
        st.booleans(),
        st.none() | instants,
    ),
    st.builds(lambda *given: lambda history: history.show_at(*given), ids, st.none() | instants),
    st.builds(lambda *given: lambda history: history.edit(*given), ids, lines, st.booleans()),
    st.builds(lambda one: lambda history: history.retract(one), ids),
    st.builds(lambda one: lambda history: history.pin(one), ids),
    st.builds(lambda one: lambda history: history.unpin(one), ids),
    st.builds(lambda *given: lambda history: history.amend(*given), lines, _statuses),
)


def _played(verbs: list[Callable[[History], None]]) -> list[Change]:
    history = History()
    for verb in verbs:
        verb(history)
    return history.changes


histories = st.lists(_verbs, max_size=40).map(_played)
"""The log of a story after any sequence of verbs."""
