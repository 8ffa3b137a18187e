"""The people of the newsroom, for admins."""

from __future__ import annotations

from msgspec import Struct
from starlette.responses import Response

from liveblog.accounts.links import DAYS, LONGEST_DAYS, Invitation
from liveblog.accounts.people import assigned
from liveblog.accounts.roles import PERMISSIONS, role
from liveblog.errors import Invalid, Refused
from liveblog.store.people import Person
from liveblog.web.desk.action import HOME, Action, Visit


class Made(Struct, frozen=True, kw_only=True):
    """A link as it is shown, once."""

    address: str
    until: str
    what: str


async def show(visit: Visit) -> Response:
    """Everybody."""
    return await _page(visit)


async def show_again(visit: Visit, error: Refused) -> Response:
    """Everybody, with what was wrong and what was typed."""
    return await _page(visit, error=error)


async def _page(
    visit: Visit, *, made: Made | None = None, error: Refused | None = None, said: str = ""
) -> Response:
    return visit.page(
        "people",
        error=error,
        said=said,
        made=made,
        people=await visit.staff.store.people(),
        roles=list(PERMISSIONS),
        factor=_factor,
        days=DAYS,
        longest=LONGEST_DAYS,
        typed=visit.form if error else {},
    )


async def invite(visit: Visit) -> Response:
    """A link that makes an account."""
    form = visit.form
    invited = Invitation(
        role=role(form.get("role", "")),
        stories=assigned(form.get("stories", "")),
        until=visit.staff.links.until(_days(form.get("days", str(DAYS)))),
        by=_admin(visit),
    )
    made = await _link(visit, invited, f"makes an account with the role {invited.role}")
    await _note(visit, "invited", "", invited.role)
    return await _page(visit, made=made)


async def reset(visit: Visit) -> Response:
    """A link that sets a new password."""
    person = await _somebody_else(visit)
    invited = Invitation(
        role=role(person.role),
        person=person.id,
        until=visit.staff.links.until(1),
        by=_admin(visit),
    )
    made = await _link(visit, invited, f"sets a new password for {person.name}")
    await _note(visit, "person_changed", person.name, "link to a new password")
    return await _page(visit, made=made)


async def change_role(visit: Visit) -> Response:
    """Another role, other stories."""
    person = await _somebody_else(visit)
    wanted, stories = role(visit.form.get("role", "")), assigned(visit.form.get("stories", ""))
    await visit.staff.people.assign(person.id, wanted, stories)
    where = ", ".join(stories) if stories else "all stories"
    await _note(visit, "person_changed", person.name, f"{wanted}, {where}")
    return await _page(visit, said=f"{person.name} is now {wanted}, for {where}.")


async def lock(visit: Visit) -> Response:
    """Lock somebody out."""
    person = await _somebody_else(visit)
    await visit.staff.people.lock(person.id)
    await _note(visit, "person_revoked", person.name)
    tokens = await visit.house.store.tokens()
    theirs = sum(token.owner == person.id for token in tokens)
    still = f" Tokens that they made still work: {theirs}. See Tokens." if theirs else ""
    return await _page(visit, said=f"{person.name} is locked out.{still}")


async def unlock(visit: Visit) -> Response:
    """Let somebody in again."""
    person = await _somebody_else(visit)
    await visit.staff.people.unlock(person.id)
    await _note(visit, "person_changed", person.name, "unlocked")
    return await _page(visit, said=f"{person.name} may sign in again.")


async def _link(visit: Visit, invited: Invitation, what: str) -> Made:
    secret = await visit.staff.links.make(invited)
    address = f"{visit.house.site(visit.request)}{HOME}/welcome/{secret}"
    return Made(address=address, until=invited.until, what=what)


async def _somebody_else(visit: Visit) -> Person:
    """The person of the address. Nobody changes themselves here, so an admin always remains."""
    person = await visit.staff.people.get(str(visit.request.path_params["id"]))
    if person.id == _admin(visit):
        raise Invalid("person", "ask another admin: nobody changes themselves here")
    return person


async def _note(visit: Visit, kind: str, subject: str, detail: str = "") -> None:
    await visit.staff.audit.note(kind, visit.who.actor, subject=subject, detail=detail)


def _admin(visit: Visit) -> str:
    return visit.who.actor.id


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= LONGEST_DAYS):
        raise Invalid("days", f"say a number of days from 1 to {LONGEST_DAYS}")
    return int(text)


def _factor(person: Person) -> str:
    """How somebody signs in besides a password."""
    ways = {
        "passkey": bool(person.passkeys),
        "code": bool(person.authenticator),
        "single sign-on": bool(person.subject),
    }
    return ", ".join(way for way, has in ways.items() if has) or "password only"


_AT = f"{HOME}/people"
_DEEDS = {
    "invite": invite,
    "{id}/role": change_role,
    "{id}/lock": lock,
    "{id}/unlock": unlock,
    "{id}/reset": reset,
}
ACTIONS = (
    Action(method="GET", path=_AT, handler=show, needs="people", confirmed=True),
    *(
        Action(
            method="POST",
            path=f"{_AT}/{path}",
            handler=handler,
            needs="people",
            confirmed=True,
            again=show_again,
        )
        for path, handler in _DEEDS.items()
    ),
)
