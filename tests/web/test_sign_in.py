"""Signing in: password and code, passkey, single sign-on; and what a stranger learns from it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from httpx2 import Response
from msgspec.structs import replace

from liveblog.accounts.links import Invitation, Links
from liveblog.accounts.sealing import Seal
from liveblog.store.people import Passkey, Person
from liveblog.store.redis import RedisStore
from liveblog.web import cookies
from tests.accounts.device import Device
from tests.accounts.provider import CLIENT, SECRET, Provider, a_provider
from tests.people import PASSWORD, Browser, a_browser_of, a_person, a_session, now
from tests.sites import Site, a_client, a_site

pytestmark = pytest.mark.anyio

OURS = "the secret of this installation"
KEY = "JBSWY3DPEHPK3PXP" * 2


@pytest.fixture(scope="module")
def here(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A web process whose secret the tests know."""
    log = tmp_path_factory.mktemp("here") / "log"
    with a_site(redis_url, log, LIVEBLOG_SECRET=OURS) as site:
        yield site
    assert "Traceback" not in log.read_text()


def code() -> str:
    return pyotp.TOTP(KEY).at(now())


async def with_app(store: RedisStore) -> Person:
    """Somebody who has an authenticator app."""
    person = await a_person(store)
    sealed = Seal(OURS).seal(KEY, person.id)
    return await store.save_person(replace(person, authenticator=sealed))


def signs_in(browser: Browser, person: Person, password: str = PASSWORD) -> Response:
    return browser.post("/desk/sign-in", name=person.name, password=password, next="/desk/account")


def is_in(browser: Browser) -> bool:
    return browser.get("/desk/account").status_code == 200


# -- password --------------------------------------------------------------------------------------


async def test_name_and_password_open_the_desk(here: Site, store: RedisStore) -> None:
    browser, person = Browser(here), await a_person(store)
    answer = signs_in(browser, person)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/account")
    assert person.name in browser.get("/desk/account").text
    (session,) = await store.sessions(person.id)
    assert session.address == "127.0.0.1"


async def test_the_session_is_a_cookie_that_no_script_and_no_other_site_uses(
    here: Site, store: RedisStore
) -> None:
    answer = signs_in(Browser(here), await a_person(store))
    (cookie,) = [
        line for line in answer.headers.get_list("set-cookie") if cookies.SESSION + "=" in line
    ]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "secure", "samesite=strict", "path=/"} <= parts
    assert not any(part.startswith("domain") for part in parts)


async def test_a_session_from_before_signing_in_ends_with_it(here: Site, store: RedisStore) -> None:
    person = await a_person(store)
    planted = await a_session(store, await a_person(store))
    browser = Browser(here, planted)
    signs_in(browser, person)
    assert browser.cookies[cookies.SESSION] != planted
    assert not is_in(Browser(here, planted))
    assert is_in(browser)


async def test_a_stranger_cannot_tell_a_wrong_password_from_a_wrong_name(
    here: Site, store: RedisStore
) -> None:
    person, locked = await a_person(store), await a_person(store, locked=True)
    pages = []
    for name, password in [
        (person.name, "wrong password here"),
        ("nobody-" + person.name, PASSWORD),
        (locked.name, PASSWORD),
    ]:
        answer = Browser(here).post("/desk/sign-in", name=name, password=password)
        assert answer.status_code == 422
        assert "set-cookie" not in answer.headers
        pages.append(answer.text.replace(name, "NAME"))
    assert pages[0] == pages[1] == pages[2]


async def test_the_page_keeps_the_name_and_never_the_password(here: Site) -> None:
    answer = Browser(here).post(
        "/desk/sign-in", name='a"><b>', password="hunter2 is mine", next="/desk/tokens"
    )
    assert 'value="a&#34;&gt;&lt;b&gt;"' in answer.text
    assert "hunter2" not in answer.text
    assert 'value="/desk/tokens"' in answer.text


