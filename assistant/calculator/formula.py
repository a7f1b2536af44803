"""Formulas and predicates on facts: a range and the words of its derivation, never a guess.

Nodes and predicates contain one another, so both are here. A line is added to the trace for each step that
a reader would write down; constants and inputs only lend their words to the step that uses them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assistant.calculator.facts import Facts
from assistant.calculator.ranges import INFINITY, ZERO, Range, hull, point
from corpus.errors import InvalidInput
from corpus.quantities.quantity import Measure, Quantity
from corpus.rulebook.formula import (
    AllOf,
    AnyOf,
    Bounds,
    ByYear,
    Cap,
    Choice,
    Compare,
    Difference,
    Each,
    Fixed,
    Flag,
    Given,
    Growth,
    If,
    InputRef,
    Lookup,
    Max,
    Min,
    Model,
    Not,
    PerUnit,
    Quotient,
    Ratio,
    Split,
    Sum,
    Tiers,
)
from corpus.rulebook.measures import result_measure
from corpus.rulebook.parts import TOTAL

__all__ = ["Term", "Trace", "capped", "evaluate", "holds", "within"]

Trace = list[str]
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Term:
    """A value with the words by which the next step calls it."""

    range: Range
    words: str


def evaluate(node: Model, facts: Facts, trace: Trace) -> Term:
    """The value of a formula on `facts`; its steps are added to `trace`."""
    return _OPERATIONS[type(node)](node, facts, trace)


def holds(test: Model, facts: Facts) -> bool | None:
    """Whether a predicate is met; None where a fact is wanting."""
    match test:
        case Compare():
            return within(test, evaluate(test.of, facts, []).range)
        case Choice():
            value = facts.choice(test.input)
            return None if value is None else value in test.one_of
        case Flag():
            return facts.flag(test.input)
        case Given():
            return facts.given(test.input)
        case Not():
            inner = holds(test.test, facts)
            return None if inner is None else not inner
        case AllOf():
            return _every([holds(part, facts) for part in test.tests])
        case AnyOf():
            negated = _every([_negated(holds(part, facts)) for part in test.tests])
            return _negated(negated)
    raise TypeError(type(test).__name__)


def within(bounds: Bounds, value: Range) -> bool | None:
    """Whether all of `value` (True), none of it (False) or part of it (None) lies within `bounds`."""
    verdicts = []
    low, high = _limit(bounds.lower, value), _limit(bounds.upper, value)
    if low is not None:
        closed = bounds.at_least is not None
        verdicts.append(
            _above(value.low, low, closed) or (None if _above(value.high, low, closed) else False)
        )
    if high is not None:
        closed = bounds.at_most is not None
        verdicts.append(
            _above(high, value.high, closed) or (None if _above(high, value.low, closed) else False)
        )
    return _every(verdicts)


def capped(term: Term, ceiling: Term, label: str, trace: Trace) -> Term:
    """`term` limited by `ceiling`, with the step that says which of them decides."""
    result = term.range.at_most(ceiling.range)
    if result == term.range:
        if term.range.known and ceiling.range.known and term.range.high != ZERO:
            trace.append(f"{term.words} 未超过{label} {ceiling.words} → {result.words()}")
    elif term.range.high == INFINITY:
        trace.append(f"{label} {ceiling.words} → {result.words()}")
    else:
        trace.append(f"{label} {ceiling.words}；{term.words} 与上限取小 → {result.words()}")
    return Term(result, result.words())


def _limit(quantity: Quantity | None, value: Range) -> Decimal | None:
    if quantity is None:
        return None
    if quantity.measure is value.measure:
        return quantity.value
    months = {Measure.YEAR: 12, Measure.MONTH: 1}
    return quantity.value * months[quantity.measure] / months[value.measure]


def _above(value: Decimal, limit: Decimal, closed: bool) -> bool:
    return value >= limit if closed else value > limit


def _every(verdicts: Iterable[bool | None]) -> bool | None:
    found = list(verdicts)
    if False in found:
        return False
    return None if None in found else True


def _negated(verdict: bool | None) -> bool | None:
    return None if verdict is None else not verdict


def _step(trace: Trace, words: str, result: Range) -> Term:
    trace.append(f"{words} = {result.words()}")
    return Term(result, result.words())


def _fixed(node: Fixed, facts: Facts, trace: Trace) -> Term:
    unit = f"/{node.per.value}" if node.per else ""
    return Term(point(node.value), f"{node.value}{unit}")


def _input(node: InputRef, facts: Facts, trace: Trace) -> Term:
    spec = facts.rule.inputs[node.name]
    if spec.derive is not None and facts.derivable(node.name):
        steps: Trace = []
        value = evaluate(spec.derive, facts, steps).range
        trace += [step for step in steps if step not in trace]
    else:
        value = facts.quantity(node.name)
    return Term(value, f"{spec.label} {value.words()}")


def _ratio(node: Ratio, facts: Facts, trace: Trace) -> Term:
    of, rate = evaluate(node.of, facts, trace), evaluate(node.rate, facts, trace)
    return _step(trace, f"{of.words} × {rate.words}", of.range.times(rate.range, of.range.measure))


def _per_unit(node: PerUnit, facts: Facts, trace: Trace) -> Term:
    count, rate = evaluate(node.count, facts, trace), evaluate(node.rate, facts, trace)
    unit = "" if "/" in rate.words else f"/{count.range.measure.value}"
    return _step(
        trace, f"{count.words} × {rate.words}{unit}", count.range.times(rate.range, rate.range.measure)
    )


def _tiers(node: Tiers, facts: Facts, trace: Trace) -> Term:
    by = evaluate(node.by, facts, trace)
    verdicts = [(band, within(band, by.range)) for band in node.bands]
    sure = [band for band, verdict in verdicts if verdict]
    if sure:
        if len(sure) > 1:
            facts.crossed.append(f"{by.words}同时落在“{sure[0].words()}”和“{sure[1].words()}”两档")
        band = sure[min(facts.band, len(sure) - 1)]
        then = evaluate(band.then, facts, trace)
        trace.append(f"{by.words}，属于“{band.words()}”一档 → {then.words}")
        return then
    possible = [band for band, verdict in verdicts if verdict is None]
    nothing = Range(ZERO, ZERO, _measure(node, facts))
    if not possible:
        trace.append(f"{by.words}，不在任何一档 → {nothing.words()}")
        return Term(nothing, nothing.words())
    results = [evaluate(band.then, facts, []).range for band in possible]
    ends = [Range(end, end, by.range.measure) for end in (by.range.low, by.range.high)]
    if not all(any(within(band, end) for band in possible) for end in ends):
        results.append(nothing)
    result = hull(results)
    trace.append(f"{by.words}，档次未定 → {result.words()}")
    return Term(result, result.words())


def _lookup(node: Lookup, facts: Facts, trace: Trace) -> Term:
    value = facts.choice(node.by)
    if value is None:
        return _undecided(node.values.values(), facts)
    return _chosen(node.by, value, node.values[value], facts, trace)


def _chosen(name: str, value: str, node: Model, facts: Facts, trace: Trace) -> Term:
    spec = facts.rule.inputs[name]
    choice = spec.choice(value)
    then = evaluate(node, facts, trace)
    trace.append(f"{spec.label}：{choice.label if choice else value} → {then.words}")
    return then


def _undecided(nodes: Iterable[Model], facts: Facts) -> Term:
    result = hull(evaluate(node, facts, []).range for node in nodes)
    return Term(result, result.words())


def _by_year(node: ByYear, facts: Facts, trace: Trace) -> Term:
    value = facts.choice(node.by)
    if value is None:
        return _undecided([*node.years.values(), *([node.total] if node.total else [])], facts)
    if value != TOTAL:
        return _chosen(node.by, value, node.years[value], facts, trace)
    if node.total is not None:
        return _chosen(node.by, value, node.total, facts, trace)
    return _added([_chosen(node.by, year, part, facts, trace) for year, part in node.years.items()], trace)


def _added(terms: list[Term], trace: Trace) -> Term:
    counted = [term for term in terms if term.range.high != ZERO or not term.range.known]
    if len(counted) < 2:
        return counted[0] if counted else terms[0]
    total = counted[0].range
    for term in counted[1:]:
        total = total.plus(term.range)
    return _step(trace, " + ".join(term.words for term in counted), total)


def _sum(node: Sum, facts: Facts, trace: Trace) -> Term:
    return _added([evaluate(part, facts, trace) for part in node.parts], trace)


def _extreme(word: str, pick: Callable[[Range, Range], Range]) -> Callable[[Any, Facts, Trace], Term]:
    def operation(node: Min | Max, facts: Facts, trace: Trace) -> Term:
        return _picked([evaluate(part, facts, trace) for part in node.parts], word, pick, trace)

    return operation


def _picked(terms: list[Term], word: str, pick: Callable[[Range, Range], Range], trace: Trace) -> Term:
    result = terms[0].range
    for term in terms[1:]:
        result = pick(result, term.range)
    trace.append(f"{'、'.join(term.words for term in terms)} {word} → {result.words()}")
    return Term(result, result.words())


def _cap(node: Cap, facts: Facts, trace: Trace) -> Term:
    return capped(evaluate(node.of, facts, trace), evaluate(node.at, facts, trace), node.label, trace)


def _difference(node: Difference, facts: Facts, trace: Trace) -> Term:
    of, minus = evaluate(node.of, facts, trace), evaluate(node.minus, facts, trace)
    return _step(trace, f"{of.words} − {minus.words}", of.range.minus(minus.range))


def _quotient(node: Quotient, facts: Facts, trace: Trace) -> Term:
    of, by = evaluate(node.of, facts, trace), evaluate(node.by, facts, trace)
    if by.range.known and by.range.low == ZERO:
        raise InvalidInput(f"“{by.words}”不能作除数")
    return _step(trace, f"{of.words} ÷ {by.words}", of.range.over(by.range, _measure(node, facts)))


def _growth(node: Growth, facts: Facts, trace: Trace) -> Term:
    start, end = evaluate(node.start, facts, trace), evaluate(node.end, facts, trace)
    if not (start.range.known and end.range.known):
        return Term(Range(-INFINITY, INFINITY, Measure.RATIO), "未知")
    if start.range.low <= ZERO or end.range.low < ZERO:
        raise InvalidInput(f"“{start.words}”到“{end.words}”算不出增长率")
    times = end.range.low / start.range.low
    rate = (times if node.years == 1 else times ** (ONE / node.years)) - ONE
    power = "" if node.years == 1 else f"，按{node.years}年复合"
    return _step(trace, f"{end.words} ÷ {start.words} − 1{power}", Range(rate, rate, Measure.RATIO))


def _split(node: Split, facts: Facts, trace: Trace) -> Term:
    of = evaluate(node.of, facts, trace)
    party = facts.choice(node.by)
    if party is None:
        result = hull(of.range.times(point(share), of.range.measure) for share in node.shares.values())
        return Term(result, result.words())
    spec = facts.rule.inputs[node.by]
    choice = spec.choice(party)
    words = f"{choice.label if choice else party}：{of.words} × {node.shares[party]}"
    return _step(trace, words, of.range.times(point(node.shares[party]), of.range.measure))


def _if(node: If, facts: Facts, trace: Trace) -> Term:
    verdict = holds(node.test, facts)
    nothing = Range(ZERO, ZERO, _measure(node, facts))
    if verdict is None:
        then = evaluate(node.then, facts, []).range
        result = hull([then, evaluate(node.otherwise, facts, []).range if node.otherwise else nothing])
        return Term(result, result.words())
    branch = node.then if verdict else node.otherwise
    return evaluate(branch, facts, trace) if branch is not None else Term(nothing, nothing.words())


def _each(node: Each, facts: Facts, trace: Trace) -> Term:
    count = facts.listed(node.over)
    if not count:
        return evaluate(node.of, facts, trace)
    if node.first and count > node.first:
        trace.append(f"列出 {count} 个，只算前 {node.first} 个")
        count = node.first
    terms = [evaluate(node.of, facts.bind(node.over, index), trace) for index in range(count)]
    return (
        _added(terms, trace)
        if node.take == "all"
        else _picked(terms, "择其一，取最高", Range.at_least, trace)
    )


def _measure(node: Model, facts: Facts) -> Measure:
    return result_measure(node, facts.rule.measures) or Measure.PLAIN


_OPERATIONS: dict[type[Model], Callable[[Any, Facts, Trace], Term]] = {
    Fixed: _fixed,
    InputRef: _input,
    Ratio: _ratio,
    PerUnit: _per_unit,
    Tiers: _tiers,
    Lookup: _lookup,
    ByYear: _by_year,
    Sum: _sum,
    Min: _extreme("取小", Range.at_most),
    Max: _extreme("取大", Range.at_least),
    Cap: _cap,
    Difference: _difference,
    Quotient: _quotient,
    Growth: _growth,
    Split: _split,
    If: _if,
    Each: _each,
}
