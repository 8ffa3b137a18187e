"""Markdown to blocks, blocks to safe HTML and plain text. Pure.

The only place that makes or cleans HTML of editorial text. What may be stored is ``SUBSET``.
"""

from liveblog.markup.cleaning import clean
from liveblog.markup.counting import count_words
from liveblog.markup.markdown import to_blocks
from liveblog.markup.plaintext import to_text
from liveblog.markup.rendering import RENDERERS, caption_html, is_blank, picture_html, to_html
from liveblog.markup.standalone import paragraph, standalone
from liveblog.markup.subset import (
    SCHEMES,
    SUBSET,
    clean_html,
    clean_text,
    host,
    is_ours,
    plain,
    web_address,
)
from liveblog.markup.words import CORRECTION, RETRACTED, VERIFICATION
from liveblog.markup.writing import to_markdown

__all__ = [
    "CORRECTION",
    "RENDERERS",
    "RETRACTED",
    "SCHEMES",
    "SUBSET",
    "VERIFICATION",
    "caption_html",
    "clean",
    "clean_html",
    "clean_text",
    "count_words",
    "host",
    "is_blank",
    "is_ours",
    "paragraph",
    "picture_html",
    "plain",
    "standalone",
    "to_blocks",
    "to_html",
    "to_markdown",
    "to_text",
    "web_address",
]
