"""Figures that several words or several counts share: one sum under many names, prices with their numbers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.calculator.kinds import clashes
from assistant.calculator.rows import Rows
from assistant.calculator.said import DURATIONS, Turn, fits, words_of
from corpus.quantities.measures import Measure
from corpus.quantities.quantity import Mention
from corpus.rulebook.formula import InputRef, PerUnit
from corpus.rulebook.parts import InputSpec, Many
from corpus.rulebook.walk import leaves_of

__all__ = ["beside", "named_together", "priced"]

_NAMES = 2
_JOINED = re.compile(r"([^，,。；;：:]{2,8})[加和与及跟连]([^，,。；;：:加和与及跟连]{2,8})$")


def named_together(
    turn: Turn, rows: Rows, specs: Sequence[InputSpec], mentions: Sequence[Mention]
) -> tuple[str, int] | None:
    """The input whose parts are all named before one figure (`挂牌费律师费评估费一共86万`), and that figure's place."""
    by_name = {spec.name: spec for spec in specs}
    for whole in specs:
        names = set(leaves_of(whole.derive))
        parts = [by_name[name] for name in names if name in by_name]
        own = [i for i, m in enumerate(mentions) if fits(m, whole) and rows.nearest(m) in names]
        if len(own) != 1 or len(parts) < _NAMES or whole.measure is not Measure.MONEY:
            continue
        figure = mentions[own[0]]
        start = max((m.end for m in turn.mentions if m.end <= figure.start), default=0)
        before = turn.text[start : figure.start]
        named = sum(any(word in before for word in words_of(part) if len(word) > 1) for part in parts)
        if named > _NAMES or _joined(before, parts):
            return whole.name, own[0]
    return None


def _joined(before: str, parts: Sequence[InputSpec]) -> bool:
    """Whether two of the parts stand joined right before the figure (`交易费加中介费200万`)."""
    joined = _JOINED.search(before)
    return joined is not None and all(
        any(word in joined[side] for part in own for word in words_of(part) if len(word) > 1)
        for side, own in ((1, parts), (2, parts))
    )


def priced(
    turn: Turn, rows: Rows, specs: Sequence[InputSpec], mentions: Sequence[Mention]
) -> tuple[str, dict[int, Mention], set[int]] | None:
    """`3人年薪48万，另外2人年薪60万` for an input that is a number times a price: the products at the places of
    the prices, and the places of all figures that they took."""
    by_name = {spec.name: spec for spec in specs}
    for spec in specs:
        if not isinstance(spec.derive, PerUnit) or not isinstance(spec.derive.rate, InputRef):
            continue
        (counted, *_), each = leaves_of(spec.derive), by_name[spec.derive.rate.name]
        if by_name[counted].measure in DURATIONS:
            continue
        own = {spec.name, each.name, None}
        pairs: list[tuple[int, int]] = []
        count: int | None = None
        for i, mention in enumerate(mentions):
            if fits(mention, by_name[counted]):
                count = i
            elif fits(mention, each) and count is not None and rows.nearest(mention) in own:
                pairs += [] if clashes(turn, mention, each) else [(count, i)]
                count = None
        if len(pairs) < _NAMES:
            continue
        products = {price: _times(mentions[price], mentions[number]) for number, price in pairs}
        taken = {place for pair in pairs for place in pair}
        total = sum(mentions[number].quantity.value for number, _ in pairs)
        taken |= {
            i for i, m in enumerate(mentions) if fits(m, by_name[counted]) and m.quantity.value == total
        }
        return spec.name, products, taken
    return None


def beside(
    specs: Sequence[InputSpec], lists: Mapping[str, Sequence[Mention]], mentions: Sequence[Mention]
) -> dict[str, list[int]]:
    """`820万（14个月前签），500万（8个月前签）`: for inputs of items, the places of the figures that stand one behind
    each item of a list already placed."""
    found: dict[str, list[int]] = {}
    listed = [spec for spec in specs if spec.many is Many.ITEM]
    for items in (lists[spec.name] for spec in listed if len(lists.get(spec.name, ())) > 1):
        bounds = [*(item.start for item in items), max(m.end for m in mentions) + 1]
        for spec in listed:
            own = [
                [i for i, m in enumerate(mentions) if start < m.start < end and fits(m, spec)]
                for start, end in pairwise(bounds)
            ]
            if items[0].quantity.measure is not spec.measure and all(len(part) == 1 for part in own):
                found[spec.name] = [part[0] for part in own]
    return found


def _times(price: Mention, number: Mention) -> Mention:
    quantity = price.quantity
    return replace(price, quantity=replace(quantity, value=quantity.value * number.quantity.value))
