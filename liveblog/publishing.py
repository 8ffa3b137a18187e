"""What must hold before something becomes public: pictures have their words, and what is breaking a
second pair of eyes where the story asks for it. An emergency overrules both, on record."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from liveblog.blocks import Block, Image
from liveblog.errors import Invalid, NotAllowed
from liveblog.store import Audited, DraftUpdate, Store, is_same
from liveblog.story import Actor, Instant, Slug, Update

WITHOUT_WORDS = "published_without_words"
WITHOUT_SECOND_EYES = "published_without_second_eyes"
"""Kinds of lines in the audit log."""

_WORDS = ("alt", "caption", "credit")
_COMMAND = Actor(kind="command", name="command")


class Verdict(Struct, frozen=True, kw_only=True):
    """Whether an update ``waits`` for a second person, else what an emergency overruled: kinds of
    lines in the audit log, and what they say."""

    waits: bool = False
    overruled: tuple[tuple[str, str], ...] = ()


class Emergency(Struct, frozen=True, kw_only=True):
    """Whether it is ``claimed``, and whether who claims it ``overrules`` the second pair of eyes,
    too."""

    claimed: bool = False
    overrules: bool = False


class Gate:
    """What somebody publishes passes here. ``by`` is None for a command of nobody."""

    def __init__(self, store: Store, by: Actor | None, now: Callable[[], Instant]) -> None:
        self._store = store
        self._by = by or _COMMAND
        self._now = now

    @property
    def name(self) -> str:
        """Who submits what waits."""
        return self._by.name or self._by.kind

    async def judge(
        self,
        story: Slug,
        update: Update,
        emergency: Emergency,
        *,
        eyes: bool = True,
        words: bool = True,
    ) -> Verdict:
        """Whether an update may become public; ``eyes`` and ``words`` say what is asked for at
        all. Raises Invalid."""
        overruled = []
        if eyes and update.breaking and (await self._store.rules(story)).breaking_approval:
            if not (emergency.claimed and emergency.overrules):
                return Verdict(waits=True)
            overruled.append((WITHOUT_SECOND_EYES, ""))
        lacking = self._lacking(update.blocks) if words else ""
        if lacking:
            _require_emergency(emergency.claimed, "blocks", lacking)
            overruled.append((WITHOUT_WORDS, lacking))
        return Verdict(overruled=tuple(overruled))

    async def judge_approval(self, draft: DraftUpdate, *, claimed: bool) -> Verdict:
        """The same for a draft that somebody approves: where the story asks for a second pair of
        eyes, they are not those of who wrote in it. Raises NotAllowed, Invalid."""
        emergency = Emergency(claimed=claimed, overrules=True)
        eyes = self._wrote(draft)
        verdict = await self.judge(draft.slug, draft.update, emergency, eyes=eyes)
        if verdict.waits:
            raise NotAllowed(
                "approve breaking news that you wrote or changed yourself",
                "Somebody else must look at it; emergency: true overrides that, on record.",
            )
        return verdict

    def judge_picture(self, picture: Image | None, *, emergency: bool) -> Verdict:
        """Whether a story's lead picture may be shown. Raises Invalid."""
        lacking = self._lacking((picture,)) if picture else ""
        if not lacking:
            return Verdict()
        _require_emergency(emergency, "picture", lacking)
        return Verdict(overruled=((WITHOUT_WORDS, lacking),))

    async def note(self, story: Slug, subject: str, verdict: Verdict) -> None:
        """Put on record what was overruled; without any text."""
        for kind, detail in verdict.overruled:
            await self._store.audit(
                Audited(
                    kind=kind,
                    at=self._now(),
                    by=self._by,
                    story=story,
                    subject=subject,
                    detail=detail,
                )
            )

    def hands(self, before: tuple[Actor, ...] = ()) -> tuple[Actor, ...]:
        """All who wrote in a draft, with who does now."""
        if any(is_same(hand, self._by) for hand in before):
            return before
        return (*before, replace(self._by, address=""))

    def is_author(self, draft: DraftUpdate) -> bool:
        """Whether a draft was begun by the same person."""
        return is_same(draft.author, self._by)

    def _wrote(self, draft: DraftUpdate) -> bool:
        # A token that was made at the machine has no owner: its name may tell whose it is.
        return any(is_same(hand, self._by) or hand.name == self._by.name for hand in draft.hands)

    def _lacking(self, blocks: Sequence[Block]) -> str:
        """What pictures lack, where a person publishes them: a wire's bot can ask nobody."""
        return lacking(blocks) if self._by.kind == "person" else ""


def lacking(blocks: Sequence[Block]) -> str:
    """Which words pictures lack: ``picture 1: alt, credit; picture 3: caption``. In news no picture
    is decoration, so the alternative text is always asked for."""
    pictures = [block for block in blocks if isinstance(block, Image)]
    missing = [
        (number, [word for word in _WORDS if not getattr(picture, word).strip()])
        for number, picture in enumerate(pictures, 1)
    ]
    return "; ".join(f"picture {number}: {', '.join(words)}" for number, words in missing if words)


def second_eyes_missing() -> NotAllowed:
    """What an edit is told that would make a published update breaking."""
    return NotAllowed(
        "make a published update breaking by yourself in this story",
        "Post it as a new breaking update, which somebody else approves; emergency: true"
        " overrides that for who may approve, on record.",
    )


def _require_emergency(emergency: bool, field: str, lacking: str) -> None:
    if not emergency:
        raise Invalid(
            field,
            f"words are missing ({lacking}); write them, keep it as a draft, or send emergency:"
            " true, which is put on record",
        )
