"""Showing once more who one is, before what can do harm."""

from __future__ import annotations

from starlette.responses import Response

from liveblog.errors import NotAuthenticated, Refused
from liveblog.store.people import Person
from liveblog.web import cookies
from liveblog.web.desk.action import HOME, Action, Visit
from liveblog.web.desk.sign_in import Finish, conversation


async def show(visit: Visit) -> Response:
    """The form."""
    return _form(visit)


async def show_again(visit: Visit, error: Refused) -> Response:
    """The form with what was wrong."""
    return _form(visit, error)


def _form(visit: Visit, error: Refused | None = None) -> Response:
    person = _person(visit)
    return visit.page(
        "confirm",
        error=error,
        next=visit.next,
        has_password=bool(person.password),
        has_passkeys=bool(person.passkeys),
        asks_code=bool(person.authenticator),
        sso=visit.staff.by_sso is not None and bool(person.subject),
    )


async def by_password(visit: Visit) -> Response:
    """Password, and code where one is set up."""
    password, code = visit.form.get("password", ""), visit.form.get("code", "")
    await visit.staff.by_password.confirms(_person(visit), password, code, visit.visitor)
    return await _confirmed(visit, visit.go(visit.next))


async def begin_passkey(visit: Visit) -> Response:
    """What to ask the browser for."""
    begun = await visit.staff.by_passkey.begin(visit.party(), visit.visitor, _person(visit))
    return conversation(*begun)


async def by_passkey(visit: Visit) -> Response:
    """What the browser answered."""
    finish = visit.json(Finish)
    used = await visit.staff.by_passkey.sign_in(
        visit.party(), finish.conversation, bytes(finish.response), visit.visitor
    )
    if used.id != _person(visit).id:
        raise NotAuthenticated
    return await _confirmed(visit, Response(status_code=204))


async def _confirmed(visit: Visit, response: Response) -> Response:
    session = visit.who.session
    assert session is not None, "only a session comes here"
    secret = cookies.held(visit.request, cookies.SESSION)
    await visit.staff.sessions.confirm(secret, session)
    return response


def _person(visit: Visit) -> Person:
    person = visit.who.person
    assert person is not None, "only a person comes here"
    return person


_AT = f"{HOME}/confirm"
ACTIONS = (
    Action(method="GET", path=_AT, handler=show, needs="own"),
    Action(method="POST", path=_AT, handler=by_password, needs="own", again=show_again),
    Action(
        method="POST", path=f"{_AT}/passkey/begin", handler=begin_passkey, needs="own", data=True
    ),
    Action(method="POST", path=f"{_AT}/passkey/finish", handler=by_passkey, needs="own", data=True),
)
