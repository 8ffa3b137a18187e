"""Whatever is typed or pasted: it is read, it is safe, and no word is lost."""

from __future__ import annotations

import html

from hypothesis import example, given, reject, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from liveblog import markup
from liveblog.blocks import Block, Text
from liveblog.errors import Invalid
from tests.html_reading import unsafe
from tests.properties.strategies import blocks as any_block

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


# -- back to Markdown ----------------------------------------------------------------------------

_INLINE = st.recursive(
    _SOUP.map(lambda soup: html.escape(markup.clean_text(soup))[:40]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map("".join),
        st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["em", "strong", "s", "sub"]), inner),
        st.builds('<a href="https://a.example/{}">{}</a>'.format, _WORDS.map("".join), inner),
        st.builds("{}<br>\n{}".format, inner, inner),
    ),
    max_leaves=4,
)
_HTML = st.lists(_INLINE, max_size=3).map(lambda said: "".join(f"<p>{one}</p>" for one in said))


def _said(block: Block, words: str) -> Block:
    """The block with that HTML, where it holds any."""
    return replace(block, html=words) if hasattr(block, "html") else block


_BLOCKS = st.lists(st.builds(_said, any_block, _HTML | _INLINE) | any_block, max_size=4)


def cleaned(blocks: list[Block]) -> tuple[Block, ...]:
    """As they would be stored; nothing is to be written of what is refused."""
    try:
        return markup.clean(blocks)
    except Invalid:
        reject()


def in_paragraphs(blocks: tuple[Block, ...]) -> list[Block]:
    """The blocks with each paragraph as one of its own, as Markdown has them."""
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Text) and block.html.endswith("</p>"):
            parts = block.html.removeprefix("<p>").removesuffix("</p>").split("</p><p>")
            whole = [f"<p>{part}</p>" for part in parts]
            if "".join(whole) == block.html and "</p>" not in "".join(parts):
                found += [Text(html=part) for part in whole]
                continue
        found.append(block)
    return found


@settings(max_examples=300, deadline=None)
@given(_BLOCKS)
def test_blocks_written_as_markdown_are_read_as_the_same_blocks(given: list[Block]) -> None:
    blocks = cleaned(given)
    text = markup.to_markdown(blocks)
    again = markup.to_blocks(text)
    assert in_paragraphs(again) == in_paragraphs(blocks)
    assert markup.to_html(again) == markup.to_html(blocks)
    assert markup.clean_text(text) == text


@settings(max_examples=200, deadline=None)
@given(_SOUP)
def test_what_was_read_from_markdown_survives_being_written_again(soup: str) -> None:
    blocks = read(soup)
    if blocks:
        assert markup.to_blocks(markup.to_markdown(blocks)) == blocks


@settings(max_examples=200, deadline=None)
@given(st.lists(any_block, min_size=1, max_size=3), _SOUP, st.data())
def test_a_fence_of_any_block_is_safe_wherever_it_stands(
    blocks: list[Block], soup: str, data: st.DataObject
) -> None:
    text = markup.to_markdown(cleaned(blocks)) + "\n\n```block\n" + soup + "\n```"
    at = data.draw(st.integers(0, len(text)))
    found = read(text[:at] + soup + text[at:])
    if found is not None:
        assert markup.clean(found) == found
        assert unsafe(markup.to_html(found)) == []
