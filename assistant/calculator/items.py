"""Enumerators that people put before the items of a list (①, (1), A, 1.) as one sign."""

import re
from itertools import pairwise

__all__ = ["ITEM", "marked"]

ITEM = "¦"

_CIRCLED = re.compile("[①-⑳]")
_LETTERED = re.compile(r"(?:^|(?<=[:：;；,，。、\s]))([A-Ha-h])(?=[ \t:：、.．][^\s])[ \t:：、.．]*")
_STEMS = re.compile(r"(?:^|(?<=[:：;；,，。、\s]))([甲乙丙丁戊己])(?=[^\s，,。、])")
_LINE = re.compile(r"(?<![：:])[ \t]*[\r\n]+[ \t]*")
_NUMBERED = re.compile(r"(?:^|(?<=[:：;；,，。\s]))(?:[(（]([1-9])[)）]|([1-9])(?:[.．、](?!\d)|[)）]))")
_ENUMERATORS = ((_LETTERED, "abcdefgh"), (_STEMS, "甲乙丙丁戊己"), (_NUMBERED, "123456789"))


def marked(text: str) -> str:
    """`text` with `；¦` in place of the enumerators of a list of two or more items, and `；` at the ends of lines."""
    text = _CIRCLED.sub(f"；{ITEM}", text) if len(_CIRCLED.findall(text)) > 1 else text
    text = _LINE.sub("；", text)
    for pattern, signs in _ENUMERATORS:
        places = [signs.find(match[match.lastindex or 1].lower()) for match in pattern.finditer(text)]
        if len(places) > 1 and all(two == one + 1 for one, two in pairwise(places)):
            text = pattern.sub(f"；{ITEM}", text)
    return text
