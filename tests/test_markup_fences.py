"""Blocks that plain Markdown cannot say are fences in it, both ways; none counts as words."""

from __future__ import annotations

import msgspec
import pytest

from liveblog import markup
from liveblog.blocks import (
    Block,
    Divider,
    Embed,
    Heading,
    Image,
    List,
    Quote,
    Score,
    Side,
    Table,
    Text,
)
from liveblog.errors import Invalid

FENCED: list[Block] = [
    Score(sides=(Side(name="Rovers", points="2"), Side(name="Quay", points="1")), state="90+3"),
    Image(src="/media/a.jpg", alt="A pier", caption="The pier", credit="Ilse Varga"),
    Embed(url="https://film.example/1", title="A film", provider="Film", text="Two minutes"),
    Quote(html="<p>Stay</p>", attribution="Oda", url="https://paper.example/1"),
    Table(rows=(("1", "<b>2</b>"),), header=("A", "B"), caption="Votes"),
    List(items=("a", "b<ul><li>c</li></ul>")),
    Text(html="<p>H<sub>2</sub>O</p>"),
    Heading(html="Later", level=3),
    Divider(),
]


def a_fence(block: Block | str, info: str = "block") -> str:
    said = block if isinstance(block, str) else msgspec.json.encode(block).decode()
    return f"```{info}\n{said}\n```"


@pytest.mark.parametrize("block", FENCED, ids=lambda block: type(block).__name__)
def test_a_fence_of_a_block_is_that_block_among_the_others(block: Block) -> None:
    before, after = Text(html="<p>Before</p>"), Text(html="<p>after</p>")
    assert markup.to_blocks(f"Before\n{a_fence(block)}\nafter") == (before, block, after)


def test_a_fence_is_cleaned_as_blocks_are() -> None:
    block = Text(html="<p onclick=ran()>A<script>ran()</script></p>")
    assert markup.to_blocks(a_fence(block)) == markup.clean([block]) == (Text(html="<p>A</p>"),)


@pytest.mark.parametrize("info", ["", "blocks", "json", "block x", "Block", "block="])
def test_any_other_fence_is_code(info: str) -> None:
    (block,) = markup.to_blocks(a_fence(Divider(), info))
    assert isinstance(block, Text)
    assert "divider" in markup.to_text([block])


@pytest.mark.parametrize(
    ("first", "others"), [("> ", "> "), ("- ", "  "), ("1. ", "   "), ("> - ", ">   ")]
)
def test_a_fence_inside_something_else_is_code(first: str, others: str) -> None:
    lines = a_fence(Divider()).replace("\n", f"\n{others}")
    (block,) = markup.to_blocks(first + lines)
    assert isinstance(block, Quote | List)
    assert "divider" in markup.to_text([block])


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "not the JSON of one block"),
        ("{", "not the JSON of one block"),
        ("[]", "Expected object, got array"),
        ('{"type": "divider"} {"type": "divider"}', "not the JSON of one block"),
        ('{"type": "carousel"}', "Invalid value 'carousel' - at $.type"),
        ('{"html": "x"}', "missing required field type"),
        ('{"type": "image"}', "missing required field src"),
        ('{"type": "heading", "html": "x", "level": 1}', ">= 2 - at $.level"),
        ('{"type": "embed", "url": "javascript:ran()"}', "url: give a whole address"),
        ('{"type": "image", "src": "/a", "x": ' + "[" * 99_999, "not the JSON of one block"),
    ],
    ids=lambda words: words[:20],
)
def test_a_fence_that_cannot_be_read_says_in_which_line_and_what_to_do(said: str, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        markup.to_blocks(f"One\n\n{a_fence(Divider())}\n\n{a_fence(said)}")
    assert refused.value.field == "text"
    assert "begins in line 7 cannot be read" in refused.value.why
    assert why in refused.value.why
    assert "take the word block off" in refused.value.why


# -- blocks as Markdown --------------------------------------------------------------------------


@pytest.mark.parametrize("block", FENCED[:7], ids=lambda block: type(block).__name__)
def test_what_markdown_cannot_say_is_written_as_a_fence(block: Block) -> None:
    assert "```block" in markup.to_markdown([block])


PLAIN: list[tuple[Block, str]] = [
    (Text(html="<p>2 * 3 &lt; 7 &amp; snake_case #tag</p>"), "2 \\* 3 \\< 7 & snake_case #tag"),
    (Text(html="<p>1984. That</p>"), "1984\\. That"),
    (Text(html="<p># one<br>\n- two</p>"), "\\# one\\\n\\- two"),
    (
        Text(
            html='<p><strong>A</strong> <em>b</em> <s>c</s> <code>d_</code> <a href="/">e</a></p>'
        ),
        "**A** *b* ~~c~~ `d_` [e](/)",
    ),
    (Text(html="<pre><code>a &lt; b\n</code></pre>"), "```\na < b\n```"),
    (Heading(html="Later", level=3), "### Later"),
    (Quote(html="<p>Stay</p>\n<p>here</p>", attribution="Oda"), "> Stay\n>\n> here\n> — Oda"),
    (List(items=("a", "b")), "- a\n- b"),
    (List(items=("a", "b"), ordered=True, start=3), "3. a\n4. b"),
    (Image(src="/media/a.jpg", alt="A", caption='"B"'), '![A](/media/a.jpg "\\"B\\"")'),
    (Embed(url="https://film.example/1"), "https://film.example/1"),
    (Divider(), "---"),
    (Table(header=("A", "B"), rows=(("1|2", "3"),)), "| A | B |\n| --- | --- |\n| 1\\|2 | 3 |"),
]


@pytest.mark.parametrize(("block", "markdown"), PLAIN, ids=lambda one: type(one).__name__)
def test_what_markdown_can_say_is_written_plainly(block: Block, markdown: str) -> None:
    assert markup.to_markdown([block]) == markdown
    assert markup.to_blocks(markdown) == (block,)


def test_blocks_of_every_kind_in_a_row_come_back_as_they_were() -> None:
    blocks = (*(block for block, _ in PLAIN), *FENCED, List(items=("a",)), List(items=("b",)))
    assert markup.to_blocks(markup.to_markdown(blocks)) == blocks


def test_of_two_lists_in_a_row_the_second_is_a_fence() -> None:
    blocks = (List(items=("a",)), List(items=("b",)), Text(html="<p>c</p>"))
    written = markup.to_markdown(blocks)
    assert written.startswith("- a\n\n```block\n")
    assert written.endswith("\n```\n\nc")
    assert markup.to_blocks(written) == blocks


def test_what_would_take_long_to_read_is_all_fences() -> None:
    blocks = (Text(html=f"<p>{'word ' * 4_000}end</p>"), Divider())
    assert markup.to_markdown(blocks).count("```block") == 2
    assert markup.to_blocks(markup.to_markdown(blocks)) == blocks


# -- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("— … –", 0),
        ("They don’t know 3.5 % of well-known things!", 7),
        ("한국 사람", 2),
        ("東京は雨", 4),
        ("Tokyo東京 2026", 4),
        ("ភ្នំពេញ", 2),
        ("ไทย", 1),
    ],
)
def test_words_are_counted_as_each_script_writes_them(text: str, words: int) -> None:
    assert markup.count_words(text) == words


def test_no_json_is_counted_or_shown_as_words() -> None:
    score = Score(sides=(Side(name="Rovers", points="2"),), title="Cup")
    text = markup.to_text(markup.to_blocks(a_fence(score)))
    assert (text, markup.count_words(text)) == ("Cup – Rovers 2", 3)
