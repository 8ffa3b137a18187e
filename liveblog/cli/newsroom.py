"""`story`, `post`, `tail`, `token`: the newsroom at a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from liveblog import settings
from liveblog.cli.group import audited, command, main, now, open_desk, say, site
from liveblog.errors import Invalid

if TYPE_CHECKING:
    from liveblog.client import Follower


@main.group()
def story() -> None:
    """Open, list and close stories."""


@command(story, "open")
@click.argument("slug")
@click.option("--headline", required=True)
@click.option("--standfirst", default="", help="What it is about, in a sentence.")
@click.option("--byline", default="")
@click.option("--kicker", default="", help="A word above the headline: Breaking.")
async def open_story(slug: str, headline: str, standfirst: str, byline: str, kicker: str) -> None:
    """Open a story."""
    from liveblog.intake import NewStory

    new = NewStory(
        slug=slug, headline=headline, standfirst=standfirst, byline=byline, kicker=kicker
    )
    async with open_desk() as (desk, _):
        head = await desk.open(new)
    click.echo(f"/stories/{head.slug}")


@command(story, "list")
async def list_stories() -> None:
    """List all stories, drafts included."""
    async with open_desk() as (_, store):
        heads = await store.draft_heads() + [await store.head(one) for one in await store.slugs()]
    for head in heads:
        click.echo(f"{head.status:7} {head.slug}  {head.headline}")


@command(story, "close")
@click.argument("slug")
async def close_story(slug: str) -> None:
    """Close a story: its coverage has ended."""
    from liveblog.intake import StoryEdit
    from liveblog.story import slug as parse

    async with open_desk() as (desk, _):
        await desk.amend(parse(slug), StoryEdit(status="closed"))
    click.echo(f"{slug} is closed.")


@command(main, "post")
@click.argument("slug")
@click.argument("text")
@click.option("--title", default="")
@click.option("--key-event", is_flag=True, help="One of the story's turning points.")
@click.option("--pin", is_flag=True, help="Keep it on top.")
async def post(slug: str, text: str, title: str, key_event: bool, pin: bool) -> None:
    """Post an update: TEXT in Markdown, or - to read standard input."""
    from liveblog.intake import NewUpdate
    from liveblog.story import Change
    from liveblog.story import slug as parse

    if text == "-":
        text = _standard_input()
    new = NewUpdate(text=text, title=title, key_event=key_event, pinned=pin)
    async with open_desk() as (desk, _):
        posted = await desk.post(parse(slug), new)
    if isinstance(posted, Change) and posted.update:
        click.echo(f"/stories/{slug}/updates/{posted.update.id}")


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise Invalid("text", f"standard input is not UTF-8 ({error.reason})") from error


@command(main, "tail")
@click.argument("slug")
@click.option("--url", help="The site (LIVEBLOG_PUBLIC_URL, else this machine).")
@click.option(
    "--transport", type=click.Choice(["sse", "websocket", "poll"]), default="sse", show_default=True
)
async def tail(slug: str, url: str | None, transport: str) -> None:
    """Follow a story in the terminal."""
    from liveblog.client import Follower

    follower = Follower(url or site(settings.read()), slug, transport)
    try:
        await _print_changes(follower)
    finally:
        await follower.close()


async def _print_changes(follower: Follower) -> None:
    from liveblog.tasks import backoff

    await follower.load()
    say(follower.copy.story["headline"])
    for update in follower.copy.newest_first()[:5][::-1]:
        click.echo(_line("", update.get("displayed") or update["published"], update))
    async for change in follower.changes(backoff):
        click.echo(_line(change["kind"], change.get("at", ""), change.get("update", {})))


def _line(kind: str, at: str, update: dict[str, Any]) -> str:
    from liveblog.markup import plain

    words = " ".join(plain(update.get("html", "")).split())
    parts = [at[11:19], kind, update.get("title", ""), update.get("notice", ""), words]
    return "  ".join(filter(None, parts))


@main.group()
def token() -> None:
    """Bearer tokens for the API."""


@command(token, "add")
@click.argument("name")
@click.option("--role", required=True, help="admin, editor, reporter, contributor or reader.")
@click.option("--story", "slug", help="Only for this story.")
@click.option("--days", type=click.IntRange(1, 3_650), help="So long; else until it is revoked.")
async def add_token(name: str, role: str, slug: str | None, days: int | None) -> None:
    """Make a token and print it, alone, on standard output. It is shown this once."""
    from liveblog.accounts import tokens
    from liveblog.accounts.roles import role as parse_role
    from liveblog.story import instant
    from liveblog.story import slug as parse

    wanted = parse_role(role)
    only = parse(slug) if slug else None
    async with open_desk() as (_, store):
        secret = await tokens.add(store, name, wanted, story=only, days=days, now=instant(now()))
        await store.audit(audited("token_added", name, role, story=only))
    click.echo(secret)
