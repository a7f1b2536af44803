"""One normal form for comparing Chinese text whose widths, blanks and brackets vary."""

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["any_word", "encodable", "fold", "squeeze"]

_BLANK = re.compile(r"\s+")
_BRACKETS = str.maketrans(
    {"【": "[", "】": "]", "〔": "[", "〕": "]", "﹝": "[", "﹞": "]", "—": "-", "–": "-"}
)


def encodable(text: str) -> str:
    """`text` with lone surrogates, which have no UTF-8 form, replaced by `?`."""
    return text.encode("utf-8", "replace").decode("utf-8")


def squeeze(text: str) -> str:
    """`text` without any whitespace, otherwise untouched (the form in which quotes are compared)."""
    return _BLANK.sub("", text)


def fold(text: str) -> str:
    """`text` in half width, lower case, without whitespace; 〔〕 and 【】 become []."""
    return squeeze(unicodedata.normalize("NFKC", text)).translate(_BRACKETS).lower()


def any_word(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of `words`, folded, in folded text; of words that begin alike the longest."""
    return re.compile("|".join(re.escape(word) for word in sorted(map(fold, words), key=len, reverse=True)))
