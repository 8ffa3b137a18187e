"""What becomes of a draft that is edited: kept, submitted, scheduled or published."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct
from msgspec.structs import replace

from liveblog import intake
from liveblog.errors import NotAllowed
from liveblog.intake import UpdateEdit
from liveblog.publishing import Gate
from liveblog.store import DraftUpdate, Once
from liveblog.story import Instant, Update


class Drafted(Struct, frozen=True, kw_only=True):
    """A draft under an edit; ``content`` are the fields of its update that are given, and
    ``revision`` is what was edited."""

    draft: DraftUpdate
    edit: UpdateEdit
    revision: int
    content: dict[str, Any] = {}
    once: Once | None = None

    def update(self, now: Instant) -> Update:
        """The update after it. Raises Invalid where nothing is left."""
        given = self.content | {"revision": self.revision + 1, "modified": now}
        update = replace(self.draft.update, **given)
        intake.refuse_empty(update)
        return update

    def public(self, now: Instant) -> Update:
        """The update as readers get it: new."""
        return replace(self.update(now), revision=1, published=now, modified=None)

    @property
    def is_sent(self) -> bool:
        """Whether somebody wants it published, now or later."""
        embargo = self.edit.embargo
        return self.edit.draft is False or (embargo is not UNSET and embargo is not None)

    def due(self, now: Instant) -> Instant | None:
        """When it is to be published; a time that is over counts as none where it is sent."""
        if self.edit.embargo is not UNSET:
            return intake.due(self.edit.embargo, now)
        due = self.draft.due
        return None if self.is_sent and due and due <= now else due

    def goes_public(self, now: Instant) -> bool:
        """Whether its text is as good as published: it is sent, or will be published by itself."""
        return self.is_sent or bool(self.draft.scheduled and self.due(now))

    def kept(self, now: Instant, gate: Gate, submitted_by: str) -> DraftUpdate:
        """The draft after it, where it is not published at once. ``submitted_by`` waits for an
        editor. Raises Invalid, NotAllowed."""
        sent = self.goes_public(now)
        before = self.draft
        return replace(
            before,
            update=self.update(now),
            due=self.due(now),
            submitted_by=submitted_by if sent else before.submitted_by,
            returned="" if sent else before.returned,
            private=self._is_private(gate, plain=not (sent or before.submitted_by)),
            hands=gate.hands(before.hands) if self.content else before.hands,
        )

    def _is_private(self, gate: Gate, *, plain: bool) -> bool:
        wanted = self.edit.private
        if wanted is not True:
            return plain and self.draft.private and wanted is UNSET
        intake.refuse_private(wanted, plain=plain)
        if not gate.is_author(self.draft):
            raise NotAllowed("hide a draft from others", "Only who began it can.")
        return True
