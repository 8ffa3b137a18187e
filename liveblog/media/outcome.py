"""What the process that decodes a picture tells the worker."""

from __future__ import annotations

from msgspec import Struct


class Written(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file in its folder. Sizes in pixels."""

    name: str
    width: int
    height: int


class Outcome(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The files, the narrowest picture first, or why there are none."""

    written: tuple[Written, ...] = ()
    refused: str = ""
