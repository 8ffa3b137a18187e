"""Small live blogs in the formats of others, about people and places that do not exist."""

from __future__ import annotations

from pathlib import Path

import pytest

_SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture
def guardian_sample() -> bytes:
    return (_SAMPLES / "guardian.json").read_bytes()


@pytest.fixture
def superdesk_sample() -> bytes:
    return (_SAMPLES / "superdesk.json").read_bytes()
