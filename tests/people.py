"""People for tests, and a browser of theirs without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from argon2 import PasswordHasher
from httpx2 import Response

from liveblog.accounts.roles import Role
from liveblog.accounts.secret import an_id
from liveblog.accounts.sessions import Sessions
from liveblog.store.people import PeopleStore, Person
from liveblog.story import Slug
from liveblog.web import cookies
from tests.builders import NOON
from tests.sites import Site

PASSWORD = "seven green herons walk"
# As cheap as argon2 can be: what a hash costs is in the hash itself.
_HASHED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
_numbers = count(1)


def now() -> datetime:
    return datetime.now(UTC)


async def a_person(
    store: PeopleStore, role: Role = "admin", stories: tuple[Slug, ...] | None = None, **given: Any
) -> Person:
    """Somebody whose password is PASSWORD."""
    values: dict[str, Any] = {
        "id": an_id(),
        "revision": 0,
        "name": f"person-{next(_numbers)}-{an_id()}",
        "role": role,
        "created": NOON,
        "full_name": "Ada Winter",
        "stories": stories,
        "password": _HASHED,
    }
    return await store.save_person(Person(**(values | given)))


async def a_session(
    store: PeopleStore,
    person: Person,
    clock: Callable[[], datetime] = now,
    *,
    confirmed: bool = True,
) -> str:
    """The secret of a session of theirs."""
    sessions = Sessions(store, clock)
    return await sessions.begin(
        person, address="192.0.2.1", agent="Test browser", confirmed=confirmed
    )


class Browser:
    """Sends forms and keeps cookies as a browser does on one of our own pages."""

    def __init__(self, site: Site, session: str = "") -> None:
        self.site = site
        self.cookies = {cookies.SESSION: session} if session else {}
        self.headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}

    def get(self, path: str, **headers: str) -> Response:
        return self._ask("GET", path, headers)

    def post(self, path: str, **form: str) -> Response:
        return self._ask("POST", path, {}, data=form)

    def send(self, path: str, body: bytes) -> Response:
        """What a page's script sends."""
        headers = {"Content-Type": "application/json", "Accept": "*/*"}
        return self._ask("POST", path, headers, content=body)

    def ask(self, method: str, path: str) -> Response:
        """What a page's script asks without a body."""
        return self._ask(method, path, {"Accept": "*/*"})

    def sent(self) -> dict[str, str]:
        """The headers of what it asks."""
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return self.headers | ({"Cookie": held} if held else {})

    def _ask(self, method: str, path: str, headers: dict[str, str], **body: Any) -> Response:
        answer = self.site.http.request(method, path, headers=self.sent() | headers, **body)
        self._keep(answer)
        # The jar of the client that all tests share must stay empty.
        self.site.http.cookies.clear()
        return answer

    def _keep(self, answer: Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0].strip('"')
            if value and "Max-Age=0" not in line:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)


async def a_browser_of(
    site: Site,
    store: PeopleStore,
    role: Role = "admin",
    stories: tuple[Slug, ...] | None = None,
    **given: Any,
) -> tuple[Browser, Person]:
    """Somebody who signed in."""
    person = await a_person(store, role, stories, **given)
    return Browser(site, await a_session(store, person)), person
