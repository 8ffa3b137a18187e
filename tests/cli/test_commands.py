"""The commands, as somebody types them, in an installation of their own."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import httpx2
import pytest

from liveblog.settings import described

INTERRUPTED = 130
SAMPLE = Path(__file__).parent.parent / "samples" / "guardian.json"


class Installation:
    """A data folder, and the commands that work on it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith("LIVEBLOG_")
        } | {"LIVEBLOG_DATA": str(data)}

    def start(self, *words: str, python: Sequence[str] = ()) -> subprocess.Popen[str]:
        """Begin a command; ``python``: options of the interpreter."""
        with a_terminals_interrupt():
            return subprocess.Popen(
                [sys.executable, *python, "-m", "liveblog", *words],
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )

    def do(self, *words: str, stdin: str = "", status: int = 0) -> str:
        """Do a command; answers its standard output, or what it complained of."""
        process = self.start(*words)
        out, err = process.communicate(stdin, timeout=60)
        assert process.returncode == status, err
        return out if status == 0 else err


@contextmanager
def a_terminals_interrupt() -> Iterator[None]:
    """What is started in here can be interrupted, as in a terminal. A shell starts what it runs in
    the background with that ignored, which children inherit."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, str]]:
    """An installation under `liveblog run`, and its address."""
    installation = Installation(tmp_path_factory.mktemp("var"))
    run = installation.start("run", "--port", "0")
    assert run.stderr is not None
    address = run.stderr.readline().split(" ")[3]
    wait_until_ready(address)
    yield installation, address
    run.send_signal(signal.SIGTERM)
    assert run.wait(30) == 0
    assert not (installation.data / "redis.sock").exists()


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """One where nothing runs: each command starts what it needs and stops it."""
    return Installation(tmp_path)


def test_a_story_is_opened_posted_to_listed_and_closed(
    running: tuple[Installation, str],
) -> None:
    here, address = running
    assert here.do("story", "open", "first", "--headline", "It begins") == "/stories/first\n"
    posted = here.do("post", "first", "It *began*", "--title", "Now", "--key-event", "--pin")
    (update,) = httpx2.get(f"{address}/stories/first/state").json()["updates"]
    assert posted == f"/stories/first/updates/{update['id']}\n"
    assert update["html"] == "<p>It <em>began</em></p>"
    assert update["title"] == "Now"
    assert update["key_event"] is True
    assert update["pinned"] is True
    assert "live    first  It begins" in here.do("story", "list")
    here.do("story", "close", "first")
    assert httpx2.get(f"{address}/stories/first/state").json()["story"]["status"] == "closed"
    assert "is closed" in here.do("post", "first", "More", status=1)


def test_a_post_can_come_from_standard_input(running: tuple[Installation, str]) -> None:
    here, address = running
    here.do("story", "open", "piped", "--headline", "Piped")
    here.do("post", "piped", "-", stdin="From a *pipe*")
    (update,) = httpx2.get(f"{address}/stories/piped/state").json()["updates"]
    assert update["html"] == "<p>From a <em>pipe</em></p>"


def test_several_web_processes_share_an_address_and_the_record(
    installation: Installation,
) -> None:
    serve = installation.start("serve", "--workers", "2", "--port", "0")
    assert serve.stderr is not None
    address = serve.stderr.readline().rpartition(" ")[2].strip()
    wait_until_ready(address)
    installation.do("story", "open", "shared", "--headline", "Shared")
    # Each a connection of its own, so that both processes are asked.
    cursors = {httpx2.get(f"{address}/stories/shared/state").json()["cursor"] for _ in range(20)}
    assert len(cursors) == 1
    serve.send_signal(signal.SIGTERM)
    assert serve.wait(30) == 0


def test_a_token_is_printed_alone_and_works(running: tuple[Installation, str]) -> None:
    here, address = running
    here.do("story", "open", "tokens", "--headline", "Tokens")
    token = here.do("token", "add", "Ada", "--role", "reporter", "--story", "tokens")
    assert token.count("\n") == 1
    answer = httpx2.post(
        f"{address}/api/v1/stories/tokens/updates",
        json={"text": "By API"},
        headers={"Authorization": f"Bearer {token.strip()}"},
    )
    assert answer.status_code == 201
    assert token.strip() not in "".join(
        path.read_text(errors="replace") for path in here.data.glob("*.log")
    )


def test_a_command_does_not_wait_for_the_web_server(installation: Installation) -> None:
    """Its modules take longer to load than most commands take."""
    process = installation.start("story", "list", python=["-X", "importtime"])
    _, imported = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "liveblog.store.redis" in imported
    assert "liveblog.app" not in imported and "starlette" not in imported


@pytest.mark.parametrize("transport", ["sse", "websocket", "poll"])
def test_a_story_is_followed_in_the_terminal(
    running: tuple[Installation, str], transport: str
) -> None:
    here, address = running
    slug = f"followed-{transport}"
    here.do("story", "open", slug, "--headline", "Followed")
    here.do("post", slug, "Before")
    tail = here.start("tail", slug, "--url", address, "--transport", transport)
    assert tail.stdout is not None
    assert tail.stdout.readline().endswith("Before\n")
    here.do("post", slug, "After")
    assert tail.stdout.readline().endswith("posted  After\n")
    tail.send_signal(signal.SIGINT)
    tail.communicate(timeout=20)
    assert tail.returncode == INTERRUPTED


def test_an_embargoed_update_is_published_by_the_worker_at_its_time(
    running: tuple[Installation, str],
) -> None:
    here, address = running
    here.do("story", "open", "embargoed", "--headline", "Embargoed")
    cursor = httpx2.get(f"{address}/stories/embargoed/state").json()["cursor"]
    token = here.do("token", "add", "Ada", "--role", "editor").strip()
    due = datetime.now(UTC) + timedelta(seconds=1.5)
    answer = httpx2.post(
        f"{address}/api/v1/stories/embargoed/updates",
        json={"text": "Not yet", "embargo": due.isoformat()},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 201
    assert answer.json()["draft"] is True
    assert httpx2.get(f"{address}/stories/embargoed/state").json()["updates"] == []
    params = {"after": cursor, "wait": "20"}
    polled = httpx2.get(f"{address}/stories/embargoed/changes", params=params, timeout=30).json()
    (change,) = polled["changes"]
    assert change["update"]["id"] == answer.json()["id"]
    assert datetime.fromisoformat(change["at"]) >= due - timedelta(milliseconds=1)


def test_an_import_twice_adds_nothing_and_an_export_comes_back_the_same(
    installation: Installation, tmp_path: Path
) -> None:
    first = installation.do("import", str(SAMPLE), "--slug", "brought")
    again = installation.do("import", str(SAMPLE), "--slug", "brought")
    assert " 0 added" not in first
    assert " 0 added" in again
    out = tmp_path / "out.json"
    installation.do("export", "brought", "-o", str(out))
    other = Installation(tmp_path / "other")
    other.do("import", str(out))
    exported = json.loads(other.do("export", "brought"))
    assert exported["updates"] == json.loads(out.read_text())["updates"]


def test_a_replay_posts_through_the_api(running: tuple[Installation, str]) -> None:
    here, address = running
    words = ["--slug", "replayed", "--speed", "100000", "--url", address]
    assert here.do("replay", str(SAMPLE), *words) == f"{address}/stories/replayed\n"
    imported = here.do("import", str(SAMPLE), "--slug", "imported").split(" ")
    state = httpx2.get(f"{address}/stories/replayed/state").json()
    assert len(state["updates"]) == int(imported[1])


def test_a_backup_comes_back_with_every_cursor(installation: Installation, tmp_path: Path) -> None:
    installation.do("import", str(SAMPLE), "--slug", "kept")
    token = installation.do("token", "add", "Ada", "--role", "admin")
    kept = tmp_path / "kept.gz"
    installation.do("backup", str(kept))
    other = Installation(tmp_path / "other")
    assert other.do("restore", str(kept)).startswith("1 stories are back")
    other.do("backup", str(tmp_path / "again.gz"))
    assert record(tmp_path / "again.gz") == record(kept)
    assert token not in gzip.decompress(kept.read_bytes()).decode()
    other.do("post", "kept", "A closed story stays closed", status=1)
    assert "There is a story 'kept' already" in other.do("restore", str(kept), status=1)


def test_a_backup_that_was_cut_off_brings_nothing_back(
    installation: Installation, tmp_path: Path
) -> None:
    installation.do("story", "open", "kept", "--headline", "Kept")
    kept = tmp_path / "kept.gz"
    installation.do("backup", str(kept))
    cut = tmp_path / "cut.gz"
    cut.write_bytes(gzip.compress(b"\n".join(gzip.decompress(kept.read_bytes()).split(b"\n")[:-2])))
    other = Installation(tmp_path / "other")
    assert "cut off" in other.do("restore", str(cut), status=1)
    assert other.do("story", "list") == ""


def test_check_says_what_is_right_and_lists_every_setting(installation: Installation) -> None:
    said = installation.do("check")
    assert "wrong" not in said
    assert "Redis has written to disk what it acknowledges." in said
    assert described() in said


@pytest.mark.parametrize(
    ("words", "status", "complaint"),
    [
        (["post"], 2, "Missing argument 'SLUG'"),
        (["nonsense"], 2, "No such command 'nonsense'"),
        (["post", "nowhere", "Text"], 1, "There is no story 'nowhere'"),
        (["story", "open", "Not A Slug", "--headline", "H"], 1, "lower-case letters"),
        (["token", "add", "Ada", "--role", "king"], 1, "choose one of admin, editor"),
        (["tail", "nowhere", "--url", "http://127.0.0.1:1"], 1, "Is it running?"),
        (["import", "/nowhere"], 2, "does not exist"),
        (["import", __file__], 1, "none of the formats"),
        (["restore", __file__], 1, "not a whole backup"),
        (["export", "nowhere"], 1, "There is no story 'nowhere'"),
        (["export", "nowhere", "--format", "guardian"], 1, "Nothing can be written"),
        (["serve", "--port", "99999"], 2, "99999"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(
    installation: Installation, words: list[str], status: int, complaint: str
) -> None:
    said = installation.do(*words, status=status)
    assert complaint in said
    assert "Traceback" not in said


def test_a_port_that_is_taken_is_told_in_a_sentence(
    running: tuple[Installation, str], installation: Installation
) -> None:
    _, address = running
    said = installation.do("serve", "--port", address.rpartition(":")[2], status=1)
    assert "Cannot listen on 127.0.0.1" in said


def lines(backup: Path) -> list[bytes]:
    return gzip.decompress(backup.read_bytes()).splitlines()


def record(backup: Path) -> list[bytes]:
    """All but when it was made, and that it was brought back."""
    return [line for line in lines(backup)[1:-1] if b'"kind":"restored"' not in line]


def wait_until_ready(address: str) -> None:
    deadline = monotonic() + 60
    while monotonic() < deadline:
        if httpx2.get(f"{address}/readyz", timeout=60).status_code == 200:
            return
    raise AssertionError("not ready in 60 seconds")


# -- people ----------------------------------------------------------------------------------------


def opens(link: str) -> str:
    """Open a link that was printed; answers the page's text."""
    answer = httpx2.get(link.strip().replace("localhost", "127.0.0.1"))
    assert answer.status_code == 200, answer.text
    return answer.text


