"""The desk's application: one page for everybody, its service worker, its manifest."""

from __future__ import annotations

import json
import re

import pytest
from playwright.async_api import Browser as Chromium

from liveblog.store.redis import RedisStore
from liveblog.web import cookies
from tests.html_reading import Reading
from tests.people import Browser, a_browser_of
from tests.sites import Site

pytestmark = pytest.mark.anyio

INSIDE = ("/desk", "/desk/stories/gates", "/desk/stories/gates/settings")


async def test_the_application_is_one_page_the_same_for_everybody_everywhere_in_it(
    site: Site, store: RedisStore
) -> None:
    people = [(await a_browser_of(site, store, role))[0] for role in ("admin", "reader")]
    answers = [one.get(path) for one in people for path in INSIDE]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    page = Reading(answers[0].text)
    assert page.mistakes == []
    assert "/desk/plain" in answers[0].text


@pytest.mark.parametrize("path", INSIDE)
async def test_who_is_not_signed_in_goes_there_after_signing_in(site: Site, path: str) -> None:
    answer = Browser(site).get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/desk/sign-in?next={path.replace('/', '%2F')}"


def kept(site: Site) -> tuple[dict[str, object], str]:
    """What the worker is told, and its script."""
    answer = Browser(site).get("/desk/worker.js")
    assert answer.status_code == 200
    told, _, script = answer.text.partition(";\n")
    return json.loads(told.removeprefix("self.LIVEBLOG=")), script


async def test_the_worker_is_told_every_file_that_the_page_needs(
    site: Site, store: RedisStore
) -> None:
    told, _ = kept(site)
    files = told["files"]
    assert isinstance(files, list) and len(files) == len(set(files))
    for file in files:
        assert site.http.get(file).status_code == 200, file
    page = (await a_browser_of(site, store))[0].get("/desk").text
    needed = re.findall(r'(?:href|src)="(/static/[^"]+|/desk/manifest[^"]+)"', page)
    assert len(needed) == 4
    assert set(needed) <= set(files)


def test_the_worker_is_one_script_by_itself_and_may_look_after_the_whole_desk(site: Site) -> None:
    answer = Browser(site).get("/desk/worker.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["service-worker-allowed"] == "/desk"
    # It is no module, and its address is not that of the file that was built.
    assert not re.search(r"\b(import|export)\b\s*[{\"'*(]", kept(site)[1])


@pytest.mark.browser
async def test_a_browser_may_install_the_desk_and_its_worker_takes_it_over(
    site: Site, store: RedisStore, browser: Chromium
) -> None:
    signed_in, _ = await a_browser_of(site, store)
    url = f"http://localhost:{site.port}"
    context = await browser.new_context()
    try:
        await context.add_cookies(
            [{
                "name": cookies.SESSION, "value": signed_in.cookies[cookies.SESSION],
                "secure": True, "url": url.replace("http:", "https:"),
            }]
        )  # fmt: skip
        page = await context.new_page()
        await page.goto(f"{url}/desk")
        tools = await context.new_cdp_session(page)
        found = await tools.send("Page.getInstallabilityErrors")
        # A context of a test is a private window, from which nothing is installed.
        errors = {one["errorId"] for one in found["installabilityErrors"]} - {"in-incognito"}
        assert errors == set()
        manifest = await tools.send("Page.getAppManifest")
        assert manifest["errors"] == [] and manifest["url"] == f"{url}/desk/manifest.webmanifest"
        scope = await page.evaluate(
            """async () => {
                // The desk's policy wants a script's address to be one that was vouched for.
                const ours = trustedTypes.createPolicy("test", { createScriptURL: (url) => url });
                const script = ours.createScriptURL("/desk/worker.js");
                await navigator.serviceWorker.register(script, { scope: "/desk" });
                return (await navigator.serviceWorker.ready).scope; }"""
        )
        assert scope == f"{url}/desk"
    finally:
        await context.close()
