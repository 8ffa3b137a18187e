"""One's own account: passkeys, authenticator app, password, sessions."""

from __future__ import annotations

import segno
from markupsafe import Markup
from msgspec.structs import replace
from starlette.responses import Response

from liveblog.accounts import authenticator
from liveblog.accounts.passwords import refuse_weak
from liveblog.accounts.secret import a_secret, digest
from liveblog.errors import Invalid, Refused
from liveblog.store.people import Person, Session
from liveblog.web.desk.action import HOME, Action, Visit
from liveblog.web.desk.sign_in import Finish, away, conversation
from liveblog.web.desk.welcome import chosen

_SETUP_SECONDS = 900


async def show(visit: Visit) -> Response:
    """All of it."""
    return await _page(visit)


async def show_again(visit: Visit, error: Refused) -> Response:
    """All of it, with what was wrong."""
    return await _page(visit, error)


async def _page(visit: Visit, error: Refused | None = None) -> Response:
    person = await visit.staff.people.get(_own(visit).id)
    return visit.page(
        "account",
        error=error,
        account=person,
        has_authenticator=bool(person.authenticator),
        codes_left=len(person.recovery),
        sessions=await visit.staff.store.sessions(person.id),
        session=_session(visit),
        sso=visit.house.sso is not None,
    )


# -- password ----------------------------------------------------------------------------------


async def change_password(visit: Visit) -> Response:
    """Another password; other browsers are signed out."""
    person, password = _own(visit), chosen(visit.form)
    refuse_weak(password, (person.name, person.full_name, visit.party().name))
    hashed = await visit.staff.passwords.hash(password)
    await visit.staff.people.change(person.id, lambda one: replace(one, password=hashed))
    await visit.staff.sessions.end_all(person.id, but=_session(visit).id)
    return await _changed(visit, "password")


# -- authenticator app -------------------------------------------------------------------------


async def show_authenticator(visit: Visit) -> Response:
    """A key for the app, as a picture and in letters."""
    return await _setup(visit)


async def authenticator_again(visit: Visit, error: Refused) -> Response:
    """The same key again: the app has it already."""
    key = await visit.staff.store.secret(digest(visit.form.get("setup", "")), str)
    return await _setup(visit, error, key)


async def _setup(visit: Visit, error: Refused | None = None, key: str | None = None) -> Response:
    key = key or authenticator.a_key()
    # The page holds a secret that stands for the key: nobody gives us one that they know.
    setup = a_secret()
    await visit.staff.store.keep_secret(digest(setup), key, _SETUP_SECONDS)
    address = authenticator.address(key, _own(visit).name, visit.party().name)
    picture = segno.make(address, error="m").svg_inline(scale=4, border=0, omitsize=True)
    grouped = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
    return visit.page(
        "authenticator",
        error=error,
        key=grouped,
        setup=setup,
        picture=Markup(picture),  # noqa: S704 # the library drew it
    )


async def add_authenticator(visit: Visit) -> Response:
    """Turn it on with its first code; answers recovery codes."""
    key = await visit.staff.store.secret(digest(visit.form.get("setup", "")), str)
    if key is None:
        raise Invalid("", "that took too long; begin again with this new key")
    used = authenticator.step(key, visit.form.get("code", ""), visit.staff.clock())
    if used is None:
        raise Invalid("code", "this is not the code of now; check the clock of your phone")
    shown, kept = authenticator.recovery_codes(visit.staff.seal)
    own = _own(visit)
    sealed = visit.staff.seal.seal(key, own.id)
    await visit.staff.people.change(
        own.id, lambda one: replace(one, authenticator=sealed, code_step=used, recovery=kept)
    )
    await visit.staff.store.use_secret(digest(visit.form["setup"]), str)
    await _note(visit, "authenticator added")
    return visit.page("codes", codes=shown)


async def remove_authenticator(visit: Visit) -> Response:
    """Turn it off."""
    await visit.staff.people.change(
        _own(visit).id, lambda one: replace(one, authenticator="", code_step=0, recovery=())
    )
    return await _changed(visit, "authenticator removed")


