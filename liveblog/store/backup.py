"""The whole record in one file, and back: every entry under its cursor, with its salt and its
commitment; drafts, rules, notes, people, tokens, the audit log, erases, and what was signed.

A gzip file of JSON lines: what it is, one line a thing kept, and at the end how many there were, so
that a file that was cut off is never taken for whole.

Longer than other modules: what is kept is one list of kinds, written and read side by side.
"""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Iterator
from functools import reduce
from pathlib import Path
from typing import IO, cast

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from liveblog import chain, codec
from liveblog.errors import StoryExists, Unimportable
from liveblog.rules import RulesEdit
from liveblog.store import Audited, DraftUpdate, Erasure, Note, Token, keys
from liveblog.store import Kept as InStore
from liveblog.store.people import Person
from liveblog.store.redis import RedisStore
from liveblog.story import Change, Cursor, Head, Instant, Slug, Story, fold

_VERSION = 3
_READABLE = (1, 2, 3)
"""Files of version 1 have no salts and commitments, and nothing of what came with them; those of
version 2 no rules and notes."""


class Begin(Struct, frozen=True, kw_only=True, tag="liveblog backup"):
    """The first line."""

    version: int
    made: Instant


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="entry"):
    """An entry of a log: a story's, or the audit log's (whose ``slug`` is ``chain.AUDIT``)."""

    slug: Slug
    cursor: Cursor
    body: Raw
    salt: str = ""
    commitment: str = ""


class KeptDraft(Struct, frozen=True, kw_only=True, tag="draft"):
    """An update that is not public."""

    draft: DraftUpdate


class KeptHead(Struct, frozen=True, kw_only=True, tag="head"):
    """A story that is not public."""

    head: Head


class KeptRules(Struct, frozen=True, kw_only=True, tag="rules"):
    """What a story's rules have of their own, and when somebody last kept it open."""

    slug: Slug
    rules: RulesEdit
    kept: Instant | None = None


class KeptNote(Struct, frozen=True, kw_only=True, tag="note"):
    """A note to colleagues."""

    slug: Slug
    note: Note


class KeptToken(Struct, frozen=True, kw_only=True, tag="token"):
    """A token's digest and what it permits."""

    digest: str
    token: Token


class KeptPerson(Struct, frozen=True, kw_only=True, tag="person"):
    """Somebody who works here: digests and sealed keys, no secret that opens anything."""

    person: Person


class KeptErasure(Struct, frozen=True, kw_only=True, tag="erasure"):
    """A legal erase as it stands."""

    erasure: Erasure


class KeptCheckpoint(Struct, frozen=True, kw_only=True, tag="checkpoint"):
    """What was signed on a log, its bytes as they were."""

    log: str
    line: Raw


class End(Struct, frozen=True, kw_only=True, tag="end"):
    """The last line; ``lines`` counts those between it and the first."""

    lines: int


Beside = KeptDraft | KeptRules | KeptNote
Other = Beside | KeptHead | KeptToken | KeptPerson | KeptErasure | KeptCheckpoint
Kept = Entry | Other
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
    others: list[Other] = []
    for kept in read(file):
        if isinstance(kept, Entry):
            logs.setdefault(kept.slug, []).append(kept)
        else:
            others.append(kept)
    audited = logs.pop(Slug(chain.AUDIT), [])
    there = set(await store.slugs())
    for slug in logs:
        if slug in there:
            raise StoryExists(slug)
    for slug, entries in logs.items():
        await _restore_log(store, slug, entries)
    if await _restore_audit(store, audited):
        others = [other for other in others if not _is_signed_audit(other)]
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
    if decoded[0].version not in _READABLE:
        raise Unimportable(f"{file} was made by another version ({decoded[0].version}).")
    _, *kept, end = decoded
    if not isinstance(end, End) or end.lines != len(kept):
        raise Unimportable(f"{file} is cut off: its last lines are missing.")
    return iter(cast(list[Kept], kept))


async def _all(store: RedisStore) -> AsyncIterator[Kept]:
    # Before the entries: what is signed meanwhile would speak of entries that are not in the file.
    for log in await store.checkpointed():
        for line in await store.checkpoints(log):
            yield KeptCheckpoint(log=log, line=Raw(line))
    slugs = await store.slugs()
    for slug in [*slugs, Slug(chain.AUDIT)]:
        async for kept in store.entries(slug):
            yield _entry(slug, kept)
    async for other in _others(store, slugs):
        yield other


def _entry(slug: Slug, kept: InStore) -> Entry:
    return Entry(
        slug=slug,
        cursor=kept.id,
        body=Raw(kept.body),
        salt=kept.salt,
        commitment=kept.commitment,
    )


