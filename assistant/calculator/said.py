"""What a user said about one input: words near figures, choices and yes-or-no facts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from assistant.calculator.bare import as_money
from assistant.calculator.items import ITEM, marked
from corpus.folding import any_word, fold
from corpus.lexicon import load_lexicon
from corpus.quantities.numerals import parse_integer
from corpus.quantities.quantity import (
    Comparison,
    DateMention,
    Measure,
    Mention,
    Quantity,
    find_dates,
    find_quantities,
)
from corpus.rulebook.parts import InputSpec

__all__ = [
    "COUNTED",
    "DURATIONS",
    "FIRM",
    "Said",
    "Turn",
    "averages",
    "choices_said",
    "clause_with",
    "clauses",
    "closeness",
    "fits",
    "said_choice",
    "said_flag",
    "said_of",
    "stands_for_all",
    "words_of",
    "years_together",
]

FIRM = 0.45
_BREAK = re.compile(r"[，,。；;？?！!：:\n]")
_NEGATION = re.compile(
    r"(?!不过$)(?:不是|没有|没|未|无|不|非|并非|尚未|从未|还没|不属于|不在)(?:有|被|能|再|曾|任何|过|真)?"
    r"(?:(?:拿|得|评|领|办|做|列|纳|进|选|签|达|用|通|享|碰|搞|沾|弄|装|改|涉)[到上成过入得受]?|获得?|取得|完成|具备|申[请报]|涉及|开展|采用)?[了过]?$"
)
# Words that affirm with a negation in them.
_FINE = re.compile("[都全也均]?(?:没有?|无|不成)(?:任何|什么|啥)?(?:问题|毛病)")
# A blank behind a figure ends what is said of it.
_PAUSE = re.compile(r"(?<=[万亿元%％个家项人名件])[ \t\u3000]+(?=[\u4e00-\u9fff])(?![万亿元])")
_NONE_OF_IT = re.compile(
    r"(?:[两三四五几]?[家项个样者种]|这[块些]|方面|认定|资质)?[都也还均全]+(?:没有?|未|无)[^，,。；;？?、]{0,3}(?=[，,。；;？?、]|$)"
)
# 营收看错了，是2.1亿 is one statement.
_GOES_ON = re.compile("[，,](?:其实|实际上?|应该|应当|正确的)?是$")
_UNIT_OF_PRICE = re.compile("一(?:公斤|千克|吨|平米?|平方米?)")
_EXACTLY = re.compile("(?:也)?不[多少]")
_AVERAGE = re.compile("(?:平均|年均|每年)[^，,。；;]{0,4}$")
_SUMMED = re.compile("合计|一共|总共|加|累计|下来")
_CLAUSE = re.compile(r"[，,。；;？?！!]")
_YEARS = re.compile("(?<!第)([两二三23])年")
_LABEL_WORD = re.compile(r"[（(].*?[)）]|[的及和与、，,/]|是否|实际|年度|总额|金额")
_REACH_BEFORE, _REACH_AFTER = 16, 9
_STRONG = 6
_ATTACHED = 1.3
_LEADING = 0.3


_ANY_COUNT = frozenset({Measure.COUNT, Measure.PLAIN})
COUNTED = _ANY_COUNT | {Measure.PERSON, Measure.FIRM, Measure.ITEM, Measure.PIECE}
DURATIONS = frozenset({Measure.YEAR, Measure.MONTH, Measure.DAY})


@dataclass(frozen=True, slots=True)
class Turn:
    """One user turn, folded, with its quantities; `since` are its dates as the time passed since then."""

    text: str
    mentions: tuple[Mention, ...]
    since: tuple[Mention, ...] = ()

    @classmethod
    def read(cls, text: str, today: date | None = None) -> "Turn":
        """Fold a turn and find its quantities, and its dates where `today` is given."""
        folded = _FINE.sub("都符合", fold(_paused(marked(text))))
        since = (_passed(found, today) for found in find_dates(folded, today)) if today else ()
        mentions = as_money(folded, find_quantities(folded))
        return cls(folded, _without_asides(folded, mentions), tuple(passed for passed in since if passed))


def _without_asides(text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions without the unit of a price (`29块一公斤`) and what says that a figure is exact (`一平不多`)."""
    prices = (Measure.MONEY, Measure.PLAIN)
    ends = {mention.end for mention in mentions if mention.quantity.measure in prices}
    return tuple(
        m
        for m in mentions
        if not (m.start in ends and _UNIT_OF_PRICE.fullmatch(m.text))
        and not (m.text.startswith("一") and (_EXACTLY.match(text, m.end) or text[: m.start].endswith("头")))
    )