@pytest.mark.parametrize(
    "next",
    ["https://evil.example", "//evil.example", "/desk//evil.example", "/stories/x", "/desk\\x",
     "/desk/?a=b", "/desk/../stories", "javascript:alert(1)", "/desk/\r\nx: y"],
)  # fmt: skip
async def test_signing_in_leads_nowhere_but_to_the_desk(
    here: Site, store: RedisStore, next: str
) -> None:
    person = await a_person(store)
    answer = Browser(here).post("/desk/sign-in", name=person.name, password=PASSWORD, next=next)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")


async def test_guessing_is_answered_429_and_the_owner_comes_in_by_a_known_device(
    redis_url: str, store: RedisStore, tmp_path: Path
) -> None:
    with a_site(redis_url, tmp_path / "log", LIVEBLOG_SECRET=OURS) as site:
        person = await a_person(store)
        known = Browser(site)
        signs_in(known, person)
        stranger = Browser(site)
        statuses = [signs_in(stranger, person, f"guess {n} at it").status_code for n in range(12)]
        assert statuses[:10] == [422] * 10
        refused = signs_in(stranger, person)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        assert "Too many tries" in refused.text
        assert signs_in(known, person).status_code == 303


async def test_what_became_of_a_try_is_on_record_without_a_password(
    here: Site, store: RedisStore
) -> None:
    person = await a_person(store)
    signs_in(Browser(here), person, "a guess at a password")
    signs_in(Browser(here), person)
    Browser(here).post("/desk/sign-in", name="my password in the wrong field", password="x")
    lines = [line for _, line in await store.audited()]
    kinds = [(line.kind, line.detail) for line in lines if line.by.id == person.id]
    assert kinds == [("sign_in_failed", "password"), ("signed_in", "password")]
    assert all(line.by.address for line in lines if line.by.id == person.id)
    assert "guess" not in str(lines) and "wrong field" not in str(lines)


# -- code ------------------------------------------------------------------------------------------


def pending(page: Response) -> str:
    assert page.status_code == 200, page.text
    return page.text.split('name="pending" value="')[1].split('"')[0]


async def test_an_authenticator_app_asks_for_its_code(here: Site, store: RedisStore) -> None:
    browser, person = Browser(here), await with_app(store)
    page = signs_in(browser, person)
    assert cookies.SESSION not in browser.cookies
    answer = browser.post("/desk/sign-in/code", pending=pending(page), code=code(), next="/desk")
    assert answer.status_code == 303
    assert is_in(browser)


async def test_a_code_is_not_taken_twice(here: Site, store: RedisStore) -> None:
    person, used = await with_app(store), code()
    first, second = Browser(here), Browser(here)
    for browser, status in ((first, 303), (second, 422)):
        page = signs_in(browser, person)
        answer = browser.post("/desk/sign-in/code", pending=pending(page), code=used)
        assert answer.status_code == status
    assert is_in(first) and not is_in(second)


async def test_a_password_is_good_for_five_codes(here: Site, store: RedisStore) -> None:
    browser, person = Browser(here), await with_app(store)
    proof = pending(signs_in(browser, person))
    for _ in range(5):
        answer = browser.post("/desk/sign-in/code", pending=proof, code="000000")
        assert answer.status_code == 422
    answer = browser.post("/desk/sign-in/code", pending=proof, code=code())
    assert answer.status_code == 422
    assert "sign in again" in answer.text
    assert not is_in(browser)


@pytest.mark.parametrize("proof", ["", "made up"])
async def test_a_code_alone_opens_nothing(here: Site, store: RedisStore, proof: str) -> None:
    await with_app(store)
    browser = Browser(here)
    assert browser.post("/desk/sign-in/code", pending=proof, code=code()).status_code == 422
    assert not is_in(browser)


async def test_a_new_password_by_link_is_no_way_around_the_code(
    here: Site, store: RedisStore
) -> None:
    browser, person = Browser(here), await with_app(store)
    links = Links(store, now)
    secret = await links.make(Invitation(role="admin", person=person.id, until=links.until(1)))
    new = "blue lantern over water"
    answer = browser.post(f"/desk/welcome/{secret}", password=new, again=new)
    assert answer.headers["location"] == "/desk/sign-in"
    assert not is_in(browser)
    assert signs_in(browser, person).status_code == 422
    assert pending(signs_in(browser, person, new))