async def _others(store: RedisStore, slugs: list[Slug]) -> AsyncIterator[Other]:
    heads = await store.draft_heads()
    for head in heads:
        yield KeptHead(head=head)
    for slug in [*slugs, *(head.slug for head in heads)]:
        async for kept in _beside(store, slug):
            yield kept
    for person in await store.people():
        yield KeptPerson(person=person)
    tokens = keys.fields(await store.ask("HGETALL", keys.TOKENS))
    for digest, token in tokens.items():
        yield KeptToken(digest=digest.decode(), token=codec.from_json(token, Token))
    for erasure in await store.erasures():
        yield KeptErasure(erasure=erasure)


async def _beside(store: RedisStore, slug: Slug) -> AsyncIterator[Beside]:
    """What is kept beside a story, for its newsroom alone."""
    for draft in await store.drafts(slug):
        yield KeptDraft(draft=draft)
    rules, kept = await store.own_rules(slug), await store.kept_open(slug)
    if rules != RulesEdit() or kept:
        yield KeptRules(slug=slug, rules=rules, kept=kept)
    for note in await store.notes(slug):
        yield KeptNote(slug=slug, note=note)


async def _restore_log(store: RedisStore, slug: Slug, entries: list[Entry]) -> None:
    changes = [codec.from_log(slug, entry.cursor, bytes(entry.body)) for entry in entries]
    story = reduce(fold, changes, cast(Story | None, None))
    assert story is not None, "a log has an entry"
    log = keys.key(slug, f"log:{slug}")
    # What a restore that was interrupted left; it is no story before it is in the index.
    await store.ask("DEL", log)
    await _put_entries(store, log, entries)
    known = {f"at:{keys.subject(change)}": _place(change) for change in changes}
    index = {"status": story.head.status, "pinned": story.pinned or "", "tail": story.cursor}
    words = [word for pair in (index | known).items() for word in pair]
    await store.ask("HSET", keys.story(slug), *words)
    moved = story.cursor.partition("-")[0]
    await store.ask("ZADD", keys.key(slug, "stories"), moved, slug)


def _place(change: Change) -> str:
    return f"{change.revision} {change.cursor}"


async def _put_entries(store: RedisStore, log: str, entries: list[Entry]) -> None:
    for entry in entries:
        words = ["b", bytes(entry.body)]
        words += ["salt", entry.salt] if entry.salt else []
        words += ["commitment", entry.commitment] if entry.commitment else []
        await store.ask("XADD", log, entry.cursor, *words)


async def _restore_audit(store: RedisStore, entries: list[Entry]) -> bool:
    """Bring the audit log back. Where there is one, the lines are added to that and keep their own
    times, but what was signed on them does not fit: answers whether that is so."""
    log = keys.log(chain.AUDIT)
    anew = f"{log}:anew"
    if await store.ask("EXISTS", log):
        for entry in entries:
            await store.audit(codec.from_json(bytes(entry.body), Audited))
        return True
    if entries:
        # Put in place when it is whole, so that it is never taken for one that was there.
        await store.ask("DEL", anew)
        await _put_entries(store, anew, entries)
        await store.ask("RENAMENX", anew, log)
    return False


def _is_signed_audit(kept: Other) -> bool:
    return isinstance(kept, KeptCheckpoint) and kept.log == chain.AUDIT


async def _restore_checkpoint(store: RedisStore, kept: KeptCheckpoint) -> None:
    line = bytes(kept.line)
    if line not in await store.checkpoints(kept.log):
        await store.add_checkpoint(kept.log, line)


async def _restore_other(store: RedisStore, kept: Other) -> None:
    match kept:
        case KeptToken():
            await store.add_token(kept.digest, kept.token)
        case KeptHead():
            await store.put_draft_head(kept.head)
        case KeptDraft() | KeptRules() | KeptNote():
            await _restore_beside(store, kept)
        case KeptPerson():
            # Who is here already stays as they are.
            if await store.person_named(kept.person.name) is None:
                await store.save_person(replace(kept.person, revision=0))
        case KeptErasure():
            await store.put_erasure(kept.erasure)
        case KeptCheckpoint():
            await _restore_checkpoint(store, kept)


async def _restore_beside(store: RedisStore, kept: Beside) -> None:
    match kept:
        case KeptDraft():
            await store.put_draft(kept.draft)
        case KeptRules():
            await store.change_rules(kept.slug, kept.rules)
            if kept.kept:
                await store.keep_open(kept.slug, kept.kept)
        case KeptNote():
            await store.put_note(kept.slug, kept.note)
