"""Proving a store: every log it has, and every log on which anything was ever signed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence

from liveblog import chain
from liveblog.record import checkpoints
from liveblog.record.checkpoints import Checkpoint, Forged
from liveblog.record.proving import Broken, Proof, prove, walked
from liveblog.store import Store
from liveblog.story import UpdateId

Verdict = Proof | Broken


async def verdicts(
    store: Store,
    keys: Collection[str],
    *,
    only: str | None = None,
    lines: Sequence[bytes] | None = None,
) -> AsyncIterator[Verdict]:
    """What is to be said of each log, or of ``only`` one. ``lines`` are checkpoints that were
    carried elsewhere; without them those in the store count, if one of the ``keys`` signed them."""
    try:
        signed = None if lines is None else _by_log(lines, keys)
    except Forged as error:
        yield Broken(f"A checkpoint proves nothing: {error}.")
        return
    known = [chain.AUDIT, *await store.slugs()]
    known += sorted({*(signed or ()), *await store.checkpointed()} - set(known))
    erased = await _erased(store)
    for log in known if only is None else [only]:
        try:
            yield await _proved(store, log, keys, signed, erased.get(log, set()))
        except Forged as error:
            yield Broken(f"{log}: a checkpoint proves nothing: {error}.")
        except Broken as error:
            yield error


async def _proved(
    store: Store,
    log: str,
    keys: Collection[str],
    signed: dict[str, list[Checkpoint]] | None,
    erased: Collection[UpdateId],
) -> Proof:
    if signed is None:
        marks = [checkpoints.opened(line, keys) for line in await store.checkpoints(log)]
    else:
        marks = signed.get(log, [])
    for mark in marks:
        if mark.log != log:
            raise Forged(f"it is one of {mark.log}")
    entries = [walked(log, entry) async for entry in store.entries(log)]
    return prove(log, entries, marks, erased)


def _by_log(lines: Sequence[bytes], keys: Collection[str]) -> dict[str, list[Checkpoint]]:
    found: dict[str, list[Checkpoint]] = defaultdict(list)
    for line in lines:
        mark = checkpoints.opened(line, keys)
        found[mark.log].append(mark)
    return found


async def _erased(store: Store) -> dict[str, set[UpdateId]]:
    """The updates of each story whose erase is on record."""
    found: dict[str, set[UpdateId]] = defaultdict(set)
    for _, line in await store.audited():
        if line.kind == "erased" and line.story:
            found[line.story].add(UpdateId(line.subject))
    return found
