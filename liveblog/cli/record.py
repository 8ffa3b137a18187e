"""`checkpoint`, `verify`, `audit`: the record proves itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from liveblog import settings
from liveblog.cli.group import command, main, now, open_desk, say

if TYPE_CHECKING:
    from liveblog.record.keeping import Keeper
    from liveblog.record.proving import Proof
    from liveblog.settings import Settings
    from liveblog.store import Store

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


def keeper_of(read: Settings, store: Store) -> Keeper:
    """What signs the record of this installation, with a key made at its first use."""
    from liveblog.record import keeping, signing

    return keeping.Keeper(store, signing.signing_key(read.data), read.data / keeping.NAME, now)


@command(main, "checkpoint")
@click.option("--out", "-o", type=_OUT, help="By default standard output.")
async def checkpoint(out: Path | None) -> None:
    """Sign the record as it stands, and write all that was ever signed, a line each.

    Keep it, and the public key that is printed, on another machine: with both,
    `liveblog verify --checkpoints FILE --public-key KEY` proves the record.
    """
    async with open_desk() as (_, store):
        keeper = keeper_of(settings.read(), store)
        for log in await keeper.logs():
            await keeper.sign(log)
        logs = sorted({*await keeper.logs(), *await store.checkpointed()})
        lines = [line for log in logs for line in await store.checkpoints(log)]
    with click.open_file(out or "-", "wb") as file:
        file.write(b"".join(line + b"\n" for line in lines))
    say(f"{len(lines)} checkpoints. Public key: {keeper.public_key}")


@command(main, "verify")
@click.argument("slug", required=False)
@click.option("--checkpoints", "file", type=_FILE, help="By default those kept in Redis.")
@click.option("--public-key", "keys", multiple=True, help="By default that of this installation.")
async def verify(slug: str | None, file: Path | None, keys: tuple[str, ...]) -> int:
    """Prove that nothing published was changed, dropped, swapped or cut off since.

    Exit status 1 where something was: the first entry concerned is named.
    """
    from liveblog.record import walking
    from liveblog.record.proving import Broken
    from liveblog.story import slug as parse

    only = parse(slug) if slug else None
    trusted = _trusted(keys)
    lines = _lines(file) if file else None
    broken = proved = 0
    async with open_desk() as (_, store):
        if only:
            await store.head(only)
        async for verdict in walking.verdicts(store, trusted, only=only, lines=lines):
            if isinstance(verdict, Broken):
                broken += 1
                say(str(verdict))
            else:
                proved += 1
                click.echo(_told(verdict))
    return 1 if broken else 0


def _lines(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines()


def _trusted(keys: tuple[str, ...]) -> set[str]:
    from liveblog.record import checkpoints, signing

    if keys:
        return {checkpoints.public(checkpoints.parsed(key)) for key in keys}
    key = signing.known_key(settings.read().data)
    return {checkpoints.public(key.public_key())} if key else set()


def _told(proof: Proof) -> str:
    said = [f"{proof.log}: {proof.entries} entries are as they were written"]
    if proof.signed:
        said.append(f"the first {proof.signed} proved by checkpoints up to {proof.signed_at}")
    else:
        said.append("nothing signed yet")
    if proof.erased:
        said.append(f"{proof.erased} erased")
    if proof.unproven:
        said.append(f"the first {proof.unproven} are older than commitments and prove nothing")
    return "; ".join(said) + "."


@command(main, "audit")
@click.option("--since", help="Only from that time on: 2026-11-23 or 2026-11-23T12:00:00Z.")
@click.option("--story", "slug", help="Only what concerns this story.")
@click.option("--out", "-o", type=_OUT, help="By default standard output.")
async def audit(since: str | None, slug: str | None, out: Path | None) -> None:
    """Who did what, when, from where: one JSON object a line, oldest first, without any text."""
    from liveblog import codec
    from liveblog.record import auditing
    from liveblog.story import slug as parse

    story = parse(slug) if slug else None
    from_ = auditing.since(since) if since else None
    async with open_desk() as (_, store):
        lines = await auditing.lines(store, since=from_, story=story)
    with click.open_file(out or "-", "wb") as file:
        file.write(b"".join(codec.to_json(line) + b"\n" for line in lines))
