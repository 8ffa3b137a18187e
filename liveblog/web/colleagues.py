"""The write API's calls about who works here, and who is calling."""

from __future__ import annotations

from msgspec import Struct

from liveblog.accounts.roles import PERMISSIONS
from liveblog.store.people import Person
from liveblog.story import Slug
from liveblog.web.operations import Answer, Call, Operation


class Colleague(Struct, frozen=True, kw_only=True):
    """Somebody who works here, by the name they sign in with."""

    name: str
    full_name: str
    role: str


class Colleagues(Struct, frozen=True, kw_only=True):
    """Everybody who works on a story that the caller sees, by name."""

    colleagues: list[Colleague]


class Me(Struct, frozen=True, kw_only=True):
    """Who is calling and what they may do; ``stories`` is null where they see all."""

    id: str
    name: str
    full_name: str
    role: str
    permissions: list[str]
    stories: list[Slug] | None


async def list_colleagues(call: Call) -> Answer:
    """Who works here, so that they can be named."""
    found = [person for person in await call.people.people() if _is_colleague(call, person)]
    return Answer(value=Colleagues(colleagues=[_colleague(person) for person in found]))


async def read_me(call: Call) -> Answer:
    """Who is calling, and what they may do."""
    caller = call.caller
    me = Me(
        id=caller.actor.id,
        name=caller.actor.name,
        full_name=caller.person.full_name if caller.person else "",
        role=caller.role,
        permissions=sorted(PERMISSIONS[caller.role]),
        stories=None if caller.stories is None else list(caller.stories),
    )
    return Answer(value=me)


def _is_colleague(call: Call, person: Person) -> bool:
    if person.locked:
        return False
    return person.stories is None or any(call.caller.sees(slug) for slug in person.stories)


def _colleague(person: Person) -> Colleague:
    return Colleague(name=person.name, full_name=person.full_name, role=person.role)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="GET",
        path="/api/v1/colleagues",
        name="listColleagues",
        needs="draft",
        handler=list_colleagues,
        answers={200: Colleagues},
        errors=(401, 403, 503),
    ),
    Operation(
        method="GET",
        path="/api/v1/me",
        name="readMe",
        needs="read",
        handler=read_me,
        answers={200: Me},
        errors=(401, 403, 503),
    ),
)
