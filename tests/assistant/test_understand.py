"""What a question asks: intents, whether money is wanted, quantities in any notation, the date asked for."""

from datetime import date
from decimal import Decimal

import pytest

from assistant.question import Intent
from tests.assistant.conftest import Understand

INTENTS = {
    "materials are a procedure": ("三新产品认定要交哪些材料", Intent.PROCEDURE),
    "steps are a procedure": ("技术经理人怎么登记", Intent.PROCEDURE),
    "days of publication are a procedure": ("拟支持名单公示几天", Intent.PROCEDURE),
    "when it takes effect is validity": ("技术创新中心指引什么时候生效", Intent.VALIDITY),
    "repeal is validity": ("一区多园那个暂行办法作废了吗", Intent.VALIDITY),
    "what is meant is a definition": ("科创孵化板是什么意思", Intent.DEFINITION),
    "called what is a definition": ("什么叫开放创新平台", Intent.DEFINITION),
    "conditions are eligibility": ("申请创新券有什么条件", Intent.ELIGIBILITY),
    "may I apply is eligibility": ("成立六年的企业能申请前沿技术支持吗", Intent.ELIGIBILITY),
    "which is higher is a comparison": ("新三板挂牌和四板挂牌哪个高", Intent.COMPARISON),
    "which support is a listing": ("氢能企业有哪些支持", Intent.LISTING),
    "neither is a look-up": ("强链工程由谁牵头", Intent.LOOKUP),
}


@pytest.mark.parametrize(("text", "intent"), INTENTS.values(), ids=INTENTS.keys())
def test_the_kind_of_question_is_recognised(understand: Understand, text: str, intent: Intent) -> None:
    assert understand(text).has(intent)


WANTS_AMOUNT = {
    "how much": ("首台套的保险费能补多少", True),
    "ceiling": ("孵化器封顶是多少万", True),
    "tenths": ("租设备最多给几成", True),
    "whether anything is given": ("办学术会议给补贴不", True),
    "who explains": ("5号文由哪个部门负责解释", False),
    "steps": ("登记要走哪几步", False),
    "definition": ("S基金是啥意思", False),
}


@pytest.mark.parametrize(("text", "wanted"), WANTS_AMOUNT.values(), ids=WANTS_AMOUNT.keys())
def test_whether_money_is_asked_for(understand: Understand, text: str, wanted: bool) -> None:
    assert understand(text).wants_amount is wanted


MONEY = {
    "1200万": 1200,
    "1,200万元": 1200,
    "１２００万": 1200,
    "0.12亿": 1200,
    "一千二百万": 1200,
    "12000000元": 1200,
    "1.3个亿": 13000,
    "两亿": 20000,
    "80万": 80,
    "三十五万块": 35,
}


@pytest.mark.parametrize(("written", "wan"), MONEY.items(), ids=MONEY.keys())
def test_money_in_any_notation_is_the_same_quantity(understand: Understand, written: str, wan: int) -> None:
    mentions = understand(f"首创产品第一个合同{written}，能补多少").mentions
    assert Decimal(wan) in [
        mention.quantity.in_wan() for mention in mentions if mention.quantity.measure == "元"
    ]


RATES = {"30%": "0.3", "百分之三十": "0.3", "三成": "0.3", "3‰": "0.003", "千分之三": "0.003", "50％": "0.5"}


@pytest.mark.parametrize(("written", "fraction"), RATES.items(), ids=RATES.keys())
def test_rates_in_any_notation_are_the_same_quantity(
    understand: Understand, written: str, fraction: str
) -> None:
    quantities = [m.quantity for m in understand(f"股权占比{written}算不算达标").mentions]
    assert [q.value for q in quantities if q.measure == "比例"] == [Decimal(fraction)]


DAYS = {
    "a day of the question": ("5号文在2023年3月1日还有效吗", date(2023, 3, 1)),
    "the last day of a month": ("软件政策2025年7月还管用吗", date(2025, 7, 31)),
    "a year by its last day": ("数字人行动计划2026年还有效吗", date(2026, 12, 31)),
    "last year counts from today": ("氢能政策去年还有效吗", date(2024, 12, 31)),
    "no date means today": ("氢能政策还有效吗", date(2025, 1, 15)),
    "the year of a number is no date": ("京科发〔2022〕5号还有效吗", date(2025, 1, 15)),
}


@pytest.mark.parametrize(("text", "day"), DAYS.values(), ids=DAYS.keys())
def test_validity_is_judged_on_the_day_that_the_question_names(
    understand: Understand, text: str, day: date
) -> None:
    assert understand(text).as_of == day


def test_a_year_in_a_question_on_money_does_not_change_the_day(understand: Understand) -> None:
    assert understand("2022年签的首创产品合同1000万能补多少").as_of == date(2025, 1, 15)


def test_colloquial_words_bring_the_words_of_the_texts(understand: Understand) -> None:
    asked = understand("公司要上新三板，给钱不")
    assert "全国中小企业股份转让系统" in asked.search
    assert "全国中小企业股份转让系统" not in asked.topic
