"""The examples that rule files carry, computed: a rule whose examples do not come out is wrong."""

from collections.abc import Iterator

from assistant.calculator.evaluate import calculate
from assistant.outcome import Alternative, Outcome
from corpus.errors import InvalidInput
from corpus.quantities.quantity import Quantity
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import Example
from corpus.rulebook.yaml_file import Problem
from corpus.rules import RuleBook

__all__ = ["example_faults", "example_problems"]

_UNLIMITED = "不限"


def example_problems(book: RuleBook) -> list[Problem]:
    """Every example of the rule book that does not come out, with its file and line."""
    return [
        book.problem(rule.id, ("examples", index), f"算例“{example.name}”不符：{'；'.join(faults)}")
        for rule in book.rules
        for index, example in enumerate(rule.examples)
        if (faults := list(example_faults(rule, example)))
    ]


def example_faults(rule: Rule, example: Example) -> Iterator[str]:
    """How the outcome of one example differs from what it expects."""
    try:
        outcome = calculate(rule, dict(example.given))
    except InvalidInput as error:
        yield str(error)
        return
    expect = example.expect
    for name, found, wanted in (
        ("amount", outcome.amount, expect.amount),
        ("low", outcome.low, expect.low),
        ("high", outcome.high, expect.high),
    ):
        if wanted is not None and not _equals(found, wanted):
            yield f"{name} 应为 {wanted}，算得 {_shown(found)}（{'；'.join(outcome.steps)}）"
    if expect.eligibility is not None and outcome.eligibility != expect.eligibility:
        yield f"eligibility 应为 {expect.eligibility}，算得 {outcome.eligibility.value}"
    yield from _list_faults(outcome, example)


def _list_faults(outcome: Outcome, example: Example) -> Iterator[str]:
    expect = example.expect
    failing = [verdict.id for verdict in outcome.failing]
    if expect.failing is not None and failing[:1] != [expect.failing]:
        yield f"failing 应为 {expect.failing}，算得 {'、'.join(failing) or '无'}"
    missing = tuple(part.name for part in outcome.missing)
    if expect.missing is not None and missing != expect.missing:
        yield f"missing 应为 {'、'.join(expect.missing) or '空'}，算得 {'、'.join(missing) or '空'}"
    readings = [_amount(other) for other in outcome.other_readings]
    if expect.other_readings is not None and readings != [Quantity.parse(o) for o in expect.other_readings]:
        wanted = "、".join(expect.other_readings)
        yield f"other_readings 应为 {wanted}，算得 {'、'.join(map(_shown, readings)) or '空'}"


def _amount(other: Alternative) -> Quantity | None:
    return other.low if other.low == other.high else None


def _equals(found: Quantity | None, wanted: str) -> bool:
    return found is None if wanted == _UNLIMITED else found == Quantity.parse(wanted)


def _shown(quantity: Quantity | None) -> str:
    return "没有定数" if quantity is None else str(quantity)
