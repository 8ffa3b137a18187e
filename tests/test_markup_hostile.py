"""What an attacker may send as Markdown, as HTML or in any field of a block."""

from __future__ import annotations

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
from tests.html_reading import unsafe

HOSTILE = [
    "<script>alert(1)</script>kept",
    "<img src=x onerror=alert(1)>kept",
    "<svg onload=alert(1)><script>alert(1)</script></svg>kept",
    "<svg><style><img src=x onerror=alert(1)></style></svg>kept",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=x'>",
    "<math href='javascript:alert(1)'>kept</math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<p onclick=alert(1) style='position:fixed' class=x id=y title=z lang=en>kept</p>",
    "<a href='javascript:alert(1)'>kept</a>",
    "<a href=' JaVa\tScRiPt:alert(1)'>kept</a>",
    "<a href='&#106;avascript:alert(1)'>kept</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>kept</a>",
    "<a href='vbscript:x'>kept</a>",
    "<a href='https://a.example' target=_blank ping=x>kept</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>kept",
    "<style>@import 'x'</style>kept",
    "<template><script>alert(1)</script></template>kept",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<base href='https://evil.example'><meta http-equiv=refresh content=0>kept",
    "<object data=x></object><embed src=x><video><source onerror=alert(1)></video>kept",
    "</p></div></article></main>kept",
    "<p>kept\x00\x07\x1b\x9b",
    "kept <b",
]


def html(markdown: str) -> str:
    return markup.to_html(markup.to_blocks(markdown))


def text(markdown: str) -> str:
    return markup.to_text(markup.to_blocks(markdown))


def test_raw_html_in_markdown_is_shown_as_the_text_that_it_is() -> None:
    given = "<script>alert(1)</script> and <b>bold</b> & <i"
    assert text(given) == given
    assert "<script" not in html(given)
    assert "<b>" not in html(given)


@pytest.mark.parametrize(
    "scheme", ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "vbscript:x"]
)
def test_a_link_with_a_dangerous_scheme_is_no_link_and_stays_readable(scheme: str) -> None:
    shown = html(f"[tap]({scheme})")
    assert "<a" not in shown
    assert scheme in text(f"[tap]({scheme})")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_html_is_reduced_to_the_subset(hostile: str) -> None:
    cleaned = markup.clean_html(hostile)
    assert unsafe(cleaned, stored=True) == []
    assert ("kept" in cleaned) == ("kept" in hostile)
    assert markup.clean_html(cleaned) == cleaned


def test_attributes_that_the_table_does_not_list_are_dropped() -> None:
    given = '<p title="x" lang="en" dir="rtl" id="y"><a href="/a" rel="x" title="t">a</a></p>'
    assert markup.clean_html(given) == '<p><a href="/a">a</a></p>'


def test_every_element_of_the_table_may_be_stored() -> None:
    values = {"href": "/a", "start": "3"}
    for element, attributes in markup.SUBSET.items():
        given = "".join(f' {name}="{values[name]}"' for name in attributes)
        given = f"<{element}{given}>"
        kept = given if element == "br" else f"{given}x</{element}>"
        assert markup.clean_html(kept) == kept


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_html_in_any_field_of_any_block_comes_out_clean(hostile: str) -> None:
    blocks = markup.clean(
        [
            Heading(html=hostile),
            Text(html=hostile),
            Quote(html=hostile, attribution=hostile),
            List(items=(hostile,)),
            Table(rows=((hostile,),), header=(hostile,), caption=hostile),
            Image(src="/media/a.jpg", alt=hostile, caption=hostile, credit=hostile),
            Embed(url="https://a.example", title=hostile, provider=hostile, text=hostile),
            Score(sides=(Side(name=hostile, points=hostile[:60]),), title=hostile, state=hostile),
        ]
    )
    assert unsafe(markup.to_html(blocks)) == []


@pytest.mark.parametrize(
    ("block", "field"),
    [
        (Embed(url="javascript:alert(1)"), "blocks[1].url"),
        (Embed(url="//evil.example/x"), "blocks[1].url"),
        (Quote(html="x", url="data:text/html,x"), "blocks[1].url"),
        (Image(src="javascript:alert(1)"), "blocks[1].src"),
        (Image(src="data:image/svg+xml,<svg onload=x>"), "blocks[1].src"),
        (Image(src="//evil.example/x.jpg"), "blocks[1].src"),
        # Browsers skip the one and turn round the other.
        (Image(src="/\t/evil.example/x.jpg"), "blocks[1].src"),
        (Image(src="/\n/evil.example/x.jpg"), "blocks[1].src"),
        (Image(src="/\\evil.example/x.jpg"), "blocks[1].src"),
        (Image(src="picture.jpg"), "blocks[1].src"),
    ],
)
def test_an_unsafe_address_is_refused_and_its_field_is_named(block: Block, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        markup.clean([Divider(), block])
    assert refused.value.field == field


def test_plain_fields_are_escaped_where_they_are_shown() -> None:
    shown = markup.to_html([Embed(url="https://a.example/?a=1&b=\"'<", title='"><script>')])
    assert "<script>" not in shown
    assert 'href="https://a.example/?a=1&amp;b=&quot;&#x27;&lt;"' in shown


def test_control_characters_and_halves_of_a_character_are_dropped() -> None:
    assert markup.clean_text("a\x00\x07b\x7f\x9bc\ud800\tq\r\nr\rs\n") == "abc\tq\nr\ns\n"
    assert markup.to_blocks("a\x00b\ud800\x1bc") == (Text(html="<p>abc</p>"),)
