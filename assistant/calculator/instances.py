"""One support claimed several times in one question: each case read by itself.

A case begins where the question names another class (`一等奖1家、三等奖2家`) or another applicant
(`甲……；乙……`). What stands before the first case, and what speaks of all of them, holds for each.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.calculator.assign import Assignment, assign
from assistant.calculator.case_starts import (
    COUNTS,
    REFUSED,
    YEAR_WORD,
    class_starts,
    party_starts,
    refused_choices,
    says_total,
    texts_of,
    year_starts,
)
from assistant.calculator.facts import Value
from assistant.calculator.said import Turn, stands_for_all, years_together
from corpus.quantities.measures import Measure
from corpus.quantities.quantity import Mention, Quantity
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import YEARS

__all__ = ["Case", "Kind", "cases_of", "parties_of", "several_applicants"]

_AGAIN = re.compile("再|又(?!是|能|该)|还(?!是)|另")
_ONE_MORE = re.compile("(?:再|又|另外?|还)[^，。,；;]{0,3}一[家笔个本场项份次单]")
# What was said before has another figure now (`预算也涨到4000万了`).
_GREW = re.compile("(?:涨|提|增加|加|扩|调|升)到|改[成为]|变[成为]")
_BOTH = re.compile("前后|先后")
_EACH = re.compile("每[家个]|各|都")
_MOST = 20
_OTHERS = re.compile(
    r"[甲乙丙丁]|分属|互不相干|不同的?(?:公司|企业|单位|主体)|(?<![了过])[两三四五]家|各家|每家|另一家"
)
_HANDLED = re.compile("(?:投|收购|并购|收|买|担保|服务|引进|孵化|贷给|代偿|培育)[^，,。；;]{0,4}$")


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

    @property
    def has_figure(self) -> bool:
        """Whether a figure was said of it, and not facts alone."""
        return any(not isinstance(value, bool | str) for value in self.assignment.given.values())


def several_applicants(text: str) -> bool:
    """Whether `text` tells several applicants apart; firms that one applicant invests in or serves are none."""
    return any(not _HANDLED.search(text[: found.start()]) for found in _OTHERS.finditer(text))


def cases_of(rule: Rule, turns: Sequence[Turn]) -> list[Case]:
    """The cases of the last turn; [] where there are not several."""
    if not turns:
        return []
    paid = _paid_years(rule, turns)
    if paid or says_total(rule, turns):
        return paid
    last = turns[-1]
    classes = class_starts(rule, last)
    if len(classes) > 1:
        return _read(
            rule, turns, Kind.CLASS, [start for start, _ in classes], [named for _, named in classes]
        )
    if len(parties := party_starts(last)) > 1:
        return _read(rule, turns, Kind.PARTY, parties)
    if len(years := year_starts(rule, last)) > 1:
        return _read(rule, turns, Kind.YEAR, years)
    return _turn_by_turn(rule, turns) or _figure_by_figure(rule, turns) or _many_of_one(rule, turns)


def _paid_years(rule: Rule, turns: Sequence[Turn]) -> list[Case]:
    """The years of a whole term but for those refused (`第二年考核没过没给，三年加起来`); [] where none is refused."""
    for name, spec in rule.inputs.items():
        refused = refused_choices(turns[-1], spec)
        if not refused:
            continue
        base = assign(rule, turns)
        others = (choice.value for choice in spec.choices if not stands_for_all(spec, choice.value))
        return [
            Case(replace(base, given={**base.given, name: value}), 1, Kind.YEAR)
            for value in others
            if value not in refused
        ]
    return []


def parties_of(turns: Sequence[Turn]) -> list[Turn]:
    """The words on each of several applicants (`甲……；乙……`), for supports that differ; [] where it is one."""
    starts = party_starts(turns[-1])
    return (
        [Turn.read(shared + own) for shared, own in texts_of(turns[-1].text, starts)]
        if len(starts) > 1
        else []
    )


def _read(
    rule: Rule,
    turns: Sequence[Turn],
    kind: Kind,
    starts: Sequence[int],
    called: Sequence[Mapping[str, Value]] = (),
) -> list[Case]:
    """The cases that begin at `starts`, each read by itself; `called` is the class that opens each, if classes do."""
    found: list[Case] = []
    before: Mapping[str, Value] = {}
    openings = called or [{}] * len(starts)
    for (shared, own), opening in zip(texts_of(turns[-1].text, starts), openings, strict=True):
        if REFUSED.search(own) and not re.search(r"\d", own):
            continue
        turn = _without_number(Turn.read(shared + own), len(shared), len(starts))
        assignment = assign(rule, [*turns[:-1], turn])
        given = {name: _single(value, len(starts)) for name, value in assignment.given.items()}
        if kind is Kind.YEAR:
            given.pop(YEARS, None)
        before = {**(_carried(rule, before) if kind is Kind.CLASS else {}), **given, **opening}
        repeated = any(isinstance(value, tuple) for value in given.values())
        times = 1 if repeated else _times(assignment, len(shared))
        found.append(Case(replace(assignment, given=before), times, kind))
    if kind is Kind.PARTY and not _same_figures(rule, found):
        return []
    if kind is Kind.YEAR and not all(case.has_figure for case in found):
        return []
    if kind is Kind.YEAR and len(turns) > 1 and years_together(turns[-1].text) == len(found) + 1:
        found.insert(0, Case(assign(rule, turns[:-1]), 1, kind))
    return found if len({_key(case) for case in found}) > 1 or any(case.times > 1 for case in found) else []


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
        if len(row) not in counted or not several_applicants(last.text):
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
    left = {mention.quantity for mention in assignment.unused}
    firms = [
        quantity
        for quantity in left
        if quantity.value not in placed and quantity.measure is Measure.FIRM and 1 < quantity.value <= _MOST
    ]
    return [Case(assignment, int(firms[0].value), Kind.LIST)] if firms and len(left) == 1 else []


def _turn_by_turn(rule: Rule, turns: Sequence[Turn]) -> list[Case]:
    """`今年投8000万` and in the next turn `明年再投1.2亿`, or `再收一家`: one case a turn."""
    if len(turns) < 2:
        return []
    last = turns[-1].text
    if _GREW.search(last):
        return []
    again = (YEAR_WORD.search(last) or _BOTH.search(last)) and _AGAIN.search(last)
    if again and all(isinstance(value, bool) for value in assign(rule, turns[-1:]).given.values()):
        # Without a figure or class of its own the turn adds a fact (`再加上今年认定了专精特新`).
        return []
    if not again and not _ONE_MORE.search(last):
        return []
    found = [Case(assign(rule, turns[:end]), 1, Kind.YEAR) for end in (len(turns) - 1, len(turns))]
    if any(isinstance(value, tuple) for value in found[-1].assignment.given.values()):
        return []
    return found if _key(found[0]) != _key(found[1]) else []


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
        if m.start >= shared or m.quantity.measure not in COUNTS or m.quantity.value != cases
    )
    return replace(turn, mentions=tuple(kept))


def _single(value: Value, cases: int) -> Value:
    """`三家都成立四年` gives each case its four years."""
    return value[0] if isinstance(value, tuple) and len(value) == cases and len(set(value)) == 1 else value


def _times(assignment: Assignment, shared: int) -> int:
    """How many of this case there are, where a count in its own words that no input takes says so."""
    counts = [
        int(m.quantity.value) for m in assignment.unused if m.quantity.measure in COUNTS and m.start >= shared
    ]
    return counts[0] if len(counts) == 1 and 1 <= counts[0] <= _MOST else 1


def _key(case: Case) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(value)) for name, value in case.assignment.given.items()))
