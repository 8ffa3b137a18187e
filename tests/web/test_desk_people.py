"""The pages on which admins manage people and tokens, and everybody their own account."""

from __future__ import annotations

import re

import pyotp
import pytest
from httpx2 import Response

from liveblog.accounts.links import Invitation, Links
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from tests.html_reading import Reading
from tests.people import PASSWORD, Browser, a_browser_of, a_person, a_session, now
from tests.sites import Newsroom, Site

pytestmark = pytest.mark.anyio

NEW = "blue lantern over water"


def link(page: Response) -> str:
    """The link that a page shows."""
    assert page.status_code == 200, page.text
    (found,) = re.findall(r"https?://[^/]+(/desk/welcome/[\w-]+)", page.text)
    return str(found)


async def an_invitation(store: RedisStore, **given: object) -> str:
    links = Links(store, now)
    invited = Invitation(**({"role": "reporter", "until": links.until(1)} | given))  # type: ignore[arg-type] # a builder
    return f"/desk/welcome/{await links.make(invited)}"


def accepts(site: Site, address: str, called: str, **form: str) -> tuple[Browser, Response]:
    browser = Browser(site)
    given = {"name": called, "full_name": "Grace Field", "password": NEW, "again": NEW}
    return browser, browser.post(address, **(given | form))


# -- invitations -----------------------------------------------------------------------------------


async def test_an_admin_invites_somebody_who_makes_an_account(
    site: Site, store: RedisStore, slug: Slug
) -> None:
    admin, owner = await a_browser_of(site, store)
    page = admin.post("/desk/people/invite", role="reporter", stories=slug, days="2")
    address, name = link(page), f"grace-{owner.id}"
    assert slug in Browser(site).get(address).text
    browser, answer = accepts(site, address, name)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    made = await store.person_named(name)
    assert made is not None
    assert (made.role, made.stories, made.full_name) == ("reporter", (slug,), "Grace Field")
    assert "Grace Field" in browser.get("/desk/plain").text
    assert accepts(site, address, f"{name}-2")[1].status_code == 410
    lines = [(line.kind, line.by.name) for _, line in await store.audited()]
    assert ("invited", owner.name) in lines and ("person_added", name) in lines


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"password": "short", "again": "short"}, "12 characters"),
        ({"password": "Password12345!", "again": "Password12345!"}, "first that somebody"),
        ({"again": "another one here"}, "differ"),
        ({"full_name": " "}, "your name"),
        ({"name": "A B"}, "letters"),
    ],
)
async def test_what_is_wrong_is_said_in_the_page_and_the_link_stays_good(
    site: Site, store: RedisStore, form: dict[str, str], says: str
) -> None:
    address = await an_invitation(store)
    name = f"grace-{address[-10:].strip('-_').lower()}x"
    _, answer = accepts(site, address, name, **form)
    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{form.get("name", name)}"' in answer.text
    assert form.get("password", NEW) not in answer.text
    assert accepts(site, address, name)[1].status_code == 303


async def test_a_name_that_is_taken_costs_no_link(site: Site, store: RedisStore) -> None:
    address, other = await an_invitation(store), await a_person(store)
    _, answer = accepts(site, address, other.name)
    assert answer.status_code == 409
    assert accepts(site, address, f"{other.name}-2")[1].status_code == 303


async def test_a_link_is_neither_stored_by_caches_nor_told_to_other_sites(
    site: Site, store: RedisStore
) -> None:
    answer = Browser(site).get(await an_invitation(store))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_a_made_up_link_is_answered_410(site: Site) -> None:
    assert Browser(site).get("/desk/welcome/made-up").status_code == 410


# -- people ----------------------------------------------------------------------------------------


async def test_an_admin_changes_a_role_and_it_counts_at_once(
    site: Site, store: RedisStore, slug: Slug
) -> None:
    admin, _ = await a_browser_of(site, store)
    browser, person = await a_browser_of(site, store, "reader")
    address = f"/api/v1/stories/{slug}/updates"
    assert browser.send(address, b'{"text": "x"}').status_code == 403
    admin.post(f"/desk/people/{person.id}/role", role="reporter", stories=slug)
    assert browser.send(address, b'{"text": "x"}').status_code == 201


async def test_a_lost_password_is_set_anew_by_a_link_and_ends_all_sessions(
    site: Site, store: RedisStore
) -> None:
    admin, _ = await a_browser_of(site, store)
    old, person = await a_browser_of(site, store, "editor")
    address = link(admin.post(f"/desk/people/{person.id}/reset"))
    browser = Browser(site)
    assert browser.post(address, password=NEW, again=NEW).status_code == 303
    assert browser.get("/desk/account").status_code == 200
    assert old.get("/desk/account").status_code == 303
    for password, status in ((PASSWORD, 422), (NEW, 303)):
        answer = Browser(site).post("/desk/sign-in", name=person.name, password=password)
        assert answer.status_code == status


