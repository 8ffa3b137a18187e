"""Bytes a change with gzip, on live blogs replayed with edits, beside the same stream plain."""

from __future__ import annotations

import socket
import threading
import zlib
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path

import httpx2
from msgspec import Struct

from bench.figures import table
from bench.servers import Newsroom, a_newsroom
from liveblog import codec, exchange
from liveblog.exchange import Coverage

_ROOT = Path(__file__).parents[1]
_REAL = _ROOT.parent / "shared" / "data"
_SAMPLES = _ROOT / "tests" / "samples"
_MARK = b"event: change\n"
_EVERY_EDITED = 4
_READ_SECONDS = 30
_PART_BYTES = 65_536


class Squeezed(Struct, frozen=True, kw_only=True):
    """Bytes of a whole stream, plain and as it came to a reader that accepts gzip."""

    name: str
    changes: int
    plain: int
    gzip: int
    compressed: bool

    @property
    def ratio(self) -> float:
        """Below 1 is less."""
        return self.gzip / self.plain


class _Stream(threading.Thread):
    """Reads a story's events until so many changes came, as its own thread: a reader that does not
    read is closed."""

    def __init__(self, port: int, slug: str, encoding: str) -> None:
        super().__init__(daemon=True)
        connection = HTTPConnection("127.0.0.1", port, timeout=_READ_SECONDS)
        connection.request("GET", f"/stories/{slug}/events", headers={"Accept-Encoding": encoding})
        self._connection = connection
        # The response takes the connection's place once it is read, not its socket.
        self._socket: socket.socket = connection.sock
        self._response: HTTPResponse = connection.getresponse()
        self.compressed = self._response.headers.get("Content-Encoding") == "gzip"
        self.bytes = 0
        self._text = b""
        self._came = threading.Condition()
        self.changes = 0

    def run(self) -> None:
        """Count bytes as they come and changes as they read."""
        unzip = zlib.decompressobj(31) if self.compressed else None
        try:
            while part := self._response.read1(_PART_BYTES):
                self.bytes += len(part)
                self._count(unzip.decompress(part) if unzip else part)
        except (OSError, HTTPException):
            return  # closed by us when it has all, or by its deadline: `changes` tells

    def _count(self, text: bytes) -> None:
        joined = self._text + text
        self._text = joined[-len(_MARK) + 1 :]
        with self._came:
            self.changes += joined.count(_MARK)
            self._came.notify()

    def finish(self, changes: int) -> None:
        """Wait for that many changes and leave. Raises RuntimeError if they do not come."""
        with self._came:
            self._came.wait_for(lambda: self.changes >= changes, _READ_SECONDS)
        self._socket.shutdown(socket.SHUT_RDWR)
        self.join()
        self._response.close()
        self._connection.close()
        if self.changes != changes:
            raise RuntimeError(f"{self.changes} of {changes} changes came")


def files() -> list[Path]:
    """The real live blogs where they lie beside this checkout, else our own samples."""
    real = sorted(_REAL.glob("*.json")) if _REAL.is_dir() else []
    return real or sorted(_SAMPLES.glob("*.json"))


def measure(folder: Path) -> list[Squeezed]:
    """Each file, replayed at once, every fourth update edited a moment later."""
    folder.mkdir(parents=True)
    with a_newsroom(folder) as newsroom:
        return [_replayed(newsroom, path) for path in files()]


def _replayed(newsroom: Newsroom, path: Path) -> Squeezed:
    coverage = exchange.read(path.read_bytes())
    headers = {"Authorization": f"Bearer {newsroom.token}", "Content-Type": "application/json"}
    base = f"http://127.0.0.1:{newsroom.port}"
    with httpx2.Client(base_url=base, headers=headers) as client:
        opened = client.post("/api/v1/stories", content=codec.to_json(coverage.story))
        opened.raise_for_status()
        slug = str(coverage.story.slug)
        plain, squeezed = (_Stream(newsroom.port, slug, how) for how in ("identity", "gzip"))
        plain.start()
        squeezed.start()
        changes = _post(client, slug, coverage)
        plain.finish(changes)
        squeezed.finish(changes)
    return Squeezed(
        name=path.name,
        changes=changes,
        plain=plain.bytes,
        gzip=squeezed.bytes,
        compressed=squeezed.compressed,
    )


def _post(client: httpx2.Client, slug: str, coverage: Coverage) -> int:
    changes = 0
    for number, brought in enumerate(coverage.updates):
        address = f"/api/v1/stories/{slug}/updates"
        posted = client.post(address, content=codec.to_json(brought.update))
        posted.raise_for_status()
        changes += 1
        if number % _EVERY_EDITED == 0:
            update = posted.json()
            edited = client.patch(
                f"{address}/{update['id']}",
                json={"title": f"{brought.update.title[:280]} (updated)"},
                headers={"If-Match": f'"{update["revision"]}"'},
            )
            edited.raise_for_status()
            changes += 1
    return changes


def squeeze_table(found: list[Squeezed]) -> str:
    """Bytes a change."""
    heads = ("live blog", "changes", "plain", "to a reader that accepts gzip", "ratio")
    rows = [
        (
            one.name,
            str(one.changes),
            f"{one.plain / one.changes:,.0f}",
            f"{one.gzip / one.changes:,.0f}" + ("" if one.compressed else " (answered plain)"),
            f"{one.ratio:.2f}",
        )
        for one in found
    ]
    return table(heads, rows)
