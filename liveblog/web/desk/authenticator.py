"""The authenticator app of one's own account, and its recovery codes."""

from __future__ import annotations

from typing import Literal

import segno
from markupsafe import Markup
from msgspec.structs import replace
from starlette.responses import Response

from liveblog.accounts import authenticator
from liveblog.accounts.secret import a_secret, digest
from liveblog.errors import Invalid, Refused
from liveblog.web.desk.account import AT, changed, note, own, show_again
from liveblog.web.desk.action import Action, Again, Handler, Visit

_SETUP_SECONDS = 900


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
    address = authenticator.address(key, own(visit).name, visit.party().name)
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
    person = own(visit)
    sealed = visit.staff.seal.seal(key, person.id)
    await visit.staff.people.change(
        person.id, lambda one: replace(one, authenticator=sealed, code_step=used, recovery=kept)
    )
    await visit.staff.store.use_secret(digest(visit.form["setup"]), str)
    await note(visit, "authenticator added")
    return visit.page("codes", codes=shown)


async def remove_authenticator(visit: Visit) -> Response:
    """Turn it off."""
    await visit.staff.people.change(
        own(visit).id, lambda one: replace(one, authenticator="", code_step=0, recovery=())
    )
    return await changed(visit, "authenticator removed")


async def new_codes(visit: Visit) -> Response:
    """New recovery codes; the old ones are worthless."""
    shown, kept = authenticator.recovery_codes(visit.staff.seal)
    await visit.staff.people.change(own(visit).id, lambda one: replace(one, recovery=kept))
    await note(visit, "recovery codes")
    return visit.page("codes", codes=shown)


def _action(method: Literal["GET", "POST"], path: str, handler: Handler, again: Again) -> Action:
    """All of them ask again who it is."""
    return Action(
        method=method,
        path=f"{AT}/{path}",
        handler=handler,
        needs="own",
        confirmed=True,
        again=again,
    )


ACTIONS = (
    _action("GET", "authenticator", show_authenticator, show_again),
    _action("POST", "authenticator", add_authenticator, authenticator_again),
    _action("POST", "authenticator/remove", remove_authenticator, show_again),
    _action("POST", "codes", new_codes, show_again),
)
