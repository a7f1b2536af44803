"""By how much a condition is missed, in words: `营业收入23000万元，比上限多3000万元`."""

from collections.abc import Iterator, Mapping

from assistant.calculator.facts import Facts, Value
from assistant.calculator.formula import evaluate, holds
from assistant.calculator.ranges import shown
from assistant.outcome import Verdict
from corpus.quantities.quantity import Measure
from corpus.rulebook.formula import AllOf, AnyOf, Choice, Compare, Flag, InputRef, Model, Not
from corpus.rulebook.model import Rule
from corpus.rulebook.walk import inputs_of, parts_of

__all__ = ["shortfall"]


def shortfall(rule: Rule, given: Mapping[str, Value], verdict: Verdict) -> str:
    """Why the condition of `verdict` is not met by `given`, with the distance where it has one."""
    condition = next(part for part in rule.conditions if part.id == verdict.id)
    facts = Facts(rule, given)
    test = condition.test
    if test is None or _listed(test, facts):
        return f"{verdict.label}（{verdict.detail}）" if verdict.detail else verdict.label
    said = "，且".join(dict.fromkeys(_faults(test, facts)))
    return f"{said}（要求：{verdict.label}）" if said else verdict.label


def _listed(test: Model, facts: Facts) -> bool:
    """Whether the test reads a list, which is judged item by item."""
    names = (name for _, part in parts_of(test) for name in inputs_of(part))
    return any(isinstance(facts.values.get(name), tuple) for name in names)


def _faults(test: Model, facts: Facts) -> Iterator[str]:
    match test:
        case AllOf() | AnyOf():
            for part in test.tests:
                if holds(part, facts.fresh()) is False:
                    yield from _faults(part, facts)
        case Compare():
            yield from _distance(test, facts)
        case Flag():
            yield f"“{facts.rule.inputs[test.input].label}”为否"
        case Choice():
            spec = facts.rule.inputs[test.input]
            now = spec.choice(facts.choice(test.input) or "")
            yield f"{spec.label}为“{now.label if now else '其他'}”"
        case Not(test=Flag() as denied):
            yield f"“{facts.rule.inputs[denied.input].label}”为是"


def _distance(test: Compare, facts: Facts) -> Iterator[str]:
    value = evaluate(test.of, facts.fresh(), []).range
    name = facts.rule.inputs[test.of.name].label if isinstance(test.of, InputRef) else "算得"
    upper, lower = test.upper, test.lower
    if not value.known:
        if lower is not None and value.high < lower.value:
            least = shown(lower.value - value.high, value.measure)
            yield f"{name}最多{shown(value.high, value.measure)}，至少比下限少{least}"
        return
    now = f"{name}{shown(value.low, value.measure)}"
    if value.measure is Measure.ORDINAL:
        yield f"{name}为{shown(value.low, value.measure)}"
    elif upper is not None and value.low > upper.value:
        yield f"{now}，比上限多{shown(value.low - upper.value, value.measure)}"
    elif lower is not None and value.low < lower.value:
        yield f"{now}，比下限少{shown(lower.value - value.low, value.measure)}"
    else:
        yield f"{now}，正好在界限上，而界限本身不含"
