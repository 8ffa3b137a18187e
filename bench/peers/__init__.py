"""What is compared. To add a server: one file with a context manager that runs it, one line in
``CONTESTANTS``."""

from __future__ import annotations

from bench.contestant import Contestant
from bench.peers import floor, nchan, ours, sse_starlette, websockets_broadcast

CONTESTANTS = (
    Contestant(name="ours, SSE", kind="sse", running=ours.running),
    Contestant(name="ours, SSE gzip", kind="gzip", running=ours.running),
    Contestant(name="ours, WebSocket", kind="websocket", running=ours.running),
    Contestant(name="nchan, SSE", kind="sse", running=nchan.running),
    Contestant(name="sse-starlette", kind="sse", running=sse_starlette.running),
    Contestant(name="websockets.broadcast", kind="websocket", running=websockets_broadcast.running),
    Contestant(name="C send() loop", kind="sse", running=floor.running),
)
