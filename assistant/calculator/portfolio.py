"""Several supports for one applicant: the best combination that the texts permit, with the reasons."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from assistant.calculator.ranges import ZERO
from assistant.outcome import Eligibility, Outcome
from corpus.quantities.quantity import Measure, Quantity
from corpus.rulebook.model import Group, Rule
from corpus.rulebook.parts import Answers
from corpus.rules import RuleBook

__all__ = ["Dropped", "Limit", "Portfolio", "best_combination"]

_EXHAUSTIVE = 14


@dataclass(frozen=True, slots=True)
class Dropped:
    """An outcome that is not counted, and why."""

    rule: str
    reason: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A yearly ceiling over several rules that lowered their sum."""

    rules: tuple[str, ...]
    label: str
    before: Quantity
    after: Quantity
    quote: str


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The outcomes that count together, what was left out, the shared ceilings that bind, and the total.

    `provisos` are the quotes that forbid a combination under circumstances that figures do not tell (the same
    project funded twice, once in three years).
    """

    chosen: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    limits: tuple[Limit, ...]
    provisos: tuple[str, ...]
    total: Quantity


def best_combination(book: RuleBook, outcomes: Sequence[Outcome]) -> Portfolio:
    """The combination of `outcomes` (one a rule) with the largest permitted sum of subsidies.

    Outcomes that are not eligible, not settled or no subsidy are dropped; of rules that exclude each other
    the best choice stays; rules under one yearly ceiling are limited together.
    """
    rules = {outcome.rule: book.rule(outcome.rule) for outcome in outcomes}
    dropped = [part for outcome in outcomes if (part := _unusable(outcome)) is not None]
    unusable = {part.rule for part in dropped}
    amounts = {o.rule: o.amount.value for o in outcomes if o.amount is not None and o.rule not in unusable}
    chosen: list[str] = []
    for cluster in _clusters(book, [rules[name] for name in amounts]):
        best = _best(book, cluster, amounts)
        chosen += best
        dropped += [_excluded(rules[r.id], best, rules) for r in cluster if r.id not in best]
    chosen.sort(key=list(amounts).index)
    counted = [rules[name] for name in chosen]
    limits = tuple(_limits(book, counted, amounts))
    provisos = dict.fromkeys(
        part.quote for rule in counted for part in book.stacking_of(rule) if part.kind != "choose_one"
    )
    total = Quantity(_sum(book, counted, amounts), Measure.MONEY)
    return Portfolio(tuple(chosen), tuple(dropped), limits, tuple(provisos), total)


def _unusable(outcome: Outcome) -> Dropped | None:
    if outcome.eligibility is Eligibility.NOT_ELIGIBLE:
        verdict = outcome.failing[0]
        return Dropped(outcome.rule, f"不符合“{verdict.label}”", verdict.quote)
    if outcome.answers != Answers.SUBSIDY:
        return Dropped(outcome.rule, "不是补助资金，不计入合计")
    if outcome.amount is None:
        return Dropped(outcome.rule, f"还缺：{'、'.join(missing.label for missing in outcome.missing)}")
    return None if outcome.amount.value else Dropped(outcome.rule, "金额为0")


def _excludes(left: Rule, right: Rule) -> str | None:
    """The quote by which only one of two rules may be chosen, or None."""
    for rule, other in ((left, right), (right, left)):
        for part in rule.stacking:
            if part.kind == "choose_one" and other.id in part.rules:
                return part.quote
    return None


def _excluded(rule: Rule, best: Iterable[str], rules: dict[str, Rule]) -> Dropped:
    for name in best:
        quote = _excludes(rule, rules[name])
        if quote:
            return Dropped(rule.id, f"与“{rules[name].label}”只能选一项，后者金额更高", quote)
    return Dropped(rule.id, "不增加合计金额")


def _clusters(book: RuleBook, rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Rules in groups that bear on one another through exclusions or shared ceilings."""
    rest = list(rules)
    while rest:
        cluster = [rest.pop(0)]
        for member in cluster:
            linked = [rule for rule in rest if _excludes(member, rule) or _share_group(book, member, rule)]
            rest = [rule for rule in rest if rule not in linked]
            cluster += linked
        yield cluster


def _share_group(book: RuleBook, left: Rule, right: Rule) -> bool:
    group = book.group_of(left)
    return group is not None and group is book.group_of(right)


def _best(book: RuleBook, cluster: Sequence[Rule], amounts: dict[str, Decimal]) -> list[str]:
    """The members with the largest permitted sum; of equal sums the one with more members."""
    ordered = sorted(cluster, key=lambda rule: amounts[rule.id], reverse=True)
    if len(ordered) > _EXHAUSTIVE:
        return _greedy(ordered)
    best: tuple[Decimal, list[str]] = (ZERO - 1, [])
    for size in range(len(ordered), 0, -1):
        for members in combinations(ordered, size):
            if any(_excludes(left, right) for left, right in combinations(members, 2)):
                continue
            total = _sum(book, members, amounts)
            if total > best[0]:
                best = total, [rule.id for rule in members]
    return best[1]


def _greedy(ordered: Sequence[Rule]) -> list[str]:
    taken: list[Rule] = []
    for rule in ordered:
        if not any(_excludes(rule, other) for other in taken):
            taken.append(rule)
    return [rule.id for rule in taken]


def _sum(book: RuleBook, rules: Sequence[Rule], amounts: dict[str, Decimal]) -> Decimal:
    total = ZERO
    for group, members in _grouped(book, rules):
        part = sum((amounts[rule.id] for rule in members), ZERO)
        total += part if group is None else min(part, group.at.value)
    return total


def _grouped(book: RuleBook, rules: Sequence[Rule]) -> list[tuple[Group | None, list[Rule]]]:
    grouped: dict[str, tuple[Group | None, list[Rule]]] = {}
    for rule in rules:
        group = book.group_of(rule)
        key = rule.id if group is None else f"{rule.doc} {group.key}"
        grouped.setdefault(key, (group, []))[1].append(rule)
    return list(grouped.values())


def _limits(book: RuleBook, rules: Sequence[Rule], amounts: dict[str, Decimal]) -> Iterator[Limit]:
    for group, members in _grouped(book, rules):
        before = sum((amounts[rule.id] for rule in members), ZERO)
        if group is not None and before > group.at.value:
            names = tuple(rule.id for rule in members)
            yield Limit(names, group.label, Quantity(before, Measure.MONEY), group.at, group.quote)
