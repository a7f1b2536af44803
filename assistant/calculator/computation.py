"""One rule on settled choices: items within years, with the ceilings of each level."""

from decimal import Decimal

from assistant.calculator.conditions import failing, verdicts
from assistant.calculator.facts import Facts
from assistant.calculator.formula import Term, Trace, capped, evaluate, holds
from assistant.calculator.ranges import ZERO, Range, hull
from assistant.outcome import Verdict
from corpus.quantities.quantity import Measure, Quantity
from corpus.rulebook.formula import Formula
from corpus.rulebook.measures import result_measure
from corpus.rulebook.parts import YEARS, CapRule, Many

__all__ = ["Computation", "Part"]

Part = tuple[Term, Facts]


class Computation:
    """The formula for each item, limited; items added and limited per year; years added and limited.

    After `total()`, `trace` has the steps, `cells` the verdicts of each item of each year and `names` what
    these are called.
    """

    def __init__(self, facts: Facts, formula: Formula | None, caps: tuple[CapRule, ...]) -> None:
        self.facts = facts
        self.rule = facts.rule
        self.formula = formula
        self.caps = caps
        self.trace: Trace = []
        self.cells: list[list[Verdict]] = []
        self.names: list[str] = []
        measure = None if formula is None else result_measure(formula, self.rule.measures)
        self.nothing = Range(ZERO, ZERO, measure or Measure.MONEY)
        self.year_inputs = self.rule.listing(Many.YEAR)

    def total(self) -> Range:
        """The amount over all years, limited by the ceilings of the whole."""
        count = self.facts.listed(self.year_inputs)
        if count:
            years = [self._year(self.facts.bind(self.year_inputs, i), f"第{i + 1}年") for i in range(count)]
            amount = self._over_years(years)
        else:
            amount = self._repeated(self._year(self.facts, ""))
        for cap in self.caps:
            if not (cap.scope.per_item or cap.scope.per_year):
                amount = self._limited(amount, cap, self.facts, self.trace)
        return amount.range.at_least(self.nothing)

    def _over_years(self, years: list[Term]) -> Term:
        limit = self._year_limit()
        if limit is not None and len(years) > limit:
            self.trace.append(f"支持不超过{limit}年，计金额最高的{limit}年")
            years = sorted(years, key=lambda year: year.range.high, reverse=True)[:limit]
        return _added(years, self.trace)

    def _repeated(self, year: Term) -> Term:
        given = self.facts.values.get(YEARS)
        if not isinstance(given, Quantity):
            return year
        count = int(given.value)
        limit = self._year_limit()
        if limit is not None and count > limit:
            self.trace.append(f"支持不超过{limit}年，按{limit}年计")
            count = limit
        times = Range(Decimal(count), Decimal(count), Measure.YEAR)
        total = year.range.times(times, year.range.measure)
        self.trace.append(f"每年 {year.words} × {count}年 = {total.words()}")
        return Term(total, total.words())

    def _year_limit(self) -> int | None:
        limit = self.rule.period.max_years
        return None if limit is None else int(evaluate(limit, self.facts, []).range.high)

    def _year(self, facts: Facts, name: str) -> Term:
        count = facts.listed(self.rule.itemised)
        cells = [facts.bind(self.rule.itemised, i) for i in range(count)] or [facts]
        trace: Trace = []
        parts: list[Part] = []
        for index, cell in enumerate(cells):
            item = f"第{index + 1}项" if count > 1 else ""
            self.names.append(name + item)
            steps: Trace = []
            parts.append((self._item(cell, steps), cell))
            trace += _prefixed(item, steps)
        for cap in self.caps:
            if cap.scope.per_year:
                parts = self._limited_year(parts, cap, trace)
        amount = _added([term for term, _ in parts], trace)
        self.trace += _prefixed(name, trace)
        return amount

    def _item(self, facts: Facts, trace: Trace) -> Term:
        found = verdicts(self.rule, facts)
        self.cells.append(found)
        failed = failing(found)
        for verdict in failed:
            trace.append(f"不符合“{verdict.label}”（{verdict.detail or verdict.quote}）→ 不予支持")
        if failed or self.formula is None:
            return Term(self.nothing, self.nothing.words())
        amount = evaluate(self.formula, facts, trace)
        for cap in self.caps:
            if cap.scope.per_item:
                amount = self._limited(amount, cap, facts, trace)
        return amount

    def _limited_year(self, parts: list[Part], cap: CapRule, trace: Trace) -> list[Part]:
        """The items of a year, with those that the ceiling holds for added up and limited."""
        chosen = [part for part in parts if cap.when is None or holds(cap.when, part[1]) is not False]
        if not chosen:
            return parts
        rest = [part for part in parts if all(part is not taken for taken in chosen)]
        facts = chosen[0][1]
        total = _added([term for term, _ in chosen], trace)
        return [(self._limited(total, cap, facts, trace), facts), *rest]

    def _limited(self, amount: Term, cap: CapRule, facts: Facts, trace: Trace) -> Term:
        applies = True if cap.when is None else holds(cap.when, facts)
        if applies is False:
            return amount
        limited = capped(amount, evaluate(cap.at, facts, trace), cap.words, trace if applies else [])
        if applies:
            return limited
        either = hull([limited.range, amount.range])
        return Term(either, either.words())


def _prefixed(name: str, steps: Trace) -> Trace:
    return [f"{name}：{step}" for step in steps] if name else steps


def _added(terms: list[Term], trace: Trace) -> Term:
    if len(terms) == 1:
        return terms[0]
    total = terms[0].range
    for term in terms[1:]:
        total = total.plus(term.range)
    counted = [term.words for term in terms if term.range.high != ZERO]
    if len(counted) > 1:
        trace.append(f"{' + '.join(counted)} = {total.words()}")
    return Term(total, total.words())
