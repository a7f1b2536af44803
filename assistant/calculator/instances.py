"""One support claimed several times in one question: each case read by itself, the amounts added.

A case begins where the question names another class (`一等奖1家、三等奖2家`) or another applicant
(`甲……；乙……`). What stands before the first case, and what speaks of all of them, holds for each.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from assistant.calculator.assign import Assignment, assign
from assistant.calculator.facts import Value, read_facts
from assistant.calculator.formula import evaluate, holds
from assistant.calculator.items import ITEM
from assistant.calculator.said import Turn, choices_said, fits, stands_for_all
from assistant.outcome import Outcome
from corpus.quantities.measures import Measure
from corpus.quantities.numerals import parse_integer
from corpus.quantities.quantity import Mention, Quantity
from corpus.rulebook.formula import Difference
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import YEARS, Many

__all__ = ["Case", "Kind", "cases_of", "parties_of", "total_of"]

_CLAUSE = re.compile(r"[，,。；;、！!？?：:]")
_PARTY = re.compile(
    r"(?<![一-龥])[甲乙丙丁戊](?=是(?![两三四五])|[在的有公方家厂])|(?<![a-z])[a-e](?=公司|企业|家|项目|[是做在有])|第[一二三四五六](?:家|个|笔|本|场|单)|¦|(?:另|还有)(?:外)?一|一[家本个场](?=[^，,。；;、]{2,})"
)
_YEAR_WORD = re.compile(
    "大?前年|去年|上一?年度?|今年|本年度?|明年|后年|次年|头一年|第[一二三1-3]年|(?<![0-9])(?:20)?[12][0-9]年(?![内以多来限期的])"
)
_AGAIN = re.compile("再|又|还|另")
_ONE_MORE = re.compile("(?:再|又|另外?|还)[^，。,；;]{0,3}一[家笔个本场项份次单]")
_SUMMED = re.compile("合计|总共|一共|加起来")
_OF_ALL = re.compile("都|均|合起来|加一块|全部|[两三四五六几](?:家|个|场|笔|本|单|份|项)")
_COUNTED = frozenset({Measure.COUNT, Measure.FIRM, Measure.PERSON, Measure.ITEM, Measure.PIECE})
_EACH = re.compile("每[家个]|各|都")
_MOST = 20
_SEVERAL = 2
_YEARS_TOGETHER = re.compile("(?<!第)([两二三23])年")
_REFUSED = re.compile("没过|未过|没通过|未通过|没给|不给|没拿到|没批|没了|挂了|取消|终止|停了|不合格")
_OTHERS = re.compile(
    r"[甲乙丙丁]|分属|互不相干|不同的?(?:公司|企业|单位|主体)|(?<![了过])[两三四五]家|各家|每家|另一家"
)


class Kind(StrEnum):
    """What makes one case differ from the next."""

    CLASS = "class"
    PARTY = "party"
    YEAR = "year"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Case:
    """One case: the figures that it gives, and how often it is claimed."""

    assignment: Assignment
    times: int
    kind: Kind


def cases_of(rule: Rule, turns: Sequence[Turn]) -> list[Case]:
    """The cases of the last turn; [] where there are not several."""
    if not turns or _says_total(rule, turns):
        return []
    last = turns[-1]
    classes = _class_starts(rule, last)
    for kind, starts in (
        (Kind.CLASS, [start for start, _ in classes]),
        (Kind.PARTY, _party_starts(last)),
        (Kind.YEAR, _year_starts(rule, last)),
    ):
        if len(starts) > 1:
            called = [named for _, named in classes] if kind is Kind.CLASS else [{}] * len(starts)
            return _read(rule, turns, kind, starts, called)
    return _turn_by_turn(rule, turns) or _figure_by_figure(rule, turns) or _many_of_one(rule, turns)


def parties_of(turns: Sequence[Turn]) -> list[Turn]:
    """The words on each of several applicants (`甲……；乙……`), for supports that differ; [] where it is one."""
    starts = _party_starts(turns[-1])
    return (
        [Turn.read(shared + own) for shared, own in _texts(turns[-1].text, starts)] if len(starts) > 1 else []
    )


def _read(
    rule: Rule,
    turns: Sequence[Turn],
    kind: Kind,
    starts: Sequence[int],
    called: Sequence[Mapping[str, Value]],
) -> list[Case]:
    """The cases that begin at `starts`, each read by itself; `called` is the class that opens each."""
    found: list[Case] = []
    before: Mapping[str, Value] = {}
    for (shared, own), opening in zip(_texts(turns[-1].text, starts), called, strict=True):
        if _REFUSED.search(own) and not re.search(r"\d", own):
            continue
        turn = _without_number(Turn.read(shared + own), len(shared), len(starts))
        assignment = assign(rule, [*turns[:-1], turn])
        given = {name: _single(value, len(starts)) for name, value in assignment.given.items()}
        if kind is Kind.YEAR:
            given.pop(YEARS, None)
        before = {**(_carried(rule, before) if kind is Kind.CLASS else {}), **given, **opening}
        found.append(Case(replace(assignment, given=before), _times(assignment, len(shared)), kind))
    if kind is Kind.PARTY and not _same_figures(rule, found):
        return []
    if kind is Kind.YEAR and len(turns) > 1 and _years_named(turns[-1].text) == len(found) + 1:
        found.insert(0, Case(assign(rule, turns[:-1]), 1, kind))
    return found if len({_key(case) for case in found}) > 1 or any(case.times > 1 for case in found) else []


def _years_named(text: str) -> int:
    """The number of years that are added up (`三年加一块`); 0 where none is named."""
    named = _YEARS_TOGETHER.search(text)
    return (parse_integer(named[1]) or 0) if named else 0


def _same_figures(rule: Rule, cases: Sequence[Case]) -> bool:
    """Whether two cases state the same figure or class, so that they are not parts of one claim."""
    stated = [name for case in cases for name in case.assignment.given if not _is_flag(rule, name)]
    return len(stated) > len(set(stated))


def _is_flag(rule: Rule, name: str) -> bool:
    return name in rule.inputs and rule.inputs[name].is_flag


def _figure_by_figure(rule: Rule, turns: Sequence[Turn]) -> list[Case]:
    """`三家的增量分别是80万、260万、700万`: as many figures of one input as applicants were counted."""
    last = turns[-1]
    counted = {int(m.quantity.value) for m in last.mentions if m.quantity.measure is Measure.FIRM}
    for row in _rows(last):
        if len(row) not in counted or not _OTHERS.search(last.text):
            continue
        if any(isinstance(value, tuple) for value in assign(rule, turns).given.values()):
            continue
        rest = [m for m in last.mentions if m not in row and m.quantity.value != len(row)]
        found = []
        for mention in row:
            turn = replace(last, mentions=tuple(sorted((mention, *rest), key=_start)))
            assignment = assign(rule, [*turns[:-1], turn])
            given = {name: _single(value, len(row)) for name, value in assignment.given.items()}
            found.append(Case(replace(assignment, given=given), 1, Kind.LIST))
        return found
    return []


def _rows(turn: Turn) -> list[list[Mention]]:
    """Sums of money that stand in one list."""
    rows: list[list[Mention]] = []
    for mention in turn.mentions:
        if mention.quantity.measure is not Measure.MONEY:
            continue
        if rows and re.fullmatch("元?[、，,和]", turn.text[rows[-1][-1].end : mention.start]):
            rows[-1].append(mention)
        else:
            rows.append([mention])
    return [row for row in rows if len(row) > 1]


def _start(mention: Mention) -> int:
    return mention.start


def _many_of_one(rule: Rule, turns: Sequence[Turn]) -> list[Case]:
    """`7家新进清单，总共发多少`: applicants that are alike."""
    assignment = assign(rule, turns)
    sums = [v for v in assignment.given.values() if isinstance(v, Quantity) and v.measure is Measure.MONEY]
    if any(isinstance(v, tuple) for v in assignment.given.values()) or (
        sums and not _EACH.search(turns[-1].text)
    ):
        return []
    placed = {value.value for value in assignment.given.values() if isinstance(value, Quantity)}
    firms = [
        m
        for m in assignment.unused
        if m.quantity.value not in placed
        and m.quantity.measure is Measure.FIRM
        and 1 < m.quantity.value <= _MOST
    ]
    if len(firms) != 1 or len(assignment.unused) > 1:
        return []
    return [Case(assignment, int(firms[0].quantity.value), Kind.LIST)]


def _turn_by_turn(rule: Rule, turns: Sequence[Turn]) -> list[Case]:
    """`今年投8000万` and in the next turn `明年再投1.2亿`, or `再收一家`: one case a turn."""
    if len(turns) < 2:
        return []
    last = turns[-1].text
    if not (_YEAR_WORD.search(last) and _AGAIN.search(last)) and not _ONE_MORE.search(last):
        return []
    found = [Case(assign(rule, turns[:end]), 1, Kind.YEAR) for end in (len(turns) - 1, len(turns))]
    if any(isinstance(value, tuple) for value in found[-1].assignment.given.values()):
        return []
    return found if _key(found[0]) != _key(found[1]) else []


def total_of(
    rule: Rule,
    cases: Sequence[Case],
    outcome_of: Callable[[Assignment], Outcome | None],
    text: str,
) -> Outcome | None:
    """The outcomes of all cases as one, under the ceilings of one applicant unless `text` names several; None where
    a case is open."""
    outcomes = [(outcome_of(case.assignment), case.times) for case in cases]
    amounts: list[tuple[Quantity, int, Outcome]] = [
        (outcome.amount, times, outcome) for outcome, times in outcomes if outcome and outcome.amount
    ]
    if not amounts or len(amounts) < len(cases):
        return None
    total = replace(
        amounts[0][0], value=sum((amount.value * times for amount, times, _ in amounts), Decimal(0))
    )
    terms = [f"{amount} × {times}" if times > 1 else str(amount) for amount, times, _ in amounts]
    steps = [f"第{i}项：{step}" for i, (_, _, outcome) in enumerate(amounts, 1) for step in outcome.steps]
    steps.append(f"{' + '.join(terms)} = {total}")
    if not (_OTHERS.search(text) or cases[0].kind is Kind.LIST):
        total = _limited(rule, cases, total, steps)
    best = max(amounts, key=lambda part: part[0].value)[2]
    inputs = tuple(dict.fromkeys(pair for _, _, outcome in amounts for pair in outcome.inputs))
    return replace(
        best,
        amount=total,
        low=total,
        high=total,
        steps=tuple(steps),
        inputs=inputs,
        missing=(),
        branches=(),
        other_readings=(),
    )


def _says_total(rule: Rule, turns: Sequence[Turn]) -> bool:
    """Whether a choice was named that stands for several classes or years together."""
    for spec in rule.inputs.values():
        said = {value for _, value in choices_said(turns[-1], spec)}
        together = {value for value in said if stands_for_all(spec, value)}
        whole = _YEARS_TOGETHER.search(turns[-1].text) and not _REFUSED.search(turns[-1].text)
        if together and (len(said - together) < _SEVERAL or whole):
            return True
    return False


def _class_starts(rule: Rule, turn: Turn) -> list[tuple[int, dict[str, Value]]]:
    """Where the question names a class or a rank of the rule anew that it has named before, and the class."""
    said: list[tuple[int, str, str]] = []
    for name, spec in rule.inputs.items():
        if spec.choices:
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
    counts = {m.end: m.start for m in turn.mentions if m.quantity.measure in _COUNTED}
    for start, name, value in sorted((counts.get(start, start), name, value) for start, name, value in said):
        again = name in here and any(starts[-1][0] <= m.start < start for m in turn.mentions)
        again = again and any(m.start > start for m in turn.mentions)
        if not starts or again or latest.get(name, value) != value:
            starts.append((start, {name: value} if rule.inputs[name].choices else {}))
            here = set()
        here.add(name)
        latest[name] = value
    return starts


def _year_starts(rule: Rule, turn: Turn) -> list[int]:
    """Where the question goes on to another year, each with a sum for the same input."""
    if any(isinstance(spec.derive, Difference) for spec in rule.inputs.values()):
        return []
    listed = any(spec.many is Many.YEAR for spec in rule.inputs.values())
    if listed and not any(m.quantity.measure is Measure.MONEY for m in assign(rule, [turn]).unused):
        return []
    starts: list[int] = []
    named: list[str] = []
    for match in _YEAR_WORD.finditer(turn.text):
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


def _party_starts(turn: Turn) -> list[int]:
    found = list(_PARTY.finditer(turn.text))
    # Where the items bear signs, another one (另一座) is a word inside an item.
    signed = [match for match in found if match[0] == ITEM] or [
        match for match in found if len(match[0]) == 1
    ]
    return [match.start() for match in (signed if len(signed) > 1 else found)]


def _texts(text: str, starts: Sequence[int]) -> list[tuple[str, str]]:
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


def _carried(rule: Rule, before: Mapping[str, Value]) -> dict[str, Value]:
    """What goes on holding for the next case: classes and facts, not figures."""
    return {
        name: value
        for name, value in before.items()
        if name in rule.inputs and rule.inputs[name].measure is None
    }


def _without_number(turn: Turn, shared: int, cases: int) -> Turn:
    """The turn without `两家合起来`: how many cases there are is no figure of one of them."""
    kept = (
        m
        for m in turn.mentions
        if m.start >= shared or m.quantity.measure not in _COUNTED or m.quantity.value != cases
    )
    return replace(turn, mentions=tuple(kept))


def _single(value: Value, cases: int) -> Value:
    """`三家都成立四年` gives each case its four years."""
    return value[0] if isinstance(value, tuple) and len(value) == cases and len(set(value)) == 1 else value


def _times(assignment: Assignment, shared: int) -> int:
    """How many of this case there are, where a count in its own words that no input takes says so."""
    counts = [
        int(m.quantity.value)
        for m in assignment.unused
        if m.quantity.measure in _COUNTED and m.start >= shared
    ]
    return counts[0] if len(counts) == 1 and 1 <= counts[0] <= _MOST else 1


def _key(case: Case) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(value)) for name, value in case.assignment.given.items()))


def _limited(rule: Rule, cases: Sequence[Case], total: Quantity, steps: list[str]) -> Quantity:
    """The sum under the ceilings that hold for every case; one of another class (`国际首创`) limits only its own."""
    facts = [read_facts(rule, case.assignment.given) for case in cases]
    for cap in rule.caps:
        beyond = cap.scope.per_item or (cap.scope.per_year and cases[0].kind is Kind.YEAR)
        if beyond or (cap.when is not None and any(holds(cap.when, one) is False for one in facts)):
            continue
        limit = evaluate(cap.at, facts[0], []).range.high
        if limit < total.value:
            total = replace(total, value=limit)
            steps.append(f"{cap.words} {total}；取小 → {total}")
    return total