def _paused(text: str) -> str:
    return text if ITEM in text or "；" in text else _PAUSE.sub("，", text)


def clauses(text: str) -> list[str]:
    """`text` at its commas and stops; colons and 、 join."""
    return _CLAUSE.split(text)


def clause_with(text: str, pattern: re.Pattern[str]) -> str:
    """The first clause in which `pattern` is found, or ""."""
    return next((clause for clause in clauses(text) if pattern.search(clause)), "")


def years_together(text: str) -> int:
    """The number of years that are spoken of together (`三年加一块`), 0 where none are."""
    named = _YEARS.search(text)
    return (parse_integer(named[1]) or 0) if named else 0


def averages(turn: Turn) -> set[Mention]:
    """The mentions that only divide a sum by its years (`三年1.5亿，平均每年5000万`)."""
    years = {m.quantity.value for m in turn.mentions if m.quantity.measure is Measure.YEAR}
    sums = [m for m in turn.mentions if m.quantity.measure is Measure.MONEY]
    values = {mention.quantity.value for mention in sums}
    return {
        m
        for m in sums
        if _AVERAGE.search(turn.text[: m.start])
        and any(m.quantity.value * count in values for count in years if count > 1)
    }


def _passed(found: DateMention, today: date) -> Mention | None:
    """The time from a date to `today`: in years where only a year is named, else in whole months."""
    if found.last >= today:
        return None
    whole_year = (found.first.month, found.first.day, found.last.month) == (1, 1, 12)
    months = (today.year - found.first.year) * 12 + today.month - found.first.month
    months -= not whole_year and today.day < found.first.day
    years = Quantity(Decimal(today.year - found.first.year), Measure.YEAR)
    quantity = years if whole_year else Quantity(Decimal(months), Measure.MONTH)
    return Mention(
        found.start,
        found.end,
        found.text,
        quantity,
        None,
        Comparison.EXACT,
        lower_closed=True,
        upper_closed=True,
    )


@dataclass(frozen=True, slots=True)
class Said:
    """A word of an input where it stands in a turn."""

    start: int
    end: int
    length: int


def words_of(spec: InputSpec) -> tuple[str, ...]:
    """The words by which an input is recognised, folded, longest first."""
    return _words(spec.label, spec.synonyms)


@cache
def _words(label: str, synonyms: tuple[str, ...]) -> tuple[str, ...]:
    parts = [part for part in _LABEL_WORD.split(label) if len(part) >= 2]
    words = _folded((*synonyms, label, *parts))
    return tuple(sorted((word for word in words if word), key=len, reverse=True))


def closeness(turn: Turn, mention: Mention, spec: InputSpec) -> float:
    """How firmly the words around `mention` say that it is `spec`: 0 where nothing does."""
    best = 0.0
    for word in words_of(spec):
        weight = min(len(word), _STRONG) / _STRONG + 0.5
        for place in _places(turn.text, word):
            best = max(best, weight * _distance(turn, mention, place.start, place.end))
    return best


def _distance(turn: Turn, mention: Mention, start: int, end: int) -> float:
    if start < mention.end and end > mention.start:
        return 0.6
    if end <= mention.start:
        between, gap, reach = turn.text[end : mention.start], mention.start - end, _REACH_BEFORE
    else:
        between, gap, reach = turn.text[mention.end : start], start - mention.end, _REACH_AFTER
    factor = max(0.0, 1 - gap / reach)
    if between in ("", "的") and start >= mention.end:
        # In 评估38审计22 the word names the figure that it leads.
        opens = not turn.text[: mention.start] or bool(_BREAK.search(turn.text[mention.start - 1]))
        leads = any(m.start == end and m.quantity.measure is mention.quantity.measure for m in turn.mentions)
        leads = leads and not (opens and mention.quantity.measure in COUNTED)
        factor = _LEADING if leads else _ATTACHED
    if _BREAK.search(_GOES_ON.sub("", between)):
        factor *= 0.35
    elif "、" in between:
        factor *= 0.6
    same = [
        m
        for m in turn.mentions
        if m is not mention
        and m.quantity.measure is mention.quantity.measure
        and min(end, mention.end) <= m.start
        and m.end <= max(start, mention.start)
    ]
    return factor * (0.3 if same else 1.0)


