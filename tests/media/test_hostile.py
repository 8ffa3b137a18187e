"""Pictures that are meant to harm: each is refused clearly, or made harmless; the worker lives."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from time import monotonic

import msgspec
import pytest

from liveblog.errors import Invalid, NotAPicture
from liveblog.media import child, decoding
from liveblog.media.outcome import Outcome, Written
from liveblog.renditions import MediaId
from tests.media import making
from tests.media.hostile import BOMBS, BROKEN, HEAVY, OTHERS, POLYGLOTS
from tests.media.making import a_new_picture
from tests.media.studio import Studio
from tests.sites import Worker
from tests.web.answers import assert_refused

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("anyio_backend")]

MOST_BYTES = 700_000_000
"""What decoding one picture may hold in memory."""

WORKER_BYTES = 400_000_000
"""What the worker itself may: an original or two, and what was made of them."""


def by_name(pictures: dict[str, bytes]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("content", list(pictures.values()), ids=list(pictures))


@by_name(BOMBS | BROKEN)
def test_what_cannot_be_read_is_refused_and_the_next_picture_is_made(
    studio: Studio, picture_worker: Worker, site_data: Path, content: bytes
) -> None:
    problem = assert_refused(studio.upload(content), 422, Invalid, "file")
    assert "this picture" in problem["detail"]
    assert studio.upload(a_new_picture()).status_code == 201
    assert picture_worker.is_alive
    assert picture_worker.peak_bytes < WORKER_BYTES
    # Nothing of it is kept.
    assert not [file for file in site_data.rglob("originals/*") if file.read_bytes() == content]


@by_name(OTHERS)
@pytest.mark.parametrize("name", ["a.jpg", "a.svg"])
def test_what_is_no_picture_is_refused_whatever_it_is_called(
    studio: Studio, content: bytes, name: str
) -> None:
    assert_refused(studio.upload(content, name), 415, NotAPicture)
    assert_refused(studio.send(content, "image/png"), 415, NotAPicture)


@pytest.mark.parametrize("what", [what for what in OTHERS if what.startswith(("an SVG", "a H"))])
def test_a_refusal_says_what_it_is(studio: Studio, what: str) -> None:
    detail = studio.upload(OTHERS[what]).json()["detail"]
    assert detail.startswith("Send a JPEG, PNG, WebP, GIF or AVIF")
    assert ("SVG" in detail or "HEIC" in detail) == (what != "an SVG that is compressed")


@by_name(POLYGLOTS)
def test_what_is_something_else_as_well_is_only_a_picture_when_it_is_served(
    studio: Studio, content: bytes
) -> None:
    for served in studio.files(studio.made(content)):
        for trace in (b"<script", b"<html", b"alert(1)", b"PK\x03\x04", b"evil.html"):
            assert trace in content or trace not in served
            assert trace not in served


@by_name(HEAVY)
def test_what_is_heavy_and_good_is_made_within_bounds(
    studio: Studio, picture_worker: Worker, content: bytes
) -> None:
    began = monotonic()
    studio.made(content)
    assert monotonic() - began < decoding.SECONDS
    assert picture_worker.peak_bytes < WORKER_BYTES


def test_the_first_frame_of_a_moving_picture_is_shown(studio: Studio) -> None:
    made = studio.made(HEAVY["a GIF of 20,000 frames"])
    assert (made["width"], made["height"]) == (16, 16)


# -- the process in which one is decoded -----------------------------------------------------------


class Decoding:
    """One run of it: what it said, how it ended, and the most memory that it had."""

    def __init__(self, content: bytes, folder: Path) -> None:
        environment = {"PYTHONPATH": str(Path(child.__file__).parents[2]), "MALLOC_ARENA_MAX": "1"}
        original, said = folder / "original", folder / "said"
        original.write_bytes(content)
        with original.open("rb") as stdin, said.open("wb") as stdout:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "liveblog.media.child"],
                stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL, cwd=folder, env=environment,
            )  # fmt: skip
            _, self.status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(self.status)
        self.peak_bytes = usage.ru_maxrss * 1024
        self.cpu_seconds = usage.ru_utime + usage.ru_stime
        self.said = said.read_bytes()


@by_name(BOMBS | HEAVY)
def test_decoding_stays_within_its_memory(content: bytes, tmp_path: Path) -> None:
    decoded = Decoding(content, tmp_path)
    assert decoded.peak_bytes < MOST_BYTES
    assert decoded.cpu_seconds < child.CPU_SECONDS


def test_a_clear_refusal_is_the_decoders_own(tmp_path: Path) -> None:
    decoded = Decoding(BOMBS["a whole PNG of 56 megapixels"], tmp_path)
    outcome = msgspec.json.decode(decoded.said, type=Outcome)
    assert outcome.refused.startswith("this picture has 8,000 × 7,000 pixels; make it smaller")


async def test_the_decoder_gives_up_all_that_it_does_not_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEBLOG_SECRET", "abc")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "abc")
    decoder = await decoding.start(tmp_path)
    try:
        # It has limited itself before it takes in what does not fit into a pipe.
        assert decoder.stdin is not None
        decoder.stdin.write(bytes(1_000_000))
        await decoder.stdin.drain()
        limits, environment = told(decoder.pid, "limits"), told(decoder.pid, "environ")
    finally:
        decoder.kill()
        await decoder.wait()
    for limit in (
        f"Max address space +{child.MEMORY_BYTES} +{child.MEMORY_BYTES} +bytes",
        f"Max cpu time +{child.CPU_SECONDS} +{child.CPU_SECONDS} +seconds",
        f"Max file size +{child.FILE_BYTES} +{child.FILE_BYTES} +bytes",
        "Max core file size +0 +0 +bytes",
    ):
        assert re.search(limit, limits), limits
    assert "SECRET" not in environment
    assert "LIVEBLOG" not in environment


def told(pid: int, what: str) -> str:
    return Path(f"/proc/{pid}/{what}").read_text()


async def test_a_decoder_that_was_taken_over_publishes_nothing(tmp_path: Path) -> None:
    (tmp_path / "8x8.webp").write_bytes(b"<script>alert(1)</script>")
    for name in ("8x8.webp", "../8x8.webp", "8x8.html", "/etc/passwd"):
        said = Outcome(written=(Written(name=name, width=8, height=8),))
        with pytest.raises(Invalid):
            decoding.collected(MediaId("a" * 24), said, tmp_path)


@pytest.mark.fault
async def test_a_picture_that_keeps_the_processor_busy_is_given_up() -> None:
    picture = making.saved(making.drawn(6_000, 6_000), "JPEG", progressive=True)
    last = picture.rindex(b"\xff\xda")
    scans = picture[:last] + picture[last:-2] * 3_000 + b"\xff\xd9"
    began = monotonic()
    with pytest.raises(Invalid, match="costs too much"):
        await decoding.decode(MediaId("a" * 24), scans)
    assert monotonic() - began < decoding.SECONDS + 2
