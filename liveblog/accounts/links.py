"""Links that are good once: the first admin, invitations, new passwords."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from liveblog.accounts.roles import PERMISSIONS, Role, role
from liveblog.accounts.secret import a_secret, digest
from liveblog.errors import LinkUsed
from liveblog.store.people import PeopleStore
from liveblog.story import Instant, Slug, instant, moment

DAYS = 3
LONGEST_DAYS = 30


class Invitation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a link is good for: a new account, or a new password for the ``person`` of that id.

    ``by`` is the id of the admin who made it, empty for one made at the machine. A ``first`` one
    makes the first admin and is worthless once there is anybody.
    """

    role: Role
    until: Instant
    stories: tuple[Slug, ...] | None = None
    name: str = ""
    person: str = ""
    by: str = ""
    first: bool = False


class Links:
    """Makes, looks at and uses links. Only their digests are kept."""

    def __init__(self, store: PeopleStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def until(self, days: int) -> Instant:
        """The end of a link that is made now."""
        return instant(self._clock() + timedelta(days=days))

    async def make(self, invitation: Invitation) -> str:
        """The secret of a new link."""
        secret = a_secret()
        await self.keep(secret, invitation)
        return secret

    async def keep(self, secret: str, invitation: Invitation) -> None:
        """Keep what a link is good for until its end."""
        left = (moment(invitation.until) - self._clock()).total_seconds()
        await self._store.keep_secret(digest(secret), invitation, max(1, round(left)))

    async def look(self, secret: str) -> Invitation:
        """What a link is good for, without using it. Raises LinkUsed."""
        return await self._checked(await self._store.secret(digest(secret), Invitation))

    async def use(self, secret: str) -> Invitation:
        """What a link is good for; it is good for nothing afterwards. Raises LinkUsed."""
        return await self._checked(await self._store.use_secret(digest(secret), Invitation))

    async def _checked(self, invitation: Invitation | None) -> Invitation:
        if invitation is None or not await self._stands(invitation):
            raise LinkUsed
        return invitation

    async def _stands(self, invitation: Invitation) -> bool:
        if invitation.first:
            return not await self._store.people()
        if not invitation.by:
            return True
        # What an admin who was locked out left behind opens nothing.
        by = await self._store.person(invitation.by)
        return by is not None and not by.locked and "people" in PERMISSIONS[role(by.role)]