def said_of(turn: Turn, spec: InputSpec) -> list[Said]:
    """Where the turn speaks of the input, denied or not."""
    return [place for word in words_of(spec) for place in _places(turn.text, word)]


def said_choice(turns: Sequence[Turn], spec: InputSpec) -> str | None:
    """The choice that the latest turn names, by its longest words; None where none is named."""
    for turn in reversed(turns):
        found = _choices(turn, spec)
        together = {
            value
            for place, value in found
            if stands_for_all(spec, value) and _SUMMED.search(turn.text[place.start : place.end])
        }
        if together and len({value for _, value in found} - together) > 1:
            found = [part for part in found if part[1] in together]
        if found:
            return max(found, key=lambda part: (part[0].length, part[0].start, part[1]))[1]
    return None


def stands_for_all(spec: InputSpec, value: str) -> bool:
    """Whether a choice is several others together (`三年合计`)."""
    choice = spec.choice(value)
    return choice is not None and "合计" in choice.label


def choices_said(turn: Turn, spec: InputSpec) -> list[tuple[int, str]]:
    """Every choice that the turn names, with where it begins; of words that overlap only the longest counts."""
    found: list[tuple[Said, str]] = []
    for place, value in sorted(_choices(turn, spec), key=lambda part: -part[0].length):
        if all(place.end <= other.start or other.end <= place.start for other, _ in found):
            found.append((place, value))
    return sorted((place.start, value) for place, value in found)


def _choices(turn: Turn, spec: InputSpec) -> list[tuple[Said, str]]:
    return [
        (place, choice.value)
        for choice in spec.choices
        for word in _folded((choice.label, *choice.synonyms))
        for place in _places(turn.text, word)
        if not _NEGATION.search(turn.text[: place.start])
    ]


def said_flag(turns: Sequence[Turn], spec: InputSpec) -> bool | None:
    """Whether the latest turn that speaks of the fact affirms or denies it; None where none does."""
    words = _folded((spec.label, *spec.synonyms))
    denials = _folded(spec.denials)
    for turn in reversed(turns):
        denied = [place for word in denials for place in _places(turn.text, word)]
        places = [place for word in words for place in _places(turn.text, word)]
        if denied and _longest(denied).length >= (_longest(places).length if places else 0):
            return bool(_NEGATION.search(turn.text[: _longest(denied).start]))
        if places:
            said = _longest(places)
            return not (_NEGATION.search(turn.text[: said.start]) or _NONE_OF_IT.match(turn.text[said.end :]))
    return None


def _longest(places: Sequence[Said]) -> Said:
    return max(places, key=lambda place: place.length)


# The words around every figure of a turn are looked up for each figure and each case anew.
@lru_cache(maxsize=65536)
def _places(text: str, word: str) -> tuple[Said, ...]:
    """Where `word` stands in `text`: a `*` in it stands for up to ten characters of one clause that deny nothing,
    `**` for up to thirty, `$got` for any word of that set of the lexicon."""
    if not word or any(part not in text for part in _literals(word)):
        return ()
    return tuple(
        Said(match.start(), match.end(), len(match[0]) - sum(len(gap) - 1 for gap in match.groups()))
        for match in _pattern(word).finditer(text)
    )


# As many words as the rules have; each is met by every question.
@cache
def _literals(word: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"\*+|\$[a-z]+", word) if part)


@cache
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile("".join(map(_expression, re.split(r"(\*+|\$[a-z]+)", word))))


def _expression(part: str) -> str:
    if part in ("*", "**"):
        return (
            f"((?:不良|不同|不断|不动产|未来|无人|[^，,。；;？?没未不无]){{0,{10 if part == '*' else 30}}}?)"
        )
    return f"(?:{any_word(_word_set(part[1:])).pattern})" if part.startswith("$") else re.escape(part)


def _word_set(name: str) -> tuple[str, ...]:
    lexicon = load_lexicon()
    return (*lexicon.word_sets[name], *(lexicon.elsewhere if name == "elsewhere" else ()))


@cache
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, words))


def fits(mention: Mention, spec: InputSpec) -> bool:
    """Whether the mention's measure can be that of the input."""
    measure, wanted = mention.quantity.measure, spec.measure
    if wanted is None or measure is wanted:
        return wanted is not None
    if {measure, wanted} <= DURATIONS:
        return True
    return {measure, wanted} <= COUNTED and bool({measure, wanted} & _ANY_COUNT)
