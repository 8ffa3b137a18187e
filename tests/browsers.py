"""The system's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = ["--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]


def chromium() -> str:
    """Its path. Without one the test is skipped, loudly, and in CI it fails."""
    for name in _NAMES:
        if found := shutil.which(name):
            return found
    missing = "no Chromium: `apt-get install chromium`, or `make test` as root on Debian"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(f"NOT TESTED IN A BROWSER: {missing}")


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """A browser without a window."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=[*_QUIET, *as_root]
        )
        try:
            yield browser
        finally:
            await browser.close()
