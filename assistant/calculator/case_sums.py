"""The outcomes of several cases of one support as one, under the ceilings that hold for all of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.calculator.assign import Assignment
from assistant.calculator.facts import read_facts
from assistant.calculator.formula import evaluate, holds
from assistant.calculator.instances import Case, Kind, several_applicants
from assistant.outcome import Outcome
from corpus.quantities.quantity import Quantity
from corpus.rulebook.model import Rule

__all__ = ["total_of"]


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
    if not (several_applicants(text) or cases[0].kind is Kind.LIST):
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
