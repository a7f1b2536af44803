"""One support claimed several times in one question: each case read by itself, the amounts added.

A case begins where the question names another class (`一等奖1家、三等奖2家`) or another applicant
(`甲……；乙……`). What stands before the first case, and what speaks of all of them, holds for each.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from assistant.calculator.assign import Assignment, assign
from assistant.calculator.facts import read_facts
from assistant.calculator.formula import evaluate, holds
from assistant.calculator.said import Turn, choices_said
from assistant.outcome import Outcome
from corpus.quantities.measures import Measure
from corpus.quantities.quantity import Quantity
from corpus.rulebook.model import Rule

__all__ = ["cases_of", "total_of"]

_CLAUSE = re.compile(r"[，,。；;、！!？?：:]")
_PARTY = re.compile(
    r"(?<![一-龥])[甲乙丙丁戊](?=[是在的有公方家厂])|(?<![a-z])[a-e](?=公司|企业|家|项目)|第[一二三四五](?:家|个|笔|本|场)|(?:另|还有)(?:外)?一|一[家本个场](?=[^，,。；;、]{2,})"
)
_OF_ALL = re.compile("都|均|合计|总共|一共|加起来|合起来|加一块|全部|[两三四五几](?:家|个|场|笔|本)")
_COUNTED = frozenset({Measure.COUNT, Measure.FIRM, Measure.PERSON, Measure.ITEM, Measure.PIECE})
_MOST = 20
_OTHERS = re.compile(r"[甲乙丙丁]|分属|互不相干|不同的?(?:公司|企业|单位|主体)|[两三四五]家|各家|每家|另一家")


def cases_of(rule: Rule, turns: Sequence[Turn]) -> list[tuple[Assignment, int]]:
    """The cases of the last turn, each with how often it is claimed; [] where there are not several."""
    if not turns:
        return []
    last = turns[-1]
    starts = _class_starts(rule, last) or _party_starts(last)
    if len(starts) < 2:
        return []
    found = []
    for text in _texts(last.text, starts):
        assignment = assign(rule, [*turns[:-1], Turn.read(text)])
        found.append((assignment, _times(assignment)))
    return found if len({_key(assignment) for assignment, _ in found}) > 1 else []


def total_of(
    rule: Rule,
    cases: Sequence[tuple[Assignment, int]],
    outcome_of: Callable[[Assignment], Outcome | None],
    text: str,
) -> Outcome | None:
    """The outcomes of all cases as one, under the ceilings of one applicant unless `text` names several; None where
    a case is open."""
    outcomes = [(outcome_of(assignment), times) for assignment, times in cases]
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
    if not _OTHERS.search(text):
        total = _limited(rule, cases[0][0], total, steps)
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


def _class_starts(rule: Rule, turn: Turn) -> list[int]:
    """Where the question goes on to another value of a choice, or another rank, of the rule."""
    for spec in rule.inputs.values():
        if spec.choices:
            said = choices_said(turn, spec)
        elif spec.measure is Measure.ORDINAL:
            said = [
                (m.start, str(m.quantity.value)) for m in turn.mentions if m.quantity.measure is spec.measure
            ]
        else:
            continue
        if len({value for _, value in said}) > 1:
            return [start for start, _ in said]
    return []


def _party_starts(turn: Turn) -> list[int]:
    return [match.start() for match in _PARTY.finditer(turn.text)]


def _texts(text: str, starts: Sequence[int]) -> list[str]:
    """The words of each case: its own, with what stands before the first and what speaks of all."""
    bounds = [0, *(match.end() for match in _CLAUSE.finditer(text)), len(text)]
    clauses = [text[start:end] for start, end in pairwise(bounds)]
    owners: list[int] = []
    shared: list[str] = []
    own: dict[int, list[str]] = {}
    place = 0
    for clause in clauses:
        here = [i for i, start in enumerate(starts) if place <= start < place + len(clause)]
        place += len(clause)
        if here:
            owners = here
        if not owners or (not here and _OF_ALL.search(clause)):
            shared.append(clause)
        elif len(here) > 1:
            for first, number in enumerate(here):
                begin = place - len(clause) if first == 0 else starts[number]
                end = starts[here[first + 1]] if first + 1 < len(here) else place
                own.setdefault(number, []).append(text[begin:end])
        else:
            own.setdefault(owners[-1], []).append(clause)
    return ["".join((*shared, *own[number])) for number in sorted(own)]


def _times(assignment: Assignment) -> int:
    """How many of this case there are, where a count that no input takes says so."""
    counts = [int(m.quantity.value) for m in assignment.unused if m.quantity.measure in _COUNTED]
    return counts[0] if len(counts) == 1 and 1 <= counts[0] <= _MOST else 1


def _key(assignment: Assignment) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(value)) for name, value in assignment.given.items()))


def _limited(rule: Rule, assignment: Assignment, total: Quantity, steps: list[str]) -> Quantity:
    facts = read_facts(rule, assignment.given)
    for cap in rule.caps:
        if cap.scope.per_item or (cap.when is not None and holds(cap.when, facts) is False):
            continue
        limit = evaluate(cap.at, facts, []).range.high
        if limit < total.value:
            total = replace(total, value=limit)
            steps.append(f"{cap.words} {total}；取小 → {total}")
    return total
