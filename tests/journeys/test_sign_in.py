"""A newsroom begins: the first admin by the link, a code, a reporter with a passkey, locked out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import pyotp
import pytest
from playwright.async_api import Browser, Page, expect

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

PASSWORD = "seven green herons walk"
_LISTEN = """() => { const stream = new EventSource("/desk/events");
    stream.onopen = () => { document.body.dataset.stream = "open"; };
    stream.onerror = () => { stream.close(); document.body.dataset.stream = "closed"; }; }"""


@pytest.fixture
def first_link(tmp_path: Path) -> Iterator[str]:
    """`liveblog run` on a machine where it never ran; the link that it prints."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LIVEBLOG_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "liveblog", "run", "--port", "0"],
        env=environment | {"LIVEBLOG_DATA": str(tmp_path / "var")},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        said = ""
        while not (found := re.search(r"(http://localhost:\d+/desk/welcome/[\w-]+)", said)):
            line = process.stderr.readline()
            assert line, said
            said += line
        yield found[1]
    finally:
        process.terminate()
        process.communicate(timeout=30)


@asynccontextmanager
async def somebody(browser: Browser) -> AsyncIterator[Page]:
    """A person at a computer of their own; no page may break a rule of its policy."""
    context = await browser.new_context()
    page = await context.new_page()
    broken: list[str] = []
    page.on("console", lambda said: broken.append(said.text) if "Security" in said.text else None)
    page.on("pageerror", lambda error: broken.append(str(error)))
    try:
        yield page
        assert broken == []
    finally:
        await context.close()


async def with_a_passkey_device(page: Page) -> None:
    """A finger reader, as the browser's own tools make one."""
    tools = await page.context.new_cdp_session(page)
    await tools.send("WebAuthn.enable")
    await tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


async def join(page: Page, link: str, name: str, full_name: str) -> None:
    await page.goto(link)
    await page.get_by_label("Name to sign in with").fill(name)
    await page.get_by_label("Your name").fill(full_name)
    await page.get_by_label("Password, 12").fill(PASSWORD)
    await page.get_by_label("The same again").fill(PASSWORD)
    await page.get_by_role("button", name="Make the account").click()
    await arrived(page)


async def arrived(page: Page) -> None:
    """Signed in; from here on without the application."""
    await page.wait_for_url("**/desk")
    await page.goto(f"{page.url}/plain")
    await expect(page.get_by_role("heading", name="Stories")).to_be_visible()


async def test_a_newsroom_begins(first_link: str, browser: Browser) -> None:
    async with somebody(browser) as admin, somebody(browser) as reporter:
        await join(admin, first_link, "ada", "Ada Winter")
        await set_up_codes(admin)
        await expect(admin.get_by_text("10 recovery codes are left")).to_be_visible()

        invitation = await invite_a_reporter(admin)
        await with_a_passkey_device(reporter)
        await join(reporter, invitation, "grace", "Grace Field")
        await sign_in_with_a_passkey(reporter)

        await reporter.evaluate(_LISTEN)
        await expect(reporter.locator("body")).to_have_attribute("data-stream", "open")
        await admin.goto(admin.url)
        await admin.get_by_role("button", name="Lock out grace").click()
        locked = monotonic()
        await expect(admin.get_by_text("grace is locked out")).to_be_visible()
        await expect(reporter.locator("body")).to_have_attribute(
            "data-stream", "closed", timeout=2_000
        )
        assert monotonic() - locked < 2
        await reporter.reload()
        await expect(reporter.get_by_role("heading", name="Sign in")).to_be_visible()


async def set_up_codes(page: Page) -> None:
    """An authenticator app, and signing in with it."""
    await page.get_by_role("link", name="Ada Winter").click()
    await page.get_by_role("link", name="Set it up").click()
    await expect(page.get_by_role("img", name="A picture for")).to_be_visible()
    key = "".join((await page.locator("code.key").inner_text()).split())
    await page.get_by_label("Six digits").fill(pyotp.TOTP(key).now())
    await page.get_by_role("button", name="Turn it on").click()
    await expect(page.locator(".codes li")).to_have_count(10)
    recovery = await page.locator(".codes code").first.inner_text()
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await page.get_by_label("Name").fill("ada")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_label("The six digits").fill("000000")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_contain_text("not valid")
    # The code of the app was used a moment ago; a recovery code is good at once.
    await page.get_by_label("The six digits").fill(recovery)
    await page.get_by_role("button", name="Sign in").click()
    await arrived(page)
    await page.get_by_role("link", name="Ada Winter").click()
    await expect(page.get_by_text("9 recovery codes are left")).to_be_visible()
    await page.get_by_role("button", name="Make new recovery codes").click()
    await page.get_by_role("link", name="I have written them down").click()


async def invite_a_reporter(page: Page) -> str:
    await page.get_by_role("link", name="People").click()
    await (
        page.get_by_role("region", name="Invite somebody")
        .get_by_label("Role")
        .select_option("reporter")
    )
    await page.get_by_role("button", name="Make a link").click()
    link = await page.locator("code.key").inner_text()
    await page.get_by_role("link", name="People").click()
    return link


async def sign_in_with_a_passkey(page: Page) -> None:
    """Make one, leave, and come back with it: no name, no password."""
    await page.get_by_role("link", name="Grace Field").click()
    await page.get_by_label("What to call it").fill("Laptop")
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(page.get_by_text("Laptop")).to_be_visible()
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await page.get_by_role("button", name="With a passkey").click()
    await arrived(page)
