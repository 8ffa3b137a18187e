"""`run`, `serve`, `worker`: the processes."""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import TYPE_CHECKING

import click

from liveblog import settings
from liveblog.cli.group import command, main, now, open_desk, say, until_stopped
from liveblog.cli.record import keeper_of
from liveblog.errors import LiveblogError
from liveblog.tasks import together

if TYPE_CHECKING:
    from liveblog.settings import Settings

_PORT = click.IntRange(0, 65_535)


@main.command()
@click.option("--host", help="Address to listen on (LIVEBLOG_HOST).")
@click.option("--port", type=_PORT, help="Port to listen on (LIVEBLOG_PORT).")
@click.option("--workers", type=click.IntRange(1, 256), default=1, help="Web processes.")
@click.option("--fd", type=int, hidden=True, help="A socket that listens already.")
def serve(host: str | None, port: int | None, workers: int, fd: int | None) -> None:
    """The web process(es) alone."""
    import uvloop

    from liveblog import serving

    try:
        read = settings.read()
        listening = socket.socket(fileno=fd) if fd is not None else _listen(read, host, port)
        open_files = serving.raise_open_files()
        readers = serving.readers_that_fit(read, open_files)
        if fd is None:
            say(f"Serving at {serving.address(listening)}")
            say(
                f"Each process may hold {readers:,} readers and {read.connections:,} other"
                f" connections (ulimit -Hn is {open_files:,})."
            )
        if workers == 1:
            uvloop.run(serving.serve(read, listening, readers))
        else:
            sys.exit(uvloop.run(serving.serve_many(read, listening, workers, say)))
    except LiveblogError as error:
        raise click.ClickException(str(error)) from error


def _listen(read: Settings, host: str | None, port: int | None) -> socket.socket:
    from liveblog.serving import listen

    return listen(host or read.host, read.port if port is None else port)


@command(main, "worker")
@click.option(
    "--only", type=click.Choice(["updates", "pictures", "record"]), help="One of its jobs."
)
async def worker(only: str | None) -> None:
    """The background process alone: embargoed updates, stories that nobody touches, uploaded
    pictures, checkpoints of the record, what follows an erase."""
    from liveblog.app import files, uploads_of
    from liveblog.jobs.checkpointing import sign_changes
    from liveblog.jobs.clearing import Step, clear_up, forgetting, purging
    from liveblog.jobs.closing import close_forgotten
    from liveblog.jobs.pictures import WAIT_SECONDS, make_pictures
    from liveblog.jobs.worker import work
    from liveblog.store.pictures import Pictures
    from liveblog.tasks import backoff

    read = settings.read()
    # What an erase leaves to clear, by name.
    steps: dict[str, Step] = {"caches": purging(read.purge_url)} if read.purge_url else {}

    async with open_desk() as (desk, store):
        steps["disk"] = lambda erasure: store.rewrite()
        keeper = keeper_of(read, store)
        uploads = uploads_of(read, store.url)
        steps["pictures"] = forgetting(uploads.forget_shown)
        queue = Pictures(store.url, timeout_seconds=WAIT_SECONDS + 5)
        kept = files(read)
        jobs = {
            "updates": lambda: [
                work(store, desk, now, backoff),
                close_forgotten(store, desk, now, backoff),
            ],
            "pictures": lambda: [make_pictures(queue, kept, backoff)],
            "record": lambda: [
                sign_changes(store, keeper, read.checkpoint_seconds, backoff),
                clear_up(store, desk, steps, now, backoff),
            ],
        }
        wanted = [job for name in jobs if only in {None, name} for job in jobs[name]()]
        try:
            await until_stopped(together(*wanted))
        finally:
            await queue.close()
            await uploads.close()


@command(main, "run")
@click.option("--demo", is_flag=True, help="With a breaking story that keeps receiving updates.")
@click.option("--port", type=_PORT, help="Port to listen on (LIVEBLOG_PORT).")
async def run(demo: bool, port: int | None) -> int:
    """Everything on one machine: a Redis of its own if none is configured, web and worker."""
    from liveblog import processes, serving

    read = settings.read()
    listening = _listen(read, None, port)
    descriptor = listening.fileno()
    commands = {"web": ["serve", "--fd", str(descriptor)], "worker": ["worker"]}
    if demo:
        commands["demo"] = ["demo"]
    async with processes.redis(read) as url:
        say(f"Liveblog runs at {serving.address(listening)} (Ctrl-C stops it).")
        say(f"Its data stays in {read.data}/. Post from another terminal: liveblog post --help")
        await _say_first_link(read, url, serving.address(listening))
        return await processes.run_together(read, url, commands, say, descriptors=[descriptor])


async def _say_first_link(read: Settings, url: str, here: str) -> None:
    """Where nobody works here yet, say how the first one comes in."""
    from liveblog.accounts.links import Links
    from liveblog.accounts.staff import first_link
    from liveblog.store.redis import RedisStore

    store = RedisStore(url, replicas=read.replicas, rules=settings.rules(read))
    try:
        secret = await first_link(store, Links(store, now))
    finally:
        await store.close()
    if secret:
        # Passkeys are made for names, not for numbers.
        site = read.public_url or here.replace("//127.0.0.1:", "//localhost:")
        say("Nobody works here yet. This link, good once, makes the first admin:")
        say(f"{site}/desk/welcome/{secret}")


@command(main, "demo", hidden=True)
async def demo() -> None:
    """Play the demo story into this installation."""
    from liveblog.demo import play

    async def play_and_stay() -> None:
        async with open_desk() as (desk, store):
            await play(desk, store)
        # `run` ends when one of its processes does; that the story is over is no reason to.
        await asyncio.Event().wait()

    await until_stopped(play_and_stay())
