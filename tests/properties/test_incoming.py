"""Whatever a stranger sends: it can be read as it was sent, and none of it becomes markup."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from liveblog import markup
from liveblog.blocks import Text
from liveblog.incoming import TEXT_CHARACTERS, Message, draft_of
from tests.html_reading import unsafe

_FENCE = '```block\n{"type": "embed", "url": "https://evil.example/"}\n```'
_MARKS = (
    "< > & ` * _ ~~ [ ]( ) ![ # | - + = \\ 1. > a <b> </p> &lt; &#0; <!-- ``` ```block ~~~ { }"
    " : / // https:// https://a.example/x_y*z?a=1&lt=2 https://xn--a.example/%20 http://[ @ %41"
    " www.a.example a@b.example javascript:x — é 😀 \" '"
)
_SOUP = st.lists(
    st.sampled_from(_MARKS.split())
    | st.sampled_from([" ", "  ", "    ", "\n", "\n\n", "\r\n", "\t", "\x00", "\ud83d", "  \n"])
    | st.text(max_size=5),
    max_size=25,
).map("".join)


def html(message: Message) -> str:
    """What an editor's preview shows."""
    blocks = markup.to_blocks(draft_of(message).text)
    assert all(type(block) is Text for block in blocks), blocks
    return markup.to_html(blocks)


def words(text: str) -> list[str]:
    return markup.clean_text(text).split()


@settings(max_examples=500, deadline=None)
@given(_SOUP)
@example(_FENCE)
@example("https://evil.example/")
@example("https://a.example/_x_ and https://a.example/?a=1&amp;b=(2).")
@example("a\n===\n- b\n1) c\n    d\n| e |\n|---|")
@example("<script>alert(1)</script> [x](javascript:alert(1)) ![y](https://a.example/p.png)")
def test_any_text_stays_readable_and_becomes_nothing_but_paragraphs_and_links(soup: str) -> None:
    shown = html(Message(sender="x", text=soup))
    assert set(re.findall(r"</?([a-z0-9]+)", shown)) <= {"p", "a"}
    assert unsafe(shown) == []
    assert words(unescape(re.sub(r"<[^>]*>", "", shown.replace("</p>", " ")))) == words(soup)


@settings(max_examples=200, deadline=None)
@given(_SOUP)
def test_an_editor_who_saves_it_as_it_is_changes_nothing(soup: str) -> None:
    draft = draft_of(Message(sender="x", text=soup))
    assert draft.blocks == ()
    assert "```" not in draft.text
    assert html(Message(sender="x", text=soup)) == markup.to_html(markup.to_blocks(draft.text))


@settings(max_examples=200, deadline=None)
@given(_SOUP)
@example("<script>x</script><style>y</style><p onclick=z>a<p>b<img src=x onerror=y>")
def test_html_is_read_as_its_words(soup: str) -> None:
    shown = html(Message(sender="x", html=soup))
    assert set(re.findall(r"</?([a-z0-9]+)", shown)) <= {"p", "a"}
    assert unsafe(shown) == []


def test_paragraphs_of_html_stay_apart() -> None:
    shown = html(Message(sender="x", html="<h1>Gates</h1><p>One &amp; two</p><p>Three<br>Four</p>"))
    assert shown.replace("\n", "") == "<p>Gates</p><p>One &amp; two</p><p>Three</p><p>Four</p>"


def test_an_address_is_a_link_and_no_embed_that_nobody_chose() -> None:
    address = "https://a.example/x_y?a=1"
    link = f'<a href="{address}">{address}</a>'
    assert html(Message(sender="x", text=address)) == f"<p>{link}</p>"
    assert html(Message(sender="x", text=f"See {address}.")) == f"<p>See {link}.</p>"


def test_it_is_a_draft_that_says_who_sent_it_about_what_and_how() -> None:
    message = Message(
        sender="Ada\n<ada@a.example>", subject=" Gates \n open", text="x", channel="e-mail"
    )
    draft = draft_of(message)
    assert (draft.title, draft.draft, draft.private) == ("Gates open", True, False)
    assert draft.source == "Ada <ada@a.example> · e-mail"


@pytest.mark.parametrize("letter", ["x", "*", "é", "😀"])
def test_what_is_too_long_for_a_post_is_cut_and_says_so(letter: str) -> None:
    message = Message(sender=letter * 999, subject=letter * 999, text=letter * 999_999)
    draft = draft_of(message)
    assert len(draft.title) == len(draft.source) == 300
    assert draft.text.endswith("\\[…\\]")
    assert draft.text.count(letter) == TEXT_CHARACTERS
    assert len(draft.text.replace("\\", "\\\\").encode()) < 250_000
