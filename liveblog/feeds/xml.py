"""Elements with words that XML can hold. Pure."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, tostring

ATOM = "http://www.w3.org/2005/Atom"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

# https://www.w3.org/TR/xml/#charsets; ElementTree writes whatever it is given.
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    """Add an element; what XML cannot hold is left out of its words."""
    added = SubElement(parent, name, {key: _fit(words) for key, words in attributes.items()})
    added.text = _fit(text) or None
    return added


def _fit(text: str) -> str:
    return _NOT_XML.sub("", text)


def document(root: Element) -> bytes:
    """The whole document."""
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written
