"""Markdown in, safe HTML and plain text out, and nothing of the text lost on the way."""

from __future__ import annotations

import pytest
from msgspec import convert, to_builtins

from liveblog import markup
from liveblog.blocks import (
    BLOCKS,
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

EVERY_BLOCK: tuple[Block, ...] = (
    Heading(html="What we know", level=3),
    Text(html="<p>The gates <em>stay</em> shut.</p>"),
    Quote(html="<p>We will not leave.</p>", attribution="Ada Quell", url="https://quell.example/1"),
    List(items=("One", "Two"), ordered=True),
    Image(
        src="/media/gates.jpg", alt="Gates", caption="The gates", credit="M. Orr", width=8, height=6
    ),
    Embed(
        url="https://video.example/7", title="The march", provider="Video Example", text="Seen live"
    ),
    Divider(),
    Table(
        header=("Ward", "Votes"), rows=(("North", "12"), ("South", "<b>40</b>")), caption="Count"
    ),
    Score(
        sides=(Side(name="Harbour", points="2"), Side(name="Hill", points="1")),
        title="Cup",
        state="90+3",
    ),
)


def html(markdown: str) -> str:
    return markup.to_html(markup.to_blocks(markdown))


def text(markdown: str) -> str:
    return markup.to_text(markup.to_blocks(markdown))


# -- Markdown ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "block"),
    [
        ("They left.", Text(html="<p>They left.</p>")),
        (
            "**now** *or* ~~never~~",
            Text(html="<p><strong>now</strong> <em>or</em> <s>never</s></p>"),
        ),
        ("one\ntwo  \nthree", Text(html="<p>one\ntwo<br>\nthree</p>")),
        ("`<b>`", Text(html="<p><code>&lt;b&gt;</code></p>")),
        ("```js\n<b>\n```", Text(html="<pre><code>&lt;b&gt;\n</code></pre>")),
        ("# What we know", Heading(html="What we know", level=2)),
        ("### What *we* know", Heading(html="What <em>we</em> know", level=3)),
        ("###### Deep", Heading(html="Deep", level=4)),
        ("- a\n- **b**", List(items=("a", "<strong>b</strong>"))),
        ("1. a\n2. b\n\n   more", List(items=("a", "b<br>more"), ordered=True)),
        ("---", Divider()),
        ("https://video.example/7", Embed(url="https://video.example/7")),
        ("<https://video.example/7>", Embed(url="https://video.example/7")),
        (
            '![Gates](https://pictures.example/g.jpg "The gates")',
            Image(src="https://pictures.example/g.jpg", alt="Gates", caption="The gates"),
        ),
        ("![](/media/g.jpg)", Image(src="/media/g.jpg")),
        (
            "| Ward | Votes |\n|---|---|\n| North | **12** |",
            Table(header=("Ward", "Votes"), rows=(("North", "<strong>12</strong>"),)),
        ),
    ],
)
def test_markdown_becomes_the_block_that_it_looks_like(markdown: str, block: Block) -> None:
    assert markup.to_blocks(markdown) == (block,)


@pytest.mark.parametrize("dash", ["—", "–", "--"])
@pytest.mark.parametrize("between", ["\n> ", "\n>\n> "])
def test_the_last_line_of_a_quotation_names_who_said_it(dash: str, between: str) -> None:
    (quote,) = markup.to_blocks(f"> We stay.{between}{dash} Ada Quell")
    assert quote == Quote(html="<p>We stay.</p>", attribution="Ada Quell")


def test_a_dash_that_begins_a_whole_quotation_is_what_was_said() -> None:
    (quote,) = markup.to_blocks("> — and then silence")
    assert quote == Quote(html="<p>— and then silence</p>")


def test_a_quotation_without_a_dash_has_no_attribution() -> None:
    (quote,) = markup.to_blocks("> We stay.\n> All of us.")
    assert quote == Quote(html="<p>We stay.\nAll of us.</p>")


def test_a_list_inside_a_list_stays_inside() -> None:
    (block,) = markup.to_blocks("- a\n  - b")
    assert isinstance(block, List)
    assert block.items == ("a\n<ul>\n<li>b</li>\n</ul>",)


def test_several_pictures_in_a_paragraph_are_several_blocks() -> None:
    blocks = markup.to_blocks("![](/media/1.jpg)\n![](/media/2.jpg)")
    assert blocks == (Image(src="/media/1.jpg"), Image(src="/media/2.jpg"))


@pytest.mark.parametrize(
    "around", ["Seen {} today", "- {}", "> {}", "# {}", "| Who |\n|---|\n| {} |"]
)
def test_a_picture_inside_other_text_stays_reachable_as_a_link(around: str) -> None:
    shown = html(around.format("![Gates](https://pictures.example/g.jpg)"))
    assert '<a href="https://pictures.example/g.jpg">Gates</a>' in shown


