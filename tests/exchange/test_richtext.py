"""HTML of other publishers becomes blocks, safe ones, and nothing goes missing unsaid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveblog import markup
from liveblog.blocks import Block, Divider, Embed, Heading, Image, List, Quote, Table, Text
from liveblog.exchange import richtext
from liveblog.exchange.coverage import Notebook

BASE = "https://paper.example/live/"

READ: dict[str, tuple[str, tuple[Block, ...]]] = {
    "neighbouring paragraphs are one text": (
        "<p>One</p>\n<p>Two <b>bold</b></p>",
        (Text(html="<p>One</p><p>Two <b>bold</b></p>"),),
    ),
    "bare text is a paragraph": (
        "Fish & chips < 5",
        (Text(html="<p>Fish &amp; chips &lt; 5</p>"),),
    ),
    "blank lines part bare paragraphs": ("One\n\nTwo", (Text(html="<p>One</p><p>Two</p>"),)),
    "empty paragraphs vanish": (
        "<p>One<br></p><p>&nbsp;</p><p><br></p>",
        (Text(html="<p>One</p>"),),
    ),
    "headings keep their order of rank": (
        "<h1>A</h1><h3>B</h3>",
        (Heading(html="A", level=2), Heading(html="B", level=3)),
    ),
    "unclosed items are items": (
        "<ol><li>One<li>Two</ol>",
        (List(items=("One", "Two"), ordered=True),),
    ),
    "paragraphs in an item are its lines": (
        "<ul><li><p>One</p><p>Two</p></li></ul>",
        (List(items=("One<br>Two",)),),
    ),
    "a list may hold another": (
        "<ul><li>One<ul><li>Two</li></ul></li></ul>",
        (List(items=("One<ul><li>Two</li></ul>",)),),
    ),
    "a quotation's footer says who": (
        "<blockquote><p>Stay</p><footer>— Oda Merrin</footer></blockquote>",
        (Quote(html="<p>Stay</p>", attribution="Oda Merrin"),),
    ),
    "short rows are filled up": (
        "<table><tr><th>A<th>B<tr><td>1</table>",
        (Table(header=("A", "B"), rows=(("1", ""),)),),
    ),
    "a picture in a sentence parts it": (
        '<p>One <a href="/x"><img src="/pic.jpg" alt="A pier"></a> two</p>',
        (
            Text(html="<p>One</p>"),
            Image(src="https://paper.example/pic.jpg", alt="A pier"),
            Text(html="<p>two</p>"),
        ),
    ),
    "a figure has a caption": (
        '<figure><img src="//pics.example/a.png"><figcaption>At <i>noon</i></figcaption></figure>',
        (Image(src="https://pics.example/a.png", caption="At noon"),),
    ),
    "a frame is an embed": (
        '<iframe src="https://film.example/1" title="A film"></iframe><hr>',
        (Embed(url="https://film.example/1", title="A film"), Divider()),
    ),
    "links are whole": (
        '<p><a href="more">More</a></p>',
        (Text(html='<p><a href="https://paper.example/live/more">More</a></p>'),),
    ),
    "scripts and styles are no text": (
        "<style>p{}</style><p>A<script>b()</script></p>",
        (Text(html="<p>A</p>"),),
    ),
    "a dangerous link is text": (
        '<p><a href="javascript:x()">A</a></p>',
        (Text(html="<p><a>A</a></p>"),),
    ),
}


@pytest.mark.parametrize("name", READ)
def test_html_is_read_as_blocks(name: str) -> None:
    html, blocks = READ[name]
    notes = Notebook()
    assert richtext.read(html, notes, "update 1", BASE) == blocks
    assert notes.left_out == []


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<img src="data:image/png;base64,AA" alt="A dot">', "A dot"),
        ("<p>Map: <svg><path/></svg></p>", "<svg>"),
    ],
)
def test_what_has_no_block_is_noted(html: str, said: str) -> None:
    notes = Notebook()
    richtext.read(html, notes, "update 1", BASE)
    assert len(notes.left_out) == 1
    assert "update 1" in notes.left_out[0]
    assert said in notes.left_out[0]


def test_a_picture_without_a_host_is_not_taken_for_one_of_ours() -> None:
    notes = Notebook()
    assert richtext.read('<img src="/media/1.jpg" alt="A pier">', notes, "update 1") == ()
    assert "A pier" in notes.left_out[0]


def test_an_update_of_too_many_blocks_is_cut_aloud() -> None:
    notes = Notebook()
    blocks = richtext.read("<hr><p>One</p>" * 101, notes, "update 1")
    assert len(blocks) == 200
    assert len(notes.left_out) == 2


def test_endless_nesting_is_read() -> None:
    read = richtext.read("<div><blockquote>" * 2_000 + "Deep", Notebook(), "update 1")
    assert "Deep" in markup.to_text(read)


PIECES = st.one_of(
    st.sampled_from(["<p>", "</p>", "<b>", "</b>", "<ul>", "<li>", "</ul>", "word", "<", "&"]),
    st.sampled_from(["<table>", "<tr>", "<td>", "</table>", "<blockquote>", "</blockquote>"]),
    st.sampled_from(["<img src=/a>", "<a href=//b>", "</a>", "<figure>", "<iframe src=u>"]),
    st.sampled_from(["<script>", "</script>", "<h2>"]),
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_html_becomes_blocks_that_are_clean(html: str) -> None:
    read = richtext.read(html, Notebook(), "update 1", BASE)
    assert markup.clean(read) == read
