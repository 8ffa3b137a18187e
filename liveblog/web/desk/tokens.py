"""Tokens for bots and wires, for admins."""

from __future__ import annotations

from starlette.responses import Response

from liveblog.accounts import tokens
from liveblog.accounts.roles import PERMISSIONS, role
from liveblog.errors import Invalid, Refused
from liveblog.story import instant, slug
from liveblog.web.desk.action import HOME, Action, Visit

LONGEST_DAYS = 3_650


async def show(visit: Visit) -> Response:
    """All of them."""
    return await _page(visit)


async def show_again(visit: Visit, error: Refused) -> Response:
    """All of them, with what was wrong and what was typed."""
    return await _page(visit, error=error)


async def _page(
    visit: Visit, *, secret: str = "", error: Refused | None = None, said: str = ""
) -> Response:
    return visit.page(
        "tokens",
        error=error,
        said=said,
        secret=secret,
        tokens=tokens.listed(await visit.house.store.tokens_kept()),
        owners={person.id: person.name for person in await visit.staff.store.people()},
        now=instant(visit.staff.clock()),
        roles=list(PERMISSIONS),
        typed=visit.form if error else {},
    )


async def add(visit: Visit) -> Response:
    """Make one; it is shown this once."""
    form = visit.form
    name = form.get("name", "").strip()[:100]
    if not name:
        raise Invalid("name", "say what it is for")
    wanted = role(form.get("role", ""))
    only = slug(form["story"].strip()) if form.get("story", "").strip() else None
    secret = await tokens.add(
        visit.house.store,
        name,
        wanted,
        story=only,
        owner=visit.who.actor.id,
        days=_days(form.get("days", "").strip()),
        now=instant(visit.staff.clock()),
    )
    by = visit.who.actor
    await visit.staff.audit.note(
        "token_added", by, subject=name, detail=f"{wanted}, {only or 'all'}"
    )
    return await _page(visit, secret=secret)


async def revoke(visit: Visit) -> Response:
    """Make one worthless."""
    id = str(visit.request.path_params["id"])
    token = await tokens.revoke_id(visit.house.store, id)
    await visit.staff.store.announce_revoked(id)
    await visit.staff.audit.note("token_revoked", visit.who.actor, subject=token.name, detail=id)
    return await _page(visit, said=f"{token.name} is revoked.")


def _days(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LONGEST_DAYS):
        raise Invalid("days", f"say a number of days from 1 to {LONGEST_DAYS:,}, or none for ever")
    return int(text)


_AT = f"{HOME}/tokens"
ACTIONS = (
    Action(method="GET", path=_AT, handler=show, needs="people", confirmed=True),
    Action(method="POST", path=_AT, handler=add, needs="people", confirmed=True, again=show_again),
    Action(
        method="POST",
        path=f"{_AT}/{{id}}/revoke",
        handler=revoke,
        needs="people",
        confirmed=True,
        again=show_again,
    ),
)
