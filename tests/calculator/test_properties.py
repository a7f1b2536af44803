"""What must hold for every rule and every value, not only for the examples."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from assistant.calculator.evaluate import calculate
from assistant.outcome import Outcome
from corpus.errors import InvalidInput
from corpus.quantities.quantity import Measure, Quantity
from corpus.rulebook.formula import Given
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import Many
from corpus.rulebook.walk import inputs_of, parts_of
from corpus.rules import read_rules

BOOK = read_rules()
MONEY = st.decimals(0, 10**12, places=2)
SLOW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NUMBERS = {Measure.MONEY: MONEY, Measure.RATIO: st.decimals(0, 1, places=4)}
# Ceilings and bases of shipped rules: the amount grows with the base and stops at the ceiling.
BASES = [
    ("2022-05.small-innovator", "increment", {}, "30万元"),
    ("2022-05.first-contract", "contract", {"novelty": "international"}, "500万元"),
    ("2022-05.first-contract", "contract", {"novelty": "domestic"}, "300万元"),
    ("2022-05.insurance", "premium", {}, "100万元"),
    ("2022-05.innovation-center", "budget", {}, "5000万元"),
    ("2022-05.chain-equity", "investment", {}, "1000万元"),
    ("2022-06.long-term-capital", "contribution", {}, "1000万元"),
    ("2022-06.early-investment", "investment", {}, "200万元"),
    ("2022-06.capital-platform", "financing", {}, "500万元"),
    ("2022-06.merger", "deal", {}, "200万元"),
]
LISTS = [
    ("2022-05.first-contract", "contract", {"novelty": "domestic", "same_product": False}, "300万元"),
    ("2022-05.insurance", "premium", {}, "100万元"),
    ("2022-06.early-investment", "investment", {}, "500万元"),
    ("2022-06.merger", "deal", {}, "500万元"),
]


def money(value: Decimal) -> Quantity:
    return Quantity(value, Measure.MONEY)


def amount_of(outcome: Outcome) -> Decimal:
    assert outcome.amount is not None
    return outcome.amount.value


@st.composite
def facts(draw: st.DrawFn, rule: Rule, always: str = "") -> dict[str, Any]:
    """Some of a rule's inputs, `always` among them, each with a value that it may have."""
    given_facts: dict[str, Any] = {}
    for name, spec in rule.inputs.items():
        if name != always and not draw(st.booleans()):
            continue
        if spec.choices:
            given_facts[name] = draw(st.sampled_from([choice.value for choice in spec.choices]))
        elif spec.measure is None:
            given_facts[name] = draw(st.booleans())
        else:
            number = draw(NUMBERS.get(spec.measure, st.integers(0, 200).map(Decimal)))
            bounds = spec.range
            if bounds and bounds.lower and number < bounds.lower.value:
                number = bounds.lower.value
            if bounds and bounds.upper and number > bounds.upper.value:
                number = bounds.upper.value
            given_facts[name] = Quantity(number, spec.measure)
    return given_facts


def open_inputs(rule: Rule) -> list[str]:
    """Inputs that are open while not given: not assumed, derived, tested for or left out of account."""
    closed = {name for name, spec in rule.inputs.items() if not spec.required or spec.derive or spec.assume}
    for at, tree in rule.trees():
        for _, part in parts_of(tree):
            if isinstance(part, Given) or at[0] == "inputs":
                closed.update(inputs_of(part))
    return [name for name in rule.inputs if name not in closed]


def judged(rule: Rule) -> set[str]:
    """Inputs that conditions look at."""
    trees = [tree for at, tree in rule.trees() if at[0] == "conditions"]
    return {name for tree in trees for _, part in parts_of(tree) for name in inputs_of(part)}


@pytest.mark.parametrize("rule_id", [rule.id for rule in BOOK.rules if open_inputs(rule)])
@SLOW
@given(data=st.data())
def test_knowing_more_stays_within_what_was_possible(rule_id: str, data: st.DataObject) -> None:
    rule = BOOK.rule(rule_id)
    hidden = data.draw(st.sampled_from(open_inputs(rule)))
    known = data.draw(facts(rule, hidden))
    full = outcome_of(rule, known)
    partly = outcome_of(rule, {name: value for name, value in known.items() if name != hidden})
    assert (partly.low is None) is (full.low is None)
    if full.low is None or partly.low is None:
        return
    assert partly.high is None or (full.high is not None and full.high.value <= partly.high.value)
    # A fact that conditions judge may take the support away altogether.
    assert hidden in judged(rule) or full.low.value >= partly.low.value


def outcome_of(rule: Rule, known: dict[str, Any]) -> Outcome:
    """The outcome; drawn values that contradict one another are passed over."""
    try:
        return calculate(rule, known)
    except InvalidInput:
        reject()


@pytest.mark.parametrize("rule_id", [rule.id for rule in BOOK.rules])
@SLOW
@given(data=st.data())
def test_the_same_facts_in_any_order_give_the_same_bytes(rule_id: str, data: st.DataObject) -> None:
    rule = BOOK.rule(rule_id)
    known = data.draw(facts(rule))
    names = data.draw(st.permutations(sorted(known)))
    first = outcome_of(rule, known)
    assert outcome_of(rule, {name: known[name] for name in names}).to_json() == first.to_json()
    assert first.low is None or first.low.value >= 0
    assert first.amount is None or first.amount == first.low == first.high


@pytest.mark.parametrize(("name", "base", "others", "ceiling"), BASES)
@SLOW
@given(smaller=MONEY, larger=MONEY)
def test_the_amount_grows_with_its_base_and_never_exceeds_the_ceiling(
    name: str, base: str, others: dict[str, Any], ceiling: str, smaller: Decimal, larger: Decimal
) -> None:
    smaller, larger = sorted((smaller, larger))
    rule = BOOK.rule(name)
    low = amount_of(calculate(rule, {base: money(smaller), **others}))
    high = amount_of(calculate(rule, {base: money(larger), **others}))
    assert 0 <= low <= high <= Quantity.parse(ceiling).value


@pytest.mark.parametrize(("name", "base", "others", "ceiling"), LISTS)
@SLOW
@given(data=st.data(), values=st.lists(MONEY, min_size=2, max_size=5))
def test_items_add_up_in_any_order_below_the_yearly_ceiling(
    name: str, base: str, others: dict[str, Any], ceiling: str, data: st.DataObject, values: list[Decimal]
) -> None:
    rule = BOOK.rule(name)
    assert rule.inputs[base].many is Many.ITEM
    shuffled = data.draw(st.permutations(values))
    one_by_one = sum(amount_of(calculate(rule, {base: money(value), **others})) for value in values)
    together = amount_of(calculate(rule, {base: [money(value) for value in values], **others}))
    again = amount_of(calculate(rule, {base: [money(value) for value in shuffled], **others}))
    assert together == again == min(one_by_one, Quantity.parse(ceiling).value)


@pytest.mark.parametrize(("name", "base", "others", "ceiling"), BASES)
@SLOW
@given(wan=st.integers(0, 10**8))
def test_the_unit_in_which_money_is_written_does_not_matter(
    name: str, base: str, others: dict[str, Any], ceiling: str, wan: int
) -> None:
    rule = BOOK.rule(name)
    written = [f"{wan}万元", f"{wan}0000元", f"{Decimal(wan) / 10000:f}亿元"]
    assert len({calculate(rule, {base: text, **others}).to_json() for text in written}) == 1
