"""Walking a log against its commitments and what was signed on it. Pure.

The first entry that is not as it was is named: changed, dropped, swapped, put in or cut off.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct

from liveblog import chain, codec
from liveblog.errors import BrokenLog
from liveblog.record import checkpoints
from liveblog.record.checkpoints import Checkpoint
from liveblog.store import Kept
from liveblog.story import Change, Cursor, Slug, Update, UpdateId


class Broken(Exception):
    """A log is not as it was; its text says which entry, what happened, and what proves it."""


class Proof(Struct, frozen=True, kw_only=True):
    """What is known of a log that is as it was: how many entries it has, how many of them a
    checkpoint covers, how many were erased, and how many are older than commitments."""

    log: str
    entries: int
    signed: int
    signed_at: str
    erased: int
    unproven: int


class Walked(Struct, frozen=True, kw_only=True):
    """An entry without its body: ``made`` is the commitment that its content would have, ``update``
    and ``bare`` what it says of which update, and whether it says no more."""

    id: Cursor
    commitment: str
    made: str
    update: UpdateId | None
    bare: bool
    retracts: bool


class _Expected(Struct, frozen=True, kw_only=True):
    id: Cursor
    commitment: str
    by: Checkpoint


def walked(log: str, entry: Kept) -> Walked:
    """An entry as the walk looks at it. Raises Broken."""
    try:
        checkpoints.committed(entry)
        made = chain.commitment(bytes.fromhex(entry.salt), entry.body).hex() if entry.salt else ""
        change = None if log == chain.AUDIT else codec.from_log(Slug(log), entry.id, entry.body)
    except (BrokenLog, ValueError) as error:
        raise Broken(f"{log}: entry {entry.id} was changed: it cannot be read.") from error
    update = change.update if change else None
    return Walked(
        id=entry.id,
        commitment=entry.commitment,
        made=made,
        update=update.id if update else None,
        bare=change is not None and _is_bare(change),
        retracts=change is not None and change.kind == "retracted",
    )


def _is_bare(change: Change) -> bool:
    update = change.update
    if update is None or change.head is not None or change.by is not None:
        return False
    bare = Update(
        id=update.id, revision=update.revision, published=update.published, status="retracted"
    )
    return update == bare


def prove(
    log: str,
    entries: Sequence[Walked],
    signed: Iterable[Checkpoint],
    erased: Collection[UpdateId],
) -> Proof:
    """Hold a log against its own commitments and the checkpoints; ``erased`` are the updates whose
    erase is on record. Raises Broken."""
    marks = sorted(signed, key=lambda one: one.count)
    expected = _expected(log, marks)
    heads = {one.count: one for one in marks}
    places = {entry.commitment: entry.id for entry in entries if entry.commitment}
    place = checkpoints.beginning(log)
    for entry in entries:
        wanted = expected.get(place.count)
        covering = wanted.by if wanted else _covering(marks, place.count)
        _hold(log, entry, wanted, covering, places)
        place = place.after(Kept(id=entry.id, body=b"", commitment=entry.commitment))
        mark = heads.get(place.count)
        if mark is not None and (mark.head != place.head.hex() or mark.cursor != entry.id):
            raise Broken(
                f"{log}: an entry up to {entry.id} was changed, dropped or swapped{_proved(mark)}."
            )
    _refuse_a_cut(log, place.count, marks, expected)
    _refuse_lost_commitments(log, entries)
    last = marks[-1] if marks else None
    return Proof(
        log=log,
        entries=len(entries),
        signed=last.count if last else 0,
        signed_at=last.at if last else "",
        erased=_erased(log, entries, erased),
        unproven=sum(not entry.commitment for entry in entries),
    )


def _expected(log: str, marks: Sequence[Checkpoint]) -> dict[int, _Expected]:
    expected: dict[int, _Expected] = {}
    for mark in marks:
        first = mark.count - len(mark.entries)
        for number, (id, commitment) in enumerate(mark.entries, first):
            known = expected.setdefault(number, _Expected(id=id, commitment=commitment, by=mark))
            if (known.id, known.commitment) != (id, commitment):
                raise Broken(
                    f"{log}: two checkpoints, of {known.by.at} and {mark.at}, contradict"
                    f" each other about entry {known.id}: what was signed first was taken out of"
                    " the log later."
                )
    return expected


def _hold(
    log: str,
    entry: Walked,
    wanted: _Expected | None,
    covering: Checkpoint | None,
    places: dict[str, Cursor],
) -> None:
    proved = _proved(covering)
    if wanted is not None and entry.id != wanted.id:
        if _order(entry.id) > _order(wanted.id):
            raise Broken(f"{log}: entry {wanted.id} was dropped{proved}.")
        raise Broken(f"{log}: entry {entry.id} was put in{proved}.")
    right = wanted.commitment if wanted is not None else entry.commitment
    for found in (entry.made or entry.commitment, entry.commitment):
        if found != right:
            others = {places.get(found), places.get(right)} - {entry.id, None}
            what = f"swapped with {others.pop()}" if others else "changed"
            raise Broken(f"{log}: entry {entry.id} was {what}{proved or _BY_ITSELF}.")


_BY_ITSELF = " (its own commitment does not fit it)"


def _proved(mark: Checkpoint | None) -> str:
    return f" (proved by the checkpoint of {mark.at} at entry {mark.cursor})" if mark else ""


def _covering(marks: Sequence[Checkpoint], number: int) -> Checkpoint | None:
    return next((mark for mark in marks if mark.count > number), None)


def _refuse_a_cut(
    log: str, count: int, marks: Sequence[Checkpoint], expected: dict[int, _Expected]
) -> None:
    if not marks or marks[-1].count <= count:
        return
    first = expected.get(count)
    id = first.id if first else marks[-1].cursor
    mark = first.by if first else marks[-1]
    raise Broken(f"{log}: the end was cut off, from entry {id} on{_proved(mark)}.")


def _refuse_lost_commitments(log: str, entries: Sequence[Walked]) -> None:
    """Entries without commitments are older than all others, or lost theirs."""
    proven = False
    for entry in entries:
        if proven and not entry.commitment:
            raise Broken(f"{log}: entry {entry.id} was changed: it lost its commitment.")
        proven = proven or bool(entry.commitment)


def _erased(log: str, entries: Sequence[Walked], known: Collection[UpdateId]) -> int:
    """How many entries were erased, each as an erase leaves it: nothing but a tombstone, told to
    readers by a retraction that is proven, and on record."""
    told = {entry.update: entry.id for entry in entries if entry.retracts and entry.made}
    erased = [entry for entry in entries if entry.commitment and not entry.made]
    for entry in erased:
        if entry.update is None or not entry.bare or entry.update not in told:
            raise Broken(f"{log}: entry {entry.id} was changed: it lost its salt.")
        if entry.update not in known:
            raise Broken(
                f"{log}: entry {entry.id} was changed: its text is gone and the audit log knows of"
                " no erase."
            )
    return len(erased)


def _order(id: Cursor) -> tuple[int, int]:
    milliseconds, _, number = id.partition("-")
    return int(milliseconds), int(number or 0)