def test_run_prints_a_link_that_makes_the_first_admin_only_while_nobody_works_there(
    installation: Installation,
) -> None:
    for first in (True, False):
        run = installation.start("run", "--port", "0")
        assert run.stderr is not None
        said = [run.stderr.readline() for _ in range(4 if first else 2)]
        wait_until_ready(said[0].split(" ")[3])
        if first:
            assert "makes the first admin" in said[2]
            assert "role <strong>admin</strong>" in opens(said[3])
            made = httpx2.post(
                said[3].strip().replace("localhost", "127.0.0.1"),
                data={"name": "ada", "full_name": "Ada Winter"}
                | dict.fromkeys(("password", "again"), "seven green herons walk"),
                headers={"Sec-Fetch-Site": "same-origin"},
            )
            assert made.status_code == 303
        run.send_signal(signal.SIGTERM)
        _, rest = run.communicate(timeout=30)
        assert first or "first admin" not in rest
    assert "admin       ada  Ada Winter  all stories" in installation.do("user", "list")


def test_a_person_is_invited_and_given_a_new_password_by_links_printed_alone(
    running: tuple[Installation, str],
) -> None:
    here, address = running
    printed = here.do("user", "add", "grace", "--role", "reporter", "--story", "harbour-fire")
    assert printed.count("\n") == 1
    link = f"{address}{printed.strip().partition('8000')[2]}"
    page = opens(link)
    assert 'value="grace"' in page and "harbour-fire" in page
    form = {"name": "grace", "full_name": "Grace Field"}
    chosen = dict.fromkeys(("password", "again"), "seven green herons walk")
    ours = {"Sec-Fetch-Site": "same-origin"}
    assert httpx2.post(link, data=form | chosen, headers=ours).status_code == 303
    assert "signs in as" in here.do("user", "add", "grace", "--role", "editor", status=1)
    reset = here.do("user", "reset", "grace")
    assert "A new password" in opens(f"{address}{reset.strip().partition('8000')[2]}")
    assert "nobody signs in" in here.do("user", "reset", "nobody", status=1)


