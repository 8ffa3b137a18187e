"""A legal erase: who may, what is left of it nowhere, and that the record still proves itself."""

from __future__ import annotations

import asyncio
import gc
import http.server
import threading
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, cast

import pytest
from msgspec.structs import replace

from liveblog.accounts import tokens
from liveblog.blocks import Image, Text
from liveblog.desk import Desk
from liveblog.errors import (
    ApprovalMissing,
    Invalid,
    KeyReused,
    LiveblogError,
    NoSuchErasure,
    NoSuchUpdate,
)
from liveblog.hub.channel import Channel
from liveblog.hub.wires import CompressedEvents
from liveblog.intake import NewUpdate, UpdateEdit
from liveblog.jobs.clearing import ATTEMPTS, PATHS, Step, clear_up, forgetting, purging
from liveblog.record import walking
from liveblog.record.keeping import Keeper
from liveblog.record.proving import Broken, Proof
from liveblog.store import DraftUpdate, Erasure, Once, keys
from liveblog.store.redis import RedisStore
from liveblog.story import Actor, Change, Slug, UpdateId
from liveblog.tasks import end
from tests.builders import NOON, a_head, a_new_story, a_new_update, a_slug, an_id, opened
from tests.record.conftest import Intruder
from tests.redis_servers import a_server
from tests.sites import Newsroom, Site

pytestmark = pytest.mark.anyio

SECRET = "Zebulon Quillfeather"
ADA = Actor(kind="person", id="p1", name="Ada", address="192.0.2.1")
BOB = Actor(kind="person", id="p2", name="Bob")
CASE = {"case": "1 C 2/26", "notice": "A court ordered it."}


def a_desk(store: RedisStore, admins: int = 2) -> Desk:
    async def count_admins() -> int:
        return admins

    return Desk(store, lambda: datetime.now(UTC), count_admins=count_admins)


@pytest.fixture
def desk(store: RedisStore) -> Desk:
    """Of a newsroom with two admins."""
    return a_desk(store)


@pytest.fixture
async def secret(desk: Desk, slug: Slug) -> UpdateId:
    """An update that was posted, edited and taken back, and said the name each time."""
    posted = await desk.by(ADA).post(slug, a_new_update(SECRET, title=SECRET), once=ONCE)
    assert isinstance(posted, Change) and posted.update is not None
    id = posted.update.id
    await desk.edit(slug, id, UpdateEdit(text=f"{SECRET} again"), revision=1)
    await desk.retract(slug, id, f"It named {SECRET}")
    return id


ONCE = Once(key="outbox-1", request=SECRET)


async def erased(desk: Desk, slug: Slug, id: UpdateId) -> Erasure:
    asked = await desk.by(ADA).erasing.request(slug, id, **CASE)
    return await desk.by(BOB).erasing.approve(asked.id)


# -- who may, and with what ----------------------------------------------------------------------


async def test_the_one_who_asks_cannot_be_the_one_who_approves(
    desk: Desk, store: RedisStore, slug: Slug, secret: UpdateId
) -> None:
    asked = await desk.by(ADA).erasing.request(slug, secret, **CASE)
    assert asked.status == "pending"
    for same in (ADA, Actor(kind="token", id="p1", name="Bot"), Actor(kind="token", name="Ada")):
        with pytest.raises(ApprovalMissing):
            await desk.by(same).erasing.approve(asked.id)
    assert SECRET in repr(await store.changes(slug))
    approved = await desk.by(BOB).erasing.approve(asked.id)
    assert (approved.status, approved.approved_by) == ("erased", BOB)
    assert SECRET not in repr(await store.changes(slug))


async def test_a_single_admin_erases_at_once(
    store: RedisStore, slug: Slug, secret: UpdateId
) -> None:
    asked = await a_desk(store, admins=1).by(ADA).erasing.request(slug, secret, **CASE)
    assert asked.status == "erased"
    assert SECRET not in repr(await store.changes(slug))


async def test_by_default_admins_are_counted_by_their_tokens(
    store: RedisStore, slug: Slug, secret: UpdateId
) -> None:
    desk = Desk(store, lambda: datetime.now(UTC))
    for name in ("First", "Second"):
        await tokens.add(store, name, "admin", now=NOON)
    assert (await desk.by(ADA).erasing.request(slug, secret, **CASE)).status == "pending"


