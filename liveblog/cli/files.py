"""`import`, `export`, `replay`, `backup`, `restore`: stories in and out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from liveblog import settings
from liveblog.cli.group import audited, command, main, now, open_desk, say, site
from liveblog.errors import NoSuchStory, Unimportable

if TYPE_CHECKING:
    from liveblog.exchange import Coverage

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@command(main, "import")
@click.argument("file", type=_FILE)
@click.option("--slug", help="The story to bring it into; by default the file's own.")
@click.option("--format", "format_", help="By default found out.")
async def import_(file: Path, slug: str | None, format_: str | None) -> None:
    """Bring in a live blog. Importing the same file again adds nothing."""
    from liveblog.exchange import bring_in
    from liveblog.story import slug as parse

    coverage = _read(file, format_)
    async with open_desk() as (desk, _):
        report = await bring_in(desk, coverage, slug=parse(slug) if slug else None)
    for line in report.left_out:
        say(f"left out: {line}")
    click.echo(
        f"/stories/{report.slug}: {report.added} added, {report.already_there} already there,"
        f" {len(report.left_out)} left out"
    )


@command(main, "export")
@click.argument("slug")
@click.option("--format", "format_", default="liveblog", show_default=True)
@click.option("--out", "-o", type=_OUT, help="By default standard output.")
async def export(slug: str, format_: str, out: Path | None) -> None:
    """Take a story out."""
    from functools import reduce

    from liveblog.exchange import FORMATS
    from liveblog.story import Story, fold
    from liveblog.story import slug as parse

    write = FORMATS[format_].write if format_ in FORMATS else None
    if write is None:
        can = ", ".join(name for name, format_ in FORMATS.items() if format_.write)
        raise Unimportable(f"Nothing can be written in the format {format_!r}; there is: {can}.")
    async with open_desk() as (_, store):
        changes = await store.changes(parse(slug))
    none: Story | None = None
    story = reduce(fold, changes or (), none)
    if story is None:
        raise NoSuchStory(slug)
    with click.open_file(out or "-", "wb") as file:
        file.write(write(story))


@command(main, "replay")
@click.argument("file", type=_FILE)
@click.option("--slug", required=True, help="The story to post to; opened if it is not there.")
@click.option("--speed", type=float, default=1.0, show_default=True, help="Times its own pace.")
@click.option("--format", "format_", help="By default found out.")
@click.option("--url", help="The site (LIVEBLOG_PUBLIC_URL, else this machine).")
async def replay(file: Path, slug: str, speed: float, format_: str | None, url: str | None) -> None:
    """Post a live blog again through the public API, at its own pace times N.

    The token comes from LIVEBLOG_TOKEN; without it one is made on this machine for as long as the
    replay takes.
    """
    import httpx2

    from liveblog.exchange.replay import replay as play
    from liveblog.story import slug as parse

    coverage = _read(file, format_)
    total, posted = len(coverage.updates), 0

    def count(*_: object) -> None:
        nonlocal posted
        posted += 1
        say(f"{posted} of {total}")

    for line in coverage.left_out:
        say(f"left out: {line}")
    base = url or site(settings.read())
    async with _token() as token, httpx2.AsyncClient(base_url=base, timeout=30) as client:
        await play(client, parse(slug), coverage, speed=speed, token=token, on_posted=count)
    click.echo(f"{base}/stories/{slug}")


@asynccontextmanager
async def _token() -> AsyncIterator[str]:
    import os

    from liveblog.accounts import tokens
    from liveblog.story import instant

    if given := os.environ.get("LIVEBLOG_TOKEN"):
        yield given
        return
    async with open_desk() as (_, store):
        secret = await tokens.add(store, "replay", "editor", now=instant(now()))
        await store.audit(audited("token_added", "replay", "editor"))
        try:
            yield secret
        finally:
            await tokens.revoke(store, secret)
            await store.audit(audited("token_revoked", "replay", "editor"))


@command(main, "backup")
@click.argument("out", type=_OUT)
async def backup(out: Path) -> None:
    """Keep the whole record in one file."""
    from liveblog.store import backup as backups
    from liveblog.story import instant

    async with open_desk() as (_, store):
        kept = await backups.write(store, out, instant(now()))
    click.echo(f"{out}: {kept} entries, drafts and tokens")


@command(main, "restore")
@click.argument("file", type=_FILE)
async def restore(file: Path) -> None:
    """Bring a backup back, into an installation that has none of its stories."""
    from liveblog.store import backup as backups

    async with open_desk() as (_, store):
        stories = await backups.restore(store, file)
        await store.audit(audited("restored", file.name, f"{stories} stories"))
    click.echo(f"{stories} stories are back. Restart the web processes: they do not know them yet.")


def _read(file: Path, format_: str | None) -> Coverage:
    from liveblog.exchange import read

    return read(file.read_bytes(), format_)
