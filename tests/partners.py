"""Another site, on an origin of its own, whose pages hold what a partner writes into them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

EMPTY = "<!doctype html><html lang=en><meta charset=utf-8><title>Partner</title><body>"


class Partner:
    """``url`` is its origin."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}

    def page(self, html: str, **headers: str) -> str:
        """Put up a page; gives its address. ``_`` in a header's name is a hyphen."""
        return self.put(EMPTY + html, **headers)

    def put(self, text: str, **headers: str) -> str:
        """The same of any text, whose type the headers say."""
        path = f"/{len(self.pages)}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = text, named
        return self.url + path


@contextmanager
def a_partner() -> Iterator[Partner]:
    """A site on a free port of this machine; ended when left."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text, headers = partner.pages.get(self.path, ("", {}))
            self.send_response(200 if text else 404)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    partner = Partner(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield partner
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
