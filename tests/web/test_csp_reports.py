"""Reports of what a page's policy stopped: logged once, without anything of a person."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from playwright.async_api import async_playwright

from liveblog.errors import Invalid, TooLarge, WrongMediaType
from liveblog.story import Slug
from liveblog.web.csp_reports import BODY_BYTES, DIFFERENT, MOST, MOST_FROM_ONE, Reports, Seen
from tests.browsers import chromium
from tests.sites import Newsroom, Site, a_site
from tests.tls import a_tls_front
from tests.web.answers import assert_refused, cursor, until_open

pytestmark = pytest.mark.usefixtures("anyio_backend")

NEW, OLD = "application/reports+json", "application/csp-report"
HARMLESS = b'<meta name="color-scheme" content="light dark">'
VIOLATION = {
    "effectiveDirective": "script-src-elem",
    "blockedURL": "https://user:secret@ads.example/a.js?id=7",
    "documentURL": "https://live.example.org/stories/storm/updates/abc?reader=me#here",
    "sourceFile": "https://live.example.org/static/assets/reader-1.js?token=t",
    "sample": "stolen words",
    "referrer": "https://mail.example/inbox",
}


@contextmanager
def behind_a_proxy(redis_url: str, log: Path) -> Iterator[Site]:
    with a_site(redis_url, log, LIVEBLOG_PROXIES="127.0.0.1") as site:
        yield site
        assert "Traceback" not in site.log.read_text()


@pytest.fixture
def site(redis_url: str, tmp_path: Path) -> Iterator[Site]:
    """One of its own, since it counts what comes from this machine."""
    with behind_a_proxy(redis_url, tmp_path / "log") as site:
        yield site


@pytest.fixture(scope="module")
def quiet(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One that gets nothing worth a line in its log."""
    with behind_a_proxy(redis_url, tmp_path_factory.mktemp("quiet") / "log") as site:
        yield site


def send(site: Site, body: Any, media_type: str = NEW, sender: str = "198.51.100.1") -> Any:
    headers = {"Content-Type": media_type, "X-Forwarded-For": sender}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return site.http.post("/csp-reports", content=content, headers=headers)


def a_report(**given: Any) -> list[dict[str, Any]]:
    report = {"type": "csp-violation", "age": 3, "url": "https://x/?me", "user_agent": "Someone/1"}
    return [report | {"body": VIOLATION | given}]


def logged(site: Site) -> list[str]:
    return [line for line in site.log.read_text().splitlines() if "policy forbids" in line]


@pytest.mark.parametrize("media_type", [NEW, OLD])
def test_a_report_is_logged_without_anything_of_a_person(site: Site, media_type: str) -> None:
    old = {
        "effective-directive": "script-src-elem",
        "blocked-uri": VIOLATION["blockedURL"],
        "document-uri": VIOLATION["documentURL"],
        "source-file": VIOLATION["sourceFile"],
        "script-sample": "stolen words",
        "referrer": "https://mail.example/inbox",
    }
    body = a_report() if media_type == NEW else {"csp-report": old}
    answer = send(site, body, f"{media_type}; charset=utf-8")
    assert (answer.status_code, answer.content) == (204, b"")
    (line,) = logged(site)
    for told in ("script-src-elem", "https://ads.example", "/stories/storm", "reader-1.js"):
        assert told in line
    for kept_out in ("secret", "id=7", "me", "abc", "token", "stolen", "mail", "Someone", "198.51"):
        assert kept_out not in line.replace("times", "")


def test_the_same_report_is_logged_once_in_a_while(site: Site) -> None:
    for number in range(12):
        assert send(site, a_report(), sender=f"198.51.100.{number}").status_code == 204
    first, tenth = logged(site)
    assert "times=1" in plain(first) and "times=10" in plain(tenth)
    send(site, a_report(effectiveDirective="img-src"))
    assert len(logged(site)) == 3


