"""The ways of sending that this machine offers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from liveblog.hub.sending import Ring, Send, write_each


@pytest.fixture(params=["one by one", "in one call"])
def send(request: pytest.FixtureRequest) -> Iterator[Send]:
    """A way to send."""
    if request.param == "one by one":
        yield write_each
        return
    try:
        ring = Ring()
    except OSError as error:
        pytest.skip(f"io_uring cannot be had here: {error}")
    with closing(ring):
        yield ring.send