@pytest.mark.parametrize("deed", ["lock", "role", "reset"])
async def test_nobody_changes_themselves_so_an_admin_remains(
    site: Site, store: RedisStore, deed: str
) -> None:
    admin, owner = await a_browser_of(site, store)
    answer = admin.post(f"/desk/people/{owner.id}/{deed}", role="reader", stories="")
    assert answer.status_code == 422 and "another admin" in answer.text
    assert await store.person(owner.id) == owner


async def test_who_was_locked_out_comes_back_when_let_in(site: Site, store: RedisStore) -> None:
    admin, _ = await a_browser_of(site, store)
    _, person = await a_browser_of(site, store, "editor")
    admin.post(f"/desk/people/{person.id}/lock")
    signs_in = {"name": person.name, "password": PASSWORD}
    assert Browser(site).post("/desk/sign-in", **signs_in).status_code == 422
    admin.post(f"/desk/people/{person.id}/unlock")
    assert Browser(site).post("/desk/sign-in", **signs_in).status_code == 303


@pytest.mark.parametrize(
    "form",
    [
        {"role": "owner", "stories": "", "days": "1"},
        {"role": "editor", "stories": "No Slug!", "days": "1"},
        {"role": "editor", "stories": "", "days": "0"},
        {"role": "editor", "stories": "", "days": "1000"},
        {"role": "editor", "stories": "", "days": "x"},
    ],
    ids=str,
)
async def test_a_wrong_invitation_is_shown_again_as_it_was_typed(
    site: Site, store: RedisStore, form: dict[str, str]
) -> None:
    admin, _ = await a_browser_of(site, store)
    answer = admin.post("/desk/people/invite", **form)
    assert answer.status_code == 422
    assert f'value="{form["stories"]}"' in answer.text
    assert "/desk/welcome/" not in answer.text


# -- tokens ----------------------------------------------------------------------------------------


async def test_a_token_is_shown_once_works_and_is_revoked(
    site: Site, store: RedisStore, slug: Slug
) -> None:
    admin, owner = await a_browser_of(site, store)
    page = admin.post("/desk/tokens", name="Results wire", role="reporter", story=slug, days="7")
    (secret,) = re.findall(r"lb_[\w-]{40,}", page.text)
    assert "lb_" not in admin.get("/desk/tokens").text
    wire = Newsroom(site, secret)
    wire.post(slug, "Half time")
    assert wire.api.get("/stories/another").status_code == 403
    tokens = {token.name: token for token in (await store.tokens_kept()).values()}
    token = tokens["Results wire"]
    assert (token.owner, token.story) == (owner.id, slug)
    assert token.expires is not None and token.used is not None
    assert "revoked" in admin.post(f"/desk/tokens/{token.id}/revoke").text
    assert wire.api.get(f"/stories/{slug}").status_code == 401
    lines = [(line.kind, line.by.id) for _, line in await store.audited()]
    assert ("token_added", owner.id) in lines and ("token_revoked", owner.id) in lines


async def test_the_tokens_of_who_is_locked_out_are_pointed_at(
    site: Site, store: RedisStore
) -> None:
    admin, _ = await a_browser_of(site, store)
    other, person = await a_browser_of(site, store)
    other.post("/desk/tokens", name="Theirs", role="reader", story="", days="")
    assert "still work: 1" in admin.post(f"/desk/people/{person.id}/lock").text


# -- one's own account -----------------------------------------------------------------------------


async def test_a_password_is_changed_and_other_browsers_are_signed_out(
    site: Site, store: RedisStore
) -> None:
    browser, person = await a_browser_of(site, store, "reader")
    other = Browser(site, await a_session(store, person))
    assert browser.post("/desk/account/password", password=NEW, again=NEW).status_code == 303
    assert browser.get("/desk/account").status_code == 200
    assert other.get("/desk/account").status_code == 303


async def test_a_session_is_listed_and_ended(site: Site, store: RedisStore) -> None:
    browser, person = await a_browser_of(site, store, "reader")
    other = Browser(site, await a_session(store, person))
    assert browser.get("/desk/account").text.count("Test browser") == 2
    mine, theirs = await store.sessions(person.id)
    for session in (mine, theirs):
        if session.id in browser.get("/desk/account").text:
            browser.post(f"/desk/account/sessions/{session.id}/end")
    assert other.get("/desk/account").status_code == 303
    assert browser.get("/desk/account").status_code == 200


async def test_nobody_ends_somebody_elses_session(site: Site, store: RedisStore) -> None:
    browser, _ = await a_browser_of(site, store, "reader")
    other, person = await a_browser_of(site, store)
    (session,) = await store.sessions(person.id)
    browser.post(f"/desk/account/sessions/{session.id}/end")
    assert other.get("/desk/account").status_code == 200


