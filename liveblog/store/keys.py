"""The names of keys in Redis, and how what lies there is read.

Stories are spread over ``SHARDS`` hash tags, each with a feed of its own, so that a story's log and
the feed that tails read lie in one slot and one script can append to both::

    {lb0}:story:SLUG    hash    status, pinned, tail, at:SUBJECT → "REVISION CURSOR"
    {lb0}:log:SLUG      stream  the record; an entry's id is its cursor
    {lb0}:feed          stream  the changes of all stories of this shard, bounded
    {lb0}:once:SLUG:KEY string  "DIGEST ANSWER" of a request that must happen once
    {lb0}:drafts:SLUG   hash    update id → "REVISION DRAFT"
    {lb0}:heads         hash    slug → "REVISION HEAD" of stories that are not public yet
    {lb0}:due           zset    "SLUG UPDATE" by the end of its embargo
    {lb0}:readers:SLUG  hash    web process → "READERS DUE", for as long as it says so
    {lb0}:stories       zset    slugs by their last change
    {lb0}:rules:SLUG    hash    what a story's rules have of their own: name → JSON
    {lb0}:kept          hash    slug → when somebody last kept the story open
    {lb0}:notes:SLUG    hash    id → a note to colleagues
    {lb0}:closing       hash    slug → when it will be closed, in the first shard only
    {lb0}:desk          channel what changed beside the logs, in which story
    {lb0}:tokens        hash    digest → token, in the first shard only
    {lb0}:tokens:used   hash    digest → when it was last sent
    {lb0}:desk:present  hash    connection → "DUE PRESENT": who is at the desk, in the first shard
    {lb0}:desk          channel "WHAT SLUG" as something changes that is not public
    {lb0}:accounts:…            people, sessions, secrets that are good once; see accounts.py
    {lb0}:audit         stream  who did what outside the stories' logs, in the first shard only
    {lb0}:erasures      hash    id → a legal erase, in the first shard only
    {lb0}:checkpoints:L list    signed lines on a log (a slug, or AUDIT), oldest first
    {lb0}:checkpointed  set     logs that have one
    {lb0}:pictures      stream  ids of pictures that wait for a worker, in the first shard only
    {lb0}:picture:ID:…  that it is asked for (asked), and what became of it (answer, a list of one)
    {lb0}:uploads:KEY   string  digest of an upload that must happen once

An entry of a log has the fields b (its body), salt and commitment (see :mod:`liveblog.chain`).
"""

from __future__ import annotations

import zlib
from typing import Any

from liveblog import chain, codec
from liveblog.store import Kept, Once, PinMove, Taken
from liveblog.story import Change, Cursor, Slug

SHARDS = 8
FEED_LENGTH = 10_000
"""Changes that a shard's feed keeps; a tail that is further behind reads the logs instead."""

TOKENS = "{lb0}:tokens"
TOKENS_USED = "{lb0}:tokens:used"
ACCOUNTS = "{lb0}:accounts"
REVOKED = f"{ACCOUNTS}:revoked"
DESK = "{lb0}:desk"
PRESENT = f"{DESK}:present"
ERASURES = "{lb0}:erasures"
CLOSING = "{lb0}:closing"
PICTURES = "{lb0}:pictures"

ONCE_SECONDS = 86_400
"""How long a request with a key is remembered."""


def tags() -> list[str]:
    """The hash tags of all shards."""
    return [f"{{lb{shard}}}" for shard in range(SHARDS)]


def tag(name: str) -> str:
    """The hash tag of the shard in which a name lies."""
    return f"{{lb{zlib.crc32(name.encode()) % SHARDS}}}"


def key(slug: Slug, name: str) -> str:
    """A key beside a story, in its shard."""
    return f"{tag(slug)}:{name}"


def story(slug: Slug) -> str:
    """The key of what is known of a story."""
    return key(slug, f"story:{slug}")


def log(name: str) -> str:
    """The key of a log: a story's, or the audit log's."""
    return "{lb0}:audit" if name == chain.AUDIT else f"{tag(name)}:log:{name}"


def checkpoints(name: str) -> str:
    """The key of what was signed on a log."""
    return f"{tag(name)}:checkpoints:{name}"


def readers(slug: Slug) -> str:
    """The key of how many read a story in each web process."""
    return key(slug, f"readers:{slug}")


def rules(slug: Slug) -> str:
    """The key of what a story's rules have of their own."""
    return key(slug, f"rules:{slug}")


def notes(slug: Slug) -> str:
    """The key of a story's notes to colleagues."""
    return key(slug, f"notes:{slug}")


def picture(id: str, what: str) -> str:
    """A key of a picture that waits for a worker, beside all that wait."""
    return f"{{lb0}}:picture:{id}:{what}"


def subject(change: Change) -> str:
    """What a change is a revision of."""
    return change.update.id if change.update else change.slug


def mode(change: Change) -> str:
    """What the append script must check before it stores a change."""
    return {"opened": "open", "posted": "post"}.get(change.kind, "amend")


def once(once: Once | None) -> list[Any]:
    """The words that tell a script what makes a write happen once."""
    return [once.request if once else "", ONCE_SECONDS]


def pin(pin: PinMove | None) -> list[str]:
    """The words that tell a script how the pin moves."""
    return ["*", ""] if pin is None else [pin.was or "", pin.now or ""]


def takes(takes: Taken | None) -> list[Any]:
    """The words that tell a script which draft is published."""
    return ["", ""] if takes is None else [takes.subject, takes.revision]


def at(kept: bytes) -> tuple[int, Cursor]:
    """A revision and where it stands in the log."""
    revision, cursor = kept.decode().split(" ")
    return int(revision), Cursor(cursor)


def body(kept: bytes) -> bytes:
    """What is kept behind a revision."""
    return kept.partition(b" ")[2]


def kept(entry: tuple[bytes, list[bytes]]) -> Kept:
    """An entry of a log, as it lies there."""
    id, raw = entry
    found = fields(raw)
    return Kept(
        id=Cursor(id.decode()),
        body=found[b"b"],
        salt=found.get(b"salt", b"").decode(),
        commitment=found.get(b"commitment", b"").decode(),
    )


def change(slug: Slug, entry: tuple[bytes, list[bytes]]) -> Change:
    """A change from an entry of a log."""
    cursor, raw = entry
    return codec.from_log(slug, Cursor(cursor.decode()), fields(raw)[b"b"])


def fields(fields: Any) -> dict[bytes, bytes]:
    """The fields of an entry, in either protocol of Redis."""
    return fields if isinstance(fields, dict) else dict(zip(fields[::2], fields[1::2], strict=True))


def pairs(flat: Any) -> list[tuple[bytes, float]]:
    """Members with their scores, in either protocol of Redis."""
    if flat and isinstance(flat[0], (tuple, list)):
        return [(member, float(score)) for member, score in flat]
    return [(flat[at], float(flat[at + 1])) for at in range(0, len(flat), 2)]