def plain(line: str) -> str:
    """A line of the log without colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", line)


def test_nobody_writes_lines_of_their_own_into_the_log(site: Site) -> None:
    forged = "x\n2026-11-24 12:00:00 [info] all is well \x1b[31m\r\u2028"
    send(site, a_report(effectiveDirective=forged, blockedURL=forged, documentURL=f"/{forged}"))
    (line,) = logged(site)
    assert "all is well" not in site.log.read_text()
    assert "[31m" not in plain(line)


def test_one_sender_cannot_fill_the_log_nor_keep_others_out(site: Site) -> None:
    many = 3 * MOST_FROM_ONE.amount
    statuses = [send(site, a_report(effectiveDirective=f"d{n}")).status_code for n in range(many)]
    assert statuses[0] == 204 and statuses[-1] == 429
    assert len(logged(site)) <= 2 * MOST_FROM_ONE.amount
    assert send(site, a_report(), sender="198.51.100.2").status_code == 204


def test_all_senders_together_cannot_fill_the_log(site: Site) -> None:
    statuses = [
        send(site, a_report(effectiveDirective=f"d{n}"), sender=f"198.51.{n % 9}.{n // 9}")
        for n in range(3 * MOST.amount)
    ]
    assert statuses[-1].status_code == 429
    assert int(statuses[-1].headers["retry-after"]) == 60
    assert len(logged(site)) <= 2 * MOST.amount


@pytest.mark.parametrize(
    ("body", "media_type", "status", "error"),
    [
        (b"x" * (BODY_BYTES + 1), NEW, 413, TooLarge),
        (b"[]", "application/json", 415, WrongMediaType),
        (b"", NEW, 422, Invalid),
        (b"{}", NEW, 422, Invalid),
        (b'[{"type":1}]', NEW, 422, Invalid),
        (b"[" * 10_000, NEW, 422, Invalid),
        (b"\xff", OLD, 422, Invalid),
        (b'{"csp-report":{"blocked-uri":7}}', OLD, 422, Invalid),
    ],
)
def test_what_is_no_report_is_refused(
    quiet: Site, body: bytes, media_type: str, status: int, error: Any
) -> None:
    assert_refused(send(quiet, body, media_type), status, error)
    assert logged(quiet) == []


def test_reports_of_other_kinds_are_passed_over(quiet: Site) -> None:
    assert send(quiet, [{"type": "deprecation", "body": {"id": "x"}}]).status_code == 204
    assert logged(quiet) == []


def test_no_more_kinds_are_kept_than_fit() -> None:
    reports = Reports()
    for number in range(3 * DIFFERENT):
        reports.take(Seen(directive=str(number), page="", blocked="", source=""))
    assert len(reports._seen) <= DIFFERENT


@pytest.mark.anyio
@pytest.mark.browser
async def test_a_script_that_somebody_smuggled_into_a_page_is_stopped_and_reported(
    site: Site, tmp_path: Path
) -> None:
    newsroom = Newsroom(site, await site.token())
    slug = newsroom.open()
    until_open(site, slug)
    options = ["--no-sandbox", "--short-reporting-delay", "--ignore-certificate-errors"]
    smuggled = HARMLESS, b"<script>window.ran = 1</script>".ljust(len(HARMLESS))
    # Chromium reports to where it came by TLS alone.
    async with a_tls_front(site.port, tmp_path, smuggled) as url, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=options)
        page = await browser.new_page()
        await page.goto(f"{url}/stories/{slug}")
        assert "window.ran" in await page.content()
        assert await page.evaluate("window.ran") is None
        await until_logged(site, slug)
        await browser.close()
    (line,) = logged(site)
    assert "script-src-elem" in line and "inline" in line and f"/stories/{slug}" in line


async def until_logged(site: Site, slug: Slug) -> None:
    deadline = monotonic() + 30
    # The site holds each answer for a while in which nothing comes: a turn for the browser.
    asked = {"after": cursor(site, slug), "wait": "0.2"}
    while not logged(site):
        assert monotonic() < deadline, site.log.read_text()
        await asyncio.to_thread(site.http.get, f"/stories/{slug}/changes", params=asked)
