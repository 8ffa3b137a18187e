"""All that knows people, put together once a process and handed to the web and the commands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from liveblog.accounts.attempts import Attempts
from liveblog.accounts.audit import Audit, Keep
from liveblog.accounts.links import Invitation, Links
from liveblog.accounts.passwords import Passwords
from liveblog.accounts.people import People
from liveblog.accounts.roles import Role
from liveblog.accounts.sealing import Seal
from liveblog.accounts.sessions import Sessions
from liveblog.accounts.sign_in import SignIn
from liveblog.store.people import PeopleStore


class SsoSettings(Struct, frozen=True, kw_only=True):
    """An identity provider, and the role of people whom it brings (None: none are brought)."""

    issuer: str
    client_id: str
    client_secret: str
    role: Role | None = None


class Staff(Struct, frozen=True, kw_only=True):
    """The people of an installation, and how they are known."""

    store: PeopleStore
    people: People
    sessions: Sessions
    passwords: Passwords
    seal: Seal
    links: Links
    attempts: Attempts
    sign_in: SignIn
    audit: Audit
    clock: Callable[[], datetime]
    sso: SsoSettings | None = None


def staff(
    store: PeopleStore,
    clock: Callable[[], datetime],
    *,
    secret: str,
    keep: Keep,
    sso: SsoSettings | None = None,
) -> Staff:
    """Put it together. ``keep`` is where lines of the audit log go."""
    sessions = Sessions(store, clock)
    people = People(store, sessions, clock)
    seal, passwords, audit = Seal(secret), Passwords(), Audit(keep, clock)
    attempts = Attempts(seal)
    role = sso.role if sso else None
    return Staff(
        store=store,
        people=people,
        sessions=sessions,
        passwords=passwords,
        seal=seal,
        links=Links(store, clock),
        attempts=attempts,
        sign_in=SignIn(store, people, passwords, seal, attempts, audit, clock, role),
        audit=audit,
        clock=clock,
        sso=sso,
    )


async def first_link(store: PeopleStore, links: Links) -> str | None:
    """The secret of a link that makes the first admin; None where there is somebody."""
    if await store.people():
        return None
    return await links.make(Invitation(role="admin", until=links.until(1), first=True))
