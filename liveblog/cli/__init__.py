"""The commands. Each reads the settings, opens what it needs, does one thing and says so.

What a command needs is imported inside it: `--help` and `post` must not wait for the web server.
"""

from __future__ import annotations

from liveblog.cli import check, files, newsroom, people, processes, record
from liveblog.cli.group import main

__all__ = ["check", "files", "main", "newsroom", "people", "processes", "record"]