async def test_an_authenticator_app_is_set_up_and_turned_off(site: Site, store: RedisStore) -> None:
    browser, person = await a_browser_of(site, store, "reader")
    page = browser.get("/desk/account/authenticator").text
    key = re.findall(r'class="key">([A-Z2-7 ]+)<', page)[0].replace(" ", "")
    setup = re.findall(r'name="setup" value="([\w-]+)"', page)[0]
    assert "<svg" in page
    wrong = browser.post("/desk/account/authenticator", setup=setup, code="000000")
    assert wrong.status_code == 422
    assert key in wrong.text.replace(" ", "")
    setup = re.findall(r'name="setup" value="([\w-]+)"', wrong.text)[0]
    codes = browser.post("/desk/account/authenticator", setup=setup, code=pyotp.TOTP(key).now())
    assert len(re.findall(r"<li><code>[\w-]{11}</code>", codes.text)) == 10
    kept = await store.person(person.id)
    assert kept is not None and kept.authenticator and key not in str(kept)
    browser.post("/desk/account/authenticator/remove")
    kept = await store.person(person.id)
    assert kept is not None and not kept.authenticator and not kept.recovery


async def test_a_key_that_was_not_ours_is_not_taken(site: Site, store: RedisStore) -> None:
    browser, person = await a_browser_of(site, store, "reader")
    known = "JBSWY3DPEHPK3PXP" * 2
    code = pyotp.TOTP(known).now()
    answer = browser.post("/desk/account/authenticator", setup=known, code=code)
    assert answer.status_code == 422
    assert await store.person(person.id) == person


@pytest.mark.parametrize("role", ["admin", "reader"])
async def test_who_confirms_may_go_on(site: Site, store: RedisStore, role: str) -> None:
    person = await a_person(store, role)  # type: ignore[arg-type] # one of the roles
    browser = Browser(site, await a_session(store, person, confirmed=False))
    wrong = browser.post("/desk/confirm", password="not this one", next="/desk/account")
    assert wrong.status_code == 422
    assert browser.get("/desk/account/authenticator").status_code == 303
    right = browser.post("/desk/confirm", password=PASSWORD, next="/desk/account")
    assert right.headers["location"] == "/desk/account"
    assert browser.get("/desk/account/authenticator").status_code == 200


# -- the pages themselves --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/desk", "/desk/stories/gates", "/desk/plain", "/desk/account", "/desk/account/authenticator",
     "/desk/people", "/desk/tokens", "/desk/confirm", "/desk/sign-in"],
)  # fmt: skip
async def test_a_page_of_the_desk_has_the_desks_headers_and_no_mistakes(
    site: Site, store: RedisStore, path: str
) -> None:
    browser, _ = await a_browser_of(site, store)
    browser = Browser(site) if path == "/desk/sign-in" else browser
    answer = browser.get(path)
    assert answer.status_code == 200
    assert Reading(answer.text).mistakes == []
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
        " connect-src 'self' wss:; worker-src 'self'; manifest-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none';"
        " require-trusted-types-for 'script'; report-to csp; report-uri /csp-reports"
    )
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_what_people_are_called_is_text_in_every_page(site: Site, store: RedisStore) -> None:
    evil = "<script>alert(1)</script>"
    browser, _ = await a_browser_of(site, store, full_name=evil)
    browser.post("/desk/tokens", name=evil, role="reader", story="", days="")
    for path in ("/desk/plain", "/desk/account", "/desk/people", "/desk/tokens", "/desk/confirm"):
        page = browser.get(path).text
        assert evil not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


async def test_somebody_sees_their_stories_only(
    site: Site, store: RedisStore, newsroom: Newsroom, slug: Slug
) -> None:
    hidden = newsroom.open(status="draft")
    browser, _ = await a_browser_of(site, store, "reporter", (slug,))
    page = browser.get("/desk/plain").text
    assert f"/stories/{slug}" in page
    assert hidden not in page
    assert hidden in (await a_browser_of(site, store, "reader"))[0].get("/desk/plain").text


async def test_who_follows_a_link_from_elsewhere_is_asked_once_more_as_one_of_ours(
    site: Site,
) -> None:
    browser = Browser(site)
    answer = browser.get("/desk/people", **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert 'url=/desk/people"' in answer.text
    assert browser.get("/desk/people").headers["location"] == "/desk/sign-in?next=%2Fdesk%2Fpeople"


async def test_a_form_that_is_no_form_is_refused(site: Site) -> None:
    browser = Browser(site)
    browser.headers["Content-Type"] = "application/x-www-form-urlencoded"
    for body, status in ((b"a=1&" * 200, 422), (b"\xff", 422), (b"a" * 70_000, 413)):
        answer = browser._ask("POST", "/desk/sign-in", {}, content=body)
        assert answer.status_code == status
