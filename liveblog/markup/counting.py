"""How many words a text has. Pure."""

from __future__ import annotations

import re

_LETTERS_OF_A_WORD = 3

# Each stands for a word, or nearly: Chinese characters and Japanese kana (Hangul has spaces).
_SYLLABLE = (
    r"[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
# Thai, Lao, Myanmar, Khmer: written without spaces between words.
_JOINED = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
_WORD = re.compile(rf"(?P<syllable>{_SYLLABLE})|(?P<joined>{_JOINED}+)|(?P<other>[^\W_])")
_REST = re.compile(rf"(?:(?!{_SYLLABLE}|{_JOINED})\S)*")


def count_words(text: str) -> int:
    """The words of a plain text: runs between spaces that hold a letter or a digit.

    Where a language has no spaces between words: each Chinese character and each kana counts as
    one; of Thai, Lao, Burmese and Khmer every third letter (marks left out) does, begun ones
    included, which is an estimate.
    """
    words, at = 0, 0
    while found := _WORD.search(text, at):
        at = found.end()
        if found["joined"]:
            letters = sum(map(str.isalpha, found["joined"]))
            words += -(-letters // _LETTERS_OF_A_WORD)
            continue
        words += 1
        if found["other"] and (rest := _REST.match(text, at)):
            at = rest.end()
    return words
