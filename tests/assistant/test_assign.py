"""Figures of a question find their inputs: exact amounts, both sides of boundaries, what is missing."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.calculator.assign import assign
from assistant.calculator.said import Turn
from corpus.folding import squeeze
from corpus.quantities.quantity import Quantity
from corpus.rules import read_rules
from tests.assistant.conftest import Ask, cited

AMOUNTS = {
    # 2022-05
    "an increment of 500 reaches the upper tier": (
        "科技型小微企业研发费用今年1100万，去年600万，能补多少",
        30,
    ),
    "an increment of 499 stays in the lower tier": ("科技型小微企业研发费用同比增量499万，能补多少", 20),
    "an increment of 100 is enough": ("科技型小微企业研发费用同比增加了100万元，支持多少", 20),
    "rank four of the challenge": ("中国创新挑战赛北京赛区第四名的企业奖多少", 20),
    "rank seven of the challenge": ("中国创新挑战赛北京赛区第七名的企业奖多少", 10),
    "equity in a frontier firm": ("前沿技术企业第三年股权投资，市级平台最多出资多少", 1500),
    "a listing in the small-to-large list": ("新纳入小升规培育清单的国家高新技术企业给多少钱", 20),
    "the second year of a disruptive technology": ("颠覆性技术创新第二年最多支持多少", 500),
    "equity below its ceiling": ("强链工程项目总投资3000万，市级平台最多出资多少", 900),
    "equity at its ceiling": ("强链工程项目总投资5000万，市级平台最多出资多少", 1000),
    "30 % of a centre's budget over three years": (
        "领军企业技术创新中心建设预算1亿元，三年累计最多支持多少",
        3000,
    ),
    "a first contract exactly at the ceiling": ("国内首创产品首个合同1000万，能补多少", 300),
    "an international first over the ceiling": ("国际首创产品首个合同2000万，最多补多少", 500),
    "an international first below the ceiling": ("国际首创产品首个合同0.15亿，最多补多少", 450),
    "a premium below the ceiling": ("首台套装备交了90万保险费，能补多少", 72),
    "a premium at the ceiling": ("首台套装备交了125万保险费，能补多少", 100),
    "a scene project": ("应用场景示范项目合同3000万元，能拿多少", 900),
    # 2022-06
    "300 million is the first tier": ("保险资金对创投基金年度实际出资到位3亿元，补贴多少", 500),
    "500 million is still the first tier": ("保险资金对创投基金年度实际出资到位5亿元，补贴多少", 500),
    "more than 500 million is the second tier": ("保险资金对创投基金年度实际出资到位5.1亿元，补贴多少", 800),
    "a billion is still the second tier": ("社保基金对并购基金年度实际出资到位10亿元，补贴多少", 800),
    "more than a billion": ("社保基金对并购基金年度实际出资到位12亿元，补贴多少", 1000),
    "20 % of a deal": ("投资机构首轮投资一笔600万，占股20%，风险补贴多少", 120),
    "the ceiling of a deal": ("投资机构首轮投资一笔1500万，占股20%，风险补贴多少", 200),
    "40 % of transfer costs": ("基金份额转让评估值5000万，过程费用200万，补多少", 80),
    "half of what was compensated": ("创信融合作担保机构今年代偿1500万，风险补偿多少", 750),
    "60 % of a premium": ("企业年营收1亿，科技保险投保金额3000万，保费70万，补多少", 42),
    "20 % of leasing costs": ("企业年营收1亿，融资租赁的融资费用180万，补贴多少", 36),
    "40 % of interest": ("知识产权质押贷款一年实际利息100万，贴息多少", 40),
    "interest over the ceiling": ("知识产权质押贷款一年实际利息130万，贴息多少", 50),
    "directly into the innovation layer": ("公司直接进入新三板创新层挂牌，给多少", 100),
    "the fourth board": ("企业在北京四板挂牌给多少", 30),
    "a thousandth of financing": ("证券交易所在京服务平台一年帮企业上市融资30亿元，支持多少", 300),
    "5 % of a deal": ("上市公司并购交易额3000万，取得60%股权，支持多少", 150),
    "the ceiling of an acquisition": ("上市公司并购交易额5000万，取得60%股权，支持多少", 200),
    # 2022-07
    "half of a park's investment": ("高品质科技园区建设项目总投资8000万，总共最多支持多少", 4000),
    "30 % of a conversion": ("老旧厂房存量空间改造近2年实际投入2000万，能补多少", 600),
    "30 % of a university park": ("大学科技园项目总投资6000万，总共最多支持多少", 1800),
    "the second year of a cultivated incubator": ("培育类标杆型孵化器第二年最多给多少", 100),
    # 2022-08
    "10 % of a technology contract": ("中小微企业与高校签了1500万的技术转让合同，能补多少", 150),
    "30 % of an institution's costs": ("技术转移机构建设实际发生费用800万，支持多少", 240),
    "half of managers' pay": ("技术转移机构拟聘技术经理人薪酬共300万，支持多少", 150),
    "half of a leading firm's costs": ("中关村知识产权领军企业PCT布局实际发生费用180万，支持多少", 90),
    "the second year of a patent pool": ("专利池事前补助第二年最多给多少", 600),
    "70 % for a general society": ("综合类社会组织上一年实际发生费用400万，最多支持多少", 280),
    # 2022-09
    "2 % of research": ("外资研发创新中心上一年度研发投入3亿元，最多支持多少", 600),
    "5 % of a platform, at the ceiling": ("外资开放创新平台上一年度平台投资额1.2亿元，最多支持多少", 500),
    "a large park abroad": ("在国外建的科技园3万平方米，入驻使用面积80%，北京企业12家，给多少", 500),
    "a park abroad of the second tier": (
        "在国外建的科技园2万平方米，入驻使用面积60%，北京企业6家，给多少",
        200,
    ),
    "five transfers": ("跨国技术转移机构上一年度促成5个项目，给多少", 200),
    "four transfers": ("跨国技术转移机构上一年度促成4个项目，给多少", 100),
    "30 % of a conference": ("重点国际学术会议实际总经费250万，支持多少", 75),
    # jiaoyan-13
    "partners' part of one to five": ("高精尖中心北京市财政资金1亿元，参与单位配套资金至少要多少", 2000),
    "the team's share": ("高精尖中心成果转让净收入500万，科研团队分多少", 350),
    # jxf-162
    "25 % of a data centre": ("数据中心绿色化改造固定资产投资6000万，奖励多少", 1500),
    "30 % with waste heat": ("数据中心改造用了余热回收，固定资产投资6000万，奖励多少", 1800),
    "a scene laboratory at the ceiling": ("互联网3.0场景实验室投资4000万，补贴多少", 1000),
    # jxf-63
    "a station of a thousand kilograms": ("加氢站压缩机12小时额定能力1000公斤，建设补贴多少", 500),
    "a station below a thousand": ("加氢站压缩机12小时额定能力999公斤，建设补贴多少", 200),
    "5 % of a lease": ("氢能企业融资租赁关键设备合同额1亿元，租赁费用补贴多少", 500),
    # jxf-75
    "first counted this year": ("当年首次纳入规上统计的先进制造业企业奖励多少", 50),
    "first counted last year": ("上年首次纳入规上统计的先进制造业企业奖励多少", 30),
    # chuangfa-143
    "15 % of sixty hundred million": (
        "技术创新中心依托单位近3年销售收入总额60亿元，研发费用总额至少要多少",
        90000,
    ),
    "60 % at home": ("技术创新中心依托单位近3年研发费用总额10亿元，境内发生的至少要多少", 60000),
    # draft-kejifuwu
    "a billion more": ("头部科技服务业企业年度营收增量12亿元，增速高于行业平均，最高给多少", 2000),
}


@pytest.mark.parametrize(("text", "wan"), AMOUNTS.values(), ids=AMOUNTS.keys())
def test_the_amount_of_a_question(ask: Ask, text: str, wan: int) -> None:
    answer = ask(text)
    assert not answer.refused
    assert answer.amount is not None
    assert (answer.amount.value, answer.amount.unit) == (Decimal(wan), "万元")
    assert f"{wan}万元" in squeeze(answer.answer)
    assert answer.calculation is not None
    assert answer.citations


RECEIVED = {
    "in years before": ("第三方机构评估出入境高风险特殊物品，去年领过120万，今年花了100万，还能给多少", 80),
    "a loan is not received": ("软件企业拿了4亿的研发贷，按162号文贴息最高多少", 800),
    "the first three contracts": (
        "国内首创产品先后签了四份合同：300万、400万、500万、900万，任选一个申报，最多给多少",
        150,
    ),
}


@pytest.mark.parametrize(("text", "wan"), RECEIVED.values(), ids=RECEIVED.keys())
def test_what_was_received_or_comes_too_late_does_not_count(ask: Ask, text: str, wan: int) -> None:
    amount = ask(text).amount
    assert amount is not None
    assert amount.value == Decimal(wan)


NOT_ELIGIBLE = {
    "a support received two years ago": (
        "我们2年前拿过一次发明专利布局支持的50万，这两年累计研发投了800万，还能再拿多少",
        "3年",
    ),
    "an increment below a hundred": ("科技型小微企业研发费用同比增量99万，能补多少", "100万元"),
    "a fourth contract": ("首创产品拿第四个合同1000万来申报，能补多少", "前3个"),
    "contributions below 300 million": ("保险资金对创投基金年度实际出资到位2.9亿元，补贴多少", "3亿元"),
    "a deal below five million": ("投资机构首轮投资一笔499万，风险补贴多少", "500万元"),
    "more than half of the shares": ("投资机构首轮投资一笔800万，占股60%，风险补贴多少", "50%"),
    "a revenue over 200 million": ("企业年营收2.1亿，科技保险保费70万，补多少", "2亿元"),
    "an acquisition below ten million": ("上市公司并购交易额900万，支持多少", "1000万元"),
    "a contract below a million": ("中小微企业与高校签了99万的技术转让合同，能补多少", "100万元"),
    "an eleventh rank": ("中国创新挑战赛北京赛区第十一名的企业奖多少", "前10名"),
    "a station that is too small": ("加氢站压缩机12小时额定能力499公斤，建设补贴多少", "500公斤"),
    "a lease below ten million": ("氢能企业融资租赁合同额900万，租赁费用补贴多少", "1000万元"),
    "too small an increment in the draft": ("头部科技服务业企业年度营收增量9亿元，给多少", "10亿元"),
    "a firm that is too old": ("成立六年的软件企业掌握前沿技术，第一年能拿多少", "5年"),
}


@pytest.mark.parametrize(("text", "condition"), NOT_ELIGIBLE.values(), ids=NOT_ELIGIBLE.keys())
def test_who_does_not_qualify_gets_nothing_and_reads_why_first(ask: Ask, text: str, condition: str) -> None:
    answer = ask(text)
    assert not answer.refused
    assert answer.amount is not None
    assert answer.amount.value == 0
    conclusion = answer.answer.split("\n")[0]
    assert "不符合" in conclusion
    assert condition in conclusion


JUST_ELIGIBLE = {
    "a revenue of exactly 200 million": ("企业年营收2亿，科技保险投保2000万，保费70万，补多少", 42),
    "exactly half of the shares": ("投资机构首轮投资一笔500万，占股50%，风险补贴多少", 100),
    "an acquisition of exactly ten million": ("上市公司并购交易额1000万，取得51%股权，支持多少", 50),
    "a contract of exactly a million": ("中小微企业与高校签了100万的技术转让合同，能补多少", 10),
    "a station of exactly 500 kilograms": ("加氢站压缩机12小时额定能力500公斤，建设补贴多少", 200),
    "a medical firm of seven years": ("成立七年的生物医药企业掌握前沿技术，第一年能拿多少", 200),
    "the tenth rank": ("中国创新挑战赛北京赛区第十名的企业奖多少", 10),
}


@pytest.mark.parametrize(("text", "wan"), JUST_ELIGIBLE.values(), ids=JUST_ELIGIBLE.keys())
def test_who_stands_on_the_boundary_qualifies(ask: Ask, text: str, wan: int) -> None:
    amount = ask(text).amount
    assert amount is not None
    assert amount.value == wan


MISSING = {
    "no contract": ("我们有国内首创产品，首次进入市场能补多少", "合同金额"),
    "no premium": ("首台套装备保险费能补多少钱", "保险费"),
    "no cost": ("中关村知识产权示范企业做PCT布局能拿多少", "费用"),
    "no investment": ("投资机构首轮投资早期硬科技能拿多少风险补贴", "投资"),
    "no turnover": ("技术创新中心依托单位研发费用至少要多少", "销售收入"),
}


@pytest.mark.parametrize(("text", "label"), MISSING.values(), ids=MISSING.keys())
def test_a_missing_figure_is_named_and_asked_for_once(ask: Ask, text: str, label: str) -> None:
    answer = ask(text)
    assert answer.calculation is not None
    assert any(label in missing for missing in answer.calculation.missing)
    questions = [line for line in answer.answer.split("\n") if line.rstrip().endswith("？")]
    assert len(questions) == 1


NO_AMOUNT = {
    "recognition without money": "三新产品认定通过了能拿多少奖金",
    "direction without a figure": "氢能企业参与筑基工程奖励多少",
    "left to the districts": "数字人园区的入驻企业给多少扶持资金",
    "training without a figure": "技术经理人培养方案给每人补多少钱",
    "a framework": "4号文里天使投资给多少钱",
}


@pytest.mark.parametrize("text", NO_AMOUNT.values(), ids=NO_AMOUNT.keys())
def test_no_amount_is_stated_where_the_text_gives_none(ask: Ask, text: str) -> None:
    assert ask(text).amount is None


ELIGIBILITY = {
    "experience of half a year": ("工作经历只有半年的人能登记技术经理人吗", "不符合", ("2022-13", "第九条")),
    "a junior title": ("只有初级职称能登记为技术经理人吗", "不符合", ("2022-13", "第九条")),
    "a firm outside the city": ("注册在河北的公司能申请三新产品认定吗", "不符合", ("cufa-175", "第五条")),
    "a large firm and vouchers": ("有120名员工的公司能领科技创新券吗", "不符合", ("2022-08", "第十三条")),
    "enough patents for a pool": ("有120件有效发明专利的专利池够申请条件吗", "符合", ("2022-08", "第十六条")),
}


@pytest.mark.parametrize(("text", "verdict", "unit"), ELIGIBILITY.values(), ids=ELIGIBILITY.keys())
def test_a_verdict_on_eligibility_comes_first_with_its_source(
    ask: Ask, text: str, verdict: str, unit: tuple[str, str]
) -> None:
    answer = ask(text)
    conclusion = answer.answer.split("\n")[0]
    assert verdict in conclusion
    assert ("不符合" in conclusion) is (verdict == "不符合")
    assert unit in cited(answer)


REVERSE = {
    "how large a contract": ("国内首创产品合同要签到多少万才能拿满300万", 1000),
    "how large a premium": ("首台套保险费交多少才能拿满100万", 125),
    "how much interest": ("知识产权质押贷款利息要多少才能补满50万", 125),
    "how large a deal": ("并购交易额多少才能拿满200万", 4000),
}


@pytest.mark.parametrize(("text", "wan"), REVERSE.values(), ids=REVERSE.keys())
def test_the_least_figure_that_reaches_the_ceiling(ask: Ask, text: str, wan: int) -> None:
    amount = ask(text).amount
    assert amount is not None
    assert amount.value == wan


SAME = {
    "yuan": "国内首创产品首个合同8000000元，能补多少",
    "hundred millions": "国内首创产品首个合同0.08亿，能补多少",
    "Chinese numerals": "国内首创产品首个合同八百万，能补多少",
    "commas": "国内首创产品首个合同8,000,000元，能补多少",
    "full width": "国内首创产品首个合同８００万元，能补多少",
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME.keys())
def test_the_unit_of_a_figure_does_not_change_the_amount(ask: Ask, text: str) -> None:
    amount = ask(text).amount
    assert amount is not None
    assert amount.value == 240


ASSIGNED = {
    "a difference is left to the rule": (
        "2022-05.small-innovator",
        ["研发费用今年800万，去年300万"],
        {"rd": "800万元", "rd_last": "300万元"},
    ),
    "a constant of the policy is no input": (
        "2022-05.first-contract",
        ["按30%补，合同1200万，国内首创，上限300万对吗"],
        {"contract": "1200万元"},
    ),
    "a later turn replaces an earlier one": (
        "2022-05.first-contract",
        ["首创合同1200万", "换成4000万呢"],
        {"contract": "4000万元"},
    ),
    "figures by their words, whatever their order": (
        "2022-06.tech-insurance",
        ["保费70万，营收1亿，投保金额3000万"],
        {"premium": "70万元", "revenue": "1亿元", "insured": "3000万元"},
    ),
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(min_value=1, max_value=6000))
def test_any_contract_gives_thirty_per_cent_up_to_the_ceiling(ask: Ask, wan: int) -> None:
    amount = ask(f"国内首创产品首个合同{wan}万元，能补多少").amount
    assert amount is not None
    assert amount.value == min(Decimal(wan) * 3 / 10, Decimal(300))


@pytest.mark.parametrize(("rule", "turns", "expected"), ASSIGNED.values(), ids=ASSIGNED.keys())
def test_figures_go_to_the_inputs_that_their_words_name(
    rule: str, turns: list[str], expected: dict[str, str]
) -> None:
    assignment = assign(read_rules().rule(rule), [Turn.read(turn) for turn in turns])
    quantities = {name: value for name, value in assignment.given.items() if isinstance(value, Quantity)}
    money = {name: value for name, value in quantities.items() if value.measure == "元"}
    assert money == {name: Quantity.parse(text) for name, text in expected.items()}


def test_a_figure_without_an_input_is_reported(ask: Ask) -> None:
    assignment = assign(read_rules().rule("2022-05.insurance"), [Turn.read("保费100万，办公室租金37万")])
    assert [mention.text for mention in assignment.unused] == ["37万"]
    assert "37万" in ask("首台套装备保险费100万，办公室租金37万，能补多少").answer
