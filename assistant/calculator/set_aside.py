"""An item that the question itself shows to fail (`还有150万那笔做了反担保`) does not spoil those beside it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.calculator.assign import Assignment, assign
from assistant.calculator.facts import Value
from assistant.calculator.said import Turn
from assistant.outcome import Eligibility, Outcome
from corpus.quantities.measures import Measure
from corpus.quantities.quantity import Quantity
from corpus.rulebook.model import Rule

__all__ = ["without_failing_item"]

_CLAUSE = re.compile(r"[^，,。；;、？?：:]+[，,。；;、？?：:]?")
_GOES_ON = re.compile("那[笔家个份台张单批本场项][，,]$")


def without_failing_item(
    rule: Rule,
    turns: Sequence[Turn],
    failed: tuple[Assignment, Outcome],
    outcome_of: Callable[[Rule, Assignment], Outcome | None],
) -> tuple[Assignment, Outcome] | None:
    """The figures and the outcome without the one item of a list that fails, told in a step; None where none does."""
    assignment, outcome = failed
    if outcome.eligibility is not Eligibility.NOT_ELIGIBLE:
        return None
    last = turns[-1]
    for start, end in _clauses(last.text):
        own = [m.quantity for m in last.mentions if start <= m.start < end]
        sums = [quantity for quantity in own if quantity.measure is Measure.MONEY]
        if len(sums) != 1:
            continue
        rest = [*turns[:-1], Turn.read(last.text[:start] + last.text[end:])]
        others = assign(rule, rest)
        found = outcome_of(rule, others) if _lacks(assignment, others, sums[0]) else None
        if found and found.amount and found.amount.value and found.eligibility is not outcome.eligibility:
            words = last.text[start:end].strip("，,。；;、？?：:")
            step = f"“{words}”不符合“{outcome.failing[0].label}”，不计入"
            return others, replace(found, steps=(step, *found.steps))
    return None


def _clauses(text: str) -> list[tuple[int, int]]:
    """Where each clause begins and ends; one that stops after `那笔` ends with the next."""
    spans = [match.span() for match in _CLAUSE.finditer(text)]
    ends = [end for _, end in spans]
    return [
        (start, ends[min(place + 1, len(ends) - 1)] if _GOES_ON.search(text[start:end]) else end)
        for place, (start, end) in enumerate(spans)
    ]


def _lacks(whole: Assignment, rest: Assignment, item: Quantity) -> bool:
    """Whether `rest` gives the figures of `whole` but for `item`, which is one of several of an input."""
    return any(
        name in rest.given and _sum(value) - _sum(rest.given[name]) == item.value != _sum(value)
        for name, value in whole.given.items()
    )


def _sum(value: Value) -> Decimal:
    parts = value if isinstance(value, tuple) else (value,)
    return sum((part.value for part in parts if isinstance(part, Quantity)), Decimal(0))
