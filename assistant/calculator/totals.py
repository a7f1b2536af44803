"""Several calculations as one: years one after the other, and several support items side by side."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from assistant.calculator.assign import Assignment, assign
from assistant.calculator.evaluate import calculate
from assistant.calculator.facts import Value, takes_years
from assistant.calculator.portfolio import best_combination
from assistant.calculator.said import COUNTED, FIRM, Turn, averages, closeness, fits
from assistant.outcome import Eligibility, Outcome
from corpus.quantities.measures import Measure
from corpus.quantities.quantity import Mention, Quantity
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import TOTAL, YEARS, Many
from corpus.rules import RuleBook

_A_LIST = 4
_ALIKE, _CLEARLY = 0.4, 0.6
_CLAUSE = re.compile(r"[，,。；;：:？?！!]")

__all__ = ["by_year_lists", "first_years", "of_each", "shared_out", "side_by_side", "summed", "years_alike"]


def by_year_lists(rule: Rule, given: dict[str, Value]) -> list[dict[str, Value]]:
    """One set of facts a year, where a list of items has as many values as years were named; [] otherwise."""
    years = given.get(YEARS)
    if not isinstance(years, Quantity):
        return []
    lists = {
        name: value
        for name, value in given.items()
        if isinstance(value, tuple) and len(value) == years.value and rule.inputs[name].many is Many.ITEM
    }
    rest = {name: value for name, value in given.items() if name not in lists and name != YEARS}
    return [{**rest, **{n: v[i] for n, v in lists.items()}} for i in range(int(years.value))] if lists else []


def first_years(rule: Rule, given: dict[str, Value], count: int) -> Outcome | None:
    """The first `count` years of a support that has an amount for each year; None where that is not so."""
    spec = rule.inputs.get("year")
    if spec is None:
        return None
    known = {choice.value for choice in spec.choices if choice.value.isdecimal()}
    years = [str(year) for year in range(1, count + 1)]
    if not years or not set(years) <= known:
        return None
    if set(years) == known and spec.choice(TOTAL):
        return calculate(rule, {**given, "year": TOTAL})
    return summed([calculate(rule, {**given, "year": year}) for year in years])


def years_alike(rule: Rule, given: dict[str, Value], count: int) -> Outcome | None:
    """`count` years that each have the figures given for one; None where the support has no figures by years."""
    single = {
        name: (value,) * count
        for name, value in given.items()
        if name in rule.inputs and rule.inputs[name].many is Many.YEAR and not isinstance(value, tuple)
    }
    if single:
        return calculate(rule, {**given, **single})
    return (
        calculate(rule, {**given, YEARS: Quantity(Decimal(count), Measure.YEAR)})
        if takes_years(rule)
        else None
    )


def summed(outcomes: Sequence[Outcome]) -> Outcome | None:
    """The outcomes of several years as one: amounts added, steps told year by year; None where one is open."""
    amounts = [outcome.amount for outcome in outcomes if outcome.amount is not None]
    if not amounts or len(amounts) < len(outcomes):
        return None
    total = _added(amounts)
    steps = [f"第{i}年：{step}" for i, outcome in enumerate(outcomes, 1) for step in outcome.steps]
    steps.append(f"{' + '.join(map(str, amounts))} = {total}")
    inputs = tuple(dict.fromkeys(pair for outcome in outcomes for pair in outcome.inputs))
    return replace(
        outcomes[0], amount=total, low=total, high=total, steps=tuple(steps), inputs=inputs, missing=()
    )


def shared_out(
    rules: Sequence[Rule], turns: Sequence[Turn], named: Callable[[Rule, str], float]
) -> list[tuple[Rule, Assignment]]:
    """The rules that each have a figure of the last turn of their own, with that figure alone assigned.

    Figures are sums of money; where the turn has none, counts, unless the first rule has words for all of them.
    One that no rule's words claim goes to the one rule that is left without. `named` says how far words name a rule:
    of rules whose words claim a figure alike, the one that its clause names has it.
    """
    if not (rules and turns):
        return []
    last = turns[-1]
    owned: dict[str, list[Mention]] = {}
    nobodys: list[Mention] = []
    money = [mention for mention in last.mentions if mention.quantity.measure is Measure.MONEY]
    shared = [mention for mention in money if mention not in averages(last)]
    if not shared:
        shared = [m for m in last.mentions if m.quantity.measure in COUNTED - {Measure.FIRM}]
        if any(assign(rule, turns).firm == len(shared) for rule in rules[:1]):
            return []
    if len(shared) >= _A_LIST and not set(assign(rules[0], turns).unused).intersection(shared):
        # The costs of one support, each under a name of its own.
        return []
    for mention in shared:
        clause = _clause_of(last, mention)
        scored = [(_closest(rule, last, mention), -place) for place, rule in enumerate(rules)]
        best = max((near for near, _ in scored), default=0.0)
        alike = [part for part in scored if part[0] > best - _ALIKE]
        names = {place: named(rules[-place], clause) for _, place in alike}
        score, place = max(
            alike,
            key=lambda part: (names[part[1]] if names[part[1]] >= _CLEARLY else 0.0, part),
            default=(0.0, 0),
        )
        if score >= FIRM:
            owned.setdefault(rules[-place].id, []).append(mention)
        else:
            nobodys.append(mention)
    without = [rule for rule in rules if rule.id not in owned]
    if owned and len(without) == len(nobodys) == 1:
        owned[without[0].id] = nobodys
    return [
        (rule, assign(rule, [replace(last, mentions=_with_counts(last, owned[rule.id], shared))]))
        for rule in rules
        if rule.id in owned
    ]


def _clause_of(turn: Turn, mention: Mention) -> str:
    start = max((match.end() for match in _CLAUSE.finditer(turn.text, 0, mention.start)), default=0)
    end = _CLAUSE.search(turn.text, mention.end)
    return turn.text[start : end.start() if end else len(turn.text)]


def _with_counts(turn: Turn, own: Sequence[Mention], shared: Sequence[Mention]) -> tuple[Mention, ...]:
    """The figures with those of other measures in their clauses (`办两场预算各500万的论坛`)."""
    ends = [0, *(match.end() for match in _CLAUSE.finditer(turn.text)), len(turn.text)]
    clauses = [(low, high) for low, high in pairwise(ends) if any(low <= m.start < high for m in own)]
    beside = (
        m for m in turn.mentions if m not in shared and any(low <= m.start < high for low, high in clauses)
    )
    return tuple(sorted({*own, *beside}, key=lambda m: m.start))


def of_each(outcomes: Sequence[Outcome]) -> tuple[Quantity, tuple[str, ...]] | None:
    """The sum of what several applicants get, each by itself, and the lines that derive it; None where one is open."""
    amounts = [outcome.amount for outcome in outcomes if outcome.amount is not None]
    if len(amounts) < len(outcomes):
        return None
    total = _added(amounts)
    steps = [f"{outcome.label}：{step}" for outcome in outcomes for step in outcome.steps]
    return total, (*steps, f"{' + '.join(map(str, amounts))} = {total}")


def side_by_side(book: RuleBook, outcomes: Sequence[Outcome]) -> tuple[Quantity, tuple[str, ...]] | None:
    """The permitted sum of several items and the lines that derive it, or the best of items that exclude one another;
    None where fewer than two were asked for."""
    portfolio = best_combination(book, outcomes)
    excluded = [
        part
        for part in portfolio.dropped
        if part.quote and _of(outcomes, part.rule).eligibility is not Eligibility.NOT_ELIGIBLE
    ]
    if len(portfolio.chosen) + len(excluded) < 2:
        return None
    counted = [outcome for outcome in outcomes if outcome.rule in portfolio.chosen]
    steps = [f"{outcome.label}：{step}" for outcome in counted for step in outcome.steps]
    steps += [f"{_of(outcomes, part.rule).label}：{part.reason}（{part.quote}）" for part in excluded]
    steps.append(f"{' + '.join(str(outcome.amount) for outcome in counted)} = {portfolio.total}")
    return portfolio.total, tuple(steps)


def _of(outcomes: Sequence[Outcome], rule: str) -> Outcome:
    return next(outcome for outcome in outcomes if outcome.rule == rule)


def _closest(rule: Rule, turn: Turn, mention: Mention) -> float:
    return max((closeness(turn, mention, s) for s in rule.inputs.values() if fits(mention, s)), default=0.0)


def _added(amounts: Sequence[Quantity]) -> Quantity:
    return replace(amounts[0], value=sum((amount.value for amount in amounts), Decimal(0)))
