"""Whatever is typed or pasted: it is read, it is safe, and no word is lost."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from liveblog import markup
from liveblog.blocks import Block
from liveblog.errors import Invalid
from tests.html_reading import unsafe

_MARKUP = (
    "< > & ` * _ ~~ [ ]( ) ![ # | - \\ a <p> <ul> <li> </li> <table><td> <svg> <math> <mtext>"
    " <style> </style> <pre> <form> <template> <title> <b> </b> &lt; &#0; &#7; <!-- ]]> \" ' ="
    " — é https://a.example/x https://[ javascript: <noscript> <textarea> <h1> <blockquote>"
    " <div> <select> <frameset> </p>"
)
_SOUP = st.lists(
    st.sampled_from(_MARKUP.split())
    | st.sampled_from([" ", "  ", "    ", "\n", "\n\n", "\r", "\t", "\x00", "\ud83d"])
    | st.sampled_from(["> ", "1. ", "<a href='", "<img src=x onerror=", "|---|\n"]),
    max_size=25,
).map("".join)
_WORDS = st.lists(
    st.from_regex(r"[a-zé][a-zé0-9<>\"']{0,7}", fullmatch=True), min_size=1, max_size=8
)
_FORMS = ["{}", "# {}", "> {}", "- {}", "1. {}", "> {}\n> — x", "| {} |\n|---|", "`{}`", "**{}**"]


def read(markdown: str) -> tuple[Block, ...] | None:
    """Its blocks, or None where it is refused for an address in it."""
    try:
        return markup.to_blocks(markdown)
    except Invalid as error:
        return None if error.field == "text" else ()


@settings(max_examples=200, deadline=None)
@given(_SOUP)
def test_any_soup_of_markup_is_read_and_safe(soup: str) -> None:
    blocks = read(soup)
    if blocks is None:
        assert "https://[" in soup or "![" in soup
        return
    assert markup.clean(blocks) == blocks
    assert unsafe(markup.to_html(blocks)) == []


@settings(max_examples=200, deadline=None)
@given(_SOUP)
@example("<li><form><li>")
@example("<pre>\n\nx</pre>")
def test_cleaning_twice_changes_nothing(soup: str) -> None:
    cleaned = markup.clean_html(soup)
    assert markup.clean_html(cleaned) == cleaned
    assert unsafe(cleaned, stored=True) == []


@settings(max_examples=200, deadline=None)
@given(_WORDS, st.sampled_from(_FORMS))
def test_no_word_is_lost_whatever_the_form(words: list[str], form: str) -> None:
    said = markup.to_text(markup.to_blocks(form.format(" ".join(words))))
    for word in words:
        assert word in said
