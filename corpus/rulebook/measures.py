"""The unit that a formula yields, worked out before anything is computed."""

from collections.abc import Mapping

from corpus.errors import RuleError
from corpus.quantities.quantity import Measure
from corpus.rulebook.formula import (
    Band,
    ByYear,
    Cap,
    Compare,
    Difference,
    Each,
    Fixed,
    Growth,
    If,
    InputRef,
    Lookup,
    Max,
    Min,
    Model,
    Node,
    PerUnit,
    Predicate,
    Quotient,
    Ratio,
    Split,
    Sum,
    Tiers,
)
from corpus.rulebook.walk import parts_of

__all__ = ["DURATIONS", "Measures", "compare_like", "result_measure"]

DURATIONS = frozenset({Measure.MONTH, Measure.YEAR})
Measures = Mapping[str, Measure | None]


def compare_like(left: Measure | None, right: Measure | None) -> bool:
    """Whether two measures may be compared: the same one, or months and years."""
    return left is right or (left in DURATIONS and right in DURATIONS)


def result_measure(tree: Model, inputs: Measures) -> Measure | None:
    """The measure that a formula yields, None for a predicate; raises RuleError."""
    if isinstance(tree, Predicate) and not isinstance(tree, Node):
        for _, part in parts_of(tree):
            if isinstance(part, Compare):
                _check_bounds(part, _of(part.of, inputs))
        return None
    return _of(tree, inputs)


def _of(node: Model, inputs: Measures) -> Measure:
    match node:
        case Fixed():
            return node.value.measure
        case InputRef():
            return inputs.get(node.name) or Measure.PLAIN
        case Ratio():
            if _of(node.rate, inputs) is not Measure.RATIO:
                raise RuleError("ratio 的 rate 要是百分比")
            return _of(node.of, inputs)
        case Quotient():
            return _quotient(_of(node.of, inputs), _of(node.by, inputs))
        case Growth():
            _alike([_of(node.start, inputs), _of(node.end, inputs)])
            return Measure.RATIO
        case PerUnit():
            return _per_unit(node, inputs)
        case Tiers():
            by = _of(node.by, inputs)
            for band in node.bands:
                _check_bounds(band, by)
            return _alike([_of(band.then, inputs) for band in node.bands])
        case Split() | Each():
            return _of(node.of, inputs)
        case If():
            result_measure(node.test, inputs)
    return _alike([_of(part, inputs) for part in _branches(node)])


def _branches(node: Model) -> list[Model]:
    """The parts of a node that must all yield what the node yields."""
    match node:
        case Sum() | Min() | Max():
            return list(node.parts)
        case Cap():
            return [node.of, node.at]
        case Difference():
            return [node.of, node.minus]
        case Lookup():
            return list(node.values.values())
        case ByYear():
            return [*node.years.values(), *([node.total] if node.total else [])]
        case If():
            return [node.then, *([node.otherwise] if node.otherwise else [])]
    raise TypeError(type(node).__name__)


def _per_unit(node: PerUnit, inputs: Measures) -> Measure:
    count = _of(node.count, inputs)
    if isinstance(node.rate, Fixed) and node.rate.per is not None and node.rate.per is not count:
        raise RuleError(f"per_unit 按“{node.rate.per.value}”计，数量却以“{count.value}”计")
    if count in (Measure.MONEY, Measure.RATIO):
        raise RuleError("per_unit 的 count 要是个数、重量、面积或时间")
    return _of(node.rate, inputs)


def _quotient(of: Measure, by: Measure) -> Measure:
    if compare_like(of, by):
        return Measure.RATIO
    if by in (Measure.MONEY, Measure.RATIO):
        raise RuleError(f"“{of.value}”不能除以“{by.value}”")
    return of


def _check_bounds(bounds: Compare | Band, measure: Measure) -> None:
    for limit in bounds.limits:
        if not compare_like(limit.measure, measure):
            raise RuleError(f"“{limit}”不能与以“{measure.value}”计的数量比较")


def _alike(measures: list[Measure]) -> Measure:
    if len(set(measures)) != 1:
        raise RuleError(f"各部分的单位不同：{'、'.join(sorted({measure.value for measure in measures}))}")
    return measures[0]