@pytest.mark.parametrize(
    ("missing", "field"), [({"case": " "}, "case"), ({"notice": ""}, "reason")]
)
async def test_an_erase_needs_a_case_and_a_public_notice(
    desk: Desk, slug: Slug, secret: UpdateId, missing: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.by(ADA).erasing.request(slug, secret, **CASE | missing)
    assert refused.value.field == field


async def test_what_is_not_there_cannot_be_erased_nor_approved(desk: Desk, slug: Slug) -> None:
    with pytest.raises(NoSuchUpdate):
        await desk.by(ADA).erasing.request(slug, an_id(7), **CASE)
    with pytest.raises(NoSuchErasure):
        await desk.by(ADA).erasing.approve("nothing")


async def test_what_was_asked_for_twice_is_pending_once_and_erased_once(
    desk: Desk, store: RedisStore, slug: Slug, secret: UpdateId
) -> None:
    first = await desk.by(ADA).erasing.request(slug, secret, **CASE)
    assert await desk.by(BOB).erasing.request(slug, secret, **CASE) == first
    await desk.by(BOB).erasing.approve(first.id)
    before = await store.changes(slug)
    assert (await desk.by(BOB).erasing.approve(first.id)).status == "erased"
    assert await store.changes(slug) == before


async def test_asking_approving_and_erasing_are_in_the_audit_log_without_the_text(
    desk: Desk, store: RedisStore, slug: Slug, secret: UpdateId
) -> None:
    await erased(desk, slug, secret)
    lines = [line for _, line in await store.audited() if line.story == slug]
    assert [(line.kind, line.by) for line in lines] == [
        ("erasure_requested", ADA), ("erasure_approved", BOB), ("erased", BOB),
    ]  # fmt: skip
    assert all(line.subject == secret and "1 C 2/26" in line.detail for line in lines)
    assert SECRET not in repr(lines)


# -- what is left of it --------------------------------------------------------------------------


async def test_no_key_of_redis_holds_it(
    desk: Desk, store: RedisStore, slug: Slug, secret: UpdateId
) -> None:
    assert await holding(store)
    await erased(desk, slug, secret)
    assert await holding(store) == []


async def test_what_colleagues_noted_on_it_goes_with_it(
    desk: Desk, store: RedisStore, slug: Slug, secret: UpdateId
) -> None:
    mine = desk.by(ADA).newsroom
    once = Once(key="note-1", request=SECRET)
    await mine.note(slug, f"Is it {SECRET}?", secret, once=once)
    stays = await mine.note(slug, "Call the court")
    await erased(desk, slug, secret)
    assert await store.notes(slug) == [stays]
    assert await holding(store) == []
    with pytest.raises(KeyReused):
        await mine.note(slug, f"Is it {SECRET}?", secret, once=once)


async def holding(store: RedisStore) -> list[bytes]:
    """The keys whose dump, which holds what was deleted too, has the name."""
    found = []
    for key in await store.ask("KEYS", "*"):
        dump = await store.ask("DUMP", key)
        if dump and SECRET.encode() in dump:
            found.append(key)
    return found


async def test_readers_are_told_why_and_positions_stay(
    desk: Desk, store: RedisStore, slug: Slug, secret: UpdateId
) -> None:
    before = await store.changes(slug)
    await erased(desk, slug, secret)
    after = await store.changes(slug)
    assert before is not None and after is not None
    assert [change.cursor for change in after][:-1] == [change.cursor for change in before]
    assert [change.kind for change in after[-4:]] == ["posted", "edited", "retracted", "retracted"]
    assert [change.revision for change in after[-4:]] == [1, 2, 3, 4]
    assert [change.at for change in after[-4:-1]] == [change.at for change in before[-3:]]
    stands = await store.current(slug, secret)
    assert (stands.status, stands.notice) == ("retracted", "A court ordered it.")


async def test_the_request_that_posted_it_neither_tells_it_nor_posts_it_again(
    desk: Desk, store: RedisStore, slug: Slug, secret: UpdateId
) -> None:
    kept = keys.key(slug, f"once:{slug}:{ONCE.key}")
    assert SECRET.encode() in await store.ask("GET", kept)
    await erased(desk, slug, secret)
    assert (await store.ask("GET", kept)).startswith(b"erased ")
    assert 0 < await store.ask("TTL", kept) <= keys.ONCE_SECONDS


async def test_a_draft_is_erased_too(desk: Desk, store: RedisStore, slug: Slug) -> None:
    draft = await desk.post(slug, a_new_update(SECRET, draft=True))
    assert isinstance(draft, DraftUpdate)
    assert (await erased(desk, slug, draft.update.id)).status == "erased"
    assert await store.drafts(slug) == []
    assert await holding(store) == []


async def test_the_chain_still_holds_and_says_that_something_was_erased(
    desk: Desk, store: RedisStore, keeper: Keeper, slug: Slug, secret: UpdateId
) -> None:
    await keeper.sign(slug)
    await erased(desk, slug, secret)
    assert await keeper.sign(slug) == 1
    (proof,) = await verdicts(store, keeper, slug)
    assert isinstance(proof, Proof)
    assert (proof.entries, proof.signed, proof.erased) == (10, 10, 3)


async def test_what_only_looks_erased_is_found(
    desk: Desk, store: RedisStore, keeper: Keeper, slug: Slug, secret: UpdateId,
    intruder: Intruder,
) -> None:  # fmt: skip
    posted = await desk.post(slug, a_new_update("Inconvenient"))
    assert isinstance(posted, Change) and posted.update is not None
    told = await desk.retract(slug, posted.update.id)
    assert told is not None
    await keeper.sign(slug)
    await store.erase(slug, posted.update.id, told.cursor)
    (found,) = await verdicts(store, keeper, slug)
    assert isinstance(found, Broken)
    assert f"entry {posted.cursor} was changed" in str(found)
    assert "audit log knows of no erase" in str(found)


async def test_a_tombstone_that_says_more_than_one_is_found(
    desk: Desk, store: RedisStore, keeper: Keeper, slug: Slug, secret: UpdateId,
    intruder: Intruder,
) -> None:  # fmt: skip
    await erased(desk, slug, secret)
    await intruder.rewrite(slug, lambda log: [_with_title(entry) for entry in log])
    (found,) = await verdicts(store, keeper, slug)
    assert isinstance(found, Broken)
    assert "lost its salt" in str(found)


def _with_title(entry: Any) -> Any:
    if entry.salt:
        return entry
    return replace(entry, body=entry.body.replace(b'"revision"', b'"title":"Praise","revision"'))


async def verdicts(store: RedisStore, keeper: Keeper, slug: Slug) -> list[Any]:
    return [one async for one in walking.verdicts(store, {keeper.public_key}, only=slug)]


# -- memory --------------------------------------------------------------------------------------


async def test_a_process_that_held_it_forgets_it(desk: Desk, store: RedisStore, slug: Slug) -> None:
    log = await store.changes(slug)
    assert log is not None
    channel = Channel(log)
    room = channel.room("gzip")

    posted = await desk.post(slug, a_new_update(SECRET, title=SECRET))
    assert isinstance(posted, Change) and posted.update is not None
    channel.take(posted)
    channel.shown(posted.update)
    channel.answer("page", lambda: SECRET)
    frames = channel.since(channel.end - 1)
    assert frames is not None
    # What a room keeps for readers who come later.
    assert SECRET.encode() in frames[0].sse + frames[0].websocket
    room._wire.encode(frames, channel.end)
    first = await desk.retract(slug, posted.update.id, f"It named {SECRET}")
    assert first is not None
    del frames
    channel.take(first)
    assert SECRET in repr(channel.since(0) and [frame.json for frame in channel.since(0) or ()])
    await erased(desk, slug, posted.update.id)
    for change in await store.changes(slug, first.cursor) or ():
        channel.take(change)
        room._wire.encode(channel.since(channel.end - 1) or [], channel.end)
    del posted, first, log
    gc.collect()
    assert not reaches(channel, SECRET)
    # Compressed, it would not be found like that: what welcomes a reader who comes now, and what
    # the compressor remembers to refer to.
    welcome = zlib.decompressobj(31).decompress(room._wire.welcome([], channel.end))
    assert SECRET.encode() not in welcome
    assert cast(CompressedEvents, room._wire)._compressor is None


async def test_a_process_that_loads_the_story_afterwards_never_had_it(
    desk: Desk, store: RedisStore, slug: Slug, secret: UpdateId
) -> None:
    await erased(desk, slug, secret)
    channel = Channel(await store.changes(slug) or ())
    assert not reaches(channel, SECRET)
    notices = [frame.json for frame in channel.since(0) or () if b"A court ordered" in frame.json]
    assert len(notices) == 1


def reaches(root: object, text: str) -> bool:
    """Whether anything that an object refers to, however far, holds the text."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type) or callable(one):
            continue
        seen.add(id(one))
        if (isinstance(one, str) and text in one) or (
            isinstance(one, bytes) and text.encode() in one
        ):
            return True
        # Values of msgspec are not always known to the collector.
        waiting += [getattr(one, name) for name in getattr(one, "__struct_fields__", ())]
        waiting += [getattr(one, name, None) for name in getattr(one, "__slots__", ())]
        waiting += list(vars(one).values()) if hasattr(one, "__dict__") else []
        waiting += gc.get_referents(one) if isinstance(one, (list, tuple, dict, set)) else []
        waiting += list(one) if type(one).__name__ == "deque" else []  # type: ignore[call-overload]
    return False


def test_the_search_through_memory_finds_what_is_there() -> None:
    channel = Channel([opened(a_head(headline=SECRET))])
    assert reaches(channel, SECRET)


# -- over the api --------------------------------------------------------------------------------


async def test_an_erase_over_the_api_waits_for_a_second_admin(
    site: Site, newsroom: Newsroom
) -> None:
    slug = newsroom.open()
    posted = newsroom.post(slug, SECRET)
    other = Newsroom(site, await site.token(name="Another"))
    address = f"/stories/{slug}/updates/{posted['id']}"
    asked = newsroom.api.request(
        "DELETE", address, params={"erase": "1"}, json={"reason": "Ordered.", "case": "1 C 2"}
    )
    assert (asked.status_code, asked.json()["status"]) == (202, "pending")
    approval = f"/erasures/{asked.json()['id']}/approval"
    refused = newsroom.api.post(approval)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/approval-missing")
    listed = newsroom.api.get("/erasures").json()["erasures"]
    assert asked.json() in listed
    assert SECRET in newsroom.api.get(address).text
    assert other.api.post(approval).json()["status"] == "erased"
    assert SECRET not in newsroom.api.get(address).text
    assert "Ordered." in site.http.get(f"/stories/{slug}").text


@pytest.mark.parametrize(
    ("given", "field"), [({"reason": "Ordered."}, "case"), ({"case": "1 C 2"}, "reason")]
)
async def test_an_erase_over_the_api_says_what_is_missing(
    newsroom: Newsroom, given: dict[str, str], field: str
) -> None:
    slug = newsroom.open()
    address = f"/stories/{slug}/updates/{newsroom.post(slug)['id']}"
    answer = newsroom.api.request("DELETE", address, params={"erase": "1"}, json=given)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


async def test_an_admin_of_another_story_approves_nothing(site: Site, newsroom: Newsroom) -> None:
    slug = newsroom.open()
    posted = newsroom.post(slug, SECRET)
    await site.token(name="Another")
    theirs = Newsroom(site, await site.token(story=a_slug(), name="Theirs"))
    asked = newsroom.api.request(
        "DELETE",
        f"/stories/{slug}/updates/{posted['id']}",
        params={"erase": "1"},
        json={"reason": "Ordered.", "case": "1 C 2"},
    )
    answer = theirs.api.post(f"/erasures/{asked.json()['id']}/approval")
    assert answer.status_code == 403


# -- what is outside the record ------------------------------------------------------------------


@asynccontextmanager
async def clearing(store: RedisStore, desk: Desk, steps: Mapping[str, Step]) -> AsyncIterator[None]:
    clock = lambda: datetime.now(UTC)  # noqa: E731
    job = asyncio.create_task(clear_up(store, desk, steps, clock, lambda _: 0.01))
    try:
        yield
        assert not job.done()
    finally:
        await end(job)


async def until_done(store: RedisStore, id: str) -> Erasure:
    async with asyncio.timeout(20):
        while (erasure := await store.erasure(id)).status != "done":
            pass
    return erasure


async def test_the_disk_holds_it_no_longer(tmp_path: Path) -> None:
    folder = tmp_path / "redis"
    durable = ("--appendonly", "yes", "--appendfsync", "always")
    with a_server(folder, *durable, "--rdbcompression", "no") as port:
        store = RedisStore(f"redis://127.0.0.1:{port}")
        desk = a_desk(store, admins=1)
        slug = (await desk.open(a_new_story())).slug
        draft = await desk.post(slug, a_new_update(SECRET, title=SECRET, draft=True))
        assert isinstance(draft, DraftUpdate)
        id = draft.update.id
        await desk.edit(slug, id, UpdateEdit(draft=False), revision=1)
        await desk.post(slug, a_new_update("Stays"))
        # It makes dumps, too, as a server may be told to.
        await store.ask("CONFIG", "SET", "save", "3600 1000")
        await store.ask("SAVE")
        assert SECRET in on_disk(folder)
        assert SECRET in (folder / "dump.rdb").read_text(errors="replace")
        asked = await desk.by(ADA).erasing.request(slug, id, **CASE)
        async with clearing(store, desk, {"disk": lambda _: store.rewrite()}):
            assert (await until_done(store, asked.id)).failures == ()
            # Redis writes its files anew in the background.
            deadline = monotonic() + 20
            while SECRET in on_disk(folder) and monotonic() < deadline:
                await store.ping()
        assert SECRET not in on_disk(folder)
        assert "Stays" in on_disk(folder)
        await store.close()


def on_disk(folder: Path) -> str:
    found = []
    for path in folder.rglob("*"):
        # A file that Redis writes anew is renamed while we look.
        with suppress(FileNotFoundError, IsADirectoryError):
            found.append(path.read_text(errors="replace"))
    return "".join(found)


async def test_a_cache_is_told_every_address_that_may_show_it(
    desk: Desk, store: RedisStore, slug: Slug, secret: UpdateId
) -> None:
    asked = await erased(desk, slug, secret)
    with a_cache() as (address, purged):
        async with clearing(store, desk, {"caches": purging(address)}):
            assert (await until_done(store, asked.id)).failures == ()
    assert purged == [path.format(slug=slug, id=secret) for path in PATHS]


async def test_a_cache_is_told_the_addresses_of_its_pictures_too(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    picture = Image(src=f"/media/{'a' * 24}/600x400.webp", alt="The gate")
    posted = await desk.post(slug, NewUpdate(blocks=(Text(html="<p>See</p>"), picture)))
    assert isinstance(posted, Change) and posted.update is not None
    asked = await erased(desk, slug, posted.update.id)
    with a_cache() as (address, purged):
        async with clearing(store, desk, {"caches": purging(address)}):
            assert (await until_done(store, asked.id)).failures == ()
    shown = {path for path in purged if path.startswith("/media/")}
    names = {"480.avif", "600x400.avif", "480.webp", "600x400.webp"}
    assert shown == {f"/media/{'a' * 24}/{name}" for name in names}


async def test_a_cache_that_cannot_be_told_is_asked_again_then_noted_and_stops_nothing(
    desk: Desk, store: RedisStore, slug: Slug, secret: UpdateId
) -> None:
    asked = await erased(desk, slug, secret)
    tried: list[str] = []

    async def then(erasure: Erasure) -> None:
        tried.append(erasure.id)

    steps = {"caches": purging("http://127.0.0.1:1"), "disk": then}
    async with clearing(store, desk, steps):
        (failure,) = (await until_done(store, asked.id)).failures
    assert failure.startswith("caches: http://127.0.0.1:1/stories/")
    assert tried == [asked.id]
    lines = [line for _, line in await store.audited() if line.subject == secret]
    assert lines[-1].kind == "erase_incomplete"
    assert failure in lines[-1].detail


async def test_a_step_that_fails_is_tried_again(
    desk: Desk, store: RedisStore, slug: Slug, secret: UpdateId
) -> None:
    asked = await erased(desk, slug, secret)
    tried: list[str] = []

    async def busy(erasure: Erasure) -> None:
        tried.append(erasure.id)
        if len(tried) < ATTEMPTS:
            raise LiveblogError("busy")

    async with clearing(store, desk, {"disk": busy}):
        assert (await until_done(store, asked.id)).failures == ()
    assert tried == [asked.id] * ATTEMPTS


async def test_pictures_are_named_to_who_keeps_them(
    desk: Desk, store: RedisStore, slug: Slug
) -> None:
    picture = Image(src="/media/abc-960.webp", alt=SECRET)
    new = NewUpdate(blocks=(Text(html="<p>See</p>"), picture))
    posted = await desk.post(slug, new)
    assert isinstance(posted, Change) and posted.update is not None
    await desk.edit(slug, posted.update.id, UpdateEdit(text="Without it"), revision=1)
    asked = await erased(desk, slug, posted.update.id)
    forgotten: list[str] = []

    async def forget_media(addresses: Sequence[str]) -> None:
        forgotten.extend(addresses)

    async with clearing(store, desk, {"pictures": forgetting(forget_media)}):
        await until_done(store, asked.id)
    assert forgotten == ["/media/abc-960.webp"]


async def test_an_erase_that_was_interrupted_is_carried_out_by_the_worker(
    desk: Desk, store: RedisStore, slug: Slug, secret: UpdateId
) -> None:
    asked = await desk.by(ADA).erasing.request(slug, secret, **CASE)
    begun = replace(asked, status="approved", began="2026-01-01T00:00:00.000Z", approved_by=BOB)
    await store.put_erasure(begun)
    async with clearing(store, desk, {}):
        await until_done(store, asked.id)
    assert await holding(store) == []


@contextmanager
def a_cache() -> Iterator[tuple[str, list[str]]]:
    """A cache on 127.0.0.1, and the addresses that it was told to forget."""
    purged: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_PURGE(self) -> None:
            purged.append(self.path)
            self.send_response(200 if "feed" not in self.path else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words: object) -> None:
            """Silence."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", purged
        server.shutdown()
