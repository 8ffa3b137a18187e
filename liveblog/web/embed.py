"""A story on other sites' pages: the script of ``<live-blog>``, and a page for an ``<iframe>``."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from liveblog.hub.hub import Hub
from liveblog.story import Slug
from liveblog.web.caching import conditional
from liveblog.web.hosts import Addresses
from liveblog.web.pages import context, version, view

_HTML = "text/html; charset=utf-8"
_SCRIPT = "text/javascript; charset=utf-8"


def routes(hub: Hub, templates: Environment, addresses: Addresses, built: Path) -> list[Route]:
    """The script, of the folder of built files, and the frame."""
    script = (built / "embed" / "v1.js").read_bytes()
    script_version = sha256(script).hexdigest()[:32]

    async def v1_js(request: Request) -> Response:
        return conditional(request, script, script_version, _SCRIPT)

    async def frame(request: Request) -> Response:
        channel = await hub.channel(Slug(request.path_params["slug"]))
        asked = view(request)
        base = addresses.of(request)

        def render() -> bytes:
            shown = context(channel, asked, base)
            page = templates.get_template("embed.html").render(shown | _turning(shown))
            return page.encode()

        page = channel.answer(("embed", asked, base), render) if asked.is_first else render()
        return conditional(request, page, version(channel, templates), _HTML)

    return [Route("/embed/v1.js", v1_js), Route("/embed/{slug}", frame)]


def _turning(shown: dict[str, str | None]) -> dict[str, str | None]:
    """Links to other pages of the story that stay in the frame."""
    return {
        name: (shown[name] or "").replace("/stories/", "/embed/", 1) or None
        for name in ("older", "later", "newest")
    }
