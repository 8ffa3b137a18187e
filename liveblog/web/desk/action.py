"""What a page of the desk is: an address, the permission it needs, and who does it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
from jinja2 import Environment
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from liveblog.accounts.attempts import Visitor
from liveblog.accounts.callers import Caller
from liveblog.accounts.passkeys import Party
from liveblog.accounts.revoking import Revoking
from liveblog.accounts.roles import Permission
from liveblog.accounts.staff import Staff
from liveblog.errors import Invalid, NotAuthenticated, NotConfirmed, Refused, TooLarge
from liveblog.floor.floor import Floor
from liveblog.store import Store
from liveblog.web import cookies, csrf, problems
from liveblog.web.callers import Callers, address
from liveblog.web.desk.shell import Shell

T = TypeVar("T")

HOME = "/desk"
_FORM_LIMIT_BYTES = 65_536
_FIELDS = 100


class House(Struct, frozen=True, kw_only=True):
    """What all pages of the desk share. ``site`` says the site's address."""

    staff: Staff
    store: Store
    callers: Callers
    revoking: Revoking
    floor: Floor
    templates: Environment
    shell: Shell
    site: Callable[[Request], str]


class Visit(Struct, frozen=True, kw_only=True):
    """A request whose sender may make it. ``caller`` is None on the pages before signing in."""

    house: House
    request: Request
    caller: Caller | None
    body: bytes
    form: dict[str, str]

    @property
    def staff(self) -> Staff:
        return self.house.staff

    @property
    def who(self) -> Caller:
        """Who signed in. Raises NotAuthenticated."""
        if self.caller is None:
            raise NotAuthenticated
        return self.caller

    @property
    def visitor(self) -> Visitor:
        """The browser."""
        return Visitor(
            address=address(self.request),
            agent=self.request.headers.get("User-Agent", ""),
            device=cookies.held(self.request, cookies.KNOWN),
        )

    @property
    def next(self) -> str:
        """Where to go afterwards: a page of the desk, whatever was asked."""
        asked = self.form.get("next") or self.request.query_params.get("next", "")
        return asked if _is_of_the_desk(asked) else HOME

    def party(self) -> Party:
        """The site as passkeys know it."""
        site = self.house.site(self.request)
        name = str(self.house.templates.globals["site_name"])
        return Party(host=urlsplit(site).hostname or "", origin=site, name=name)

    def json(self, kind: type[T]) -> T:
        """The body as a value. Raises Invalid."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Invalid("", "send what the page's script sends") from error

    def page(
        self, template: str, /, *, error: Refused | None = None, said: str = "", **shown: Any
    ) -> Response:
        """A page; with an error it says so and has its status."""
        caller = self.caller
        text = self.house.templates.get_template(f"desk/{template}.html").render(
            person=caller.person if caller else None,
            manages=caller is not None and caller.may("people"),
            error=_sentence(error) if error else "",
            said=said,
            **shown,
        )
        status = problems.STATUSES[type(error)] if error else 200
        return HTMLResponse(text, status, problems.headers(error, status) if error else None)

    def go(self, where: str) -> Response:
        """On to another page."""
        return RedirectResponse(where, 303)


Handler = Callable[[Visit], Awaitable[Response]]
Again = Callable[[Visit, Refused], Awaitable[Response]]


class Action(Struct, frozen=True, kw_only=True):
    """One page of the desk, or one thing that it does.

    ``needs`` is None before signing in. ``confirmed``: the person must have shown lately who they
    are. ``again`` shows the form once more with what was wrong. ``data`` is for scripts.
    """

    method: Literal["GET", "POST"]
    path: str
    handler: Handler
    needs: Permission | None
    confirmed: bool = False
    again: Again | None = None
    data: bool = False


def route(action: Action, house: House) -> Route:
    """The route that serves an action."""

    async def endpoint(request: Request) -> Response:
        csrf.require_same_origin(request)
        try:
            caller = await _caller(action, house, request)
        except NotAuthenticated:
            return _to(request, action, "/desk/sign-in")
        except NotConfirmed:
            return _to(request, action, "/desk/confirm")
        body = await _read(request)
        visit = Visit(
            house=house, request=request, caller=caller, body=body, form=_form(request, body)
        )
        try:
            return await action.handler(visit)
        except Refused as error:
            if action.again is None:
                raise
            return await action.again(visit, error)

    return Route(action.path, endpoint, methods=[action.method])


async def _caller(action: Action, house: House, request: Request) -> Caller | None:
    try:
        caller = await house.callers.person(request)
    except NotAuthenticated:
        if action.needs is None:
            return None
        raise
    if action.needs is not None:
        caller.require(action.needs)
    if action.confirmed:
        caller.require_confirmed()
    return caller


def _to(request: Request, action: Action, where: str) -> Response:
    """To the page that must come first; a script is told what it is instead."""
    if action.data:
        raise NotConfirmed if where == "/desk/confirm" else NotAuthenticated
    if request.headers.get("Sec-Fetch-Site") == "cross-site" and where == "/desk/sign-in":
        # Who follows a link from elsewhere comes without the cookie, which is Strict: asked once
        # more from a page of ours, the browser brings it.
        return onward(request.url.path if _is_of_the_desk(request.url.path) else HOME)
    came_from = request.url.path if request.method == "GET" else _page_of(request.url.path)
    return RedirectResponse(f"{where}?{urlencode({'next': came_from})}", 303)


def onward(where: str) -> Response:
    """A page that goes on to another page of the desk by itself, as one of ours."""
    assert _is_of_the_desk(where), where
    return HTMLResponse(
        "<!doctype html><title>One moment</title>"
        f'<meta http-equiv="refresh" content="0;url={where}">'
        f'<p><a href="{where}">Go on</a></p>'
    )


def _page_of(path: str) -> str:
    """The page whose form was sent: /desk/people/1/lock → /desk/people."""
    return "/".join(path.split("/")[:3])


def _is_of_the_desk(path: str) -> bool:
    letters = path.replace("/", "").replace("-", "").replace("_", "")
    begins = path == HOME or path.startswith(f"{HOME}/")
    return begins and "//" not in path and letters.isascii() and letters.isalnum()


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _FORM_LIMIT_BYTES:
            raise TooLarge("The form", _FORM_LIMIT_BYTES)
    return bytes(body)


def _form(request: Request, body: bytes) -> dict[str, str]:
    media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        return {}
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS)
    except (UnicodeDecodeError, ValueError) as error:
        raise Invalid("", "this form cannot be read; send it again") from error
    return dict(pairs)


def _sentence(error: Refused) -> str:
    text = error.why if isinstance(error, Invalid) else str(error)
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
