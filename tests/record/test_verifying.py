"""Whoever can write to Redis cannot change what was published unseen."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from liveblog import chain, codec
from liveblog.desk import Desk
from liveblog.errors import BadKey, BrokenLog
from liveblog.record import checkpoints, keeping, signing, walking
from liveblog.record.checkpoints import Checkpoint, Signed
from liveblog.record.keeping import Keeper
from liveblog.record.proving import Broken, Proof
from liveblog.store import Kept, keys
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.builders import a_new_update
from tests.record.conftest import Intruder

pytestmark = pytest.mark.anyio

Rewriting = Callable[[list[Kept]], list[Kept]]


async def verdict(
    store: RedisStore, keeper: Keeper, slug: Slug, lines: list[bytes] | None = None
) -> Proof | Broken:
    trusted = {keeper.public_key}
    found = [one async for one in walking.verdicts(store, trusted, only=slug, lines=lines)]
    return found[0]


def sealed(entry: Kept, body: bytes) -> Kept:
    """An entry as if it had been written so."""
    salt = secrets.token_bytes(chain.SALT_BYTES)
    return replace(entry, body=body, salt=salt.hex(), commitment=chain.commitment(salt, body).hex())


def changed(entry: Kept) -> bytes:
    return entry.body.replace(b"Number", b"Letter")


def with_entry(number: int, make: Callable[[Kept], Kept]) -> Rewriting:
    return lambda log: [*log[:number], make(log[number]), *log[number + 1 :]]


def with_contents_swapped(one: int, other: int, *fields: str) -> Rewriting:
    def swap(log: list[Kept]) -> list[Kept]:
        swapped = list(log)
        for to, by in ((one, other), (other, one)):
            swapped[to] = replace(log[to], **{name: getattr(log[by], name) for name in fields})
        return swapped

    return swap


HIDDEN = {
    # what was done to entry 3 of 6: how, the entry that is named, what is said of it
    "its body was changed": (
        with_entry(3, lambda e: replace(e, body=changed(e))), 3, "was changed",
    ),
    "its salt was changed": (with_entry(3, lambda e: replace(e, salt="00" * 16)), 3, "was changed"),
    "it was written anew with a commitment that fits": (
        with_entry(3, lambda e: sealed(e, changed(e))), 3, "was changed",
    ),
    "its commitment was taken": (
        with_entry(3, lambda e: replace(e, salt="", commitment="")), 3, "was changed",
    ),
    "its salt was taken": (with_entry(3, lambda e: replace(e, salt="")), 3, "lost its salt"),
    "its commitment is no number": (
        with_entry(3, lambda e: replace(e, commitment="zz")), 3, "was changed",
    ),
    "its body is no entry": (with_entry(3, lambda e: replace(e, body=b"{")), 3, "was changed"),
    "it was dropped": (lambda log: log[:3] + log[4:], 3, "was dropped"),
    "it was swapped with the next, commitments too": (
        with_contents_swapped(3, 4, "body", "salt", "commitment"), 3, "was swapped with",
    ),
    "it was swapped with the next, commitments left": (
        with_contents_swapped(3, 4, "body", "salt"), 3, "was swapped with",
    ),
    "another was put in before all": (
        lambda log: [replace(log[3], id="1-1"), *log], None, "was put in",
    ),
    "the end was cut off from it on": (lambda log: log[:3], 3, "was cut off"),
    "all was cut off": (lambda log: [], 0, "was cut off"),
}  # fmt: skip


@pytest.mark.parametrize("how", HIDDEN)
@pytest.mark.parametrize("kept", ["in Redis", "in a file"])
async def test_the_first_entry_that_is_not_as_it_was_is_named(
    store: RedisStore, keeper: Keeper, slug: Slug, intruder: Intruder, how: str, kept: str
) -> None:
    rewriting, number, said = HIDDEN[how]
    await keeper.sign(slug)
    before = await intruder.entries(slug)
    assert isinstance(await verdict(store, keeper, slug), Proof)
    await intruder.rewrite(slug, rewriting)
    lines = None if kept == "in Redis" else await store.checkpoints(slug)
    found = await verdict(store, keeper, slug, lines)
    assert isinstance(found, Broken)
    assert said in str(found)
    assert str(found).startswith(f"{slug}: ")
    if number is not None:
        assert f"entry {before[number].id}" in str(found)


async def test_the_checkpoint_that_proves_it_is_named(
    store: RedisStore, keeper: Keeper, slug: Slug, desk: Desk, intruder: Intruder
) -> None:
    await keeper.sign(slug)
    await desk.post(slug, a_new_update("Number 5"))
    await keeper.sign(slug)
    await intruder.rewrite(slug, with_entry(6, lambda entry: sealed(entry, changed(entry))))
    _, second = [checkpoints.opened(one, {keeper.public_key}) for one in
                 await store.checkpoints(slug)]  # fmt: skip
    found = await verdict(store, keeper, slug)
    assert f"(proved by the checkpoint of {second.at} at entry {second.cursor})" in str(found)


async def test_what_was_not_signed_yet_is_held_against_its_own_commitment(
    store: RedisStore, keeper: Keeper, slug: Slug, intruder: Intruder
) -> None:
    await intruder.rewrite(slug, with_entry(2, lambda entry: replace(entry, body=changed(entry))))
    found = await verdict(store, keeper, slug)
    assert isinstance(found, Broken)
    assert "its own commitment" in str(found)


async def test_a_log_as_it_was_is_proved_with_what_was_signed(
    store: RedisStore, keeper: Keeper, slug: Slug, desk: Desk
) -> None:
    assert await keeper.sign(slug) == 6
    assert await keeper.sign(slug) == 0
    await desk.post(slug, a_new_update())
    found = await verdict(store, keeper, slug)
    assert isinstance(found, Proof)
    assert (found.entries, found.signed, found.erased, found.unproven) == (7, 6, 0, 0)


async def test_a_story_that_is_gone_is_missed(
    store: RedisStore, keeper: Keeper, slug: Slug
) -> None:
    await keeper.sign(slug)
    for key in (keys.log(slug), keys.story(slug)):
        await store.ask("DEL", key)
    await store.ask("ZREM", keys.key(slug, "stories"), slug)
    said = [str(one) async for one in walking.verdicts(store, {keeper.public_key})]
    assert any(line.startswith(f"{slug}: the end was cut off") for line in said)


async def test_entries_older_than_commitments_are_told_and_prove_nothing(
    store: RedisStore, keeper: Keeper, slug: Slug, desk: Desk, intruder: Intruder
) -> None:
    await intruder.rewrite(
        slug, lambda log: [replace(entry, salt="", commitment="") for entry in log]
    )
    await desk.post(slug, a_new_update())
    await keeper.sign(slug)
    assert len(await store.changes(slug) or ()) == 7
    found = await verdict(store, keeper, slug)
    assert isinstance(found, Proof)
    assert found.unproven == 6
    await intruder.rewrite(slug, lambda log: log[:2] + log[3:])
    assert "was dropped" in str(await verdict(store, keeper, slug))


async def test_an_entry_without_a_commitment_behind_one_that_has_it_lost_it(
    store: RedisStore, keeper: Keeper, slug: Slug, intruder: Intruder
) -> None:
    bare = with_entry(5, lambda entry: replace(entry, salt="", commitment=""))
    await intruder.rewrite(slug, bare)
    assert "lost its commitment" in str(await verdict(store, keeper, slug))


# -- checkpoints ---------------------------------------------------------------------------------


async def the_line(store: RedisStore, keeper: Keeper, slug: Slug) -> Signed:
    await keeper.sign(slug)
    (line,) = await store.checkpoints(slug)
    return codec.from_json(line, Signed)


async def test_a_checkpoint_that_was_altered_proves_nothing(
    store: RedisStore, keeper: Keeper, slug: Slug
) -> None:
    line = await the_line(store, keeper, slug)
    altered = codec.from_json(bytes(line.checkpoint), Checkpoint)
    altered = replace(altered, count=altered.count - 1)
    forged = replace(line, checkpoint=type(line.checkpoint)(codec.to_json(altered)))
    found = await verdict(store, keeper, slug, [codec.to_json(forged)])
    assert isinstance(found, Broken)
    assert "altered or forged" in str(found)
    assert slug in str(found)


async def test_a_checkpoint_of_another_key_proves_nothing(
    store: RedisStore, keeper: Keeper, slug: Slug, tmp_path: Path
) -> None:
    other = Keeper(
        store, Ed25519PrivateKey.generate(), tmp_path / "other", lambda: datetime.now(UTC)
    )
    await other.sign(slug)
    found = await verdict(store, keeper, slug)
    assert isinstance(found, Broken)
    assert f"signed with another key, {other.public_key}" in str(found)
    assert isinstance(await verdict(store, other, slug), Proof)


async def test_a_checkpoint_of_another_key_under_our_name_proves_nothing(
    store: RedisStore, keeper: Keeper, slug: Slug
) -> None:
    line = await the_line(store, keeper, slug)
    mark = codec.from_json(bytes(line.checkpoint), Checkpoint)
    forged = codec.from_json(checkpoints.signed(mark, Ed25519PrivateKey.generate()), Signed)
    forged = replace(forged, key=keeper.public_key)
    found = await verdict(store, keeper, slug, [codec.to_json(forged)])
    assert "altered or forged" in str(found)


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b'{"checkpoint":{},"key":"","signature":""}'])
async def test_a_line_that_is_no_checkpoint_proves_nothing(
    store: RedisStore, keeper: Keeper, slug: Slug, line: bytes
) -> None:
    assert "cannot be read" in str(await verdict(store, keeper, slug, [line]))


async def test_nothing_is_built_on_a_checkpoint_that_somebody_else_put_there(
    store: RedisStore, keeper: Keeper, slug: Slug, tmp_path: Path
) -> None:
    other = Keeper(
        store, Ed25519PrivateKey.generate(), tmp_path / "other", lambda: datetime.now(UTC)
    )
    await other.sign(slug)
    assert await keeper.sign(slug) == 6


async def test_a_log_that_lost_what_was_signed_is_not_signed_again(
    store: RedisStore, keeper: Keeper, slug: Slug, intruder: Intruder
) -> None:
    await keeper.sign(slug)
    await intruder.rewrite(slug, lambda log: log[:3])
    with pytest.raises(BrokenLog, match="is gone"):
        await keeper.sign(slug)


async def test_what_was_signed_is_also_in_the_file_that_can_be_carried_away(
    store: RedisStore, keeper: Keeper, slug: Slug, desk: Desk, tmp_path: Path
) -> None:
    await keeper.sign(slug)
    await desk.post(slug, a_new_update())
    await keeper.sign(slug)
    written = (tmp_path / keeping.NAME).read_bytes().splitlines()
    assert written == await store.checkpoints(slug)


async def test_a_long_log_gets_several_checkpoints(
    store: RedisStore, keeper: Keeper, slug: Slug, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_ENTRIES", 2)
    await keeper.sign(slug)
    lines = await store.checkpoints(slug)
    assert [checkpoints.opened(one, {keeper.public_key}).count for one in lines] == [2, 4, 6]
    assert isinstance(await verdict(store, keeper, slug), Proof)


# -- the key -------------------------------------------------------------------------------------


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    key = signing.signing_key(tmp_path / "new")
    file = tmp_path / "new" / signing.NAME
    assert file.stat().st_mode & 0o777 == 0o600
    again = signing.signing_key(tmp_path / "new")
    assert checkpoints.public(again.public_key()) == checkpoints.public(key.public_key())
    assert [path.name for path in file.parent.iterdir()] == [signing.NAME]


def test_a_key_that_others_can_read_signs_nothing(tmp_path: Path) -> None:
    signing.signing_key(tmp_path)
    (tmp_path / signing.NAME).chmod(0o644)
    with pytest.raises(BadKey, match="chmod 600"):
        signing.signing_key(tmp_path)


@pytest.mark.parametrize("text", ["", "00", "g" * 64, "00" * 33])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(BadKey):
        checkpoints.parsed(text)
