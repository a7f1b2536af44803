"""The numbering grammar of Chinese legal drafting: which line opens which level.

Levels follow 《立法技术规范（试行）》 and 《党政机关公文格式》 (GB/T 9704—2012): 编, 章, 节, 条 in statutes;
一、（一）1.（1）① in notices, measures and plans. Whether a number continues its list is decided by the
outline, which knows what came before.
"""

import re
from dataclasses import dataclass
from enum import IntEnum

from corpus.quantities.numerals import parse_integer

__all__ = ["Level", "Marker", "inline_items", "read_marker"]


class Level(IntEnum):
    """Depth of a heading; a smaller number stands higher."""

    DOCUMENT = 0
    APPENDIX = 1
    BOOK = 2
    PART = 3
    CHAPTER = 4
    SECTION = 5
    TOPIC = 6
    ARTICLE = 7
    ITEM = 8
    POINT = 9
    SUBPOINT = 10
    CIRCLE = 11


@dataclass(frozen=True, slots=True)
class Marker:
    """A numbering sign at the start of a line.

    `label` is the sign in the contract's form (`第五条`, `（三）`, `1`), `number` its value (supplement
    `第五条之一` keeps 5), `length` how many characters of the line it takes, `firm` whether the form
    alone proves a heading (a bare `第五条规定` in running text does not).
    """

    level: Level
    number: int
    label: str
    length: int
    firm: bool = True
    supplement: bool = False


_CN = "一二三四五六七八九十百千零〇两"
_PATTERNS: tuple[tuple[Level, re.Pattern[str]], ...] = (
    (Level.BOOK, re.compile(rf"第([{_CN}\d]+)编(?=\s|$)")),
    (Level.PART, re.compile(rf"第([{_CN}\d]+)分编(?=\s|$)")),
    (Level.CHAPTER, re.compile(rf"第([{_CN}\d]+)章(?=\s|$)")),
    (Level.SECTION, re.compile(rf"第([{_CN}\d]+)节(?=\s|$)")),
    (Level.ARTICLE, re.compile(rf"第([{_CN}\d]+)条(之[{_CN}]+)?(?=\s|$|【)")),
    (Level.TOPIC, re.compile(rf"([{_CN}]+)、")),
    (Level.ITEM, re.compile(rf"[（(]([{_CN}]+)[)）]")),
    (Level.POINT, re.compile(r"(\d{1,3})(?:[.．](?!\d)|、)")),
    (Level.SUBPOINT, re.compile(r"[（(](\d{1,2})[)）]")),
    (Level.CIRCLE, re.compile(r"([①-⑳])")),
)
_LOOSE_ARTICLE = re.compile(
    rf"第([{_CN}\d]+)条(之[{_CN}]+)?(?=[^\s（(第款项规至和与或、，,。；;的所及中之内])"
)
_APPENDIX = re.compile(r"附\s*(?:件|录|表)\s*\d*\s*(?:[:：]|$)|名词解释$")
_INLINE = re.compile(r"(?<=[:：；;。])(\d{1,2})[.．、](?=[^\d\s])")
_LABELS = {
    Level.BOOK: "第{}编",
    Level.PART: "第{}分编",
    Level.CHAPTER: "第{}章",
    Level.SECTION: "第{}节",
    Level.ARTICLE: "第{}条",
    Level.TOPIC: "{}",
    Level.ITEM: "（{}）",
    Level.POINT: "{}",
    Level.SUBPOINT: "（{}）",
    Level.CIRCLE: "{}",
}


def read_marker(line: str) -> Marker | None:
    """The numbering sign that `line` (no markup, no leading blank) starts with, or None."""
    appendix = _APPENDIX.match(line)
    if appendix:
        name = line[appendix.end() :].strip() or line.strip()
        return Marker(Level.APPENDIX, 0, name, 0)
    for level, pattern in _PATTERNS:
        match = pattern.match(line)
        if match:
            return _marker(level, match)
    match = _LOOSE_ARTICLE.match(line)
    return _marker(Level.ARTICLE, match, firm=False) if match else None


def _marker(level: Level, match: re.Match[str], *, firm: bool = True) -> Marker | None:
    sign = match.group(1)
    number = ord(sign) - ord("①") + 1 if level is Level.CIRCLE else parse_integer(sign)
    if number is None:
        return None
    supplement = (match.group(2) or "") if level is Level.ARTICLE else ""
    return Marker(
        level, number, _LABELS[level].format(sign) + supplement, match.end(), firm, bool(supplement)
    )


def inline_items(text: str) -> list[int]:
    """Where `1.` `2.` … start inside one line (`…之一:1.能够…;2.能够…`); [] unless they count up from 1."""
    matches = list(_INLINE.finditer(text))
    counts = [int(match.group(1)) for match in matches]
    return (
        [match.start() for match in matches]
        if len(counts) > 1 and counts == list(range(1, len(counts) + 1))
        else []
    )
