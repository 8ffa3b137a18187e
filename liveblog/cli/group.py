"""The group of all commands, and what they share."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import wraps
from getpass import getuser
from typing import TYPE_CHECKING, Any

import click
import structlog

from liveblog import __version__, settings
from liveblog.errors import LiveblogError
from liveblog.tasks import end

if TYPE_CHECKING:
    from liveblog.desk import Desk
    from liveblog.settings import Settings
    from liveblog.store import Audited
    from liveblog.store.redis import RedisStore
    from liveblog.story import Actor, Slug

_INTERRUPTED, _TERMINATED = 130, 143


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Live blogs and breaking-news updates, delivered to every reader at once.

    Settings come from the environment (LIVEBLOG_PORT, LIVEBLOG_REDIS_URL, LIVEBLOG_DATA …);
    `liveblog check` lists them and says what is wrong.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(),
                # Without the values of variables, which may be secret.
                exception_formatter=structlog.dev.plain_traceback,
            ),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")


def command(
    group: click.Group, name: str, *, hidden: bool = False
) -> Callable[[Callable[..., Awaitable[int | None]]], click.Command]:
    """A command whose function is a coroutine and whose errors are sentences, with status 1."""

    def decorate(function: Callable[..., Awaitable[int | None]]) -> click.Command:
        @wraps(function)
        def run(*args: Any, **options: Any) -> None:
            sys.exit(_run(function(*args, **options)))

        return group.command(name, hidden=hidden)(run)

    return decorate


def _run(awaitable: Awaitable[int | None]) -> int:
    async def outer() -> int | None:
        # SIGTERM must not skip the end of what was begun here: a private Redis would stay behind.
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await awaitable

    try:
        return asyncio.run(outer()) or 0
    except asyncio.CancelledError:
        return _TERMINATED
    except LiveblogError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        return _INTERRUPTED


@asynccontextmanager
async def open_desk() -> AsyncIterator[tuple[Desk, RedisStore]]:
    """The desk on this installation's store, which is started if nothing runs."""
    from liveblog.desk import Desk
    from liveblog.processes import redis
    from liveblog.store.redis import RedisStore

    read = settings.read()
    async with redis(read) as url:
        store = RedisStore(url, replicas=read.replicas, rules=settings.rules(read))
        try:
            yield Desk(store, now).by(_me()), store
        finally:
            await store.close()


def audited(kind: str, subject: str, detail: str = "", story: Slug | None = None) -> Audited:
    """A line for the audit log: what the person at this terminal did."""
    from liveblog.store import Audited
    from liveblog.story import instant

    return Audited(
        kind=kind, at=instant(now()), by=_me(), story=story, subject=subject, detail=detail
    )


def _me() -> Actor:
    from liveblog.story import Actor

    return Actor(kind="command", name=getuser())


async def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Do the work until it is done or this process is told to stop."""
    stop = asyncio.Event()
    for sig in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sig, stop.set)
    working = asyncio.create_task(work)
    stopping = asyncio.create_task(stop.wait())
    done, waiting = await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    await end(*waiting)
    for task in done:
        task.result()


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def say(text: str) -> None:
    """Tell the person at the terminal; standard output is for results."""
    click.echo(text, err=True)


def site(read: Settings) -> str:
    """Where this installation is read."""
    return read.public_url or f"http://127.0.0.1:{read.port}"
