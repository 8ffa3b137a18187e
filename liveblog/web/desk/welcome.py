"""Where a link that is good once leads: a new account, or a new password."""

from __future__ import annotations

from msgspec.structs import replace
from starlette.responses import Response

from liveblog.accounts.links import Invitation
from liveblog.accounts.passwords import refuse_weak
from liveblog.accounts.people import sign_in_name
from liveblog.errors import Invalid, LinkUsed, NameTaken, Refused
from liveblog.store.people import Person
from liveblog.story import Actor
from liveblog.web.callers import address
from liveblog.web.desk.action import HOME, Action, Visit
from liveblog.web.desk.sign_in import signed_in


async def show(visit: Visit) -> Response:
    """What the link is good for. Raises LinkUsed."""
    return await _form(visit, await visit.staff.links.look(_secret(visit)))


async def show_again(visit: Visit, error: Refused) -> Response:
    """The form with what was wrong and what was typed, but for the password."""
    if isinstance(error, LinkUsed):
        raise error
    return await _form(visit, await visit.staff.links.look(_secret(visit)), error)


async def _form(visit: Visit, invited: Invitation, error: Refused | None = None) -> Response:
    return visit.page(
        "welcome",
        error=error,
        known=invited.person,
        role=invited.role,
        stories=invited.stories or (),
        name=visit.form.get("name", invited.name),
        full_name=visit.form.get("full_name", ""),
    )


async def accept(visit: Visit) -> Response:
    """Make the account, or set the password, and sign in."""
    secret, form = _secret(visit), visit.form
    invited = await visit.staff.links.look(secret)
    password = chosen(form)
    if invited.person:
        person = await visit.staff.people.get(invited.person)
        refuse_weak(password, (person.name, person.full_name, _site(visit)))
        hashed = await visit.staff.passwords.hash(password)
        await visit.staff.links.use(secret)
        person = await reset(visit, person, hashed)
    else:
        name = sign_in_name(form.get("name", ""))
        if not form.get("full_name", "").strip():
            raise Invalid("full_name", "say your name, as colleagues know you")
        refuse_weak(password, (name, form["full_name"], _site(visit)))
        if await visit.staff.store.person_named(name) is not None:
            raise NameTaken(name)
        hashed = await visit.staff.passwords.hash(password)
        person = await _join(visit, secret, name, hashed)
    if person.authenticator:
        # A new password is no second factor: they sign in with it, and with their code.
        return visit.go("/desk/sign-in")
    return await signed_in(visit, person, visit.go(HOME), "link")


async def _join(visit: Visit, secret: str, name: str, hashed: str) -> Person:
    invited = await visit.staff.links.use(secret)
    try:
        person = await visit.staff.people.add(
            invited, name, full_name=visit.form["full_name"], password=hashed
        )
    except NameTaken:
        # Somebody took it at this moment: the link is good for another name.
        await visit.staff.links.keep(secret, invited)
        raise
    await visit.staff.audit.note(
        "person_added", _actor(visit, person), subject=person.name, detail=person.role
    )
    return person


async def reset(visit: Visit, person: Person, hashed: str) -> Person:
    """Give somebody a new password; wherever they are signed in, they no longer are."""
    changed = await visit.staff.people.change(person.id, lambda one: replace(one, password=hashed))
    await visit.staff.sessions.end_all(person.id)
    by = _actor(visit, person)
    await visit.staff.audit.note("person_changed", by, subject=person.name, detail="password")
    return changed


def chosen(form: dict[str, str]) -> str:
    """The password that was typed twice. Raises Invalid."""
    password = form.get("password", "")
    if password != form.get("again", ""):
        raise Invalid("again", "the two passwords differ; type the same one twice")
    return password


def _actor(visit: Visit, person: Person) -> Actor:
    return Actor(kind="person", id=person.id, name=person.name, address=address(visit.request))


def _site(visit: Visit) -> str:
    return visit.party().name


def _secret(visit: Visit) -> str:
    return str(visit.request.path_params["secret"])


_AT = f"{HOME}/welcome/{{secret}}"
ACTIONS = (
    Action(method="GET", path=_AT, handler=show, needs=None),
    Action(method="POST", path=_AT, handler=accept, needs=None, again=show_again),
)
