"""Where the cases of one question begin: at another class, another applicant, another year."""

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.calculator.assign import assign
from assistant.calculator.facts import Value
from assistant.calculator.items import ITEM
from assistant.calculator.said import Turn, choices_said, fits, stands_for_all, years_together
from corpus.quantities.measures import Measure
from corpus.rulebook.formula import Difference
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import InputSpec, Many

__all__ = [
    "COUNTS",
    "REFUSED",
    "YEAR_WORD",
    "class_starts",
    "party_starts",
    "refused_choices",
    "says_total",
    "texts_of",
    "year_starts",
]

_CLAUSE = re.compile(r"[，,。；;、！!？?：:]")
_PARTY = re.compile(
    r"(?<![一-龥])[甲乙丙丁戊](?=是(?![两三四五])|[在的有公方家厂])|(?<![a-z])[a-e](?=公司|企业|家|项目|[是做在有])|第[一二三四五六](?:家|个|笔|本|场|单|台|座)|¦|(?:另|还有)(?:外)?[一二两三四五]|一[家本个场台座](?=[^，,。；;、]{2,})"
)
YEAR_WORD = re.compile(
    "大?前年|去年|上一?年度?|今年|本年度?|明年|后年|次年|头一年|第[一二三1-3]年|(?<![0-9])(?:20)?[12][0-9]年(?![内以多来限期的])"
)
_SUMMED = re.compile("合计|总共|一共|加起来")
_OF_ALL = re.compile("都|均|合起来|加一块|全部|[两三四五六几](?:家|个|场|笔|本|单|份|项|件|款|台|支|座)")
_SEVERAL = 2
_ALL_THREE = re.compile("(?<!第)[三3]年")
_TERM, _LAST_TWO = 3, re.compile("(?:后|后面|剩下|余下|剩余)的?[两二2]年|第二年?[、和跟加]?第?三年")
COUNTS = frozenset({Measure.COUNT, Measure.FIRM, Measure.PERSON, Measure.ITEM, Measure.PIECE})
REFUSED = re.compile("没过|未过|没通过|未通过|没给|不给|没拿到|没批|没了|挂了|取消|终止|停了|不合格")


def says_total(rule: Rule, turns: Sequence[Turn]) -> bool:
    """Whether a choice was named that stands for several classes or years together."""
    for spec in rule.inputs.values():
        said = {value for _, value in choices_said(turns[-1], spec)}
        together = {value for value in said if stands_for_all(spec, value)}
        whole = years_together(turns[-1].text) and not REFUSED.search(turns[-1].text)
        if together and (len(said - together) < _SEVERAL or whole):
            return True
    return False


def refused_choices(turn: Turn, spec: InputSpec) -> set[str]:
    """The years that the turn says were not paid, where it asks for the sum of all of an input that has such a sum."""
    if not any(stands_for_all(spec, choice.value) for choice in spec.choices):
        return set()
    said = choices_said(turn, spec)
    if not (_SUMMED.search(turn.text) or any(stands_for_all(spec, value) for _, value in said)):
        return set()
    singles = [choice.value for choice in spec.choices if not stands_for_all(spec, choice.value)]
    if len(singles) == _TERM and _LAST_TWO.search(turn.text) and not _ALL_THREE.search(turn.text):
        return {singles[0]}
    if any(m.quantity.measure is Measure.MONEY and m.start > said[0][0] for m in turn.mentions if said):
        # What each year paid is told.
        return set()
    refused = set()
    for place, (start, value) in enumerate(said):
        end = said[place + 1][0] if place + 1 < len(said) else len(turn.text)
        words = "，".join(re.split("[，,]", re.split("[。；;？?！!]", turn.text[start:end])[0])[:2])
        if REFUSED.search(words) and not stands_for_all(spec, value):
            refused.add(value)
    return refused


def class_starts(rule: Rule, turn: Turn) -> list[tuple[int, dict[str, Value]]]:
    """Where the question names a class or a rank of the rule anew that it has named before, and the class."""
    said: list[tuple[int, str, str]] = []
    for name, spec in rule.inputs.items():
        if spec.choices and spec.many is Many.NO:
            said += [
                (start, name, value)
                for start, value in choices_said(turn, spec)
                if not stands_for_all(spec, value)
            ]
        elif spec.measure is Measure.ORDINAL:
            said += [(m.start, name, str(m.quantity)) for m in turn.mentions if fits(m, spec)]
    starts: list[tuple[int, dict[str, Value]]] = []
    latest: dict[str, str] = {}
    here: set[str] = set()
    counts = {m.end: m.start for m in turn.mentions if m.quantity.measure in COUNTS}
    for start, name, value in sorted((counts.get(start, start), name, value) for start, name, value in said):
        again = name in here and any(starts[-1][0] <= m.start < start for m in turn.mentions)
        again = again and any(m.start > start for m in turn.mentions)
        if not starts or again or latest.get(name, value) != value:
            starts.append((start, {name: value} if rule.inputs[name].choices else {}))
            here = set()
        here.add(name)
        latest[name] = value
    return starts


def year_starts(rule: Rule, turn: Turn) -> list[int]:
    """Where the question goes on to another year, each with a sum for the same input."""
    if any(isinstance(spec.derive, Difference) for spec in rule.inputs.values()):
        return []
    listed = any(spec.many is Many.YEAR for spec in rule.inputs.values())
    if listed and not any(m.quantity.measure is Measure.MONEY for m in assign(rule, [turn]).unused):
        return []
    starts: list[int] = []
    named: list[str] = []
    for match in YEAR_WORD.finditer(turn.text):
        if not named or match[0] != named[-1]:
            starts.append(match.start())
            named.append(match[0])
    if len(set(named)) < 2:
        return []
    ends = [*starts[1:], len(turn.text)]
    filled = [
        any(
            start <= m.start < end and any(fits(m, spec) for spec in rule.inputs.values())
            for m in turn.mentions
        )
        for start, end in zip(starts, ends, strict=True)
    ]
    return [start for start, full in zip(starts, filled, strict=True) if full]


def party_starts(turn: Turn) -> list[int]:
    found = list(_PARTY.finditer(turn.text))
    # Where the items bear signs, another one (另一座) is a word inside an item.
    signed = [match for match in found if match[0] == ITEM] or [
        match for match in found if len(match[0]) == 1
    ]
    return [match.start() for match in (signed if len(signed) > 1 else found)]


def texts_of(text: str, starts: Sequence[int]) -> list[tuple[str, str]]:
    """For each case what it shares with the others (said before the first, or of all) and its own words."""
    bounds = [0, *(match.end() for match in _CLAUSE.finditer(text)), len(text)]
    shared, own = "", [""] * len(starts)
    current = -1
    for begin, end in pairwise(bounds):
        here = [number for number, start in enumerate(starts) if begin <= start < end]
        clause = text[begin:end]
        if (current < 0 and not here) or (not here and _speaks_of_all(clause)):
            shared += clause
        elif len(here) > 1:
            cuts = [begin, *(starts[number] for number in here[1:]), end]
            for number, (first, last) in zip(here, pairwise(cuts), strict=True):
                own[number] += text[first:last]
        else:
            own[here[0] if here else current] += clause
        current = here[-1] if here else current
    return [(shared, words) for words in own]


def _speaks_of_all(clause: str) -> bool:
    """Whether a clause is about all cases; a sum with its figure (`合计143万`) is one case's own."""
    return bool(_OF_ALL.search(clause)) or bool(_SUMMED.search(clause) and not re.search(r"\d", clause))
