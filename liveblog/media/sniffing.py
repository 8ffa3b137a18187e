"""What a file is by its first bytes. What its sender says is not believed. Pure."""

from __future__ import annotations

import base64
from typing import NamedTuple

from liveblog.errors import NotAPicture
from liveblog.renditions import MediaId

HEAD_BYTES = 512
"""How much of a file tells what it is."""

_AVIF = frozenset({b"avif", b"avis"})
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_DIGEST_BYTES = 15


class _Known(NamedTuple):
    begins: bytes
    what: str


_PICTURES = (
    # the first bytes, and the name of the one decoder that is given such a file
    _Known(b"\xff\xd8\xff", "JPEG"),
    _Known(b"\x89PNG\r\n\x1a\n", "PNG"),
    _Known(b"GIF87a", "GIF"),
    _Known(b"GIF89a", "GIF"),
)
_OTHERS = (
    # what people send by mistake, or not by mistake
    _Known(b"%pdf", "a PDF"),
    _Known(b"pk\x03\x04", "a ZIP archive"),
    _Known(b"ii*\0", "a TIFF"),
    _Known(b"mm\0*", "a TIFF"),
    _Known(b"bm", "a BMP"),
    _Known(b"8bps", "a Photoshop file"),
)
_MARKUP = (
    # anywhere in the beginning of a text
    _Known(b"<svg", "an SVG, which can hold scripts"),
    _Known(b"<!doctype svg", "an SVG, which can hold scripts"),
    _Known(b"<html", "a page"),
    _Known(b"<!doctype html", "a page"),
    _Known(b"<?xml", "an XML document"),
    _Known(b"<script", "a script"),
)


def sniff(head: bytes) -> str:
    """The format (JPEG, PNG, GIF, WEBP or AVIF) of a file that begins so.

    Raises NotAPicture, which says what it looks like instead.
    """
    for known in _PICTURES:
        if head.startswith(known.begins):
            return known.what
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        return _boxed(head)
    raise NotAPicture(_looks_like(head))


def _boxed(head: bytes) -> str:
    """AVIF names itself first or among those that it is compatible with."""
    size = int.from_bytes(head[:4], "big")
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, min(size, len(head)), 4))}
    if brands & _AVIF:
        return "AVIF"
    raise NotAPicture("a HEIC" if brands & _HEIC else "a film")


def _looks_like(head: bytes) -> str:
    lower = head.removeprefix(b"\xef\xbb\xbf").lower()
    for known in _OTHERS:
        if lower.startswith(known.begins):
            return known.what
    # A text in 16 bits a character says the same.
    for known in _MARKUP:
        if known.begins in lower.replace(b"\0", b""):
            return known.what
    return "something else" if head else "nothing"


def media_id(sha256: bytes) -> MediaId:
    """The id of what has that digest."""
    return MediaId(base64.b32encode(sha256[:_DIGEST_BYTES]).decode().lower())
