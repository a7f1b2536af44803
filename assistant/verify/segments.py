"""Texts cut into the pieces in which a figure stands with the words that say what it is."""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import lru_cache

from assistant.wording import Rarity, grams
from corpus.quantities.quantity import Comparison, Measure, Mention, Quantity, find_quantities

__all__ = ["Segment", "bound_of", "chunks", "ends", "figures", "likeness", "segments"]

_CHUNK = re.compile(r"[^。；;！!？?\n]+")
_SEGMENT = re.compile(r"(?:[^，,：:]|(?<=\d),(?=\d{3}(?!\d)))+")
_MOST = re.compile("最高|不超过|上限|至多|最多|不高于|封顶|以内|不多于|为限")
_LEAST = re.compile("至少|最低|不低于|不少于|最少|起点|起步")
_CEILING = re.compile(r"[\s的]*(?:上限|封顶|以内|之内|为限)")
_DIGITS = re.compile(r"[0-9０-９.,，%％‰]+|(?<!第)[一二三四五六七八九十百千万亿]+(?=[万元%项家个年月日人件])")
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece between commas: its words without figures as bigrams, and the figures with what bounds them, in order.

    `context` has the words of its chunk up to its end, since the last sum before it.
    """

    text: str
    words: Set[str]
    context: Set[str]
    figures: tuple[tuple[Quantity, Comparison], ...]

    def measured(self, measure: Measure) -> frozenset[Quantity]:
        """The figures of one measure."""
        return frozenset(quantity for quantity, _ in self.figures if quantity.measure is measure)


def chunks(text: str) -> list[str]:
    """`text` between full stops, semicolons and line ends."""
    return [match.group().strip() for match in _CHUNK.finditer(text) if match.group().strip()]


@lru_cache(maxsize=_REMEMBERED)
def segments(text: str) -> tuple[Segment, ...]:
    """`text` between commas, in reading order; a text of several chunks gives those of all of them."""
    return tuple(segment for chunk in chunks(text) for segment in _segments(chunk))


def _segments(chunk: str) -> Iterator[Segment]:
    context: Set[str] = frozenset()
    for match in _SEGMENT.finditer(chunk):
        text = match.group()
        words = grams(_DIGITS.sub("|", text)).keys()
        context = context | words
        segment = Segment(text, words, context, tuple(figures(text)))
        yield segment
        if segment.measured(Measure.MONEY):
            context = frozenset()


def figures(text: str) -> Iterator[tuple[Quantity, Comparison]]:
    """Each quantity in `text`, both ends of ranges, with what bounds it."""
    before = 0
    for mention in find_quantities(text):
        bound = bound_of(text, before, mention)
        for end in ends(mention):
            yield end, bound
        before = mention.end


def ends(mention: Mention) -> tuple[Quantity, ...]:
    """The quantity of a mention, or both ends of its range."""
    return (mention.quantity,) if mention.upper is None else (mention.quantity, mention.upper)


def bound_of(text: str, since: int, mention: Mention) -> Comparison:
    """What bounds a figure, also where words stand between (`最高可获支持 300万元`); about counts as exact."""
    if mention.comparison not in (Comparison.EXACT, Comparison.ABOUT):
        return mention.comparison
    near = text[since : mention.start].rpartition("，")[2]
    if _MOST.search(near) or _CEILING.match(text, mention.end):
        return Comparison.AT_MOST
    return Comparison.AT_LEAST if _LEAST.search(near) else Comparison.EXACT


def likeness(rarity: Rarity, words: Set[str], other: Set[str]) -> float:
    """The weighted share of `words` that `other` has, 0 to 1."""
    return rarity.share(words, other)
