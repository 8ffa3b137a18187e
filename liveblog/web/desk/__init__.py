"""The desk's pages, as a table: from it come the routes and what each of them needs."""

from __future__ import annotations

from liveblog.web.desk import (
    account,
    application,
    authenticator,
    confirm,
    home,
    people,
    sign_in,
    stream,
    tokens,
    welcome,
)
from liveblog.web.desk.action import Action

ACTIONS: tuple[Action, ...] = (
    *application.ACTIONS,
    *home.ACTIONS,
    *stream.ACTIONS,
    *sign_in.ACTIONS,
    *confirm.ACTIONS,
    *welcome.ACTIONS,
    *account.ACTIONS,
    *authenticator.ACTIONS,
    *people.ACTIONS,
    *tokens.ACTIONS,
)
