"""The elements of a Guardian block, each into blocks of ours; ``ELEMENTS`` lists them."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec
from msgspec import Struct, field

from liveblog.blocks import Block, Divider, Embed, Heading, Image, Quote
from liveblog.exchange import richtext
from liveblog.exchange.coverage import Notebook, remote
from liveblog.exchange.tree import grow

_MIDDLING = range(1_000, 2_001)
"""Pixels across: sharp on a phone and a laptop, and not a newspaper's print file."""
_MOST_PIXELS = 20_000


class Context(Struct, frozen=True, kw_only=True):
    """Where an element stands: whose it is and what its relative links start from."""

    notes: Notebook
    where: str
    base: str


class _Element(Struct, frozen=True, kw_only=True, rename="camel"):
    type: str = field(name="_type", default="")
    html: str | None = None


class _ImageFile(Struct, frozen=True):
    url: str
    fields: dict[str, str] = {}

    def size(self, name: str) -> int | None:
        digits = self.fields.get(name, "")
        pixels = int(digits) if digits.isdecimal() else 0
        return pixels if 0 < pixels <= _MOST_PIXELS else None


class _Media(Struct, frozen=True, rename="camel"):
    all_images: tuple[_ImageFile, ...] = ()


class _ImageWords(Struct, frozen=True):
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None


class _Image(_Element, frozen=True, kw_only=True, rename="camel"):
    media: _Media
    data: _ImageWords = _ImageWords()


class _Images(_Element, frozen=True, kw_only=True, rename="camel"):
    images: tuple[_Image, ...]
    caption: str | None = None


class _Html(_Element, frozen=True, kw_only=True, rename="camel"):
    html: str
    attribution: str | None = None


class _Linked(_Element, frozen=True, kw_only=True, rename="camel"):
    """What is shown by link: a post, a video, a map, a document, another article."""

    url: str | None = None
    original_url: str | None = None
    embed_url: str | None = None
    asset_id: str | None = None
    title: str | None = None
    media_title: str | None = None
    text: str | None = None
    prefix: str | None = None
    caption: str | None = None
    source: str | None = None


class _Comment(_Element, frozen=True, kw_only=True, rename="camel"):
    body: str
    profile_name: str = ""
    permalink: str = ""


E = TypeVar("E", bound=_Element)
Reader = Callable[[msgspec.Raw, Context], list[Block]]


def read(raw: msgspec.Raw, context: Context) -> list[Block]:
    """An element's blocks. What has none, or cannot be read, is noted; its text is kept."""
    name = ""
    try:
        element = msgspec.json.decode(raw, type=_Element)
        name = element.type.rpartition(".")[2]
        found = ELEMENTS.get(name, _nothing)(raw, context)
    except msgspec.ValidationError as error:
        context.notes.leave_out(
            context.where, f"{name or 'an element'} that cannot be read: {error}"
        )
        return []
    return found or _text_alone(element, name, context)


def _text_alone(element: _Element, name: str, context: Context) -> list[Block]:
    kept = richtext.read(element.html or "", context.notes, context.where, context.base)
    what = "only its text was kept" if kept else "it has no counterpart"
    context.notes.leave_out(context.where, f"{name or 'an element'}: {what}")
    return list(kept)


def _nothing(raw: msgspec.Raw, context: Context) -> list[Block]:
    return []


def _reads(shape: type[E], reader: Callable[[E, Context], Iterable[Block]]) -> Reader:
    return lambda raw, context: list(reader(msgspec.json.decode(raw, type=shape), context))


def _html(element: _Html, context: Context) -> Iterable[Block]:
    return richtext.read(element.html, context.notes, context.where, context.base)


def _heading(element: _Html, context: Context) -> Iterable[Block]:
    inside = richtext.plain(element.html)
    return [Heading(html=html.escape(inside, quote=False))] if inside else []


def _quote(element: _Html, context: Context) -> Iterable[Block]:
    text = element.html
    if "<blockquote" not in text:
        text = f"<blockquote>{text}</blockquote>"
    who = context.notes.line(context.where, richtext.plain(element.attribution or ""), 1_000)
    for block in richtext.read(text, context.notes, context.where, context.base):
        if isinstance(block, Quote) and who:
            yield Quote(html=block.html, attribution=who)
        else:
            yield block


