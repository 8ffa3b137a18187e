"""A real web process on a free port of 127.0.0.1, and a newsroom that writes to it."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import httpx2

from liveblog import serving
from liveblog.accounts import tokens
from liveblog.accounts.roles import Role
from liveblog.store.redis import RedisStore
from liveblog.story import Slug, instant
from tests.builders import a_slug
from tests.redis_servers import a_free_port

_READY_SECONDS = 60


SERVERS = {
    # Ours takes the readers' connections over; on the others each reader is a task.
    "ours": ["liveblog", "serve", "--fd", "{fd}"],
    "uvicorn": [
        *("uvicorn", "--factory", "liveblog.app:application", "--fd", "{fd}"),
        *("--ws", "websockets-sansio", "--no-access-log"),
    ],
    "hypercorn": [
        *("hypercorn", "liveblog.app:application()", "--bind", "fd://{fd}"),
        *("--workers", "0"),  # in the process itself: one beside it would outlive a kill
    ],
}

# Made once: reading all certificates takes longer than most of what a test asks.
_TLS = ssl.create_default_context()


def a_client(url: str, **given: Any) -> httpx2.Client:
    """Asks one site."""
    return httpx2.Client(base_url=url, timeout=30, verify=_TLS, **given)


class Site:
    """A web process. ``http`` is a client of it without credentials."""

    def __init__(self, redis_url: str, log: Path, server: str = "ours", **environment: str) -> None:
        self.redis_url = redis_url
        self.port = a_free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.http = a_client(self.url)
        self.log = log
        self._server = server
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        # It listens before the process runs: who connects meanwhile waits just as long as it takes.
        listening = serving.listen("127.0.0.1", self.port)
        command = [word.format(fd=listening.fileno()) for word in SERVERS[self._server]]
        # Some tests post as fast as they can.
        ours = {"LIVEBLOG_REDIS_URL": self.redis_url, "LIVEBLOG_WRITES_PER_MINUTE": "0"}
        environment = os.environ | ours | self._environment
        with listening, self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *command],
                env=environment,
                stdout=log,
                stderr=log,
                pass_fds=[listening.fileno()],
            )
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Ask until it is ready, at most a minute."""
        deadline = monotonic() + _READY_SECONDS
        transport = httpx2.HTTPTransport(verify=_TLS, retries=5)
        with httpx2.Client(base_url=self.url, transport=transport) as waiting:
            while monotonic() < deadline and not self._has_ended():
                try:
                    if waiting.get("/readyz").status_code == 200:
                        return
                except httpx2.HTTPError:
                    continue
        raise AssertionError(f"not ready in {_READY_SECONDS} s; its log:\n{self.log.read_text()}")

    def _has_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to end, as an operator would; answers its exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, sig: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(sig)
        return self._process.wait(30)

    async def token(
        self, role: Role = "admin", story: Slug | None = None, name: str = "Test"
    ) -> str:
        """A new token."""
        store = RedisStore(self.redis_url)
        try:
            now = instant(datetime.now(UTC))
            return await tokens.add(store, name, role, story=story, now=now)
        finally:
            await store.close()


class Newsroom:
    """Writes to a site through its public API."""

    def __init__(self, site: Site, token: str) -> None:
        self.api = a_client(f"{site.url}/api/v1", headers={"Authorization": f"Bearer {token}"})

    def open(self, slug: Slug | None = None, **given: Any) -> Slug:
        """Open a story."""
        slug = slug or a_slug()
        answer = self.api.post(
            "/stories", json={"slug": slug, "headline": "Charity told to close"} | given
        )
        assert answer.status_code == 201, answer.text
        return slug

    def post(self, slug: Slug, text: str = "News", **given: Any) -> dict[str, Any]:
        """Post an update."""
        answer = self.api.post(f"/stories/{slug}/updates", json={"text": text} | given)
        assert answer.status_code == 201, answer.text
        posted: dict[str, Any] = answer.json()
        return posted

    def edit(self, slug: Slug, posted: dict[str, Any], **given: Any) -> dict[str, Any]:
        """Edit an update that was answered before."""
        answer = self.api.patch(
            f"/stories/{slug}/updates/{posted['id']}",
            json=given,
            headers={"If-Match": f'"{posted["revision"]}"'},
        )
        assert answer.status_code == 200, answer.text
        edited: dict[str, Any] = answer.json()
        return edited

    def retract(self, slug: Slug, posted: dict[str, Any], reason: str = "Wrong") -> dict[str, Any]:
        """Take an update back."""
        answer = self.api.request(
            "DELETE", f"/stories/{slug}/updates/{posted['id']}", json={"reason": reason}
        )
        assert answer.status_code == 200, answer.text
        retracted: dict[str, Any] = answer.json()
        return retracted

    def erase(self, other: Newsroom, slug: Slug, posted: dict[str, Any], reason: str) -> None:
        """Have an update erased, as another admin approves."""
        address = f"/stories/{slug}/updates/{posted['id']}"
        asked = self.api.request(
            "DELETE", address, params={"erase": "1"}, json={"reason": reason, "case": "1 C 2/26"}
        )
        assert asked.status_code == 202, asked.text
        approved = other.api.post(f"/erasures/{asked.json()['id']}/approval")
        assert approved.status_code == 200, approved.text
        assert approved.json()["status"] == "erased"

    def rules(self, slug: Slug, **given: Any) -> dict[str, Any]:
        """Change a story's rules."""
        answer = self.api.patch(f"/stories/{slug}/rules", json=given)
        assert answer.status_code == 200, answer.text
        rules: dict[str, Any] = answer.json()
        return rules

    def note(self, slug: Slug, text: str = "Check the name", **given: Any) -> dict[str, Any]:
        """Tell colleagues something."""
        answer = self.api.post(f"/stories/{slug}/notes", json={"text": text} | given)
        assert answer.status_code == 201, answer.text
        note: dict[str, Any] = answer.json()
        return note

    def amend(self, slug: Slug, **given: Any) -> dict[str, Any]:
        """Change a story's head."""
        answer = self.api.patch(f"/stories/{slug}", json=given)
        assert answer.status_code == 200, answer.text
        head: dict[str, Any] = answer.json()
        return head


class Worker:
    """A process of `liveblog worker`."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def peak_bytes(self) -> int:
        """The most memory that it has had."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) * 1024


@contextmanager
def a_picture_worker(redis_url: str, log: Path, **environment: str) -> Iterator[Worker]:
    """A worker that makes pictures and nothing else; ended when left."""
    with a_worker(redis_url, log, "--only", "pictures", **environment) as worker:
        yield worker


@contextmanager
def a_worker(redis_url: str, log: Path, *only: str, **environment: str) -> Iterator[Worker]:
    """A worker that does all of its jobs, unless told otherwise; ended when left."""
    environment = os.environ | {"LIVEBLOG_REDIS_URL": redis_url} | environment
    command = [sys.executable, "-m", "liveblog", "worker", *only]
    with log.open("ab") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    try:
        yield Worker(process)
    finally:
        process.terminate()
        try:
            process.wait(30)
        finally:
            process.kill()


@contextmanager
def a_site(redis_url: str, log: Path, server: str = "ours", **environment: str) -> Iterator[Site]:
    """A web process that is ready; ended when left."""
    site = Site(redis_url, log, server, **environment)
    site.start()
    try:
        yield site
    finally:
        site.http.close()
        site.kill()
