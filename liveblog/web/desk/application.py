"""Where the desk's application is: its page at every address in it, its worker, its manifest."""

from __future__ import annotations

from starlette.responses import Response

from liveblog.web.desk.action import HOME, Action, Visit
from liveblog.web.desk.shell import MANIFEST


async def page(visit: Visit) -> Response:
    """The page that the application starts in, wherever in it somebody goes."""
    return Response(visit.house.shell.page, media_type="text/html")


async def worker(visit: Visit) -> Response:
    """The service worker. Its address stays, while the file that was built changes its name."""
    return Response(visit.house.shell.worker, media_type="text/javascript")


async def manifest(visit: Visit) -> Response:
    """The manifest; browsers ask for it without the session's cookie."""
    return Response(visit.house.shell.manifest, media_type="application/manifest+json")


ACTIONS = (
    Action(method="GET", path=HOME, handler=page, needs="read"),
    Action(method="GET", path=f"{HOME}/stories/{{slug}}", handler=page, needs="read"),
    Action(method="GET", path=f"{HOME}/stories/{{slug}}/{{part}}", handler=page, needs="read"),
    Action(method="GET", path=f"{HOME}/worker.js", handler=worker, needs=None, data=True),
    Action(method="GET", path=MANIFEST, handler=manifest, needs=None, data=True),
)
