"""What each role permits. One table; every call of the write API and every page of the desk names
what it needs."""

from __future__ import annotations

from typing import Literal, get_args

from liveblog.errors import Invalid

Role = Literal["admin", "editor", "reporter", "contributor", "reader"]
Permission = Literal[
    "read",  # what is not public
    "own",  # their own account
    "draft",  # keep drafts, and submit them
    "post",  # publish updates, where the story does not make them wait for an editor
    "edit",  # change and correct published updates
    "retract",  # retract and pin updates
    "approve",  # publish what others submitted, and post where others must wait
    "publish",  # open, change and close stories
    "erase",  # remove for good
    "people",  # people and tokens
    "audit",  # read who did what
]

_READER: frozenset[Permission] = frozenset({"read", "own"})
_CONTRIBUTOR: frozenset[Permission] = _READER | {"draft"}
_REPORTER: frozenset[Permission] = _CONTRIBUTOR | {"post", "edit"}
_EDITOR: frozenset[Permission] = _REPORTER | {"retract", "approve", "publish"}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    "admin": _EDITOR | {"erase", "people", "audit"},
    "editor": _EDITOR,
    "reporter": _REPORTER,
    "contributor": _CONTRIBUTOR,
    "reader": _READER,
}

VERBS: dict[Permission, str] = {
    "read": "read what is not public",
    "own": "have an account",
    "draft": "keep or submit drafts",
    "post": "publish updates (send them without embargo, and an editor will see them)",
    "edit": "edit updates",
    "retract": "pin or retract updates",
    "approve": "publish in a story whose updates wait for an editor",
    "publish": "open, change or close stories",
    "erase": "erase updates",
    "people": "manage people and tokens",
    "audit": "read who did what",
}


def role(text: str) -> Role:
    """Parse a role. Raises Invalid."""
    for known in get_args(Role):
        if text == known:
            return known  # type: ignore[no-any-return] # one of the Literal's values
    raise Invalid("role", f"choose one of {', '.join(get_args(Role))}")
