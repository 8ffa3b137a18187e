"""What pages and providers say of a page, and what of it is believed."""

from __future__ import annotations

from time import process_time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveblog.unfurl import oembed, opengraph
from liveblog.unfurl.opengraph import Said

PAGE = "https://news.example/a/b"


def said(page: str | bytes, charset: str = "utf-8") -> Said:
    body = page.encode() if isinstance(page, str) else page
    return opengraph.read(body, charset, PAGE)


def test_opengraph_is_preferred_then_twitters_card_then_the_page_itself() -> None:
    title = "<title>Page</title>"
    twitter = '<meta name="twitter:title" content="Twitter">'
    og = '<meta property="og:title" content="Graph">'
    assert said(title + twitter + og).title == "Graph"
    assert said(twitter + title).title == "Twitter"
    assert said(title).title == "Page"
    assert said("no head at all") == Said()


def test_all_that_a_card_shows_is_read() -> None:
    assert said(
        """<!doctype html><html><head><title>x</title>
        <META NAME='og:title' CONTENT='Gates &amp; locks'>
        <meta content="Opened &quot;again&quot; > after a week" property="og:description"/>
        <meta property=og:site_name content=Courier>
        <meta property="og:type" content="article">
        <meta property="og:image" content="../lock.jpg?a=1&amp;b=2">
        <link rel=alternate type="application/json+oembed" href="/oembed?url=x">
        </head>"""
    ) == Said(
        title="Gates & locks",
        description='Opened "again" > after a week',
        site="Courier",
        image="https://news.example/lock.jpg?a=1&b=2",
        type="article",
        oembed="https://news.example/oembed?url=x",
    )


def test_the_first_of_several_counts() -> None:
    assert said("<title>One</title><svg><title>Two</title></svg>").title == "One"
    one, two = (f'<meta property="og:title" content="{word}">' for word in ("One", "Two"))
    assert said(one + two).title == "One"


@pytest.mark.parametrize(
    "hidden",
    [
        '<!-- <meta property="og:title" content="No"> -->',
        "<script>var x = '<title>No</title>'</script>",
        "<STYLE>/* <title>No</title> */</STYLE>",
        "<noscript><title>No</title></noscript>",
        "<template><title>No</title></template>",
    ],
)
def test_what_nobody_sees_is_not_read(hidden: str) -> None:
    assert said(f"{hidden}<title>Yes</title>").title == "Yes"
    unended = hidden.partition("</")[0].removesuffix(" -->")
    assert said(f"<title>Yes</title>{unended}").title == "Yes"


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ("<title>Grüße</title>".encode("cp1252"), "iso-8859-1"),
        ("<title>Grüße</title>".encode("cp1252"), "windows-1252"),
        (b"<meta charset=windows-1252>" + "<title>Grüße</title>".encode("cp1252"), ""),
        (
            b'<meta http-equiv=Content-Type content="text/html; charset=ISO-8859-1">'
            + "<title>Grüße</title>".encode("cp1252"),
            "nonsense",
        ),
        ("<title>Grüße</title>".encode(), ""),
        ("<title>Grüße</title>".encode("utf-8-sig"), "windows-1252"),
        ("<title>Grüße</title>".encode("utf-16"), "utf-16"),
    ],
)
def test_the_pages_own_letters_are_read(body: bytes, charset: str) -> None:
    assert said(body, charset).title == "Grüße"


@pytest.mark.parametrize(
    "charset", ["zip", "hex", "rot13", "idna", "punycode", "unicode_escape", "utf-7", "undefined"]
)
def test_no_codec_that_is_not_a_script_of_the_web_is_used(charset: str) -> None:
    title = b"<title>+ADw-x \\x41</title>"
    for page, named in ((title, charset), (f"<meta charset={charset}>".encode() + title, "")):
        assert said(page, named).title == "+ADw-x \\x41"


def test_only_the_first_tags_of_a_page_are_read() -> None:
    tag = "<meta name=x content=y>"
    assert said(tag * 299 + "<title>Yes</title>").title == "Yes"
    assert said(tag * 300 + "<title>No</title>").title == ""


def test_words_are_made_plain_and_cut() -> None:
    shown = said("<title> a\n\tb\x00 \u202etxet\u202c\u2066 <b>c" + "</title>").title
    assert shown == "a b txet"
    long = said(f'<title>{"word " * 900}</title><meta name=description content="{"x" * 3_000}">')
    assert len(long.title) <= opengraph.TITLE_CHARACTERS
    assert long.title.endswith("…")
    assert len(long.description) == opengraph.DESCRIPTION_CHARACTERS


@pytest.mark.parametrize(
    "piece",
    [
        "<", "<meta ", "<meta content='", "<title>", "<title ", "<!--", "<!-->", "<script",
        "<script>",
        "<script></script", "<style>", "<meta><", "<meta property=og:title content=x>", "<a ", "</",
        "<![", "<![if ", "<!x", "<?", "&", "&#", "<meta a=", "<link type=", '<meta "', "<meta =",
        "\0", "<meta charset=", "<div>", "<p>", "<b><i>", "<table>", "<math><mi>",
    ],
)  # fmt: skip
def test_no_page_costs_more_than_its_length(piece: str) -> None:
    page = (piece * (1_000_000 // len(piece))).encode()
    began = process_time()
    said(page, "")
    assert process_time() - began < 2


@given(st.binary(max_size=300), st.text(max_size=20))
def test_any_bytes_can_be_read(body: bytes, charset: str) -> None:
    for page in (body, b"<title>" + body, b"<meta name=og:title content=" + body):
        opengraph.read(page, charset, PAGE)


def test_of_a_providers_answer_only_words_are_taken() -> None:
    answer = {
        "type": "rich",
        "version": "1.0",
        "title": "A <b>title</b>",
        "author_name": "Ann",
        "provider_name": "Tube",
        "html": "<script>alert(1)</script>",
        "thumbnail_url": "https://i.example/1.jpg",
    }
    read = oembed.read(msgspec.json.encode(answer))
    assert read == Said(
        title="A <b>title</b>", description="Ann", site="Tube", image="https://i.example/1.jpg"
    )
    assert "alert" not in str(read)
    assert oembed.read(b'{"title": null, "author_name": "Ann"}').title == "Ann"


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b'{"title": 1}', b"<html>", b'{"title": "x"', b"\xff", b"[" * 9_000],
)
def test_an_answer_that_is_none_says_nothing(body: bytes) -> None:
    assert oembed.read(body) == Said()
