"""Signing in and out: password and code, passkey, single sign-on."""

from __future__ import annotations

from msgspec import Raw, Struct
from starlette.responses import Response

from liveblog import codec
from liveblog.accounts.by_sso import BySso
from liveblog.accounts.single_sign_on import SignOnFailed
from liveblog.errors import Invalid, Refused
from liveblog.store.people import Person
from liveblog.story import Actor
from liveblog.web import cookies
from liveblog.web.desk.action import HOME, Action, Visit, onward


class Finish(Struct, frozen=True, kw_only=True):
    """What the page's script sends once the browser has answered."""

    conversation: str
    response: Raw
    name: str = ""


async def show(visit: Visit) -> Response:
    """The form."""
    if visit.caller is not None:
        return visit.go(visit.next)
    return _form(visit)


async def show_again(visit: Visit, error: Refused) -> Response:
    """The form with what was wrong and the name that was typed."""
    return _form(visit, error)


def _form(visit: Visit, error: Refused | None = None) -> Response:
    return visit.page(
        "sign_in",
        error=error,
        next=visit.next,
        name=visit.form.get("name", ""),
        sso=visit.staff.by_sso is not None,
    )


async def by_password(visit: Visit) -> Response:
    """Name and password."""
    name, password = visit.form.get("name", ""), visit.form.get("password", "")
    found = await visit.staff.by_password.sign_in(name, password, visit.visitor)
    if isinstance(found, Person):
        return await signed_in(visit, found, visit.go(visit.next), "password")
    return visit.page("code", next=visit.next, pending=found)


async def by_code(visit: Visit) -> Response:
    """The code that follows a password."""
    pending, code = visit.form.get("pending", ""), visit.form.get("code", "")
    person = await visit.staff.by_password.by_code(pending, code, visit.visitor)
    return await signed_in(visit, person, visit.go(visit.next), "password and code")


async def code_again(visit: Visit, error: Refused) -> Response:
    """The code's form again, or the first one where it took too long."""
    if isinstance(error, Invalid) and error.field != "code":
        return _form(visit, error)
    pending = visit.form.get("pending", "")
    return visit.page("code", error=error, next=visit.next, pending=pending)


async def begin_passkey(visit: Visit) -> Response:
    """What to ask the browser for."""
    return conversation(*await visit.staff.by_passkey.begin(visit.party(), visit.visitor))


async def by_passkey(visit: Visit) -> Response:
    """What the browser answered."""
    finish = visit.json(Finish)
    person = await visit.staff.by_passkey.sign_in(
        visit.party(), finish.conversation, bytes(finish.response), visit.visitor
    )
    return await signed_in(visit, person, Response(status_code=204), "passkey")


async def to_sso(visit: Visit) -> Response:
    """To the identity provider."""
    return await away(visit)


async def from_sso(visit: Visit) -> Response:
    """Back from it. The page that goes on is one of ours: coming from elsewhere, the browser would
    not bring the cookie that it is given here."""
    secret = cookies.held(visit.request, cookies.AWAY)
    try:
        person, away = await _sso(visit).finish(secret, visit.request.query_params, visit.visitor)
    except SignOnFailed as error:
        return _form(visit, Invalid("", str(error)))
    response = onward(away.next)
    if not away.person:
        # A provider that only remembers somebody has not asked them again who they are.
        await signed_in(visit, person, response, "single sign-on", confirmed=away.begun.again)
    cookies.drop(response, cookies.AWAY)
    return response


async def sign_out(visit: Visit) -> Response:
    """Away from this browser."""
    await visit.staff.sessions.end_secret(cookies.held(visit.request, cookies.SESSION))
    await visit.staff.audit.note("signed_out", visit.who.actor)
    response = visit.go("/desk/sign-in")
    cookies.drop(response, cookies.SESSION)
    return response


async def away(visit: Visit, person: str = "") -> Response:
    """To the provider; ``person`` is who would be known there from now on."""
    try:
        address, secret = await _sso(visit).begin(
            visit.visitor,
            next=visit.next,
            person=person,
            again="again" in visit.request.query_params,
        )
    except SignOnFailed as error:
        raise Invalid("", str(error)) from error
    response = visit.go(address)
    cookies.keep_away(response, secret)
    return response


def _sso(visit: Visit) -> BySso:
    if visit.staff.by_sso is None:
        raise Invalid("", "no identity provider is set up here")
    return visit.staff.by_sso


async def signed_in(
    visit: Visit, person: Person, response: Response, way: str, *, confirmed: bool = True
) -> Response:
    """The answer, with a new session of that person; ``confirmed``: they showed who they are."""
    visitor, staff = visit.visitor, visit.staff
    secret = await staff.sessions.begin(
        person,
        address=visitor.address,
        agent=visitor.agent,
        old=cookies.held(visit.request, cookies.SESSION),
        confirmed=confirmed,
    )
    cookies.keep_session(response, secret)
    cookies.keep_known(response, staff.attempts.device(person, visitor.device))
    by = Actor(kind="person", id=person.id, name=person.name, address=visitor.address)
    await staff.audit.note("signed_in", by, detail=way)
    return response


def conversation(secret: str, options: str) -> Response:
    """What the page's script asks the browser for."""
    answer = {"conversation": secret, "options": Raw(options.encode())}
    return Response(codec.to_json(answer), media_type="application/json")


_AT = f"{HOME}/sign-in"
ACTIONS = (
    Action(method="GET", path=_AT, handler=show, needs=None),
    Action(method="POST", path=_AT, handler=by_password, needs=None, again=show_again),
    Action(method="POST", path=f"{_AT}/code", handler=by_code, needs=None, again=code_again),
    Action(method="GET", path=f"{_AT}/sso", handler=to_sso, needs=None, again=show_again),
    Action(method="GET", path=f"{_AT}/sso/return", handler=from_sso, needs=None, again=show_again),
    Action(
        method="POST", path=f"{_AT}/passkey/begin", handler=begin_passkey, needs=None, data=True
    ),
    Action(method="POST", path=f"{_AT}/passkey/finish", handler=by_passkey, needs=None, data=True),
    Action(method="POST", path=f"{HOME}/sign-out", handler=sign_out, needs="own"),
)
