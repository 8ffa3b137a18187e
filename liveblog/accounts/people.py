"""The people of the newsroom: made, changed, locked out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec.structs import replace

from liveblog.accounts.links import Invitation
from liveblog.accounts.roles import Role
from liveblog.accounts.secret import an_id
from liveblog.accounts.sessions import Sessions
from liveblog.errors import Invalid, RevisionConflict
from liveblog.markup import clean_text
from liveblog.store.people import PeopleStore, Person
from liveblog.story import Slug, instant, slug

_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,98}")
_ATTEMPTS = 5


def sign_in_name(text: str) -> str:
    """The name as it is kept: in lower case. Raises Invalid."""
    name = unicodedata.normalize("NFKC", text).strip().lower()
    if not _NAME.fullmatch(name):
        raise Invalid("name", "use 2 to 99 letters a–z, digits and . _ - + @ for the name")
    return name


def assigned(text: str) -> tuple[Slug, ...] | None:
    """Stories from slugs with commas between; None, which is all, from nothing. Raises Invalid."""
    named = [one for one in re.split(r"[\s,]+", text) if one]
    return tuple(slug(one) for one in named) or None


class People:
    """What is done to people. ``clock`` gives the time."""

    def __init__(
        self, store: PeopleStore, sessions: Sessions, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._clock = clock

    async def add(
        self,
        invitation: Invitation,
        name: str,
        *,
        full_name: str = "",
        password: str = "",
        subject: str = "",
    ) -> Person:
        """Make somebody an account; ``password`` is a hash. Raises Invalid, NameTaken."""
        person = Person(
            id=an_id(),
            revision=0,
            name=sign_in_name(name),
            role=invitation.role,
            created=instant(self._clock()),
            full_name=clean_text(full_name).strip()[:200],
            stories=invitation.stories,
            password=password,
            subject=subject,
        )
        return await self._store.save_person(person)

    async def change(self, id: str, change: Callable[[Person], Person]) -> Person:
        """Change somebody as they stand; ``change`` may be called again where somebody else was
        faster. Raises Invalid, RevisionConflict."""
        for attempts_left in range(_ATTEMPTS, 0, -1):
            person = await self.get(id)
            try:
                return await self._store.save_person(change(person), subject_before=person.subject)
            except RevisionConflict:
                if attempts_left == 1:
                    raise
        raise AssertionError("the last attempt returns or raises")

    async def get(self, id: str) -> Person:
        """Somebody. Raises Invalid."""
        person = await self._store.person(id)
        if person is None:
            raise Invalid("person", "there is nobody by that id")
        return person

    async def count_admins(self) -> int:
        """How many could approve what needs a second admin: people, and tokens of nobody."""
        people = await self._store.people()
        admins = {one.id for one in people if one.role == "admin" and not one.locked}
        tokens = await self._store.tokens()
        bots = {one.name for one in tokens if one.role == "admin" and not (one.story or one.owner)}
        return len(admins) + len(bots)

    async def assign(self, id: str, role: Role, stories: Sequence[Slug] | None) -> Person:
        """Give somebody another role, and stories or (None) all. What is open for them is opened
        anew, with what they may do now."""
        limited = None if stories is None else tuple(stories)
        person = await self.change(id, lambda person: replace(person, role=role, stories=limited))
        await self._store.announce_revoked(id)
        return person

    async def lock(self, id: str) -> Person:
        """Let somebody do nothing any more, from now on."""
        person = await self.change(id, lambda person: replace(person, locked=True))
        await self._store.announce_revoked(id)
        await self._sessions.end_all(id)
        return person

    async def unlock(self, id: str) -> Person:
        """Let somebody sign in again."""
        return await self.change(id, lambda person: replace(person, locked=False))
