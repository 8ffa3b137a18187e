"""What each role permits. One table; every call of the write API names what it needs."""

from __future__ import annotations

from typing import Literal, get_args

from liveblog.errors import Invalid

Role = Literal["admin", "editor", "reporter", "contributor", "reader"]
Permission = Literal["read", "draft", "post", "edit", "publish", "erase", "audit"]

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    # read: see what is not public; draft: keep drafts; post: publish updates; edit: change, pin,
    # correct and retract updates; publish: open, change and close stories; erase: for good;
    # audit: read who did what
    "admin": frozenset({"read", "draft", "post", "edit", "publish", "erase", "audit"}),
    "editor": frozenset({"read", "draft", "post", "edit", "publish"}),
    "reporter": frozenset({"read", "draft", "post", "edit"}),
    "contributor": frozenset({"read", "draft"}),
    "reader": frozenset({"read"}),
}


def role(text: str) -> Role:
    """Parse a role. Raises Invalid."""
    for known in get_args(Role):
        if text == known:
            return known  # type: ignore[no-any-return] # one of the Literal's values
    raise Invalid("role", f"choose one of {', '.join(get_args(Role))}")
