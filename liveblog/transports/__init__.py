"""How changes reach readers. To add a transport: one file, one line in ``TRANSPORTS``.

A transport is a function that gives the route on which it serves the stories of a hub. Its position
comes from ``?after=CURSOR``; none means from now on.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.routing import BaseRoute

from liveblog.hub.hub import Hub
from liveblog.transports import poll, sse, websocket

TRANSPORTS: dict[str, Callable[[Hub], BaseRoute]] = {
    "sse": sse.route,
    "websocket": websocket.route,
    "poll": poll.route,
}