async def new_codes(visit: Visit) -> Response:
    """New recovery codes; the old ones are worthless."""
    shown, kept = authenticator.recovery_codes(visit.staff.seal)
    await visit.staff.people.change(_own(visit).id, lambda one: replace(one, recovery=kept))
    await _note(visit, "recovery codes")
    return visit.page("codes", codes=shown)


# -- passkeys ----------------------------------------------------------------------------------


async def begin_passkey(visit: Visit) -> Response:
    """What to ask the browser for."""
    return conversation(*await visit.staff.sign_in.begin_register(visit.party(), _own(visit)))


async def add_passkey(visit: Visit) -> Response:
    """What the browser made."""
    finish = visit.json(Finish)
    await visit.staff.sign_in.register(
        visit.party(),
        _own(visit),
        finish.conversation,
        bytes(finish.response),
        finish.name.strip()[:60],
    )
    await _note(visit, "passkey added")
    return Response(status_code=204)


async def remove_passkey(visit: Visit) -> Response:
    """Forget one."""
    id = visit.request.path_params["id"]

    def without(one: Person) -> Person:
        return replace(one, passkeys=tuple(kept for kept in one.passkeys if kept.id != id))

    await visit.staff.people.change(_own(visit).id, without)
    return await _changed(visit, "passkey removed")


# -- single sign-on ----------------------------------------------------------------------------


async def link_sso(visit: Visit) -> Response:
    """To the provider, to be known there from now on."""
    return await away(visit, person=_own(visit).id)


async def unlink_sso(visit: Visit) -> Response:
    """Be known there no more."""
    await visit.staff.people.change(_own(visit).id, lambda one: replace(one, subject=""))
    return await _changed(visit, "single sign-on removed")


# -- sessions ----------------------------------------------------------------------------------


async def end_session(visit: Visit) -> Response:
    """Sign out somewhere else."""
    id = str(visit.request.path_params["id"])
    await visit.staff.sessions.end(_own(visit).id, id)
    await visit.staff.audit.note("session_revoked", visit.who.actor, subject=id)
    return visit.go(_AT)


async def end_sessions(visit: Visit) -> Response:
    """Sign out everywhere else."""
    await visit.staff.sessions.end_all(_own(visit).id, but=_session(visit).id)
    await visit.staff.audit.note("session_revoked", visit.who.actor, detail="all others")
    return visit.go(_AT)


async def _changed(visit: Visit, what: str) -> Response:
    await _note(visit, what)
    return visit.go(_AT)


async def _note(visit: Visit, what: str) -> None:
    actor = visit.who.actor
    await visit.staff.audit.note("person_changed", actor, subject=actor.name, detail=what)


def _own(visit: Visit) -> Person:
    person = visit.who.person
    assert person is not None, "only a person comes here"
    return person


def _session(visit: Visit) -> Session:
    session = visit.who.session
    assert session is not None, "only a session comes here"
    return session


_AT = f"{HOME}/account"


_CHANGES = {
    "password": change_password,
    "authenticator/remove": remove_authenticator,
    "codes": new_codes,
    "passkeys/{id}/remove": remove_passkey,
    "sso/remove": unlink_sso,
}
ACTIONS = (
    Action(method="GET", path=_AT, handler=show, needs="own"),
    Action(
        method="GET",
        path=f"{_AT}/authenticator",
        handler=show_authenticator,
        needs="own",
        confirmed=True,
    ),
    Action(
        method="POST",
        path=f"{_AT}/authenticator",
        handler=add_authenticator,
        needs="own",
        confirmed=True,
        again=authenticator_again,
    ),
    *(
        Action(
            method="POST",
            path=f"{_AT}/{path}",
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
            path=f"{_AT}/passkeys/{word}",
            handler=handler,
            needs="own",
            confirmed=True,
            data=True,
        )
        for word, handler in {"begin": begin_passkey, "finish": add_passkey}.items()
    ),
    Action(
        method="GET",
        path=f"{_AT}/sso",
        handler=link_sso,
        needs="own",
        confirmed=True,
        again=show_again,
    ),
    # Whoever sees a stranger in the list must not be kept from throwing them out.
    Action(method="POST", path=f"{_AT}/sessions/end", handler=end_sessions, needs="own"),
    Action(method="POST", path=f"{_AT}/sessions/{{id}}/end", handler=end_session, needs="own"),
)
