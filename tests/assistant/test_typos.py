"""Typos and homophones of policy terms are mended; words that are right, or not ours, stay."""

import pytest

from tests.assistant.conftest import Ask, Understand, cited

MENDED = {
    "孵画器能拿多少支持": "孵化器",
    "标杆型孵化汽怎么支持": "孵化器",
    "融资租贷费用能补吗": "融资租赁",
    "大学科技圆建设支持": "大学科技园",
    "知识产权质压贷款贴息": "质押",
    "技术经里人登记条件": "技术经理人",
    "高精间创新中心怎么申请": "高精尖",
    "颠复性技术创新支持": "颠覆性",
    "概念验正平台支持": "概念验证",
    "数子人行动计划目标": "数字人",
    "并购重阻补多少": "并购重组",
    "共性技术评台支持多少": "平台",
}


@pytest.mark.parametrize(("text", "term"), MENDED.items(), ids=MENDED.keys())
def test_a_slip_in_a_policy_term_is_mended(understand: Understand, text: str, term: str) -> None:
    asked = understand(text)
    assert asked.corrections
    assert term in asked.topic
    assert asked.text == text


UNTOUCHED = [
    "首创产品首次进入市场，合同1200万能补多少",
    "我们公司在海淀，去年营收800万，能领创新券吗",
    "请问贴1字标的产品每项给多少钱",
    "小升规一次性奖励是多少",
    "老板说园区能报销活动场地费，真的吗",
    "技术经理人和技术经纪人是一回事吗",
    "外资研发中心算不算高新技术企业",
    "加氢站的压缩机要多大",
    "孵化器和众创空间有什么区别",
    "融资担保公司代偿了怎么办",
    "有没有人才公寓",
    "石景山的数字人基地怎么入驻",
    "三新产品证书丢了怎么补办",
    "申报书在哪个系统填",
    "想收购一家芯片公司，政府给不给钱",
]


@pytest.mark.parametrize("text", UNTOUCHED)
def test_a_question_without_slips_is_left_alone(understand: Understand, text: str) -> None:
    assert understand(text).corrections == ()


SAME_ANSWER = {
    "孵画器第一年最多支持多少": "孵化器第一年最多支持多少",
    "科技企业融资租贷补贴比例是多少": "科技企业融资租赁补贴比例是多少",
    "技术经里人登记要什么条件": "技术经理人登记要什么条件",
    "知识产权质压贷款利息补多少": "知识产权质押贷款利息补多少",
}


@pytest.mark.parametrize(("wrong", "right"), SAME_ANSWER.items(), ids=SAME_ANSWER.keys())
def test_a_slip_does_not_change_the_answer(ask: Ask, wrong: str, right: str) -> None:
    assert cited(ask(wrong))[0] == cited(ask(right))[0]
    assert ask(wrong).amount == ask(right).amount
