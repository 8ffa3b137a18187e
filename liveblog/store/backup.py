"""The whole record in one file, and back: every entry under its cursor, drafts, tokens.

A gzip file of JSON lines: what it is, one line a thing kept, and at the end how many there were, so
that a file that was cut off is never taken for whole.
"""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Iterator
from functools import reduce
from pathlib import Path
from typing import IO, cast

import msgspec
from msgspec import Raw, Struct

from liveblog import codec
from liveblog.errors import StoryExists, Unimportable
from liveblog.store import DraftUpdate, Token, keys
from liveblog.store.redis import RedisStore
from liveblog.story import Change, Cursor, Head, Instant, Slug, Story, fold

_VERSION = 1


class Begin(Struct, frozen=True, kw_only=True, tag="liveblog backup"):
    """The first line."""

    version: int
    made: Instant


class Entry(Struct, frozen=True, kw_only=True, tag="entry"):
    """An entry of a story's log."""

    slug: Slug
    cursor: Cursor
    body: Raw


class KeptDraft(Struct, frozen=True, kw_only=True, tag="draft"):
    """An update that is not public."""

    draft: DraftUpdate


class KeptHead(Struct, frozen=True, kw_only=True, tag="head"):
    """A story that is not public."""

    head: Head


class KeptToken(Struct, frozen=True, kw_only=True, tag="token"):
    """A token's digest and what it permits."""

    digest: str
    token: Token


class End(Struct, frozen=True, kw_only=True, tag="end"):
    """The last line; ``lines`` counts those between it and the first."""

    lines: int


Kept = Entry | KeptDraft | KeptHead | KeptToken
_line = msgspec.json.Decoder(Begin | Kept | End)


async def write(store: RedisStore, out: Path, now: Instant) -> int:
    """Write a backup; the file appears when it is whole. Answers how many things it keeps."""
    partial = out.with_name(f"{out.name}.partial")
    lines = 0
    with gzip.open(partial, "wb") as file:
        stream = cast(IO[bytes], file)
        stream.write(codec.to_json(Begin(version=_VERSION, made=now)) + b"\n")
        async for kept in _all(store):
            stream.write(codec.to_json(kept) + b"\n")
            lines += 1
        stream.write(codec.to_json(End(lines=lines)) + b"\n")
    partial.replace(out)
    return lines


async def restore(store: RedisStore, file: Path) -> int:
    """Bring a backup back beside what is there. Answers how many stories it held.

    Nothing is written unless the file is whole and none of its stories is there: raises
    Unimportable, StoryExists.
    """
    logs: dict[Slug, list[Entry]] = {}
    others: list[KeptDraft | KeptHead | KeptToken] = []
    for kept in read(file):
        if isinstance(kept, Entry):
            logs.setdefault(kept.slug, []).append(kept)
        else:
            others.append(kept)
    there = set(await store.slugs())
    for slug in logs:
        if slug in there:
            raise StoryExists(slug)
    for slug, entries in logs.items():
        await _restore_log(store, slug, entries)
    for other in others:
        await _restore_other(store, other)
    return len(logs)


def read(file: Path) -> Iterator[Kept]:
    """What a backup keeps. Raises Unimportable, before it gives anything, if it is not whole."""
    try:
        with gzip.open(file, "rb") as lines:
            decoded = [_line.decode(line) for line in lines]
    except (OSError, EOFError, msgspec.MsgspecError) as error:
        raise Unimportable(f"{file} is not a whole backup of liveblog: {error}") from error
    if len(decoded) < 2 or not isinstance(decoded[0], Begin):
        raise Unimportable(f"{file} is not a backup of liveblog.")
    if decoded[0].version != _VERSION:
        raise Unimportable(f"{file} was made by another version ({decoded[0].version}).")
    _, *kept, end = decoded
    if not isinstance(end, End) or end.lines != len(kept):
        raise Unimportable(f"{file} is cut off: its last lines are missing.")
    return iter(cast(list[Kept], kept))


async def _all(store: RedisStore) -> AsyncIterator[Kept]:
    slugs = await store.slugs()
    for slug in slugs:
        for change in await store.changes(slug) or ():
            body = Raw(codec.to_log(change))
            yield Entry(slug=slug, cursor=change.cursor, body=body)
    heads = await store.draft_heads()
    for head in heads:
        yield KeptHead(head=head)
    for slug in [*slugs, *(head.slug for head in heads)]:
        for draft in await store.drafts(slug):
            yield KeptDraft(draft=draft)
    tokens = keys.fields(await store.ask("HGETALL", keys.TOKENS))
    for digest, token in tokens.items():
        yield KeptToken(digest=digest.decode(), token=codec.from_json(token, Token))


async def _restore_log(store: RedisStore, slug: Slug, entries: list[Entry]) -> None:
    changes = [codec.from_log(slug, entry.cursor, bytes(entry.body)) for entry in entries]
    story = reduce(fold, changes, cast(Story | None, None))
    assert story is not None, "a log has an entry"
    log = keys.key(slug, f"log:{slug}")
    # What a restore that was interrupted left; it is no story before it is in the index.
    await store.ask("DEL", log)
    for entry in entries:
        await store.ask("XADD", log, entry.cursor, "b", bytes(entry.body))
    known = {f"at:{keys.subject(change)}": _place(change) for change in changes}
    index = {"status": story.head.status, "pinned": story.pinned or "", "tail": story.cursor}
    words = [word for pair in (index | known).items() for word in pair]
    await store.ask("HSET", keys.story(slug), *words)
    moved = story.cursor.partition("-")[0]
    await store.ask("ZADD", keys.key(slug, "stories"), moved, slug)


def _place(change: Change) -> str:
    return f"{change.revision} {change.cursor}"


async def _restore_other(store: RedisStore, kept: KeptDraft | KeptHead | KeptToken) -> None:
    if isinstance(kept, KeptToken):
        await store.add_token(kept.digest, kept.token)
    elif isinstance(kept, KeptHead):
        await store.put_draft_head(kept.head)
    else:
        await store.put_draft(kept.draft)
