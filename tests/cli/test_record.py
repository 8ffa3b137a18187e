"""`checkpoint`, `verify`, `audit`, and a backup that still proves itself."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import msgspec
import pytest

from tests.cli.test_commands import Installation


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation with a story and a token, at rest."""
    here = Installation(tmp_path_factory.mktemp("begun"))
    here.do("story", "open", "floods", "--headline", "Floods")
    here.do("post", "floods", "The river rises")
    here.do("token", "add", "Ada", "--role", "admin")
    return here.data


@pytest.fixture
def installation(begun: Path, tmp_path: Path) -> Installation:
    """A copy of it."""
    return Installation(shutil.copytree(begun, tmp_path / "here"))


def test_the_record_is_signed_carried_away_and_proved(
    installation: Installation, tmp_path: Path
) -> None:
    out = tmp_path / "checkpoints.jsonl"
    installation.do("checkpoint", "-o", str(out))
    key = json.loads(out.read_bytes().splitlines()[0])["key"]
    assert (installation.data / "record.key").stat().st_mode & 0o777 == 0o600
    assert installation.do("checkpoint").encode() == out.read_bytes()
    assert (installation.data / "checkpoints.jsonl").read_bytes().count(b"\n") == 2
    said = installation.do("verify")
    assert "floods: 2 entries are as they were written; the first 2 proved" in said
    assert "AUDIT: 1 entries are as they were written; the first 1 proved" in said
    elsewhere = ["--checkpoints", str(out), "--public-key", key]
    assert installation.do("verify", "floods", *elsewhere).startswith("floods: 2 entries")
    wrong = ["--checkpoints", str(out), "--public-key", "00" * 32]
    assert "signed with another key" in installation.do("verify", *wrong, status=1)
    assert "no public key" in installation.do("verify", "--public-key", "x", status=1)
    assert "There is no story" in installation.do("verify", "nowhere", status=1)


def test_a_record_that_was_changed_is_found_out(installation: Installation, tmp_path: Path) -> None:
    out, kept = tmp_path / "checkpoints.jsonl", tmp_path / "kept.gz"
    installation.do("checkpoint", "-o", str(out))
    installation.do("backup", str(kept))
    forged = gzip.decompress(kept.read_bytes()).replace(b"river rises", b"river falls")
    kept.write_bytes(gzip.compress(forged))
    other = Installation(tmp_path / "other")
    other.do("restore", str(kept))
    key = json.loads(out.read_bytes().splitlines()[0])["key"]
    said = other.do("verify", "--checkpoints", str(out), "--public-key", key, status=1)
    assert "floods: entry " in said
    assert "was changed (proved by the checkpoint of " in said


def test_a_backup_brings_back_what_proves_it(installation: Installation, tmp_path: Path) -> None:
    installation.do("checkpoint")
    kept = tmp_path / "kept.gz"
    installation.do("backup", str(kept))
    other = Installation(tmp_path / "other")
    other.do("restore", str(kept))
    (other.data / "record.key").write_bytes((installation.data / "record.key").read_bytes())
    (other.data / "record.key").chmod(0o600)
    said = other.do("verify")
    assert "floods: 2 entries are as they were written; the first 2 proved" in said
    assert "AUDIT: 2 entries are as they were written; the first 1 proved" in said


def test_a_backup_beside_an_audit_log_adds_to_it(
    installation: Installation, tmp_path: Path
) -> None:
    installation.do("checkpoint")
    kept = tmp_path / "kept.gz"
    installation.do("backup", str(kept))
    other = Installation(tmp_path / "other")
    other.do("token", "add", "Bob", "--role", "admin")
    other.do("restore", str(kept))
    lines = [json.loads(line) for line in other.do("audit").splitlines()]
    beside = [line["subject"] for line in lines if line["kind"] == "token_added"]
    assert beside == ["Ada", "Bob"]
    assert "AUDIT: 3 entries are as they were written; nothing signed yet" in other.do(
        "verify", "--public-key", json.loads(installation.do("checkpoint").splitlines()[0])["key"]
    )


def test_a_backup_of_the_first_version_comes_back(tmp_path: Path) -> None:
    entry = {
        "type": "entry", "slug": "old", "cursor": "1-1",
        "body": {"kind": "opened", "at": "2026-11-23T12:00:00.000Z", "head": {
            "slug": "old", "revision": 1, "headline": "Old", "status": "live", "language": "en",
            "opened": "2026-11-23T12:00:00.000Z"}},
    }  # fmt: skip
    begin = {"type": "liveblog backup", "version": 1, "made": "2026-11-23T12:00:00.000Z"}
    lines = [begin, entry, {"type": "end", "lines": 1}]
    old = tmp_path / "old.gz"
    old.write_bytes(gzip.compress(b"\n".join(msgspec.json.encode(line) for line in lines)))
    here = Installation(tmp_path / "here")
    here.do("restore", str(old))
    assert "old: 1 entries are as they were written" in (said := here.do("verify"))
    assert "the first 1 are older than commitments" in said


def test_the_audit_log_is_exported_without_any_text(installation: Installation) -> None:
    lines = [json.loads(line) for line in installation.do("audit").splitlines()]
    assert [line["kind"] for line in lines] == ["opened", "posted", "token_added"]
    assert all(line["by"]["kind"] == "command" for line in lines)
    assert "river" not in repr(lines)
    assert installation.do("audit", "--since", "2999-01-01") == ""
    assert len(installation.do("audit", "--story", "floods").splitlines()) == 2
    assert "2026-11-23" in installation.do("audit", "--since", "soon", status=1)