def test_a_bare_address_in_a_sentence_is_a_link_and_no_embed() -> None:
    assert markup.to_blocks("See https://quell.example/1.") == (
        Text(html='<p>See <a href="https://quell.example/1">https://quell.example/1</a>.</p>'),
    )


def test_words_that_look_like_hosts_are_not_links() -> None:
    assert markup.to_blocks("today.at noon, desk@quell.example") == (
        Text(html="<p>today.at noon, desk@quell.example</p>"),
    )


@pytest.mark.parametrize("address", ["mailto:desk@quell.example", "tel:+15550100", "/stories/a"])
def test_links_to_safe_schemes_and_to_this_site_stay(address: str) -> None:
    assert f'<a href="{address}">' in html(f"[write]({address})")


@pytest.mark.parametrize("markdown", ["![a](picture.png)", "![a](http:x)", "https://["])
def test_an_address_that_cannot_be_used_is_refused_and_named(markdown: str) -> None:
    with pytest.raises(Invalid) as refused:
        markup.to_blocks(markdown)
    assert refused.value.field == "text"


# -- out again -----------------------------------------------------------------------------------


def test_every_kind_of_block_is_shown_and_said() -> None:
    assert {type(block) for block in EVERY_BLOCK} == set(BLOCKS)
    assert set(markup.RENDERERS) == set(BLOCKS)
    assert markup.clean(EVERY_BLOCK) == EVERY_BLOCK
    shown, said = markup.to_html(EVERY_BLOCK), markup.to_text(EVERY_BLOCK)
    for word in (
        "What we know", "shut", "Ada Quell", "One", "Two", "The gates", "The march", "Seen live",
        "Ward", "North", "40", "Harbour", "Cup", "90+3",
    ):  # fmt: skip
        assert word in shown
        assert word in said


@pytest.mark.parametrize("block", EVERY_BLOCK, ids=lambda block: type(block).__name__)
def test_a_block_survives_json(block: Block) -> None:
    assert convert(to_builtins(block), type=Block) == block


def test_a_picture_of_this_site_is_shown_and_one_from_elsewhere_waits_for_a_click() -> None:
    ours = markup.to_html([Image(src="/media/a.jpg", alt="A", width=8, height=6)])
    assert '<img src="/media/a.jpg" alt="A" width="8" height="6" loading="lazy"' in ours
    theirs = markup.to_html([Image(src="https://www.pictures.example/a.jpg", width=8, height=6)])
    assert "<img" not in theirs
    assert 'data-width="8" data-height="6"' in theirs
    assert "<small>pictures.example</small>" in theirs


def test_a_lead_picture_is_fetched_first() -> None:
    assert 'fetchpriority="high"' in markup.picture_html(Image(src="/media/a.jpg"), lead=True)


def test_a_picture_without_words_has_no_caption() -> None:
    assert markup.caption_html(Image(src="/media/a.jpg")) == ""


def test_plain_text_puts_a_blank_line_between_blocks_and_a_break_where_one_was() -> None:
    blocks = (
        Text(html="<p>a<br>b</p><p>c &amp; d</p>"),
        Divider(),
        Quote(html="e", attribution="F"),
    )
    assert markup.to_text(blocks) == "a\nb\nc & d\n\ne\n— F"


# -- bounds --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "kept"),
    [
        (f"> We stay.\n> — {'word ' * 400}", "word " * 399),
        (f"https://video.example/{'x' * 2_500}", "x" * 2_500),
        (f"![{'x' * 1_500}](/media/a.jpg)", "x" * 1_500),
        (f'![](/media/a.jpg "{"x" * 1_500}")', "/media/a.jpg"),
        (f"![](/{'x' * 2_500}.jpg)", "x" * 2_500),
    ],
    ids=["attribution", "address", "alternative", "caption", "picture"],
)
def test_what_is_too_long_for_a_field_stays_in_the_text(markdown: str, kept: str) -> None:
    (block,) = blocks = markup.to_blocks(markdown)
    assert kept in markup.to_html(blocks)
    assert convert(to_builtins(block), Block) == block


@pytest.mark.parametrize(
    ("block", "field"),
    [
        (Quote(html="x", attribution="x" * 1_001), "attribution"),
        (Embed(url="https://a.example", text="x" * 5_001), "text"),
        (Image(src="/media/a.jpg", width=0), "width"),
        (Score(sides=(Side(name="Hill", points="1" * 61),)), "sides[0].points"),
        (Heading(html="x", level=1), "level"),
    ],
)
def test_a_block_that_the_log_could_not_be_read_with_is_refused(block: Block, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        markup.clean([block])
    assert refused.value.field == f"blocks[0].{field}"


def test_a_year_at_the_start_of_a_line_keeps_its_number() -> None:
    blocks = markup.to_blocks("1984. That was the year.")
    assert "1984. That was the year." in markup.to_text(blocks)
    assert '<ol start="1984">' in markup.to_html(blocks)
