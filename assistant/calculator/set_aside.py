"""Items of a list that the question shows to fail by themselves do not spoil those beside them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from assistant.calculator.assign import Assignment, assign
from assistant.calculator.facts import Value
from assistant.calculator.items import ITEM
from assistant.calculator.said import Turn
from assistant.outcome import Eligibility, Outcome
from corpus.quantities.measures import Measure
from corpus.quantities.quantity import Mention, Quantity
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import Many

__all__ = ["without_failing_items"]

_OutcomeOf = Callable[[Rule, Assignment], Outcome | None]
_STRONG, _WEAK = re.compile(f"[；;。？?！!{ITEM}]"), re.compile(r"[，,。；;、？?！!]")
_RECEIVED = re.compile("(?:拿|领|补|获|批|奖|给|拨|贴|算|按)(?:了|过|到|得|是|成)*$")
_SEVERAL = 2
_GOES_ON = re.compile("(?:那|这|另|有)(?:外)?一?[笔家个份台张单批本场项][，,]$")


@dataclass(frozen=True, slots=True)
class _Item:
    start: int
    end: int
    figure: Quantity


def without_failing_items(
    rule: Rule, turns: Sequence[Turn], whole: Assignment, outcome_of: _OutcomeOf
) -> tuple[Assignment, Outcome] | None:
    """The figures and the outcome without the items that fail (`还有150万那笔做了反担保`, `820万（14个月前签的）`).

    Each item is tried alone, with what the question says beside the items; `whole` are the figures of all. None where
    not some fail and others stand.
    """
    for separator in (_STRONG, _WEAK):
        items = _items(turns[-1], separator)
        found = _without(rule, turns, items, whole, outcome_of) if len(items) > 1 else None
        if found is not None:
            return found
    return None


def _without(
    rule: Rule,
    turns: Sequence[Turn],
    pieces: Sequence[_Item],
    whole: Assignment,
    outcome_of: _OutcomeOf,
) -> tuple[Assignment, Outcome] | None:
    last = turns[-1]
    tried = [(piece, assign(rule, [*turns[:-1], _keeping(last, pieces, [piece])])) for piece in pieces]
    name = next((name for name, value in whole.given.items() if _lists(value, pieces, tried, name)), None)
    if name is None:
        return None
    items = [piece for piece, one in tried if _is(one.given.get(name), piece.figure)]
    alone = [one for piece, one in tried if _is(one.given.get(name), piece.figure)]
    outcomes = [outcome_of(rule, one) for one in alone]
    failed = [bool(one and one.eligibility is Eligibility.NOT_ELIGIBLE) for one in outcomes]
    if not any(failed) or all(failed):
        return None
    left = [item for item, fails in zip(items, failed, strict=True) if not fails]
    rest = assign(rule, [*turns[:-1], _keeping(last, items, left)])
    figures = tuple(item.figure for item in left)
    if len(figures) > 1 and rule.inputs[name].many is Many.NO:
        figures = (replace(figures[0], value=sum((f.value for f in figures[1:]), figures[0].value)),)
    rest = replace(rest, given={**rest.given, name: figures if len(figures) > 1 else figures[0]})
    found = outcome_of(rule, rest)
    if found is None or found.amount is None or found.eligibility is Eligibility.NOT_ELIGIBLE:
        return None
    steps = [
        f"{item.figure}不计入：不符合“{one.failing[0].label}”"
        for item, one, fails in zip(items, outcomes, failed, strict=True)
        if fails and one
    ]
    return rest, replace(found, steps=(*steps, *found.steps))


def _lists(
    value: Value, pieces: Sequence[_Item], tried: Sequence[tuple[_Item, Assignment]], name: str
) -> bool:
    """Whether several pieces are items of the input, of which `value` is the whole, the first or the sum."""
    own = [piece.figure for piece, one in tried if _is(one.given.get(name), piece.figure)]
    if len(own) < _SEVERAL:
        return False
    if isinstance(value, tuple):
        return set(own) == set(value)
    total = sum((figure.value for figure in own), Decimal(0))
    return isinstance(value, Quantity) and (value.value == total or (value == own[0] == pieces[0].figure))


def _is(value: Value | None, figure: Quantity) -> bool:
    """Whether a value is the figure, alone or repeated for each of several."""
    return value == figure or (isinstance(value, tuple) and set(value) == {figure})


def _items(turn: Turn, separator: re.Pattern[str]) -> list[_Item]:
    """The longest row of pieces that hold one sum of money each."""
    inside = {place for m in turn.mentions for place in range(m.start, m.end)}
    stops = (match.end() for match in separator.finditer(turn.text) if match.start() not in inside)
    ends = [0, *stops, len(turn.text)]
    pieces = [(low, high) for low, high in pairwise(ends) if low < high]
    rows: list[list[_Item]] = [[]]
    carried: int | None = None
    for start, end in pieces:
        begin = start if carried is None else carried
        own = _sums(turn, begin, end)
        carried = begin if len(own) == 1 and _GOES_ON.search(turn.text[begin:end]) else None
        if carried is not None:
            continue
        if len(own) == 1:
            rows[-1].append(_Item(begin, end, own[0].quantity))
        elif rows[-1]:
            rows.append([])
    return max(rows, key=len)


def _sums(turn: Turn, start: int, end: int) -> list[Mention]:
    return [
        m
        for m in turn.mentions
        if m.quantity.measure is Measure.MONEY
        and start <= m.start < end
        and not _RECEIVED.search(turn.text[: m.start])
    ]


def _keeping(turn: Turn, items: Sequence[_Item], kept: Sequence[_Item]) -> Turn:
    """The turn with only the `kept` ones of its items."""
    text = turn.text
    for item in reversed(items):
        if item not in kept:
            text = text[: item.start] + text[item.end :]
    return Turn.read(text)