# -- passkey ---------------------------------------------------------------------------------------


async def a_passkey(here: Site, store: RedisStore) -> tuple[Device, Person]:
    browser, person = await a_browser_of(here, store)
    device = Device(here.url)
    begun = browser.send("/desk/account/passkeys/begin", b"{}").json()
    made = json.loads(device.create(json.dumps(begun["options"])))
    body = {"conversation": begun["conversation"], "response": made, "name": "Phone"}
    answer = browser.send("/desk/account/passkeys/finish", json.dumps(body).encode())
    assert answer.status_code == 204, answer.text
    return device, person


def by_passkey(browser: Browser, device: Device) -> Response:
    begun = browser.send("/desk/sign-in/passkey/begin", b"{}").json()
    return finish(browser, begun["conversation"], device.get(json.dumps(begun["options"])))


def finish(browser: Browser, conversation: str, response: bytes) -> Response:
    body = {"conversation": conversation, "response": json.loads(response)}
    return browser.send("/desk/sign-in/passkey/finish", json.dumps(body).encode())


@pytest.fixture
def by_name(here: Site) -> Site:
    """The same process under a name: a passkey is made for names, not for numbers."""
    site = Site(here.redis_url, here.log)
    site.port, site.url = here.port, f"http://localhost:{here.port}"
    site.http = a_client(site.url)
    return site


async def test_a_passkey_opens_the_desk_without_a_name(by_name: Site, store: RedisStore) -> None:
    device, person = await a_passkey(by_name, store)
    browser = Browser(by_name)
    assert by_passkey(browser, device).status_code == 204
    assert person.name in browser.get("/desk/account").text
    kept = await store.person(person.id)
    assert kept is not None and kept.passkeys[0].sign_count == device.count


async def test_an_answer_of_a_passkey_is_good_once(by_name: Site, store: RedisStore) -> None:
    device, _ = await a_passkey(by_name, store)
    browser = Browser(by_name)
    begun = browser.send("/desk/sign-in/passkey/begin", b"{}").json()
    response = device.get(json.dumps(begun["options"]))
    assert finish(browser, begun["conversation"], response).status_code == 204
    again = finish(Browser(by_name), begun["conversation"], response)
    assert (again.status_code, again.json()["type"]) == (422, "/problems/invalid")


async def test_the_passkey_of_who_is_locked_out_opens_nothing(
    by_name: Site, store: RedisStore
) -> None:
    device, person = await a_passkey(by_name, store)
    kept = await store.person(person.id)
    assert kept is not None
    await store.save_person(replace(kept, locked=True))
    assert by_passkey(Browser(by_name), device).status_code == 422


async def test_another_device_that_claims_to_be_somebody_opens_nothing(
    by_name: Site, store: RedisStore
) -> None:
    device, _ = await a_passkey(by_name, store)
    forger = Device(by_name.url)
    forger.id, forger.handle = device.id, device.handle
    assert by_passkey(Browser(by_name), forger).status_code == 422


async def test_a_passkey_is_removed_by_its_owner(by_name: Site, store: RedisStore) -> None:
    device, person = await a_passkey(by_name, store)
    kept = await store.person(person.id)
    assert kept is not None and isinstance(kept.passkeys[0], Passkey)
    owner = Browser(by_name, await a_session(store, person))
    removed = owner.post(f"/desk/account/passkeys/{kept.passkeys[0].id}/remove")
    assert removed.status_code == 303
    assert by_passkey(Browser(by_name), device).status_code == 422


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"conversation": 1}', b"\xff"])
async def test_what_no_script_of_ours_sends_is_refused(here: Site, body: bytes) -> None:
    answer = Browser(here).send("/desk/sign-in/passkey/finish", body)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")


# -- single sign-on --------------------------------------------------------------------------------


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with a_provider() as provider:
        yield provider


def with_provider(redis_url: str, log: Path, provider: Provider, **more: str) -> Site:
    site = Site(redis_url, log)
    site._environment = {
        "LIVEBLOG_SECRET": OURS,
        "LIVEBLOG_PUBLIC_URL": site.url,
        "LIVEBLOG_SSO_ISSUER": provider.issuer,
        "LIVEBLOG_SSO_CLIENT_ID": CLIENT,
        "LIVEBLOG_SSO_CLIENT_SECRET": SECRET,
        **more,
    }
    site.start()
    return site


