"""Several supports together: exclusions, shared ceilings and the reasons."""

import pytest

from assistant.calculator.evaluate import calculate
from assistant.calculator.portfolio import best_combination
from assistant.outcome import Outcome
from corpus.quantities.quantity import Quantity
from corpus.rulebook.model import Group, RuleFile
from corpus.rules import RuleBook, read_rules
from tests.calculator.building import a_rule

BOOK = read_rules()
GIVEN = {
    "2022-05.small-innovator": {"increment": "600万元"},
    "2022-05.contest-winner": {"contest": "startup", "prize": "second"},
    "2022-05.small-to-large": {},
    "2022-05.scene": {},
    "2022-05.frontier-equity": {},
    "2022-06.tech-insurance": {"premium": "40万元", "revenue": "3亿元"},
    "2022-06.leasing": {"cost": "0元"},
}


def outcomes(*names: str) -> list[Outcome]:
    return [calculate(BOOK.rule(name), GIVEN[name]) for name in names]


def test_of_two_that_exclude_each_other_the_better_one_stays() -> None:
    found = best_combination(
        BOOK, outcomes("2022-05.contest-winner", "2022-05.small-innovator", "2022-05.small-to-large")
    )
    assert found.chosen == ("2022-05.small-innovator", "2022-05.small-to-large")
    assert found.total == Quantity.parse("50万元")
    (dropped,) = found.dropped
    assert dropped.rule == "2022-05.contest-winner"
    assert dropped.reason == "与“科技型小微企业关键技术创新支持”只能选一项，后者金额更高"
    assert dropped.quote == "以下两个政策支持方向只能选择一种"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("2022-05.scene", "还缺：项目合同金额"),
        ("2022-05.frontier-equity", "不是补助资金，不计入合计"),
        ("2022-06.tech-insurance", "不符合“年营业收入2亿元(含)以下”"),
        ("2022-06.leasing", "金额为0"),
    ],
)
def test_what_does_not_count_is_left_out_with_its_reason(name: str, reason: str) -> None:
    found = best_combination(BOOK, outcomes(name, "2022-05.small-to-large"))
    assert found.chosen == ("2022-05.small-to-large",)
    assert [(part.rule, part.reason) for part in found.dropped] == [(name, reason)]


def test_provisos_that_figures_do_not_decide_are_told() -> None:
    found = best_combination(BOOK, outcomes("2022-05.small-innovator"))
    assert found.provisos == (
        "每家企业连续3年只能获得一次该项政策支持",
        "同一申报单位同一内容的项目已通过其他渠道获取市财政资金支持,本办法不再重复支持",
    )


def a_book(exclusions: dict[str, list[str]], amounts: dict[str, str]) -> RuleBook:
    """Rules of fixed amounts under one yearly ceiling of 100万元, except those whose names begin with `x`."""
    rules = tuple(
        a_rule(
            f"formula: {amount}",
            id=name,
            group=None if name.startswith("x") else "all",
            stacking=[{"kind": "choose_one", "quote": "只选一项", "with": exclusions.get(name, [])}],
        )
        for name, amount in amounts.items()
    )
    group = Group.model_validate(
        {"key": "all", "label": "每年总上限", "at": "100万元", "quote": "总额100万元"}
    )
    return RuleBook((RuleFile(document="d", rules=rules, groups=(group,)),), {})


@pytest.mark.parametrize(
    ("exclusions", "amounts", "chosen", "total"),
    [
        ({}, {"a": "60万元", "b": "30万元"}, ["a", "b"], "90万元"),
        ({}, {"a": "60万元", "b": "70万元", "x": "20万元"}, ["a", "b", "x"], "120万元"),
        ({"a": ["b"]}, {"a": "60万元", "b": "70万元"}, ["b"], "70万元"),
        ({"a": ["b", "c"]}, {"a": "60万元", "b": "40万元", "c": "30万元"}, ["b", "c"], "70万元"),
        ({"x1": ["x2"]}, {"x1": "200万元", "x2": "150万元", "a": "150万元"}, ["x1", "a"], "300万元"),
        ({"a": ["x"]}, {"a": "150万元", "x": "120万元"}, ["x"], "120万元"),
        ({}, {f"x{n}": "1万元" for n in range(20)}, [f"x{n}" for n in range(20)], "20万元"),
    ],
)
def test_the_best_permitted_sum(
    exclusions: dict[str, list[str]], amounts: dict[str, str], chosen: list[str], total: str
) -> None:
    book = a_book(exclusions, amounts)
    found = best_combination(book, [calculate(rule, {}) for rule in book.rules])
    assert (list(found.chosen), found.total) == (chosen, Quantity.parse(total))


def test_a_shared_ceiling_that_binds_is_named() -> None:
    book = a_book({}, {"a": "60万元", "b": "70万元"})
    (limit,) = best_combination(book, [calculate(rule, {}) for rule in book.rules]).limits
    assert (limit.rules, limit.label, limit.quote) == (("a", "b"), "每年总上限", "总额100万元")
    assert (limit.before, limit.after) == (Quantity.parse("130万元"), Quantity.parse("100万元"))
