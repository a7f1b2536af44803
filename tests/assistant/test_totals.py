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


CASES: dict[str, tuple[tuple[str, ...], int]] = {
    "prizes, each so many times": (
        ("创新创业大赛北京赛区二等奖2家、三等奖3家，都只报获奖企业这一项，合计最多多少",),
        70,
    ),
    "a year each, with the ceiling of a year": (
        ("市场化聘技术经理人，今年薪酬总额240万，明年500万，两年加一起能补多少",),
        320,
    ),
    "two applicants of two classes": (
        ("一本期刊首次进JCR Q1区，另一本首次进Q2区，分属两所大学，总共最多多少",),
        300,
    ),
    "three applicants, one figure each": (
        ("三家科技型小微企业的研发费用增量分别是120万、90万、600万，三家合起来最多多少",),
        50,
    ),
    "applicants that are alike": (("区里有6家高企新进小升规培育清单，一次性支持总共多少",), 120),
    "a year in each turn": (
        (
            "科技服务业征求意见稿，今年建场景实验室投了6000万，新基建奖励多少？",
            "明年再投1.1亿，两年奖励加一起最多多少？",
        ),
        4800,
    ),
    "contracts of kinds of which one does not count": (
        ("中小企业从高校受让技术，技术转让合同500万、技术咨询合同400万，都登记了，最多补多少",),
        50,
    ),
    "a count of the cases is no number of one": (
        (
            "中关村论坛系列活动办了一场，总经费200万；另外组织企业集体去国外参展，总经费100万。两场互不相干，合计上限多少",
        ),
        90,
    ),
    "a class in each turn": (("新三板基础层挂牌给多少", "又调层进了创新层，先后加起来呢"), 100),
    "a count that grows": (
        ("集成电路专利池有97件有效发明专利，够不够", "又收进来6件。选贷款贴息，利息1000万，能贴多少"),
        300,
    ),
    "a figure put right": (
        ("融资租赁了研发设备，租息手续费共100万，营收1亿，能补多少", "营收记错了，是1.5亿，能补多少"),
        20,
    ),
    "more on top of an earlier figure": (
        (
            "保险资管给一只北京创投基金今年实际到位7.6亿，补贴多少？",
            "要是再多到账3个亿呢",
        ),
        1000,
    ),
}


@pytest.mark.parametrize(("turns", "wan"), CASES.values(), ids=CASES.keys())
def test_cases_of_one_support_are_read_one_by_one(ask: Ask, turns: tuple[str, ...], wan: int) -> None:
    amount = ask(turns[-1], turns[:-1]).amount
    assert amount is not None
    assert amount.value == Decimal(wan)


BACKWARDS = {
    "a sum wanted": ("存量空间改造想拿到450万补助，近两年至少要投多少", 1500),
    "a sum over several years": ("技术创新中心三年想一共拿满3600万，建设预算总额最少得多少", 12000),
    "the whole of a share received": (
        "高精尖中心的成果转让，科研团队按规定比例分到了350万，倒推净收入是多少",
        500,
    ),
    "what is lacking at the door": ("中小企业发明专利布局，累计研发花了420万，还差多少钱才够门槛", 80),
    "a limit that must be exceeded": ("险资出资创投基金，想够上1000万那档，到位要超过多少钱", 100000),
    "this year's figure for the highest tier": (
        "上一年研发费用700万，今年想冲科技型小微企业研发增量的最高档，全年至少要做到多少",
        1200,
    ),
}


@pytest.mark.parametrize(("text", "wan"), BACKWARDS.values(), ids=BACKWARDS.keys())
def test_what_it_takes_to_get_a_sum(ask: Ask, text: str, wan: int) -> None:
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