async def opens(browser: Browser, address: str) -> Response:
    """In a thread: the provider answers in this one."""
    return await asyncio.to_thread(browser.get, address)


async def goes(browser: Browser, provider: Provider, where: str = "/desk/sign-in/sso") -> str:
    """To the provider and back; answers the address to which it sends the browser."""
    answer = await opens(browser, where)
    assert answer.status_code == 303, answer.text
    query = provider.visit(answer.headers["location"])
    return f"/desk/sign-in/sso/return?code={query['code']}&state={query['state']}"


async def test_single_sign_on_knows_whom_an_admin_let_connect_and_nobody_else(
    redis_url: str, store: RedisStore, tmp_path: Path, provider: Provider
) -> None:
    site = with_provider(redis_url, tmp_path / "log", provider)
    try:
        provider.claims = {"sub": f"subject-{site.port}"}
        stranger = Browser(site)
        refused = await opens(stranger, await goes(stranger, provider))
        assert refused.status_code == 422 and "no account here" in refused.text
        owner, person = await a_browser_of(site, store)
        back = await opens(
            owner, await goes(owner, provider, "/desk/account/sso?next=/desk/account")
        )
        assert back.status_code == 200 and "/desk/account" in back.text
        again = Browser(site)
        assert 'url=/desk"' in (await opens(again, await goes(again, provider))).text
        assert person.name in again.get("/desk/account").text
    finally:
        site.kill()


async def test_a_provider_that_only_remembers_somebody_does_not_confirm_them(
    redis_url: str, store: RedisStore, tmp_path: Path, provider: Provider
) -> None:
    site = with_provider(redis_url, tmp_path / "log", provider)
    try:
        provider.claims = {"sub": f"subject-{site.port}"}
        await a_person(store, subject=f"{provider.issuer} subject-{site.port}")
        browser = Browser(site)
        await opens(browser, await goes(browser, provider))
        assert (
            browser.get("/desk/people").headers["location"] == "/desk/confirm?next=%2Fdesk%2Fpeople"
        )
        stale = await opens(browser, await goes(browser, provider, "/desk/sign-in/sso?again=1"))
        assert stale.status_code == 422 and "did not ask again" in stale.text
        asked = now() - timedelta(seconds=1)
        provider.claims |= {"auth_time": int(asked.timestamp())}
        await opens(browser, await goes(browser, provider, "/desk/sign-in/sso?again=1"))
        assert browser.get("/desk/people").status_code == 200
    finally:
        site.kill()


async def test_who_did_not_begin_at_this_browser_is_not_signed_in_there(
    redis_url: str, store: RedisStore, tmp_path: Path, provider: Provider
) -> None:
    site = with_provider(redis_url, tmp_path / "log", provider)
    try:
        provider.claims = {"sub": f"subject-{site.port}"}
        await a_person(store, subject=f"{provider.issuer} subject-{site.port}")
        attacker, victim = Browser(site), Browser(site)
        address = await goes(attacker, provider)
        assert (await opens(victim, address)).status_code == 422
        assert cookies.SESSION not in victim.cookies
    finally:
        site.kill()


async def test_a_provider_brings_people_where_it_is_told_to_and_takes_nobodys_name(
    redis_url: str, store: RedisStore, tmp_path: Path, provider: Provider
) -> None:
    site = with_provider(redis_url, tmp_path / "log", provider, LIVEBLOG_SSO_ROLE="contributor")
    try:
        taken = f"ada-{site.port}@paper.example"
        owner = await a_person(store, name=taken)
        provider.claims = {"sub": f"new-{site.port}", "email": taken}
        browser = Browser(site)
        await opens(browser, await goes(browser, provider))
        brought = await store.person_known_as(f"{provider.issuer} new-{site.port}")
        assert brought is not None
        assert (brought.role, brought.full_name) == ("contributor", "Ada Winter")
        assert brought.id != owner.id and brought.name != taken
    finally:
        site.kill()
