"""Strangers' bytes: any that hypothesis thinks of, and some thousand guided by coverage."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import SEEDS, TARGETS

ROOT = Path(__file__).parents[2]
RUNS = 3_000
SECONDS = 120


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_stands_any_bytes(name: str) -> None:
    seeds = st.sampled_from(SEEDS[name])
    torn = st.builds(
        lambda seed, cut, more: seed[:cut] + more + seed[cut:],
        seeds,
        st.integers(0, 80),
        st.binary(max_size=20),
    )

    @settings(max_examples=200, deadline=None)
    @given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode) | torn)
    def stands(data: bytes) -> None:
        TARGETS[name](data)

    stands()


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_stands_what_coverage_leads_to(name: str) -> None:
    pytest.importorskip("atheris")
    command = [sys.executable, "-m", "tests.fuzz", name, f"-runs={RUNS}", "-seed=1"]
    fuzzed = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert fuzzed.returncode == 0, fuzzed.stderr[-4_000:]
