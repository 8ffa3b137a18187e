"""Every call of the API and every page of the desk, as everybody who might make it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from httpx2 import Response

from liveblog import app, settings
from liveblog.accounts import tokens
from liveblog.accounts.roles import PERMISSIONS, Permission, Role
from liveblog.errors import CrossSite, NotAllowed, NotAuthenticated, NotConfirmed
from liveblog.feeds import FEEDS
from liveblog.store.redis import RedisStore
from liveblog.story import Slug, UpdateId
from liveblog.web.api import OPERATIONS
from liveblog.web.desk import ACTIONS
from liveblog.web.desk.action import Action
from liveblog.web.operations import Operation
from tests.builders import a_slug
from tests.media.making import a_picture
from tests.people import Browser, a_browser_of, a_person, a_session
from tests.sites import Newsroom, Site
from tests.web.answers import assert_refused

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("picture_worker")]

ROLES: tuple[Role, ...] = get_args(Role)
BODIES: dict[str, dict[str, Any]] = {
    "amendStory": {"kicker": "Harbour"},
    "postUpdate": {"text": "News"},
    "editUpdate": {"title": "Better"},
    "unfurl": {"url": "http://127.0.0.1/"},
    "preview": {"text": "News"},
    "returnDraft": {"note": "Say who told us."},
    "changeRules": {"undo_seconds": 0},
    "addNote": {"text": "Check the name"},
}
# What a token of another story is shown.
NOTHING: dict[str, dict[str, Any]] = {
    "listStories": {"stories": []},
    "listErasures": {"erasures": []},
    "readAudit": {"lines": [], "next": None},
}
# What concerns no story is answered to the token of any.
OF_NO_STORY = {"approveErasure", "uploadPicture", "unfurl", "preview"} | {
    "listColleagues",
    "readMe",
}
# What a call needs for these bodies, where it is more than to be let in at all.
# A note that somebody else wrote.
NEEDS: dict[str, Permission] = {
    "editUpdate": "edit",
    "retractUpdate": "retract",
    "dropNote": "retract",
}
# There is no erase to approve under that id; that one may is in tests/record/test_erasing.py. Who
# may unfurl is let in, and then refused this address.
STATUSES = {
    "openStory": 201,
    "postUpdate": 201,
    "approveErasure": 404,
    "uploadPicture": 201,
    "unfurl": 422,
    "keepOpen": 204,
    "addNote": 201,
    "dropNote": 204,
}


def call(site: Site, operation: Operation, token: str | None, **path: str) -> Response:
    """Make that call with nothing wrong in it but, maybe, who makes it."""
    headers = {"If-Match": '"1"'} if operation.needs_revision else {}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    body = BODIES.get(operation.name, {})
    if operation.name == "openStory":
        body = {"slug": path["slug"] + "-2", "headline": "Gates"}
    address = operation.path.format_map(path)
    if operation.name == "uploadPicture":
        return site.http.post(address, files={"file": a_picture()}, headers=headers)
    return site.http.request(operation.method, address, json=body or None, headers=headers)


@pytest.fixture
async def path(
    site: Site, newsroom: Newsroom, slug: Slug, request: pytest.FixtureRequest
) -> dict[str, str]:
    """An update that is there; a draft or a note where the call is for one."""
    called = getattr(request.node, "callspec", None)
    operation = called.params.get("operation") if called else None
    name = operation.name if operation is not None else ""
    if name == "dropNote":
        return {"slug": slug, "id": newsroom.note(slug)["id"]}
    if name == "returnDraft":
        contributor = Newsroom(site, await site.token("contributor"))
        return {"slug": slug, "id": contributor.post(slug)["id"]}
    return {"slug": slug, "id": newsroom.post(slug, draft=name == "approveUpdate")["id"]}


every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)


@every_operation
@pytest.mark.parametrize("role", ROLES)
async def test_each_role_may_do_what_its_permissions_say(
    site: Site, path: dict[str, str], operation: Operation, role: Role
) -> None:
    answer = call(site, operation, await site.token(role), **path)
    needs = NEEDS.get(operation.name, operation.needs)
    if needs in PERMISSIONS[role]:
        assert answer.status_code == STATUSES.get(operation.name, 200), answer.text
    else:
        assert_refused(answer, 403, NotAllowed)


@every_operation
@pytest.mark.parametrize("token", [None, "lb_wrong", "x" * 4_000])
async def test_nobody_does_anything_without_a_token(
    site: Site, path: dict[str, str], operation: Operation, token: str | None
) -> None:
    answer = call(site, operation, token, **path)
    assert_refused(answer, 401, NotAuthenticated)
    assert answer.headers["www-authenticate"] == "Bearer"


@every_operation
async def test_the_token_of_one_story_is_worth_nothing_in_another(
    site: Site, path: dict[str, str], operation: Operation
) -> None:
    token = await site.token("admin", story=a_slug())
    answer = call(site, operation, token, **path)
    if operation.name in NOTHING:
        assert answer.json() == NOTHING[operation.name]
    elif operation.name in OF_NO_STORY:
        assert answer.status_code == STATUSES.get(operation.name, 200)
    else:
        assert_refused(answer, 403, NotAllowed)


@every_operation
async def test_the_token_of_a_story_is_good_for_that_story(
    site: Site, path: dict[str, str], operation: Operation
) -> None:
    slug = path["slug"] + "-2" if operation.name == "openStory" else path["slug"]
    token = await site.token("admin", story=Slug(slug))
    answer = call(site, operation, token, **path)
    assert answer.status_code == STATUSES.get(operation.name, 200), answer.text


async def test_a_revoked_token_is_worth_nothing(site: Site, store: RedisStore, slug: Slug) -> None:
    token = await site.token()
    await tokens.revoke(store, token)
    answer = call(site, OPERATIONS[1], token, slug=slug)
    assert_refused(answer, 401, NotAuthenticated)


@pytest.mark.parametrize("scheme", ["Basic {}", "{}", "Bearer", "Token {}", "Bearer{}"])
async def test_another_scheme_is_no_credential(site: Site, scheme: str) -> None:
    token = await site.token()
    headers = {"Authorization": scheme.format(token)}
    answer = site.http.get("/api/v1/stories", headers=headers)
    assert_refused(answer, 401, NotAuthenticated)


async def test_the_scheme_may_be_written_in_any_case(site: Site) -> None:
    headers = {"Authorization": f"bearer {await site.token()}"}
    assert site.http.get("/api/v1/stories", headers=headers).status_code == 200


# -- finer than the call -------------------------------------------------------------------------


async def test_a_contributor_keeps_drafts_and_publishes_none(site: Site, slug: Slug) -> None:
    contributor = Newsroom(site, await site.token("contributor"))
    draft = contributor.post(slug, draft=True)
    contributor.edit(slug, draft, title="Better", draft=True)
    address = f"/stories/{slug}/updates"
    headers = {"If-Match": '"2"'}
    given = {"embargo": "2020-01-01T00:00:00Z"}
    answer = contributor.api.patch(f"{address}/{draft['id']}", json=given, headers=headers)
    assert_refused(answer, 403, NotAllowed)
    submitted = contributor.edit(slug, draft | {"revision": 2}, draft=False)
    assert submitted["draft"] and submitted["submitted_by"] == "Test"
    assert draft["id"] not in site.http.get(f"/stories/{slug}/state").text
    embargoed = {"text": "x", "embargo": "2099-01-01T00:00:00Z"}
    assert_refused(contributor.api.post(address, json=embargoed), 403, NotAllowed)


async def test_a_contributor_edits_nothing_that_is_public(
    site: Site, newsroom: Newsroom, path: dict[str, str]
) -> None:
    contributor = Newsroom(site, await site.token("contributor"))
    address = f"/stories/{path['slug']}/updates/{path['id']}"
    for given in ({"title": "x"}, {"title": "x", "draft": True}):
        answer = contributor.api.patch(address, json=given, headers={"If-Match": '"1"'})
        assert_refused(answer, 403, NotAllowed)
    assert_refused(contributor.api.delete(address), 403, NotAllowed)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
async def test_only_an_admin_erases(site: Site, path: dict[str, str], role: Role) -> None:
    someone = Newsroom(site, await site.token(role))
    address = f"/stories/{path['slug']}/updates/{path['id']}"
    assert_refused(someone.api.delete(address, params={"erase": "1"}), 403, NotAllowed)
    assert someone.api.get(address).json()["text"] == "News"


async def test_what_is_not_public_is_listed_only_to_those_of_its_story(
    site: Site, newsroom: Newsroom, slug: Slug
) -> None:
    hidden = newsroom.open(status="draft")
    theirs = Newsroom(site, await site.token("reader", story=slug))
    heads = theirs.api.get("/stories").json()["stories"]
    assert [head["slug"] for head in heads] == [slug]
    assert_refused(theirs.api.get(f"/stories/{hidden}"), 403, NotAllowed)
    assert hidden in [head["slug"] for head in newsroom.api.get("/stories").json()["stories"]]


# -- the desk's pages ------------------------------------------------------------------------------

# What is public: reading, and what comes before signing in says so in its own table.
PUBLIC = {
    "/", "/stories/{slug}", "/stories/{slug}/updates/{id}", "/problems/{name}",
    "/stories/{slug}/state", "/stories/{slug}/events", "/stories/{slug}/socket",
    "/stories/{slug}/changes", "/healthz", "/readyz", "/api/v1/openapi.json", "/static",
    "/media/{id}/{rendition}", "/csp-reports", "/embed/v1.js", "/embed/{slug}",
    *(f"{of}/feed.{name}" for of in ("", "/stories/{slug}") for name in FEEDS),
}  # fmt: skip
BEFORE_SIGNING_IN = {
    "/desk/sign-in", "/desk/sign-in/code", "/desk/sign-in/sso", "/desk/sign-in/sso/return",
    "/desk/sign-in/passkey/begin", "/desk/sign-in/passkey/finish", "/desk/welcome/{secret}",
    # The same for everybody; a browser asks for the manifest without its cookies.
    "/desk/worker.js", "/desk/manifest.webmanifest",
}  # fmt: skip
every_action = pytest.mark.parametrize(
    "action",
    [action for action in ACTIONS if action.needs is not None],
    ids=lambda one: f"{one.method} {one.path}",
)


def test_every_route_is_public_or_names_what_it_needs(redis_url: str, tmp_path: Path) -> None:
    read = settings.read({"LIVEBLOG_REDIS_URL": redis_url, "LIVEBLOG_DATA": str(tmp_path)})
    routes = app.Site(read, redis_url, 1).app.routes
    found = {(method, _path(route)) for route in routes for method in _methods(route)}
    named = {(one.method, one.path) for one in OPERATIONS}
    named |= {(one.method, one.path) for one in ACTIONS}
    assert {path for _, path in found - named} <= PUBLIC
    assert named <= found
    assert {one.path for one in ACTIONS if one.needs is None} == BEFORE_SIGNING_IN


def _path(route: Any) -> str:
    return str(route.path)


def _methods(route: Any) -> set[str]:
    return (getattr(route, "methods", None) or {"GET"}) - {"HEAD"}


def act(browser: Browser, action: Action, **headers: str) -> Response:
    """Ask for it, as a page of ours would."""
    path = action.path.format(id="0" * 16, slug="gates", part="settings")
    if action.method == "GET":
        with browser.site.http.stream("GET", path, headers=browser.sent() | headers) as answer:
            # A stream never ends; what counts here is whether it begins.
            if answer.headers.get("content-type", "").startswith("text/event-stream"):
                return answer
            answer.read()
            return answer
    return browser.post(path) if not action.data else browser.send(path, b"{}")


@every_action
@pytest.mark.parametrize("role", ROLES)
async def test_each_role_opens_the_pages_that_its_permissions_say(
    site: Site, store: RedisStore, action: Action, role: Role
) -> None:
    browser, _ = await a_browser_of(site, store, role)
    answer = act(browser, action)
    assert action.needs is not None
    if action.needs in PERMISSIONS[role]:
        # Let in: what there is not to be changed or linked is another matter.
        assert answer.status_code in {200, 204, 303, 422}, answer.text
        assert "sign-in?next" not in answer.headers.get("location", "")
    else:
        assert answer.status_code == 403


@every_action
async def test_nobody_opens_a_page_without_a_session(site: Site, action: Action) -> None:
    for browser in (Browser(site), Browser(site, "made-up")):
        answer = act(browser, action)
        if action.data:
            assert answer.status_code == 401
        else:
            assert answer.headers["location"].startswith("/desk/sign-in?next=%2Fdesk")


@every_action
async def test_a_token_is_no_session(site: Site, action: Action) -> None:
    browser = Browser(site)
    browser.headers["Authorization"] = f"Bearer {await site.token()}"
    answer = act(browser, action)
    assert answer.status_code == (401 if action.data else 303)


@pytest.mark.parametrize(
    "action",
    [action for action in ACTIONS if action.confirmed],
    ids=lambda one: f"{one.method} {one.path}",
)
async def test_what_can_do_harm_asks_again_who_it_is(
    site: Site, store: RedisStore, action: Action
) -> None:
    person = await a_person(store)
    browser = Browser(site, await a_session(store, person, confirmed=False))
    answer = act(browser, action)
    if action.data:
        assert_refused(answer, 403, NotConfirmed)
    else:
        assert answer.headers["location"].startswith("/desk/confirm?next=%2Fdesk")
    assert await store.person(person.id) == person


def test_managing_people_and_tokens_always_asks_again() -> None:
    assert all(action.confirmed for action in ACTIONS if action.needs == "people")


@pytest.mark.parametrize("action", [a for a in ACTIONS if a.method == "POST"], ids=lambda a: a.path)
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
    ids=str,
)
async def test_a_page_elsewhere_does_nothing_in_somebodys_name(
    site: Site, store: RedisStore, action: Action, headers: dict[str, str]
) -> None:
    browser, person = await a_browser_of(site, store)
    del browser.headers["Sec-Fetch-Site"]
    browser.headers |= headers
    answer = browser.send(action.path.format(id="0" * 16, secret="x"), b"{}")
    assert_refused(answer, 403, CrossSite)
    assert len(await store.sessions(person.id)) == 1


# -- the API with a session ------------------------------------------------------------------------


async def test_a_session_may_do_in_the_api_what_its_role_says(
    site: Site, store: RedisStore, slug: Slug
) -> None:
    address = f"/api/v1/stories/{slug}/updates"
    reporter, _ = await a_browser_of(site, store, "reporter")
    assert reporter.send(address, b'{"text": "News"}').status_code == 201
    reader, _ = await a_browser_of(site, store, "reader")
    assert_refused(reader.send(address, b'{"text": "News"}'), 403, NotAllowed)
    mine, _ = await a_browser_of(site, store, "reporter", (Slug("another"),))
    assert_refused(mine.send(address, b'{"text": "News"}'), 403, NotAllowed)


async def test_what_a_person_posts_says_who_did(site: Site, store: RedisStore, slug: Slug) -> None:
    browser, person = await a_browser_of(site, store, "editor")
    browser.send(f"/api/v1/stories/{slug}/updates", b'{"text": "News"}')
    changes = await store.changes(slug)
    assert changes is not None and changes[-1].by is not None
    assert (changes[-1].by.kind, changes[-1].by.id) == ("person", person.id)


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}, {}])
async def test_a_page_elsewhere_does_nothing_in_the_api_with_a_session(
    site: Site, store: RedisStore, untouched: Slug, headers: dict[str, str]
) -> None:
    browser, _ = await a_browser_of(site, store)
    del browser.headers["Sec-Fetch-Site"]
    browser.headers |= headers
    answer = browser.send(f"/api/v1/stories/{untouched}/updates", b'{"text": "News"}')
    assert_refused(answer, 403, CrossSite)


async def test_an_old_browser_says_its_origin(site: Site, store: RedisStore, slug: Slug) -> None:
    browser, _ = await a_browser_of(site, store)
    del browser.headers["Sec-Fetch-Site"]
    browser.headers["Origin"] = site.url
    answer = browser.send(f"/api/v1/stories/{slug}/updates", b'{"text": "News"}')
    assert answer.status_code == 201


async def test_a_bad_token_is_not_made_good_by_a_session(site: Site, store: RedisStore) -> None:
    browser, _ = await a_browser_of(site, store)
    browser.headers["Authorization"] = "Bearer lb_wrong"
    assert_refused(browser.get("/api/v1/stories", Accept="*/*"), 401, NotAuthenticated)


async def test_erasing_with_a_session_asks_again_who_it_is(
    site: Site, store: RedisStore, path: dict[str, str]
) -> None:
    session = await a_session(store, await a_person(store), confirmed=False)
    browser = Browser(site, session)
    address = f"/api/v1/stories/{path['slug']}/updates/{path['id']}?erase=1&case=7&reason=Court"
    assert_refused(browser.ask("DELETE", address), 403, NotConfirmed)
    assert (await store.current(Slug(path["slug"]), UpdateId(path["id"]))).text == "News"
