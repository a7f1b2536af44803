"""Reverse questions: the least value that reaches an amount, and nothing less."""

from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.calculator.evaluate import calculate
from assistant.calculator.reverse import next_step, required_input
from corpus.errors import InvalidInput
from corpus.quantities.quantity import Measure, Quantity
from corpus.rules import read_rules
from tests.calculator.building import a_rule

BOOK = read_rules()


@pytest.mark.parametrize(
    ("rule", "target", "name", "others", "value", "beyond"),
    [
        ("2022-06.early-investment", "cap", "investment", {}, "1000万元", None),
        ("2022-06.capital-platform", "cap", "financing", {}, "50亿元", None),
        ("2022-05.insurance", "cap", "premium", {}, "125万元", None),
        ("2022-05.insurance", "60万元", "premium", {}, "75万元", None),
        ("2022-05.small-innovator", "cap", "increment", {}, "500万元", None),
        ("2022-05.small-innovator", "20万元", "increment", {}, "100万元", None),
        ("2022-05.first-contract", "cap", "contract", {"novelty": "domestic"}, "1000万元", None),
        ("2022-05.first-contract", "cap", "contract", {"novelty": "international"}, "16666666.67元", None),
        ("2022-06.long-term-capital", "800万元", "contribution", {}, "500000000.01元", "5亿元"),
        ("2022-06.merger", "50万元", "deal", {}, "1000万元", None),
    ],
)
def test_the_least_value_that_reaches_the_target(
    rule: str, target: str, name: str, others: dict[str, Any], value: str, beyond: str | None
) -> None:
    wanted: Quantity | Literal["cap"] = "cap" if target == "cap" else Quantity.parse(target)
    found = required_input(BOOK.rule(rule), wanted, name, others)
    assert found.value == Quantity.parse(value)
    assert found.beyond == (None if beyond is None else Quantity.parse(beyond))
    assert found.outcome is not None
    assert found.outcome.amount is not None
    assert found.outcome.amount.value >= (found.target.value if found.target else 0)


def test_the_conclusion_is_the_last_step() -> None:
    rule = BOOK.rule("2022-05.first-contract")
    found = required_input(rule, "cap", "contract", {"novelty": "international"})
    assert found.steps[-1] == "首次进入市场合同金额至少 约1666.67万元时，金额为 500万元"
    found = required_input(
        BOOK.rule("2022-06.long-term-capital"), Quantity.parse("800万元"), "contribution", {}
    )
    assert found.steps == ("年度实际出资到位金额超过 50000万元时，金额为 800万元",)


def test_another_input_may_decide_first() -> None:
    found = required_input(BOOK.rule("2022-05.first-contract"), "cap", "contract", {})
    assert found.value is None
    assert [missing.name for missing in found.missing] == ["novelty"]


def test_what_no_value_reaches_has_no_answer() -> None:
    found = required_input(BOOK.rule("2022-05.insurance"), Quantity.parse("101万元"), "premium", {})
    assert (found.value, found.outcome, found.missing) == (None, None, ())


def test_a_window_below_an_upper_limit_is_found() -> None:
    rule = a_rule(
        "inputs: {base: {label: 收入, measure: 元}}\n"
        "conditions: [{id: size, label: 规模, quote: 原话, test: {input: base, at_most: 70万元}}]\n"
        "formula: {ratio: {of: base, rate: 10%}}"
    )
    assert required_input(rule, Quantity.parse("6.5万元"), "base", {}).value == Quantity.parse("65万元")
    assert required_input(rule, Quantity.parse("7.1万元"), "base", {}).value is None


@pytest.mark.parametrize(
    ("rule", "name", "now", "value"),
    [
        ("2022-05.small-innovator", "increment", "300万元", "500万元"),
        ("2022-05.small-innovator", "increment", "30万元", "100万元"),
        ("2022-06.long-term-capital", "contribution", "2亿元", "3亿元"),
    ],
)
def test_the_next_tier(rule: str, name: str, now: str, value: str) -> None:
    assert next_step(BOOK.rule(rule), name, {name: now}).value == Quantity.parse(value)


def test_above_the_last_tier_there_is_no_next() -> None:
    assert (
        next_step(BOOK.rule("2022-05.small-innovator"), "increment", {"increment": "600万元"}).value is None
    )


@pytest.mark.parametrize(
    ("name", "message"), [("novelty", "没有名为“novelty”的数量输入"), ("fee", "没有名为“fee”的数量输入")]
)
def test_only_quantities_can_be_asked_for(name: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        required_input(BOOK.rule("2022-05.first-contract"), "cap", name, {})


def test_without_a_ceiling_there_is_no_filling_it() -> None:
    rule = a_rule("inputs: {base: {label: 投资, measure: 元}}\nformula: {ratio: {of: base, rate: 10%}}")
    with pytest.raises(InvalidInput, match="没有上限，请给出要达到的金额"):
        required_input(rule, "cap", "base", {})


def test_the_next_step_needs_the_present_value() -> None:
    with pytest.raises(InvalidInput, match="先给出“研发费用同比增量”"):
        next_step(BOOK.rule("2022-05.small-innovator"), "increment", {})


@settings(max_examples=25, deadline=None)
@given(target=st.decimals("0.01", 10**6, places=2), rate=st.integers(1, 100))
def test_a_fen_less_does_not_reach_the_target(target: Decimal, rate: int) -> None:
    rule = a_rule(
        f"inputs: {{base: {{label: 投资, measure: 元}}}}\nformula: {{ratio: {{of: base, rate: {rate}%}}}}"
    )
    found = required_input(rule, Quantity(target, Measure.MONEY), "base", {})
    assert found.value is not None
    less = Quantity(found.value.value - Decimal("0.01"), Measure.MONEY)
    assert calculate(rule, {"base": found.value}).amount.value >= target  # type: ignore[union-attr]
    assert calculate(rule, {"base": less}).amount.value < target  # type: ignore[union-attr]
