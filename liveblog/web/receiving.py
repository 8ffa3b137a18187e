"""An upload as it comes in: streamed to a temporary file, capped on the way, never whole in memory.

Either a form (RFC 7578) with one file and a few words, or the bytes of the picture alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from anyio import to_thread
from msgspec import Struct
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from liveblog import markup
from liveblog.blocks import LINE_CHARACTERS
from liveblog.errors import Invalid, NotAPicture, TooLarge
from liveblog.media import sniffing
from liveblog.media.uploads import LIMIT_BYTES, Uploads
from liveblog.renditions import MediaId

FORM = "multipart/form-data"
WORDS = ("alt", "caption", "credit")
_ENVELOPE_BYTES = 65_536
"""What a form may hold besides its file."""
_FIELD_BYTES = 4 * LINE_CHARACTERS
_FIELDS = 8
_MEMORY_BYTES = 1 << 20
_CHUNK_BYTES = 1 << 18
_RAW = frozenset({"application/octet-stream", "binary/octet-stream"})


class Received(Struct, frozen=True, kw_only=True):
    """An upload that is kept, and the words that came with it."""

    id: MediaId
    alt: str = ""
    caption: str = ""
    credit: str = ""


async def receive(request: Request, uploads: Uploads, count: Callable[[int], None]) -> Received:
    """Read an upload and keep it; ``count`` is told its bytes before.

    Raises TooLarge, NotAPicture, Invalid, NotStored, and what ``count`` raises.
    """
    declared = request.headers.get("Content-Length", "0")
    if declared.isdigit() and int(declared) > LIMIT_BYTES + _ENVELOPE_BYTES:
        raise _too_large()
    async with opened(request.headers, request.stream()) as (file, words):
        count(file.size or 0)
        id = await to_thread.run_sync(_identified, file.file)
        await uploads.keep(id, _chunks(file))
        return Received(id=id, **words)


@asynccontextmanager
async def opened(
    headers: Headers, stream: AsyncGenerator[bytes, None]
) -> AsyncIterator[tuple[UploadFile, dict[str, str]]]:
    """The uploaded file at its beginning and the words beside it, until this is left.

    Raises TooLarge, NotAPicture, Invalid.
    """
    media_type = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type == FORM:
        form = await _form(headers, stream)
        try:
            yield _file(form), _words(form)
        finally:
            await form.close()
    elif media_type.startswith("image/") or media_type in _RAW:
        file = UploadFile(cast(BinaryIO, SpooledTemporaryFile(max_size=_MEMORY_BYTES)), size=0)  # noqa: SIM115 # closed below
        try:
            async for chunk in _capped(stream, LIMIT_BYTES):
                await file.write(chunk)
            await file.seek(0)
            yield file, {}
        finally:
            await file.close()
    else:
        raise NotAPicture(f"sent as {media_type or 'no type'} (use {FORM}, or image/…)")


async def _form(headers: Headers, stream: AsyncGenerator[bytes, None]) -> FormData:
    parser = MultiPartParser(
        headers,
        _capped(stream, LIMIT_BYTES + _ENVELOPE_BYTES),
        max_files=1,
        max_fields=_FIELDS,
        max_part_size=_FIELD_BYTES,
    )
    try:
        return await parser.parse()
    except (MultiPartException, ValueError) as error:
        # ValueError: a charset that no name of one can be.
        raise Invalid("", f"The form cannot be read: {error}") from error


async def _capped(
    stream: AsyncGenerator[bytes, None], limit_bytes: int
) -> AsyncGenerator[bytes, None]:
    came = 0
    async for chunk in stream:
        came += len(chunk)
        if came > limit_bytes:
            raise _too_large()
        yield chunk


def _file(form: FormData) -> UploadFile:
    found = [value for value in form.values() if isinstance(value, UploadFile)]
    if not found:
        raise Invalid("file", "send the picture as a part with a file name")
    if (found[0].size or 0) > LIMIT_BYTES:
        raise _too_large()
    return found[0]


def _words(form: FormData) -> dict[str, str]:
    words: dict[str, str] = {}
    for name in WORDS:
        value = form.get(name, "")
        if not isinstance(value, str) or len(value) > LINE_CHARACTERS:
            raise Invalid(name, f"say it in {LINE_CHARACTERS:,} characters at most")
        words[name] = markup.clean_text(value).strip()
    return words


def _identified(file: BinaryIO) -> MediaId:
    """The id of a file that is a picture by its first bytes. Left at its beginning."""
    head = file.read(sniffing.HEAD_BYTES)
    sniffing.sniff(head)
    digest = hashlib.sha256(head)
    while chunk := file.read(_CHUNK_BYTES):
        digest.update(chunk)
    file.seek(0)
    return sniffing.media_id(digest.digest())


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK_BYTES):
        yield chunk


def _too_large() -> TooLarge:
    return TooLarge("The picture", LIMIT_BYTES, "make it smaller, or save it as JPEG")
