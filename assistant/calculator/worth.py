"""What the figures placed in one input are worth: lists, repeated ones, none at all, years of a term."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.calculator.facts import Single, Value
from assistant.calculator.said import Turn
from corpus.quantities.measures import Measure
from corpus.quantities.numerals import parse_integer
from corpus.quantities.quantity import Comparison, Mention, Quantity
from corpus.rulebook.parts import InputSpec, Many

__all__ = ["AGE", "COUNTS", "term_of", "worth"]

_EACH = re.compile(r"(?:每年|各|每笔|每家|每项|均为?|都是|都|分别都|(?<![上前第这近])一年)[^，。,；;]{0,14}$")
_SPAN = re.compile("连着|连续|一连|每年|各|一共|合计|总共|加起来|下来|累计|全部年份|加一块")
AGE = re.compile("(?:近|满|过去|最近|前|上|这|第)$|成立|注册|开业|运营|年检|工龄|经验")
_SUPPORT = re.compile("补贴|补助|支持|奖励|政策|资金")
_NONE_AT_ALL = re.compile("[^，。,；;]{0,8}都(?:还)?(?:没|未)|[都也还]*(?:没有?|未)(?=[，,。；;、]|$)")
_NOT_ONE = re.compile("(?:没有?|未|无)[^，,。；;不]{0,3}$")
_PERIODS = re.compile(
    r"(?P<n>[二两三四六\d]{1,2})个?(?:季度|季|个月|月)(?:里|中|内)?(?:各|每个?(?:季度|季|月)|都|分别)[^，,。；;\d]{0,6}$"
)
_YEAR_WORDS = re.compile(
    "前年|去年|上年|上一年|今年|本年|明年|后年|第[一二三1-3]年|(?:20)?[12][0-9]年|[两二三四五]年"
)
_SEVERAL = 2
_STAYS = re.compile("(?:余额|还是|仍是?|依然|保持|不变)[^，,。；;]{0,3}$")
COUNTS = frozenset({Measure.COUNT, Measure.ITEM, Measure.PIECE, Measure.FIRM})


def worth(turn: Turn, spec: InputSpec, found: Sequence[Mention], constants: Collection[Quantity]) -> Value:
    """The value of `spec` by the figures of `turn` placed in it; `constants` are the thresholds of the rule."""
    told = [m for i, m in enumerate(found) if not (i and _restates(turn, m, found[i - 1]))]
    return _repeated(turn, spec, told, [_value(turn, mention, constants) for mention in told])


def _restates(turn: Turn, mention: Mention, before: Mention) -> bool:
    """Whether a figure says again what the one before said (`贷款4亿……每年余额都是4亿`)."""
    same = mention.quantity == before.quantity
    return same and bool(_STAYS.search(turn.text[before.end : mention.start]))


def _value(turn: Turn, mention: Mention, constants: Collection[Quantity]) -> Single:
    """The mention's value; just below or above it where the words exclude a threshold of the rule."""
    quantity = mention.quantity
    none = mention.text.startswith("一") and _NOT_ONE.search(turn.text[: mention.start])
    if none or _NONE_AT_ALL.match(turn.text[mention.end :]):
        return replace(quantity, value=Decimal(0))
    step = {Comparison.LESS_THAN: Decimal(-1), Comparison.MORE_THAN: Decimal(1)}.get(mention.comparison)
    if step is not None and quantity in constants:
        scale = Decimal("0.0001") if quantity.measure is Measure.RATIO else Decimal("0.01")
        quantity = replace(quantity, value=quantity.value + step * scale)
    return Quantity(quantity.value, quantity.measure)


def _repeated(turn: Turn, spec: InputSpec, found: Sequence[Mention], values: Sequence[Single]) -> Value:
    """A list where several are named, or `两年各1.5亿` repeats one; counts of kinds are added up."""
    one_year = spec.many is Many.YEAR and _in_one_year(turn, found)
    if len(values) > 1 and (spec.many is Many.NO or one_year):
        quantities = [value for value in values if isinstance(value, Quantity)]
        return replace(quantities[0], value=sum((q.value for q in quantities), Decimal(0)))
    periods = _PERIODS.search(turn.text[: found[0].start]) if len(values) == 1 else None
    if periods and spec.measure is Measure.MONEY and isinstance(values[0], Quantity):
        return replace(values[0], value=values[0].value * (parse_integer(periods["n"]) or 1))
    if len(values) == 1 and spec.many is not Many.NO:
        times = _count_for(turn, found[0], Measure.YEAR if spec.many is Many.YEAR else None)
        if times:
            return tuple(values) * times
    return values[0] if len(values) == 1 else tuple(values)


def _in_one_year(turn: Turn, found: Sequence[Mention]) -> bool:
    """Whether as many things were counted as figures are listed (`三单，400万、750万、980万`), of no other years."""
    counted = any(m.quantity.measure in COUNTS and m.quantity.value == len(found) for m in turn.mentions)
    return counted and len(set(_YEAR_WORDS.findall(turn.text))) < _SEVERAL


def _count_for(turn: Turn, mention: Mention, measure: Measure | None) -> int:
    if not _EACH.search(turn.text[: mention.start]):
        return 0
    # The count that stands nearest before the figure is its own.
    for other in sorted(turn.mentions, key=lambda m: (m.start > mention.start, -m.start)):
        counted = other.quantity.measure is measure if measure else other.quantity.measure in COUNTS
        recent = AGE.search(turn.text[max(0, other.start - 4) : other.start])
        of_support = _SUPPORT.match(turn.text[other.end :])
        if (
            counted
            and not recent
            and not of_support
            and other is not mention
            and 1 < other.quantity.value <= 20
        ):
            return int(other.quantity.value)
    return 0


def term_of(turn: Turn, mentions: Sequence[Mention]) -> Mention | None:
    """The years over which the turn asks for a support, among the mentions that no input took; None where none are."""
    if not _SPAN.search(turn.text):
        return None
    return next(
        (
            m
            for m in mentions
            if m.quantity.measure is Measure.YEAR
            and m.quantity.value > 1
            and not AGE.search(turn.text[max(0, m.start - 4) : m.start])
        ),
        None,
    )
