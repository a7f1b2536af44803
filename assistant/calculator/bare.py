"""Bare numbers that stand for sums of money, as people write them: `花了1150`, `评估48、审计31（万元）`, `单位万`."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from corpus.quantities.measures import Measure
from corpus.quantities.quantity import Mention, Quantity

__all__ = ["as_money"]

_WAN = Decimal(10_000)
_UNIT_STATED = re.compile(
    r"单位[:是为]?(?:都是|均为|人民币)*万|[以按]万元?(?:为单位|计)|万元?为单位|\((?:单位[:是]?|都是|均为|人民币)?万元?\)|都是万元?"
)
_MARK = re.compile(r"\((?:单位[:是]?|都是|均为|人民币)?万元?\)")
_BEFORE = re.compile(
    r"(?:花|支出|投入?|投资|合同额?|收入|营收|成交额?|交易额|保费|薪酬|工资|年薪|费用?|租金|利息|贷款?|融资?|经费|造价|总价|成本"
    r"|出资|到账|实缴|拿|给|补|批|拨|领|奖|报销?|填|封到?|净利)(?:了|过|到|的|是|约|大概|大约|差不多|一共|共|总共|合计|为|:|有|近|掉|出去|进去)*$"
)
_GAP = re.compile(r"(?:元?整?[、,，;；和与及加跟])?(?P<label>[\u4e00-\u9fff]{0,6})")
_THINGS = re.compile("员工|人数?$|专利|团队|企业|成立|第$|排名?|评分|得分|岁|面积|届|级|类|占比|比例|股权?$")
_THING = re.compile(r"[\u4e00-\u9fff]{2}|\d")
_YEAR_LIKE = (Decimal(1990), Decimal(2035))
_LARGEST = Decimal(100_000)


def as_money(text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions of `text` with bare numbers read as 万元 where the unit was stated, where they stand in one
    list with such sums, or where the word before them speaks of money (there 100000 and more are 元)."""
    if not any(_is_bare(mention) for mention in mentions):
        return tuple(mentions)
    found = list(mentions)
    stated = _UNIT_STATED.search(text) is not None
    written = any("万" in mention.text for mention in mentions if mention.quantity.measure is Measure.MONEY)
    for i, mention in enumerate(found):
        if mention.quantity.measure is not Measure.PLAIN:
            continue
        before = text[max(0, mention.start - 12) : mention.start]
        year_like = _YEAR_LIKE[0] <= mention.quantity.value <= _YEAR_LIKE[1] and not (stated or written)
        if (stated and not _THINGS.search(before[-4:])) or (_BEFORE.search(before) and not year_like):
            scale = Decimal(1) if mention.quantity.value >= _LARGEST else _WAN
            found[i] = _scaled(mention, scale)
    _take_over(text, found)
    return tuple(found)


def _take_over(text: str, found: list[Mention]) -> None:
    """Numbers that stand in one list with sums, or right before a mark like （万）, are sums."""
    marks = {mark.start() for mark in _MARK.finditer(text)}
    changed = True
    while changed:
        changed = False
        for i, mention in enumerate(found):
            if not _is_bare(mention):
                continue
            counted = mention.quantity.measure is Measure.COUNT
            if counted and _THING.match(text, mention.end):
                continue
            neighbours = [found[j] for j in (i - 1, i + 1) if 0 <= j < len(found)]
            listed = any(
                _is_wan(other) and _side_by_side(text, mention, other, labelled=not counted)
                for other in neighbours
            )
            if mention.end in marks or listed:
                found[i] = _scaled(mention, _WAN)
                changed = True


def _is_bare(mention: Mention) -> bool:
    """A number without unit, or `48个`, which in talk of money is 48万."""
    measure = mention.quantity.measure
    return measure is Measure.PLAIN or (
        measure is Measure.COUNT and bool(re.fullmatch(r"[\d.]+个", mention.text))
    )


def _is_wan(mention: Mention) -> bool:
    return mention.quantity.measure is Measure.MONEY and (
        "万" in mention.text or bool(re.fullmatch(r"[\d.,]+个?", mention.text))
    )


def _side_by_side(text: str, one: Mention, two: Mention, *, labelled: bool) -> bool:
    first, second = sorted((one, two), key=lambda mention: mention.start)
    gap = _GAP.fullmatch(text, first.end, second.start)
    if gap is None or _THINGS.search(gap["label"]):
        return False
    return labelled or not gap["label"]


def _scaled(mention: Mention, scale: Decimal) -> Mention:
    upper = mention.upper and Quantity(mention.upper.value * scale, Measure.MONEY)
    return replace(mention, quantity=Quantity(mention.quantity.value * scale, Measure.MONEY), upper=upper)
