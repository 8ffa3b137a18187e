"""One's own account: password, passkeys, single sign-on, sessions."""

from __future__ import annotations

from msgspec.structs import replace
from starlette.responses import Response

from liveblog.accounts.passwords import refuse_weak
from liveblog.errors import Refused
from liveblog.store.people import Person, Session
from liveblog.web.desk.action import HOME, Action, Visit
from liveblog.web.desk.sign_in import Finish, away, conversation
from liveblog.web.desk.welcome import chosen


async def show(visit: Visit) -> Response:
    """All of it."""
    return await _page(visit)


async def show_again(visit: Visit, error: Refused) -> Response:
    """All of it, with what was wrong."""
    return await _page(visit, error)


async def _page(visit: Visit, error: Refused | None = None) -> Response:
    person = await visit.staff.people.get(own(visit).id)
    return visit.page(
        "account",
        error=error,
        account=person,
        has_authenticator=bool(person.authenticator),
        codes_left=len(person.recovery),
        sessions=await visit.staff.store.sessions(person.id),
        session=_session(visit),
        sso=visit.staff.by_sso is not None,
    )


# -- password ----------------------------------------------------------------------------------


async def change_password(visit: Visit) -> Response:
    """Another password; other browsers are signed out."""
    person, password = own(visit), chosen(visit.form)
    refuse_weak(password, (person.name, person.full_name, visit.party().name))
    hashed = await visit.staff.passwords.hash(password)
    await visit.staff.people.change(person.id, lambda one: replace(one, password=hashed))
    await visit.staff.sessions.end_all(person.id, but=_session(visit).id)
    return await changed(visit, "password")


# -- passkeys ----------------------------------------------------------------------------------


async def begin_passkey(visit: Visit) -> Response:
    """What to ask the browser for."""
    return conversation(*await visit.staff.by_passkey.begin_register(visit.party(), own(visit)))


async def add_passkey(visit: Visit) -> Response:
    """What the browser made."""
    finish = visit.json(Finish)
    await visit.staff.by_passkey.register(
        visit.party(),
        own(visit),
        finish.conversation,
        bytes(finish.response),
        finish.name.strip()[:60],
    )
    await note(visit, "passkey added")
    return Response(status_code=204)


async def remove_passkey(visit: Visit) -> Response:
    """Forget one."""
    id = visit.request.path_params["id"]

    def without(one: Person) -> Person:
        return replace(one, passkeys=tuple(kept for kept in one.passkeys if kept.id != id))

    await visit.staff.people.change(own(visit).id, without)
    return await changed(visit, "passkey removed")


# -- single sign-on ----------------------------------------------------------------------------


async def link_sso(visit: Visit) -> Response:
    """To the provider, to be known there from now on."""
    return await away(visit, person=own(visit).id)


async def unlink_sso(visit: Visit) -> Response:
    """Be known there no more."""
    await visit.staff.people.change(own(visit).id, lambda one: replace(one, subject=""))
    return await changed(visit, "single sign-on removed")


# -- sessions ----------------------------------------------------------------------------------


async def end_session(visit: Visit) -> Response:
    """Sign out somewhere else."""
    id = str(visit.request.path_params["id"])
    await visit.staff.sessions.end(own(visit).id, id)
    await visit.staff.audit.note("session_revoked", visit.who.actor, subject=id)
    return visit.go(AT)


async def end_sessions(visit: Visit) -> Response:
    """Sign out everywhere else."""
    await visit.staff.sessions.end_all(own(visit).id, but=_session(visit).id)
    await visit.staff.audit.note("session_revoked", visit.who.actor, detail="all others")
    return visit.go(AT)


async def changed(visit: Visit, what: str) -> Response:
    """Write down what was changed, and back to the account."""
    await note(visit, what)
    return visit.go(AT)


async def note(visit: Visit, what: str) -> None:
    """Write down what somebody changed of their own account."""
    actor = visit.who.actor
    await visit.staff.audit.note("person_changed", actor, subject=actor.name, detail=what)


def own(visit: Visit) -> Person:
    """Whose account it is."""
    person = visit.who.person
    assert person is not None, "only a person comes here"
    return person


def _session(visit: Visit) -> Session:
    session = visit.who.session
    assert session is not None, "only a session comes here"
    return session


AT = f"{HOME}/account"


_CHANGES = {
    "password": change_password,
    "passkeys/{id}/remove": remove_passkey,
    "sso/remove": unlink_sso,
}
ACTIONS = (
    Action(method="GET", path=AT, handler=show, needs="own"),
    *(
        Action(
            method="POST",
            path=f"{AT}/{path}",
            handler=handler,
            needs="own",
            confirmed=True,
            again=show_again,
        )
        for path, handler in _CHANGES.items()
    ),
    *(
        Action(
            method="POST",
            path=f"{AT}/passkeys/{word}",
            handler=handler,
            needs="own",
            confirmed=True,
            data=True,
        )
        for word, handler in {"begin": begin_passkey, "finish": add_passkey}.items()
    ),
    Action(
        method="GET",
        path=f"{AT}/sso",
        handler=link_sso,
        needs="own",
        confirmed=True,
        again=show_again,
    ),
    # Whoever sees a stranger in the list must not be kept from throwing them out.
    Action(method="POST", path=f"{AT}/sessions/end", handler=end_sessions, needs="own"),
    Action(method="POST", path=f"{AT}/sessions/{{id}}/end", handler=end_session, needs="own"),
)
