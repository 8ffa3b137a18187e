"""The seam for other ways in: a message from a stranger becomes a draft.

Whatever brings messages (a mailbox, a chat) calls :func:`draft_of` and posts what it answers with a
token of its own. Nothing of a stranger's text becomes markup: it is Markdown whose every mark is
escaped, so that it stays so when an editor opens and saves it.
"""

from __future__ import annotations

import re

from msgspec import Struct

from liveblog import markup
from liveblog.intake import NewUpdate

TEXT_CHARACTERS = 60_000
"""Of a message's body: with escapes and in UTF-8 it fits into the body of a request, and an editor
would read no more. What is longer is cut off, and says so."""

_LINE_CHARACTERS = 300
_CUT = "\n\n[…]"
_MARK = re.compile(r"[!-/:-@\[-`{-~]")  # all that Markdown lets one escape, the backslash included
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\^{|}\x00-\x1f\x7f]+[^\s<>\"'`\\^{|}.,:;!?)\]]")
_SIMPLE = re.compile(r"https?://(?!.*xn--)[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]+)?(/[\x21-\x7e]*)?$")
_BLANKS = re.compile(r"\n{3,}")


class Message(Struct, frozen=True, kw_only=True):
    """What somebody sent us: who, about what, through which ``channel`` (``e-mail``, ``Slack``).
    Its body is plain ``text``, or ``html`` where it has no other."""

    sender: str
    subject: str = ""
    text: str = ""
    html: str = ""
    channel: str = ""


def draft_of(message: Message) -> NewUpdate:
    """The draft that an editor finds: its title is the subject, its source who sent it and how.
    The desk refuses it where it says nothing."""
    # What ends a line in HTML ends a paragraph, or a heading.
    said = markup.clean_text(message.text or _paragraphs(message.html))
    if len(said) > TEXT_CHARACTERS:
        said = said[:TEXT_CHARACTERS] + _CUT
    source = " · ".join(filter(None, (_line(message.sender), _line(message.channel))))
    return NewUpdate(
        title=_line(message.subject),
        text=_escaped(said),
        source=source[:_LINE_CHARACTERS],
        draft=True,
    )


def _paragraphs(html: str) -> str:
    return markup.plain(markup.clean_text(html)).replace("\n", "\n\n")


def _line(text: str) -> str:
    """Words on one line, no longer than fits."""
    words = " ".join(markup.clean_text(text).split())
    return words if len(words) <= _LINE_CHARACTERS else words[: _LINE_CHARACTERS - 1] + "…"


def _escaped(text: str) -> str:
    """Markdown that reads as this text: paragraphs, and addresses as links."""
    # A blank at a line's beginning or end would make code or a line break of it.
    lines = (line.strip() for line in text.split("\n"))
    return _BLANKS.sub("\n\n", "\n".join(map(_escaped_line, lines))).strip()


def _escaped_line(line: str) -> str:
    if _ADDRESS.fullmatch(line):
        # In a paragraph of its own it would be taken for an embed that somebody chose.
        return _link(line)
    escaped, place = [], 0
    for found in _ADDRESS.finditer(line):
        escaped += [_plain(line[place : found.start()]), _autolink(found[0])]
        place = found.end()
    return "".join([*escaped, _plain(line[place:])])


def _autolink(address: str) -> str:
    """The short form, where Markdown shows it as it is written."""
    return f"<{address}>" if _SIMPLE.match(address) and "%" not in address else _link(address)


def _link(address: str) -> str:
    return f"[{_plain(address)}](<{_plain(address)}>)"


def _plain(text: str) -> str:
    return _MARK.sub(r"\\\g<0>", text)
