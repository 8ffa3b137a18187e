"""Who asks for something: a person who signed in, or a bot with a token."""

from __future__ import annotations

from msgspec import Struct

from liveblog.accounts.roles import PERMISSIONS, VERBS, Permission, Role
from liveblog.errors import NotAllowed, NotConfirmed
from liveblog.store.people import Person, Session
from liveblog.story import Actor, Slug


class Caller(Struct, frozen=True, kw_only=True):
    """Somebody whose credentials were checked. ``stories`` are those they are limited to, None for
    all; when one of ``ids`` is revoked, what is open for the caller ends. ``confirmed``: a person
    showed lately who they are."""

    actor: Actor
    role: Role
    stories: tuple[Slug, ...] | None
    ids: frozenset[str]
    confirmed: bool = True
    person: Person | None = None
    session: Session | None = None

    def may(self, needs: Permission) -> bool:
        """True if the role permits it."""
        return needs in PERMISSIONS[self.role]

    def sees(self, story: Slug) -> bool:
        """True if the story is one of the caller's."""
        return self.stories is None or story in self.stories

    def require_confirmed(self) -> None:
        """Raise NotConfirmed unless a person showed lately who they are."""
        if not self.confirmed:
            raise NotConfirmed

    def require(self, needs: Permission, story: Slug | None = None) -> None:
        """Raise NotAllowed unless the role permits it, and in that story if one is named."""
        if not self.may(needs):
            raise NotAllowed(VERBS[needs])
        if story is not None and not self.sees(story):
            raise NotAllowed(f"{VERBS[needs]} in the story {story!r}")
