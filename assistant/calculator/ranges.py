"""Numbers that may not be known yet: a range from the lowest to the highest possible value."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from corpus.quantities.quantity import Measure, Quantity

__all__ = ["INFINITY", "ZERO", "Range", "hull", "point", "rounded", "settled", "shown"]

ZERO = Decimal(0)
INFINITY = Decimal("Infinity")

_STEPS = {Measure.MONEY: Decimal("0.01"), Measure.RATIO: Decimal("0.0001")}
_STEP = Decimal("0.0001")
_EXACT_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Range:
    """Everything from `low` to `high`: a point where the value is known, infinite where it has no limit."""

    low: Decimal
    high: Decimal
    measure: Measure

    @property
    def known(self) -> bool:
        """Whether this is one value."""
        return self.low == self.high

    def words(self) -> str:
        """The range in Chinese: `360万元`, `不超过500万元`, `100万元至300万元`, `未知`."""
        if self.known:
            return shown(self.low, self.measure)
        if self.high == INFINITY:
            return "未知" if self.low <= ZERO else f"{shown(self.low, self.measure)}以上"
        high = shown(self.high, self.measure)
        return f"不超过{high}" if self.low <= ZERO else f"{shown(self.low, self.measure)}至{high}"

    def plus(self, other: "Range") -> "Range":
        """The sum."""
        return Range(self.low + other.low, self.high + other.high, self.measure)

    def minus(self, other: "Range") -> "Range":
        """The difference."""
        return Range(_less(self.low, other.high), _less(self.high, other.low), self.measure)

    def times(self, other: "Range", measure: Measure) -> "Range":
        """The product, in `measure`."""
        corners = [_product(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Range(min(corners), max(corners), measure)

    def over(self, other: "Range", measure: Measure) -> "Range":
        """The quotient, in `measure`; unlimited where the divisor may be zero."""
        if other.low <= ZERO:
            return Range(ZERO, INFINITY, measure)
        corners = [_quotient(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Range(min(corners), max(corners), measure)

    def at_most(self, other: "Range") -> "Range":
        """The smaller of the two."""
        return Range(min(self.low, other.low), min(self.high, other.high), self.measure)

    def at_least(self, other: "Range") -> "Range":
        """The larger of the two."""
        return Range(max(self.low, other.low), max(self.high, other.high), self.measure)


def point(quantity: Quantity) -> Range:
    """A known quantity as a range."""
    return Range(quantity.value, quantity.value, quantity.measure)


def hull(ranges: Iterable[Range]) -> Range:
    """The smallest range that holds all of `ranges` (at least one)."""
    parts = list(ranges)
    return Range(min(part.low for part in parts), max(part.high for part in parts), parts[0].measure)


def rounded(value: Decimal, measure: Measure) -> Decimal:
    """`value` to the 分 (money), 0.01 % (ratios) or 0.0001, half up; without trailing zeros."""
    if value.is_infinite():
        return value
    step = _STEPS.get(measure, _STEP)
    if value == value.quantize(step, ROUND_HALF_UP):
        return _plain(value)
    return _plain(value.quantize(step, ROUND_HALF_UP))


def settled(value: Decimal, measure: Measure) -> Decimal:
    """`value` as a result: exact where its digits end, else rounded."""
    exponent = value.normalize().as_tuple().exponent
    return (
        _plain(value) if isinstance(exponent, int) and exponent >= -_EXACT_DIGITS else rounded(value, measure)
    )


def shown(value: Decimal, measure: Measure) -> str:
    """`value` in words, marked 约 where it had to be rounded."""
    near = rounded(value, measure)
    return f"{'' if near == value else '约'}{Quantity(near, measure)}"


def _plain(value: Decimal) -> Decimal:
    whole = value.to_integral_value()
    return whole.quantize(Decimal(1)) if value == whole else value.normalize()


def _less(a: Decimal, b: Decimal) -> Decimal:
    return ZERO if a.is_infinite() and b.is_infinite() else a - b


def _product(a: Decimal, b: Decimal) -> Decimal:
    return ZERO if not a or not b else a * b


def _quotient(a: Decimal, b: Decimal) -> Decimal:
    return (ZERO if not a.is_infinite() else a) if b.is_infinite() else a / b
