"""The desk's application: the page it starts in, its worker and its manifest.

All three are the same for everybody, so a browser may keep them and open the desk offline. Nothing
in them is secret: who may read anything is asked when the application asks for it.
"""

from __future__ import annotations

from hashlib import sha256

from jinja2 import Environment
from msgspec import Struct

from liveblog import codec
from liveblog.web.assets import Assets

PAGE, STYLE, WORKER = "src/desk/main.tsx", "css/desk-app.css", "src/desk/worker.ts"
SCOPE = "/desk"
MANIFEST = f"{SCOPE}/manifest.webmanifest"
ICONS = {"any": "/static/icon.svg", "maskable": "/static/icon-maskable.svg"}
_PAPER = "#fdfbf6"


class Shell(Struct, frozen=True, kw_only=True):
    """The bytes of each."""

    page: bytes
    worker: bytes
    manifest: bytes


def shell(templates: Environment, assets: Assets) -> Shell:
    """All of it, as it was built."""
    page = templates.get_template("desk/app.html").render().encode()
    manifest = codec.to_json(_manifest(str(templates.globals["site_name"])))
    files = [*assets.reachable(PAGE, STYLE), *ICONS.values(), MANIFEST]
    script = assets.content(WORKER)
    version = sha256(b"\n".join([page, manifest, script, *map(str.encode, files)])).hexdigest()[:12]
    # What the worker is to keep, before the worker itself: it changes with every build, and so
    # browsers see that there is a new one.
    told = codec.to_json({"version": version, "files": files})
    return Shell(page=page, worker=b"self.LIVEBLOG=%b;\n%b" % (told, script), manifest=manifest)


def _manifest(site_name: str) -> dict[str, object]:
    """What a browser needs to install the desk (W3C Web Application Manifest)."""
    icons = [
        {"src": address, "type": "image/svg+xml", "sizes": "any", "purpose": purpose}
        for purpose, address in ICONS.items()
    ]
    return {
        "name": f"{site_name} desk",
        "short_name": site_name,
        "id": SCOPE,
        "start_url": SCOPE,
        "scope": SCOPE,
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _PAPER,
        "icons": icons,
    }