def _image(element: _Image, context: Context) -> Iterable[Block]:
    files = [one for one in element.media.all_images if one.url]
    if not files:
        return
    best = max(files, key=_suits)
    line, where = context.notes.line, context.where
    yield Image(
        src=remote(best.url, context.base),
        alt=line(where, element.data.alt, 1_000),
        caption=line(where, richtext.plain(element.data.caption or ""), 1_000),
        credit=line(where, richtext.plain(element.data.credit or ""), 1_000),
        width=best.size("width"),
        height=best.size("height"),
    )


def _suits(file: _ImageFile) -> tuple[bool, int]:
    width = file.size("width") or 0
    # Among those too large the smallest, else the largest there is.
    return width in _MIDDLING, -width if width >= _MIDDLING.stop else width


def _images(element: _Images, context: Context) -> Iterable[Block]:
    for image in element.images:
        yield from _image(image, context)
    if element.caption:
        yield from richtext.read(element.caption, context.notes, context.where, context.base)


def _tweet(element: _Linked, context: Context) -> Iterable[Block]:
    quote = grow(element.html or "").first("blockquote")
    shown = richtext.tweet(quote, element.url or "") if quote else None
    return [shown] if shown else _link(element, context)


def _link(element: _Linked, context: Context) -> Iterable[Block]:
    address = element.original_url or element.url or element.embed_url
    title = element.title or element.media_title or element.text or element.caption or ""
    if element.asset_id:
        address = address or f"https://www.youtube.com/watch?v={element.asset_id}"
    if not address:
        return
    yield Embed(
        url=remote(address, context.base),
        title=context.notes.line(context.where, richtext.plain(title), 1_000),
        provider=context.notes.line(context.where, element.source, 1_000),
        text=richtext.plain(element.prefix or ""),
    )


def _youtube(element: _Linked, context: Context) -> Iterable[Block]:
    for block in _link(element, context):
        yield msgspec.structs.replace(block, provider="YouTube")


def _comment(element: _Comment, context: Context) -> Iterable[Block]:
    for block in richtext.read(
        f"<blockquote>{element.body}</blockquote>", context.notes, context.where, context.base
    ):
        if isinstance(block, Quote):
            url = remote(element.permalink, context.base) if element.permalink else ""
            yield Quote(html=block.html, attribution=element.profile_name[:1_000], url=url)
        else:
            yield block


def _divider(element: _Element, context: Context) -> Iterable[Block]:
    return [Divider()]


_by_link = _reads(_Linked, _link)
_by_html = _reads(_Html, _html)
_by_youtube = _reads(_Linked, _youtube)

ELEMENTS: dict[str, Reader] = {
    "TextBlockElement": _by_html,
    "SubheadingBlockElement": _reads(_Html, _heading),
    "NumberedTitleBlockElement": _reads(_Html, _heading),
    "BlockquoteBlockElement": _reads(_Html, _quote),
    "PullquoteBlockElement": _reads(_Html, _quote),
    "CommentBlockElement": _reads(_Comment, _comment),
    "TableBlockElement": _by_html,
    "EmbedBlockElement": _by_html,
    "CodeBlockElement": _by_html,
    "DisclaimerBlockElement": _by_html,
    "ItemLinkBlockElement": _by_html,
    "DividerBlockElement": _reads(_Element, _divider),
    "ImageBlockElement": _reads(_Image, _image),
    "MultiImageBlockElement": _reads(_Images, _images),
    "TweetBlockElement": _reads(_Linked, _tweet),
    "YoutubeBlockElement": _by_youtube,
    "VideoYoutubeBlockElement": _by_youtube,
    **dict.fromkeys(
        (
            "RichLinkBlockElement",
            "InstagramBlockElement",
            "VideoBlockElement",
            "GuVideoBlockElement",
            "VideoVimeoBlockElement",
            "VideoFacebookBlockElement",
            "VineBlockElement",
            "MapBlockElement",
            "DocumentBlockElement",
            "SpotifyBlockElement",
            "InteractiveBlockElement",
            "InteractiveAtomBlockElement",
        ),
        _by_link,
    ),
}
