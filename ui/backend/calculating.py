"""Calculating on the rules that this installation carries; they need neither index nor service."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from assistant.calculator.evaluate import calculate
from assistant.calculator.portfolio import Portfolio, best_combination
from assistant.outcome import Alternative, Eligibility, Outcome
from corpus.catalog import Corpus
from corpus.errors import InvalidInput, UnknownRule
from corpus.quantities.quantity import Measure, Quantity
from corpus.rules import RuleBook
from ui.backend.computed import Calculated, Check, Combined, Curve, Given, Item, Left, Money, Other, Source
from ui.backend.curves import curve_of, inputs_to_plot
from ui.backend.items import display, items_of, unit_of
from ui.backend.sheets import calculations_workbook

__all__ = ["VERDICTS", "Calculating", "calculated", "limits_of"]

VERDICTS: dict[Eligibility, Literal["符合", "不符合", "待确认"]] = {
    Eligibility.ELIGIBLE: "符合",
    Eligibility.NOT_ELIGIBLE: "不符合",
    Eligibility.UNKNOWN: "待确认",
}
_KEPT_DAYS = 2


class Calculating:
    """Safe to share between sessions. Every method raises UserError with words for the user."""

    def __init__(self, corpus: Corpus, rules: Callable[[], RuleBook]) -> None:
        self._corpus = corpus
        self._rules = rules
        self._items = lru_cache(_KEPT_DAYS)(self._made)

    def items(self) -> tuple[Item, ...]:
        """Every support item, judged today."""
        return self._items(date.today())

    def item(self, rule: str) -> Item:
        """The item with this rule id; raises UnknownRule."""
        found = next((item for item in self.items() if item.rule == rule), None)
        if found is None:
            raise UnknownRule("没有这个支持项目，可能规则已更新；请重新选择。")
        return found

    def calculate(self, rule: str, given: Given) -> Calculated:
        """One calculation; raises InvalidInput where a value cannot be used."""
        return calculated(calculate(self._rules().rule(rule), dict(given)))

    def plotted(self, rule: str) -> tuple[tuple[str, str], ...]:
        """Names and labels of the inputs over which the amount can be drawn, the main one first."""
        found = self._rules().rule(rule)
        return tuple((name, found.inputs[name].label) for name in inputs_to_plot(found))

    def curve(self, rule: str, given: Given, name: str) -> Curve | None:
        """The amount over one input, all else as given; None where there is nothing to draw."""
        return curve_of(self._rules().rule(rule), given, name)

    def combine(self, chosen: Sequence[tuple[str, Given]]) -> Combined:
        """The best permitted sum of calculations, one an item; raises InvalidInput where an item comes twice."""
        names = [rule for rule, _ in chosen]
        if twice := next((rule for rule in names if names.count(rule) > 1), None):
            raise InvalidInput(
                f"“{self.item(twice).label}”选了两次；合算时每个事项只能有一次计算，几笔可以写在同一次计算里。"
            )
        book = self._rules()
        outcomes = [calculate(book.rule(rule), dict(given)) for rule, given in chosen]
        items = {rule: self.item(rule) for rule in names}
        found = best_combination(book, [one for one in outcomes if items[one.rule].status == "in_force"])
        amounts = {outcome.rule: str(outcome.amount) for outcome in outcomes}
        outdated = [
            Left(item.label, "文件不在有效期内，不计入合计", "")
            for item in items.values()
            if item.status != "in_force"
        ]
        return Combined(
            total=str(found.total),
            total_wan=found.total.in_wan(),
            counted=tuple((items[rule].label, amounts[rule]) for rule in found.chosen),
            left=(*(Left(items[one.rule].label, one.reason, one.quote) for one in found.dropped), *outdated),
            limits=limits_of(found),
            provisos=found.provisos,
        )

    def workbook(self, chosen: Sequence[tuple[str, str, Given]]) -> bytes:
        """Calculations (name, rule, given) as .xlsx, with their sum where they can be added."""
        rows = [(name, self.item(rule), self.calculate(rule, given)) for name, rule, given in chosen]
        rules = [rule for _, rule, _ in chosen]
        sums = (
            self.combine([(rule, given) for _, rule, given in chosen])
            if len({*rules}) == len(rules)
            else None
        )
        return calculations_workbook(rows, sums)

    def _made(self, as_of: date) -> tuple[Item, ...]:
        return items_of(self._rules(), self._corpus, as_of)


def limits_of(found: Portfolio) -> tuple[Left, ...]:
    """The ceilings that items share and what they took off, as the page shows them."""
    return tuple(Left(one.label, f"{one.before} 减到 {one.after}", one.quote) for one in found.limits)


def calculated(outcome: Outcome) -> Calculated:
    """An outcome as the page shows it."""
    return Calculated(
        rule=outcome.rule,
        label=outcome.label,
        verdict=VERDICTS[outcome.eligibility],
        money=_money(outcome),
        inputs=outcome.inputs,
        steps=outcome.steps,
        checks=tuple(
            Check(v.label, v.state.value, v.hard, v.presumed, v.path, v.quote, v.detail, v.ask)
            for v in outcome.verdicts
        ),
        missing=tuple((missing.name, missing.question) for missing in outcome.missing),
        assumptions=outcome.assumptions,
        judgement=outcome.judgement,
        branches=tuple(map(_other, outcome.branches)),
        readings=tuple(map(_other, outcome.other_readings)),
        sources=tuple(Source(c.doc, c.unit, c.path, c.quote) for c in outcome.citations),
    )


def _money(outcome: Outcome) -> Money | None:
    if outcome.low is None:
        return None
    amount, measure = outcome.amount, outcome.low.measure
    return Money(
        words=str(amount) if amount is not None else _range(outcome.low, outcome.high),
        value=_shown(amount),
        unit="万元" if measure is Measure.MONEY else unit_of(measure),
        low=_shown(outcome.low),
        high=_shown(outcome.high),
        upper=outcome.kind == "upper_bound",
    )


def _shown(quantity: Quantity | None) -> Decimal | None:
    return None if quantity is None else display(quantity)


def _other(other: Alternative) -> Other:
    return Other(other.label, str(other.low) if other.low == other.high else _range(other.low, other.high))


def _range(low: Quantity, high: Quantity | None) -> str:
    if high is None:
        return f"{low}以上" if low.value > 0 else "待定"
    return f"不超过{high}" if low.value <= 0 else f"{low}至{high}"
