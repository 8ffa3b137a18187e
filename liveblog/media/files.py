"""Where pictures live: a folder, or an object store by its address.

::

    originals/ID            as it was uploaded; nothing ever serves it
    about/ID                what was made of it, written last: where it is, the picture is whole
    renditions/ID/NAME      what readers get
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from liveblog import codec
from liveblog.errors import BadSetting, NotStored
from liveblog.media.decoding import Decoded
from liveblog.renditions import MediaId, Picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from obstore.store import ObjectStore


class Files:
    """``url`` is that of an object store (``s3://bucket/prefix``, with its credentials in the
    environment); without one, files live in ``folder``, made when it is needed. Raises BadSetting
    for a wrong address; every method raises NotStored where files are out of reach."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._folder = folder
        self._remote = _remote(url) if url else None

    def __str__(self) -> str:
        # Without what an address may hold besides: credentials, and options.
        parts = urlsplit(self._url)
        bare = f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
        return bare if self._url else str(self._folder)

    @cached_property
    def _store(self) -> ObjectStore:
        return self._remote or LocalStore(self._folder, mkdir=True)

    async def keep_original(self, id: MediaId, chunks: AsyncIterator[bytes]) -> None:
        """Keep what was uploaded, whole or not at all."""
        await self._put(f"originals/{id}", chunks)

    async def original(self, id: MediaId) -> bytes | None:
        """What was uploaded."""
        return await self._get(f"originals/{id}")

    async def drop_original(self, id: MediaId) -> None:
        """Forget what was uploaded and is of no use."""
        await self._delete(f"originals/{id}")

    async def keep(self, decoded: Decoded) -> None:
        """Keep a picture's renditions and then what is known of it."""
        id = decoded.picture.id
        for name, content in decoded.files.items():
            await self._put(f"renditions/{id}/{name}", content)
        await self._put(f"about/{id}", codec.to_json(decoded.picture))

    async def picture(self, id: MediaId) -> Picture | None:
        """A picture that is whole."""
        found = await self._get(f"about/{id}")
        return codec.from_json(found, Picture) if found else None

    async def rendition(self, id: MediaId, name: str) -> bytes | None:
        """The bytes that readers get."""
        return await self._get(f"renditions/{id}/{name}")

    async def forget(self, id: MediaId) -> None:
        """Remove all of a picture for good; what is not there is no error."""
        with _reaching():
            listed = await self._store.list(prefix=f"renditions/{id}").collect_async()
            made = [found["path"] for found in listed]
        # Readers first, and the original last: what fails half-way is done by asking again.
        for path in (*made, f"about/{id}", f"originals/{id}"):
            await self._delete(path)

    async def probe(self) -> None:
        """Return if a file can be written, read and removed."""
        path = f"probe/{uuid4().hex}"
        await self._put(path, b"liveblog")
        await self._get(path)
        await self._delete(path)

    async def _put(self, path: str, content: Any) -> None:
        with _reaching():
            await self._store.put_async(path, content)

    async def _get(self, path: str) -> bytes | None:
        with _reaching():
            try:
                return bytes(await (await self._store.get_async(path)).bytes_async())
            except FileNotFoundError:
                return None

    async def _delete(self, path: str) -> None:
        with _reaching():
            try:
                await self._store.delete_async(path)
            except FileNotFoundError:
                return


def _remote(url: str) -> ObjectStore:
    try:
        return from_url(url)
    except (BaseError, ValueError) as error:
        raise BadSetting(f"LIVEBLOG_MEDIA_URL: {_first_line(error)}") from error


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        raise NotStored(f"pictures: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
