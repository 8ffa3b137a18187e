"""Every call of the API, as everybody who might make it."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from httpx2 import Response

from liveblog.accounts import tokens
from liveblog.accounts.roles import PERMISSIONS, Permission, Role
from liveblog.errors import NotAllowed, NotAuthenticated
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from liveblog.web.api import OPERATIONS
from liveblog.web.operations import Operation
from tests.builders import a_slug
from tests.media.making import a_picture
from tests.sites import Newsroom, Site
from tests.web.answers import assert_refused

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("picture_worker")]

ROLES: tuple[Role, ...] = get_args(Role)
BODIES: dict[str, dict[str, Any]] = {
    "amendStory": {"kicker": "Harbour"},
    "postUpdate": {"text": "News"},
    "editUpdate": {"title": "Better"},
    "unfurl": {"url": "http://127.0.0.1/"},
}
# What a token of another story is shown.
NOTHING: dict[str, dict[str, Any]] = {
    "listStories": {"stories": []},
    "listErasures": {"erasures": []},
    "readAudit": {"lines": [], "next": None},
}
# What concerns no story is answered to the token of any.
OF_NO_STORY = {"approveErasure", "uploadPicture", "unfurl"}
# What a call needs for these bodies, where it is more than to be let in at all.
NEEDS: dict[str, Permission] = {"postUpdate": "post", "editUpdate": "edit"}
# There is no erase to approve under that id; that one may is in tests/record/test_erasing.py. Who
# may unfurl is let in, and then refused this address.
STATUSES = {
    "openStory": 201,
    "postUpdate": 201,
    "approveErasure": 404,
    "uploadPicture": 201,
    "unfurl": 422,
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
def path(newsroom: Newsroom, slug: Slug) -> dict[str, str]:
    """An update that is there."""
    return {"slug": slug, "id": newsroom.post(slug)["id"]}


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
    for given in ({"draft": False}, {"embargo": "2020-01-01T00:00:00Z"}):
        headers = {"If-Match": '"2"'}
        answer = contributor.api.patch(f"{address}/{draft['id']}", json=given, headers=headers)
        assert_refused(answer, 403, NotAllowed)
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
