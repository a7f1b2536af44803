"""The amount of a rule over one of its inputs, with tiers, ceilings and the distance to more."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from assistant.calculator.deciding import deciding_inputs
from assistant.calculator.evaluate import calculate
from assistant.calculator.facts import Value, read_facts
from assistant.calculator.reverse import next_step, required_input
from assistant.outcome import Outcome, Requirement, shown
from corpus.errors import InvalidInput
from corpus.quantities.quantity import Measure, Quantity
from corpus.rulebook.formula import Bounds, Cap, Fixed, Min, Model
from corpus.rulebook.model import Rule
from corpus.rulebook.walk import leaves_of, parts_of
from ui.backend.computed import Curve, Given, Mark
from ui.backend.items import display, unit_of

__all__ = ["curve_of", "inputs_to_plot"]

_GRID = 80
_MARGIN = Decimal("1.3")
_ROUND = Decimal(100)
_STEPS = {Measure.MONEY: Decimal("0.01"), Measure.RATIO: Decimal("0.0001")}
# A step below this share of the value is the slope of the amount, not a tier.
_JUMP = Decimal("0.001")


def inputs_to_plot(rule: Rule) -> tuple[str, ...]:
    """The quantities that decide the amount, in the order in which the formula reads them."""
    named = dict.fromkeys(deciding_inputs(rule))
    return tuple(name for name in named if name in rule.inputs and rule.inputs[name].measure is not None)


def curve_of(rule: Rule, given: Given, name: str) -> Curve | None:
    """The amount for values of `name`, all else as `given`; None where it is unlimited or no quantity."""
    spec, facts = rule.inputs[name], read_facts(rule, given).values
    measure = spec.measure
    current = facts.get(name)
    listed = isinstance(current, tuple) or any(isinstance(value, tuple) for value in facts.values())
    if measure is None or listed:
        return None
    others = {key: value for key, value in facts.items() if key != name}
    now = current if isinstance(current, Quantity) else None
    limits = sorted({limit.value: limit for limit in _limits(rule, name)}.values(), key=lambda one: one.value)
    full = _full(rule, name, others)
    end = _end(now, limits, full, measure)
    drawn = [_drawn(rule, others, name, Quantity(x, measure)) for x in _places(end, limits, measure)]
    points = tuple(point for point in drawn if point is not None)
    if _says_nothing(points):
        return None
    outcome = calculate(rule, facts)
    measured = outcome.low.measure if outcome.low is not None else Measure.MONEY
    top = max(high for _, _, high in points)
    return Curve(
        name=name,
        x_label=spec.label,
        x_unit=unit_of(measure),
        y_label="金额" if measured is Measure.MONEY else rule.label,
        y_unit=unit_of(measured),
        points=points,
        tiers=tuple(Mark(float(display(limit)), str(limit)) for limit in limits if limit.value <= end),
        caps=tuple(_caps(rule, measured, top)),
        here=_here(now, outcome),
        next_step=_next(rule, name, facts, now),
        to_cap=_to_cap(rule, name, now, outcome, full),
        open_inputs=tuple(missing.label for missing in outcome.missing if missing.name != name),
    )


def _says_nothing(points: tuple[tuple[float, float, float], ...]) -> bool:
    """Whether the amount is nothing everywhere, or anything between nothing and one ceiling everywhere."""
    anything = not any(low for _, low, _ in points) and len({high for _, _, high in points[1:]}) <= 1
    return not any(high for _, _, high in points) or anything


def _limits(rule: Rule, name: str) -> Iterator[Quantity]:
    """The limits that the text puts on the input itself: tiers and comparisons."""
    for _, tree in rule.trees():
        for _, part in parts_of(tree):
            bands = getattr(part, "bands", None)
            compared = getattr(part, "by", None) if bands is not None else getattr(part, "of", None)
            if not isinstance(compared, Model) or set(leaves_of(compared)) != {name}:
                continue
            for bounds in bands if bands is not None else (part,):
                if isinstance(bounds, Bounds):
                    yield from (end for end in bounds.limits if end.measure is rule.inputs[name].measure)


def _full(rule: Rule, name: str, others: Mapping[str, Value]) -> Requirement | None:
    """What it takes to reach the ceiling; None where there is none or nothing reaches it."""
    try:
        found = required_input(rule, "cap", name, others, hopeful=True)
    except InvalidInput:
        return None
    return found if found.value is not None and found.value.value > 0 else None


def _end(now: Quantity | None, limits: list[Quantity], full: Requirement | None, measure: Measure) -> Decimal:
    known = [limit.value for limit in limits]
    if full is not None and full.value is not None:
        known.append(full.value.value)
    if now is not None:
        known.append(now.value)
    least = Decimal(1_000_000) if measure is Measure.MONEY else Decimal(1)
    return max([least, *(value * _MARGIN for value in known)]) if known else least * _ROUND


def _places(end: Decimal, limits: list[Quantity], measure: Measure) -> list[Decimal]:
    step = _STEPS.get(measure, Decimal(1))
    width = max(
        step, (end / _GRID).quantize(step) if measure in _STEPS else (end / _GRID).to_integral_value()
    )
    grid = {width * number for number in range(int(end / width) + 1)}
    edges = {limit.value + change for limit in limits for change in (-step, Decimal(0), step)}
    return sorted(value for value in grid | edges if 0 <= value <= end)


def _drawn(
    rule: Rule, others: Mapping[str, Value], name: str, value: Quantity
) -> tuple[float, float, float] | None:
    try:
        outcome = calculate(rule, {**others, name: value})
    except InvalidInput:
        return None
    if outcome.low is None or outcome.high is None:
        return None
    return float(display(value)), float(display(outcome.low)), float(display(outcome.high))


def _caps(rule: Rule, measure: Measure, top: float) -> Iterator[Mark]:
    """The ceilings on the amount that are constants, where the drawn amounts come near them."""
    found: dict[Decimal, str] = {}
    for cap in rule.caps:
        if isinstance(cap.at, Fixed):
            found.setdefault(display(cap.at.value), f"{cap.words} {cap.at.value}")
    for _, part in () if rule.formula is None else parts_of(rule.formula):
        ends = part.parts if isinstance(part, Min) else (part.at,) if isinstance(part, Cap) else ()
        for end in ends:
            if isinstance(end, Fixed) and end.value.measure is measure:
                found.setdefault(display(end.value), f"上限 {end.value}")
    yield from (Mark(float(at), label) for at, label in sorted(found.items()) if float(at) <= top * 1.5)


def _here(now: Quantity | None, outcome: Outcome) -> tuple[float, float] | None:
    figure = outcome.amount or outcome.high
    return None if now is None or figure is None else (float(display(now)), float(display(figure)))


def _next(rule: Rule, name: str, facts: Mapping[str, Value], now: Quantity | None) -> str:
    """How far the next tier is; empty where the amount grows all the way or nothing raises it."""
    if now is None:
        return ""
    try:
        found = next_step(rule, name, facts)
    except InvalidInput:
        return ""
    if found.value is None or found.outcome is None or found.outcome.amount is None:
        return ""
    more = Quantity(found.value.value - now.value, now.measure)
    if more.value <= max(now.value * _JUMP, _STEPS.get(now.measure, Decimal(0))):
        return ""
    beyond = f"超过 {found.beyond}" if found.beyond else f"达到 {shown(found.value)}"
    return f"距下一档还差{shown(more)}：{rule.inputs[name].label}{beyond}时，金额为 {found.outcome.amount}"


def _to_cap(rule: Rule, name: str, now: Quantity | None, outcome: Outcome, full: Requirement | None) -> str:
    if now is None or outcome.failing or full is None or full.value is None or full.outcome is None:
        return ""
    top = full.outcome.high
    if now.value >= full.value.value:
        return f"已到上限 {top}，{rule.inputs[name].label}再多也不增加" if outcome.amount == top else ""
    more = Quantity(full.value.value - now.value, now.measure)
    return f"距上限 {top} 还差：{rule.inputs[name].label}再多 {shown(more)}（达到 {shown(full.value)}）"
