"""Reverse questions: how much of an input it takes to reach an amount, a ceiling or the next tier.

Inputs are counted in whole steps (分, 0.01 %, one person). Between the limits that a rule names, the amount
never falls as an input grows; so halving over the steps finds the exact least value, tiers and open ends too.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Literal

from assistant.calculator.evaluate import calculate
from assistant.calculator.facts import Value
from assistant.outcome import Outcome, Requirement, shown
from corpus.errors import InvalidInput
from corpus.quantities.quantity import Measure, Quantity
from corpus.rulebook.model import Rule
from corpus.rulebook.walk import constants_of, parts_of

__all__ = ["next_step", "required_input"]

_STEPS = {Measure.MONEY: Decimal("0.01"), Measure.RATIO: Decimal("0.0001")}
_LARGEST = 10**20


def required_input(
    rule: Rule,
    target: Quantity | Literal["cap"],
    name: str,
    given: Mapping[str, Value],
    *,
    hopeful: bool = False,
) -> Requirement:
    """The least value of input `name` for which `rule` yields at least `target`, all else as `given`.

    `"cap"` asks for the highest amount that the rule can yield. What other facts leave open keeps the amount
    below the target, unless `hopeful`. Raises InvalidInput where the input is unknown or no quantity, or where
    a ceiling is asked for and there is none.
    """
    others = {key: value for key, value in given.items() if key != name}
    _check_input(rule, name)
    wanted = _ceiling(rule, name, others) if target == "cap" else target
    found = _search(rule, name, others, wanted, lambda amount: amount >= wanted.value, hopeful=hopeful)
    top = _saturated(rule, name, others) if found.value is None and target == "cap" else None
    if top is None:
        return found
    return _search(rule, name, others, top, lambda amount: amount >= top.value, hopeful=hopeful)


def next_step(rule: Rule, name: str, given: Mapping[str, Value]) -> Requirement:
    """The least value of `name` that yields more than it does now.

    Raises InvalidInput where the value or something else that decides the present amount is not given.
    """
    _check_input(rule, name)
    current = calculate(rule, given)
    if name not in given or current.amount is None:
        raise InvalidInput(f"先给出“{rule.inputs[name].label}”和算出现有金额所需的其他信息，才能看下一档")
    others = {key: value for key, value in given.items() if key != name}
    now = current.amount.value
    return _search(rule, name, others, None, lambda amount: amount > now)


def _check_input(rule: Rule, name: str) -> None:
    spec = rule.inputs.get(name)
    if spec is None or spec.measure is None:
        quantities = "、".join(key for key, spec in rule.inputs.items() if spec.measure is not None)
        raise InvalidInput(f"规则 {rule.id} 没有名为“{name}”的数量输入。可以反推的：{quantities or '无'}")


def _ceiling(rule: Rule, name: str, others: Mapping[str, Value]) -> Quantity:
    high = calculate(rule, others).high
    if high is None:
        raise InvalidInput(f"“{rule.label}”没有上限，请给出要达到的金额")
    return high


def _saturated(rule: Rule, name: str, others: Mapping[str, Value]) -> Quantity | None:
    """What the largest values of an input yield alike, where the rule's ceiling takes more than this input."""
    measure = rule.inputs[name].measure or Measure.PLAIN
    large, larger = (
        calculate(rule, {**others, name: Quantity(value, measure)}).amount
        for value in (Decimal(_LARGEST // 100), Decimal(_LARGEST // 10))
    )
    return large if large and large == larger and large.value else None


def _search(
    rule: Rule,
    name: str,
    others: Mapping[str, Value],
    target: Quantity | None,
    enough: Callable[[Decimal], bool],
    *,
    hopeful: bool = False,
) -> Requirement:
    spec = rule.inputs[name]
    measure = spec.measure or Measure.PLAIN
    step = _STEPS.get(measure, Decimal(1))

    def outcome_at(count: int) -> Outcome:
        return calculate(rule, {**others, name: Quantity(count * step, measure)})

    def reaches(count: int) -> bool:
        outcome = outcome_at(count)
        amount = outcome.amount or (outcome.high if hopeful else None)
        return amount is not None and enough(amount.value)

    probes = _probes(rule, name, measure, step)
    hit = next((index for index, probe in enumerate(probes) if reaches(probe)), None)
    if hit is None:
        missing = outcome_at(probes[-1]).missing
        return Requirement(rule.id, name, target, None, None, missing, None, ())
    low, high = probes[hit - 1] if hit else -1, probes[hit]
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    outcome = outcome_at(high)
    value = Quantity(high * step, measure)
    beyond = _limit_below(rule, value, step)
    line = f"{spec.label}{f'超过 {beyond}' if beyond else f'至少 {shown(value)}'}时，金额为 {outcome.amount or outcome.high}"
    # A cent above the limit proves it, but is nothing to be shown.
    steps = (line,) if beyond else (*outcome.steps, line)
    return Requirement(rule.id, name, target, value, beyond, (), outcome, steps)


def _probes(rule: Rule, name: str, measure: Measure, step: Decimal) -> list[int]:
    """Where to look first: powers of ten, and every limit of the rule with its neighbours."""
    found = {0, *(10**power for power in range(21))}
    for _, tree in rule.trees():
        for _, part in parts_of(tree):
            for constant in constants_of(part):
                if constant.measure is measure:
                    count = int(constant.value / step)
                    found |= {count - 1, count, count + 1}
    bounds = rule.inputs[name].range
    low = bounds.lower.value if bounds and bounds.lower else Decimal(0)
    high = bounds.upper.value if bounds and bounds.upper else _LARGEST * step
    return sorted(count for count in found if low <= count * step <= high)


def _limit_below(rule: Rule, value: Quantity, step: Decimal) -> Quantity | None:
    below = Quantity(value.value - step, value.measure)
    trees = (part for _, tree in rule.trees() for _, part in parts_of(tree))
    return next((limit for part in trees for limit in constants_of(part) if limit == below), None)
