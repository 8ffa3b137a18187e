"""`user`, `token list`, `token revoke`: who may work here, from a terminal."""

from __future__ import annotations

import click

from liveblog import settings
from liveblog.cli.group import audited, command, main, now, open_desk, say, site
from liveblog.cli.newsroom import token
from liveblog.errors import Invalid


@main.group()
def user() -> None:
    """People who work at the desk."""


@command(user, "add")
@click.argument("name")
@click.option("--role", required=True, help="admin, editor, reporter, contributor or reader.")
@click.option("--story", "slugs", multiple=True, help="Only for this story; may be repeated.")
async def add(name: str, role: str, slugs: tuple[str, ...]) -> None:
    """Print a link, good once, with which NAME makes an account."""
    from liveblog.accounts.links import DAYS, Invitation, Links
    from liveblog.accounts.people import sign_in_name
    from liveblog.accounts.roles import role as parse_role
    from liveblog.errors import NameTaken
    from liveblog.story import slug as parse

    wanted, name = parse_role(role), sign_in_name(name)
    stories = tuple(parse(one) for one in slugs) or None
    async with open_desk() as (_, store):
        if await store.person_named(name) is not None:
            raise NameTaken(name)
        links = Links(store, now)
        invited = Invitation(role=wanted, stories=stories, name=name, until=links.until(DAYS))
        secret = await links.make(invited)
        await store.audit(audited("invited", name, wanted))
    say(f"Give this link to {name}. It works once, within {DAYS} days.")
    click.echo(_address(secret))


@command(user, "reset")
@click.argument("name")
async def reset(name: str) -> None:
    """Print a link, good once, with which NAME sets a new password."""
    from liveblog.accounts.links import Invitation, Links
    from liveblog.accounts.roles import role as parse_role

    async with open_desk() as (_, store):
        person = await store.person_named(name.lower())
        if person is None:
            raise Invalid("name", f"nobody signs in as {name!r}; `liveblog user list` lists all")
        links = Links(store, now)
        invited = Invitation(role=parse_role(person.role), person=person.id, until=links.until(1))
        secret = await links.make(invited)
        await store.audit(audited("person_changed", person.name, "link to a new password"))
    say(f"Give this link to {person.name}. It works once, within a day.")
    click.echo(_address(secret))


@command(user, "list")
async def list_users() -> None:
    """List everybody."""
    async with open_desk() as (_, store):
        people = await store.people()
    for person in people:
        stories = "all stories" if person.stories is None else ", ".join(person.stories)
        locked = "  locked" if person.locked else ""
        click.echo(f"{person.role:11} {person.name}  {person.full_name}  {stories}{locked}")


@command(token, "list")
async def list_tokens() -> None:
    """List all tokens: id, role, name, story, end, last use."""
    from liveblog.accounts import tokens

    async with open_desk() as (_, store):
        known = tokens.listed(await store.tokens_kept())
    for id, one in known:
        ends = f"until {one.expires[:10]}" if one.expires else "without end"
        used = f"used {one.used[:16]}" if one.used else "never used"
        click.echo(f"{id}  {one.role:11} {one.name}  {one.story or 'all stories'}  {ends}  {used}")


@command(token, "revoke")
@click.argument("id")
async def revoke_token(id: str) -> None:
    """Make the token with that ID worthless."""
    from liveblog.accounts import tokens

    async with open_desk() as (_, store):
        revoked = await tokens.revoke_id(store, id)
        await store.announce_revoked(id)
        await store.audit(audited("token_revoked", revoked.name, id))
    say(f"{revoked.name} is revoked.")


def _address(secret: str) -> str:
    return f"{site(settings.read())}/desk/welcome/{secret}"
