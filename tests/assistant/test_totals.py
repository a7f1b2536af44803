"""Sums: several deals, several years, several items side by side, and differences between documents."""

from decimal import Decimal

import pytest

from assistant.calculator.evaluate import calculate
from assistant.calculator.facts import Value
from assistant.calculator.totals import by_year_lists, first_years, side_by_side, summed
from corpus.quantities.quantity import Quantity
from corpus.rules import read_rules
from tests.assistant.conftest import Ask

TOTALS = {
    "deals one by one, each with its ceiling": (
        "投资机构首轮投了三笔，分别是600万、1500万、800万，一共能补多少",
        480,
    ),
    "deals over the yearly ceiling": ("投资机构首轮投了三笔，分别是1000万、1500万、800万，一共能补多少", 500),
    "two contributions in two years": ("保险资金连续两年对创投基金出资，分别是4亿和6亿，一共补贴多少", 1300),
    "acquisitions one by one": (
        "上市公司做了两笔并购，交易额分别是3000万和5000万，都控股60%，一共支持多少",
        350,
    ),
    "three standards": ("企业新发布3项中关村标准，一共能拿多少", 150),
    "standards over the yearly ceiling": ("企业新发布5项中关村标准，一共最多拿多少", 200),
    "standards of two grades": ("氢能企业制定了2项国际标准和1项国家标准，一共补助多少", 230),
    "two years of a frontier firm": ("前沿技术企业两年一共最多拿多少，指标全完成", 500),
    "three years of an incubator": ("引领类标杆型孵化器三年一共最多拿多少", 2000),
    "three years of a cultivated incubator": ("培育类标杆型孵化器三年一共最多拿多少", 400),
    "three years of a platform": ("共性技术平台三年一共最多支持多少", 5000),
    "both layers": ("先在新三板基础层挂牌再调入创新层，一共给多少", 100),
    "scaling up and specialised": ("先进制造业企业当年首次上规，又是专精特新，一共奖励多少", 70),
    "two items of one document": (
        "首台套保险费100万，另外国内首创产品首个合同500万，两项加起来能拿多少",
        230,
    ),
    "price and sale of hydrogen": (
        "加氢站12小时额定能力1000公斤，一年卖氢20000公斤，售价30元每公斤，合计补贴多少",
        520,
    ),
}


@pytest.mark.parametrize(("text", "wan"), TOTALS.values(), ids=TOTALS.keys())
def test_the_total_of_a_question(ask: Ask, text: str, wan: int) -> None:
    amount = ask(text).amount
    assert amount is not None
    assert amount.value == Decimal(wan)


DIFFERENCES = {
    "between two classes of one rule": ("首创产品国际首创的上限，和国内首创的上限差多少", 200),
    "between two documents": ("科技金融办法和氢能政策的融资租赁补贴上限差多少", 950),
    "between equal ceilings": ("技术转移机构支持，8号文和科技服务业征求意见稿的最高额相差多少", 0),
}


@pytest.mark.parametrize(("text", "wan"), DIFFERENCES.values(), ids=DIFFERENCES.keys())
def test_the_difference_that_a_question_asks_for(ask: Ask, text: str, wan: int) -> None:
    amount = ask(text).amount
    assert amount is not None
    assert amount.value == wan


def given(**facts: str) -> dict[str, Value]:
    return {name: Quantity.parse(text) for name, text in facts.items()}


def test_lists_by_year_are_parted_into_one_set_of_facts_a_year() -> None:
    rule = read_rules().rule("2022-06.early-investment")
    deals: tuple[Quantity, ...] = (Quantity.parse("600万元"), Quantity.parse("800万元"))
    facts: dict[str, Value] = {"investment": deals, **given(years="2年", capital="1000万元")}
    parted = by_year_lists(rule, facts)
    assert [year["investment"] for year in parted] == list(deals)
    assert all(year["capital"] == Quantity.parse("1000万元") and "years" not in year for year in parted)
    assert by_year_lists(rule, {"investment": deals}) == []


def test_years_are_added_and_told_year_by_year() -> None:
    rule = read_rules().rule("2022-07.incubator")
    total = first_years(rule, {"grade": "leading"}, 2)
    assert total is not None
    assert total.amount == Quantity.parse("1500万元")
    assert total.steps[0].startswith("第1年：")
    assert "1500万元" in total.steps[-1]


def test_more_years_than_the_text_has_are_not_added() -> None:
    assert first_years(read_rules().rule("2022-07.incubator"), {"grade": "leading"}, 5) is None
    assert first_years(read_rules().rule("2022-05.insurance"), given(premium="100万元"), 2) is None


def test_a_year_that_is_open_leaves_the_sum_open() -> None:
    rule = read_rules().rule("2022-05.insurance")
    assert summed([calculate(rule, given(premium="100万元")), calculate(rule, {})]) is None
    assert summed([]) is None


def test_one_item_is_no_sum() -> None:
    book = read_rules()
    one = calculate(book.rule("2022-05.insurance"), given(premium="100万元"))
    assert side_by_side(book, [one]) is None
