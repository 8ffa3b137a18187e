"""All that the desk says stands in its tables of messages, in every language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DESK = Path(__file__).parents[1] / "static/src/desk"
ROOMS = sorted(path.name for path in (DESK / "messages/en").glob("*.ts") if path.stem != "index")
LANGUAGES = sorted(path.name for path in (DESK / "messages").iterdir() if path.is_dir())
# The same in all languages, or none.
ALIKE = {"", "UTC", "https://"}
_MESSAGE = re.compile(
    r'^  "(?P<key>[\w.]+)":(?P<words>.*?),\n(?=  "|\};)', re.DOTALL | re.MULTILINE
)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# Text between tags, and words in the attributes that people read.
_BARE = re.compile(
    r"(?<=[\w\"}/]>)\s*([^<>{}=;()]*\p{L}{2}[^<>{}=;()]*)<".replace(r"\p{L}", "[^\\W\\d_]")
)
_ATTRIBUTE = re.compile(
    r'\b(aria-label|title|placeholder|alt|label|hint)="([^"]*[^\W\d_]{2}[^"]*)"'
)


def messages(language: str, room: str) -> dict[str, str]:
    """The words of a room by their keys, as they stand in the file."""
    text = (DESK / "messages" / language / room).read_text()
    return {found["key"]: found["words"] for found in _MESSAGE.finditer(text)}


def test_there_are_two_languages_at_least() -> None:
    assert len(LANGUAGES) >= 2
    assert len(ROOMS) >= 5


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_all_that_english_says(language: str, room: str) -> None:
    english, other = messages("en", room), messages(language, room)
    assert english
    assert other.keys() == english.keys()
    for key, words in other.items():
        # A number may be a word: "one reader", "قارئان".
        given = set(_PLACEHOLDER.findall(english[key])) - {"n"}
        assert set(_PLACEHOLDER.findall(words)) - {"n"} == given, key


@pytest.mark.parametrize("room", ROOMS)
def test_arabic_has_all_six_forms_of_a_number(room: str) -> None:
    for key, words in messages("ar", room).items():
        if "other:" in words:
            forms = set(re.findall(r"(?<=[{\s])([a-z]+): [\"']", words))
            assert forms == {"zero", "one", "two", "few", "many", "other"}, key


def test_no_word_stands_in_the_code() -> None:
    found = []
    for path in sorted(DESK.rglob("*.tsx")):
        text = re.sub(r"(?<!:)//.*|/\*.*?\*/", "", path.read_text())
        bare = [match[1].strip() for match in _BARE.finditer(text)]
        named = [match[2] for match in _ATTRIBUTE.finditer(text)]
        found += [f"{path.name}: {words}" for words in bare + named if words not in ALIKE]
    assert found == []
