"""All that knows people, put together once a process and handed to the web and the commands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from liveblog.accounts.attempts import Attempts
from liveblog.accounts.audit import Audit, Keep
from liveblog.accounts.by_passkey import ByPasskey
from liveblog.accounts.by_password import ByPassword
from liveblog.accounts.by_sso import BySso
from liveblog.accounts.links import Invitation, Links
from liveblog.accounts.passwords import Passwords
from liveblog.accounts.people import People
from liveblog.accounts.roles import Role
from liveblog.accounts.sealing import Seal
from liveblog.accounts.sessions import Sessions
from liveblog.accounts.single_sign_on import SingleSignOn
from liveblog.store.people import PeopleStore


class Staff(Struct, frozen=True, kw_only=True):
    """The people of an installation, and how they are known."""

    store: PeopleStore
    people: People
    sessions: Sessions
    passwords: Passwords
    seal: Seal
    links: Links
    attempts: Attempts
    by_password: ByPassword
    by_passkey: ByPasskey
    by_sso: BySso | None
    audit: Audit
    clock: Callable[[], datetime]


def staff(
    store: PeopleStore,
    clock: Callable[[], datetime],
    *,
    secret: str,
    keep: Keep,
    provider: SingleSignOn | None = None,
    brought: Role | None = None,
) -> Staff:
    """Put it together. ``keep`` is where lines of the audit log go; ``brought`` is the role of
    people whom the identity provider brings, None: none are brought."""
    sessions = Sessions(store, clock)
    people = People(store, sessions, clock)
    seal, passwords, audit = Seal(secret), Passwords(), Audit(keep, clock)
    attempts = Attempts(seal)
    shared = (store, people, attempts, audit, clock)
    return Staff(
        store=store,
        people=people,
        sessions=sessions,
        passwords=passwords,
        seal=seal,
        links=Links(store, clock),
        attempts=attempts,
        by_password=ByPassword(*shared, passwords=passwords, seal=seal),
        by_passkey=ByPasskey(*shared),
        by_sso=BySso(*shared, provider=provider, role=brought) if provider else None,
        audit=audit,
        clock=clock,
    )


async def first_link(store: PeopleStore, links: Links) -> str | None:
    """The secret of a link that makes the first admin; None where there is somebody."""
    if await store.people():
        return None
    return await links.make(Invitation(role="admin", until=links.until(1), first=True))