def test_a_token_is_listed_without_its_secret_and_revoked(
    running: tuple[Installation, str],
) -> None:
    here, address = running
    secret = here.do("token", "add", "Wire", "--role", "reader", "--days", "7").strip()
    sent = {"Authorization": f"Bearer {secret}"}
    assert httpx2.get(f"{address}/api/v1/stories", headers=sent).status_code == 200
    listed = here.do("token", "list")
    assert secret not in listed
    (line,) = [line for line in listed.splitlines() if "Wire" in line]
    assert "until " in line and "used 20" in line
    here.do("token", "revoke", line.split()[0])
    assert httpx2.get(f"{address}/api/v1/stories", headers=sent).status_code == 401
    assert "no token" in here.do("token", "revoke", line.split()[0], status=1)


def test_a_backup_keeps_people_and_no_password(
    installation: Installation, running: tuple[Installation, str], tmp_path: Path
) -> None:
    here, address = running
    link = here.do("user", "add", "keeper", "--role", "editor").strip().partition("8000")[2]
    form = {"name": "keeper", "full_name": "Kim"}
    chosen = dict.fromkeys(("password", "again"), "seven green herons walk")
    sent = {"Sec-Fetch-Site": "same-origin"}
    assert httpx2.post(f"{address}{link}", data=form | chosen, headers=sent).status_code == 303
    kept = tmp_path / "people.backup"
    here.do("backup", str(kept))
    assert b"herons" not in gzip.decompress(kept.read_bytes())
    installation.do("restore", str(kept))
    assert "editor      keeper  Kim" in installation.do("user", "list")
