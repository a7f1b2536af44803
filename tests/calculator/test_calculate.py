"""`calculate`: what comes out, how it is derived, and what is asked back."""

import json
from typing import Any

import pytest

from assistant.calculator.evaluate import calculate
from assistant.outcome import Eligibility, VerdictState
from corpus.errors import InvalidInput
from corpus.quantities.quantity import Quantity
from corpus.rules import read_rules
from tests.calculator.building import a_rule

BOOK = read_rules()
MONEY = "inputs: {base: {label: 合同额, measure: 元}, other: {label: 其他, measure: 元, required: false}}\n"

# Formula, facts, amount: every operation at least once, on its own.
OPERATIONS = {
    "fixed": ("formula: 20万元", {}, "20万元"),
    "input": (f"{MONEY}formula: base", {"base": "7万元"}, "7万元"),
    "ratio": (f"{MONEY}formula: {{ratio: {{of: base, rate: 30%}}}}", {"base": "1200万元"}, "360万元"),
    "ratio below a fen": (f"{MONEY}formula: {{ratio: {{of: base, rate: 0.1%}}}}", {"base": "0.01元"}, "0.00001元"),
    "per unit": (
        "inputs: {sold: {label: 销量, measure: 公斤}}\nformula: {per_unit: {count: sold, rate: 10元/公斤}}",
        {"sold": "1.5吨"}, "1.5万元",
    ),
    "per unit without unit": (
        "inputs: {n: {label: 标准数, measure: 项}}\nformula: {per_unit: {count: n, rate: 50万元}}",
        {"n": "3项"}, "150万元",
    ),
    "sum": (f"{MONEY}formula: {{sum: [base, 10万元, other]}}", {"base": "5万元", "other": "2万元"}, "17万元"),
    "min": (f"{MONEY}formula: {{min: [base, 10万元]}}", {"base": "12万元"}, "10万元"),
    "max": (f"{MONEY}formula: {{max: [base, 10万元]}}", {"base": "12万元"}, "12万元"),
    "cap binds": (f"{MONEY}formula: {{cap: {{of: base, at: 10万元}}}}", {"base": "12万元"}, "10万元"),
    "cap does not bind": (f"{MONEY}formula: {{cap: {{of: base, at: 10万元}}}}", {"base": "9万元"}, "9万元"),
    "difference": (
        f"{MONEY}formula: {{difference: {{of: base, minus: other}}}}", {"base": "9万元", "other": "4万元"}, "5万元",
    ),
    "a negative difference pays nothing": (
        f"{MONEY}formula: {{difference: {{of: base, minus: other}}}}", {"base": "4万元", "other": "9万元"}, "0元",
    ),
    "quotient of like": (
        f"{MONEY}answers: share\nformula: {{quotient: {{of: base, by: other}}}}",
        {"base": "3万元", "other": "12万元"}, "25%",
    ),
    "quotient by a number": (
        "inputs: {all: {label: 总额, measure: 元}, n: {label: 年数, measure: 年}}\n"
        "formula: {quotient: {of: all, by: n}}",
        {"all": "90万元", "n": "3年"}, "30万元",
    ),
    "growth over one year": (
        f"{MONEY}answers: share\nformula: {{growth: {{start: base, end: other}}}}",
        {"base": "100万元", "other": "112万元"}, "12%",
    ),
    "compound growth": (
        f"{MONEY}answers: share\nformula: {{growth: {{start: base, end: other, years: 2}}}}",
        {"base": "100万元", "other": "121万元"}, "10%",
    ),
    "lookup": (
        "inputs: {g: {label: 类, choices: [{value: a, label: 甲}, {value: b, label: 乙}]}}\n"
        "formula: {lookup: {by: g, values: {a: 1万元, b: 2万元}}}",
        {"g": "乙"}, "2万元",
    ),
    "by year": (
        "inputs: {y: {label: 年度, choices: [{value: '1', label: 第一年}, {value: '2', label: 第二年},"
        " {value: total, label: 合计}]}}\nformula: {by_year: {by: y, years: {'1': 3万元, '2': 4万元}}}",
        {"y": "合计"}, "7万元",
    ),
    "by year with a total of its own": (
        "inputs: {y: {label: 年度, choices: [{value: '1', label: 第一年}, {value: total, label: 合计}]}}\n"
        "formula: {by_year: {by: y, years: {'1': 3万元}, total: 9万元}}",
        {"y": "total"}, "9万元",
    ),
    "split": (
        f"{MONEY[:-2]}, who: {{label: 归谁, choices: [{{value: a, label: 团队}}, {{value: b, label: 单位}}]}}}}\n"
        "formula: {split: {of: base, by: who, shares: {a: 70%, b: 30%}}}",
        {"base": "200万元", "who": "团队"}, "140万元",
    ),
    "if met": (
        f"{MONEY}formula: {{if: {{test: {{input: base, more_than: 5万元}}, then: 2万元, otherwise: 1万元}}}}",
        {"base": "5.01万元"}, "2万元",
    ),
    "if not met": (
        f"{MONEY}formula: {{if: {{test: {{input: base, more_than: 5万元}}, then: 2万元}}}}", {"base": "5万元"}, "0元",
    ),
    "each": (
        "inputs: {c: {label: 费用, measure: 元, many: item}}\n"
        "formula: {sum: [5万元, {each: {over: [c], of: {cap: {of: {ratio: {of: c, rate: 50%}}, at: 30万元}}}}]}",
        {"c": ["80万元", "20万元"]}, "45万元",
    ),
    "the best of each": (
        "inputs: {c: {label: 合同, measure: 元, many: item}}\n"
        "formula: {each: {over: [c], take: best, of: {ratio: {of: c, rate: 50%}}}}",
        {"c": ["80万元", "20万元"]}, "40万元",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "given", "amount"), OPERATIONS.values(), ids=OPERATIONS.keys())
def test_every_operation(text: str, given: dict[str, Any], amount: str) -> None:
    assert calculate(a_rule(text), given).amount == Quantity.parse(amount)


TIERS = """\
inputs: {base: {label: 出资, measure: 元}}
assumptions: [{text: 取前一档, when: {input: base, at_least: 10万元, at_most: 10万元}}]
formula:
  tiers:
    by: base
    bands:
      - {at_least: 3万元, at_most: 5万元, then: 1万元}
      - {more_than: 5万元, at_most: 10万元, then: 2万元}
      - {at_least: 10万元, then: 4万元}
"""


@pytest.mark.parametrize(
    ("base", "amount", "others"),
    [
        ("2.99万元", "0元", []),
        ("3万元", "1万元", []),
        ("5万元", "1万元", []),
        ("5.01万元", "2万元", []),
        ("10万元", "2万元", ["4万元"]),
        ("10.01万元", "4万元", []),
    ],
)
def test_tiers_at_their_ends(base: str, amount: str, others: list[str]) -> None:
    outcome = calculate(a_rule(TIERS), {"base": base})
    assert outcome.amount == Quantity.parse(amount)
    assert [other.low for other in outcome.other_readings] == [Quantity.parse(other) for other in others]
    assert ("取前一档" in outcome.assumptions) is (base == "10万元")


CAPS = """\
inputs:
  deal: {label: 交易额, measure: 元, many: item}
formula: {ratio: {of: deal, rate: 10%}}
caps:
  - {scope: item, at: 20万元, quote: 每笔}
  - {scope: enterprise_year, at: 50万元, quote: 每年}
  - {scope: period_total, at: 120万元, quote: 累计}
period: {kind: yearly, max_years: 3年, quote: 三年}
"""


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        ({"deal": "100万元"}, "10万元"),
        ({"deal": "300万元"}, "20万元"),
        ({"deal": ["300万元", "300万元"]}, "40万元"),
        ({"deal": ["300万元", "300万元", "300万元"]}, "50万元"),
        ({"deal": "300万元", "years": "2年"}, "40万元"),
        ({"deal": "300万元", "years": "5年"}, "60万元"),
        ({"deal": ["300万元", "300万元", "300万元"], "years": "3年"}, "120万元"),
    ],
)
def test_ceilings_per_item_per_year_and_in_total(given: dict[str, Any], amount: str) -> None:
    assert calculate(a_rule(CAPS), given).amount == Quantity.parse(amount)


def test_a_list_of_years_is_limited_year_by_year_to_the_best_years() -> None:
    rule = a_rule(CAPS.replace("many: item", "many: year").replace("scope: item", "scope: project_year"))
    outcome = calculate(rule, {"deal": ["100万元", "150万元", "900万元", "50万元"]})
    assert outcome.amount == Quantity.parse("45万元")
    assert "支持不超过3年，计金额最高的3年" in outcome.steps


def test_the_derivation_reads_line_by_line() -> None:
    outcome = calculate(BOOK.rule("2022-05.first-contract"), {"contract": "1200万元", "novelty": "国内首创"})
    assert outcome.steps == (
        "首次进入市场合同金额 1200万元 × 30% = 360万元",
        "国内首创产品每家每年上限 300万元；360万元 与上限取小 → 300万元",
    )
    assert outcome.inputs == (("首创类型", "国内首创"), ("首次进入市场合同金额", "1200万元"))
    assert [(part.path, part.quote) for part in outcome.citations] == [
        (
            "第十一条（三）",
            "按照首次进入市场合同(前3个合同中任选1个)金额30%比例,择优给予首创产品研制单位资金支持",
        ),
        ("第十一条（三）", "国内首创产品支持金额不超过300万元"),
    ]


def test_each_item_has_its_own_lines() -> None:
    outcome = calculate(BOOK.rule("2022-06.merger"), {"deal": ["3500万元", "9000万元", "500万元"]})
    assert outcome.steps == (
        "第1项：并购交易额 3500万元 × 5% = 175万元",
        "第1项：175万元 未超过每个项目年度上限 200万元 → 175万元",
        "第2项：并购交易额 9000万元 × 5% = 450万元",
        "第2项：每个项目年度上限 200万元；450万元 与上限取小 → 200万元",
        "第3项：不符合“并购交易额1000万元(含)以上”（并购交易额 500万元，要求1000万元(含)以上）→ 不予支持",
        "175万元 + 200万元 = 375万元",
        "375万元 未超过每家每年上限 500万元 → 375万元",
    )
    (verdict,) = [verdict for verdict in outcome.verdicts if verdict.id == "deal"]
    assert verdict.state is VerdictState.MET
    assert verdict.detail == "第3项不符合（并购交易额 500万元，要求1000万元(含)以上）"


def test_a_failed_hard_condition_comes_first_and_pays_nothing() -> None:
    outcome = calculate(BOOK.rule("2022-06.tech-insurance"), {"premium": "40万元", "revenue": "2.05亿元"})
    assert outcome.eligibility is Eligibility.NOT_ELIGIBLE
    assert (outcome.amount, outcome.low, outcome.high) == (Quantity.parse("0元"),) * 3
    assert outcome.kind == "exact"
    assert outcome.verdicts[0].id == "revenue"
    assert outcome.verdicts[0].state is VerdictState.NOT_MET
    assert outcome.citations[0].quote == outcome.verdicts[0].quote
    assert outcome.missing == ()
    assert len(outcome.steps) == 1
    assert outcome.steps[0].startswith(
        "不符合“年营业收入2亿元(含)以下”（上一会计年度营业收入 20500万元，要求"
    )


def test_what_is_missing_is_asked_with_the_range_still_possible() -> None:
    outcome = calculate(BOOK.rule("2022-05.first-contract"), {"contract": "1200万元"})
    assert (outcome.amount, outcome.low, outcome.high) == (
        None,
        Quantity.parse("300万元"),
        Quantity.parse("360万元"),
    )
    assert [(missing.name, missing.question) for missing in outcome.missing] == [
        ("novelty", "请问首创类型是哪一种：国际首创、国内首创？")
    ]
    assert [(branch.label, branch.high) for branch in outcome.branches] == [
        ("首创类型：国际首创", Quantity.parse("360万元")),
        ("首创类型：国内首创", Quantity.parse("300万元")),
    ]
    assert outcome.steps[0] == "以下按首创类型为“国际首创”计算"


def test_nothing_is_asked_that_does_not_matter() -> None:
    outcome = calculate(BOOK.rule("2022-05.first-contract"), {"contract": "900万元"})
    assert (outcome.amount, outcome.missing, outcome.branches) == (Quantity.parse("270万元"), (), ())


CONDITIONS = """\
inputs:
  base: {label: 合同额, measure: 元}
  staff: {label: 人数, measure: 人}
  own: {label: 有专利}
  age: {label: 成立时间, measure: 年}
conditions:
  - {id: staff, label: 人数, quote: 人数, test: {input: staff, at_most: 100人}}
  - {id: own, label: 专利, quote: 专利, hard: false, test: own}
  - {id: age, label: 年限, quote: 年限, presumed: true, test: {input: age, at_most: 5年}}
  - {id: market, label: 前景, quote: 前景}
formula: {ratio: {of: base, rate: 50%}}
"""
STATES = {
    "符": VerdictState.MET,
    "不": VerdictState.NOT_MET,
    "缺": VerdictState.UNKNOWN,
    "评": VerdictState.REVIEW,
}


@pytest.mark.parametrize(
    ("given", "states", "eligibility", "amount"),
    [
        ({}, "缺缺缺评", Eligibility.UNKNOWN, "5万元"),
        ({"staff": "100人"}, "符缺缺评", Eligibility.ELIGIBLE, "5万元"),
        ({"staff": "101人"}, "不缺缺评", Eligibility.NOT_ELIGIBLE, "0元"),
        ({"staff": "100人", "own": "否"}, "符不缺评", Eligibility.ELIGIBLE, "5万元"),
        ({"staff": "100人", "own": "是", "age": "61个月"}, "符符不评", Eligibility.NOT_ELIGIBLE, "0元"),
        ({"staff": "100人", "own": "是", "age": "60个月"}, "符符符评", Eligibility.ELIGIBLE, "5万元"),
    ],
)
def test_conditions_are_met_not_met_unknown_or_left_to_review(
    given: dict[str, Any], states: str, eligibility: Eligibility, amount: str
) -> None:
    outcome = calculate(a_rule(CONDITIONS), {"base": "10万元", **given})
    by_id = {verdict.id: verdict.state for verdict in outcome.verdicts}
    assert [by_id[name] for name in ("staff", "own", "age", "market")] == [STATES[state] for state in states]
    assert outcome.eligibility is eligibility
    assert outcome.amount == Quantity.parse(amount)


def test_an_unknown_condition_says_what_to_ask() -> None:
    outcome = calculate(a_rule(CONDITIONS), {"base": "10万元"})
    asked = {verdict.id: verdict.ask for verdict in outcome.verdicts}
    assert asked["staff"] == ("请问人数是多少人？",)
    assert asked["own"] == ("请问有专利吗？",)


def test_a_condition_that_does_not_apply_is_not_listed() -> None:
    rule = a_rule(CONDITIONS.replace("test: own", "test: own, when: {input: staff, more_than: 50人}"))
    few = calculate(rule, {"base": "1元", "staff": "20人"})
    many = calculate(rule, {"base": "1元", "staff": "60人"})
    assert [verdict.id for verdict in few.verdicts] == ["staff", "age", "market"]
    assert [verdict.id for verdict in many.verdicts] == ["staff", "own", "age", "market"]


def test_another_reading_is_shown_where_it_pays_otherwise() -> None:
    rule = a_rule(
        f"{MONEY}formula: {{ratio: {{of: base, rate: 30%}}}}\nreadings: [{{label: 另一读法, formula: base}}]"
    )
    assert [(o.label, o.low) for o in calculate(rule, {"base": "10万元"}).other_readings] == [
        ("另一读法", Quantity.parse("10万元"))
    ]
    assert calculate(rule, {"base": "0元"}).other_readings == ()


def test_an_assumed_value_is_told() -> None:
    outcome = calculate(BOOK.rule("2022-05.innovation-center"), {"budget": "2亿元"})
    assert outcome.amount == Quantity.parse("5000万元")
    assert outcome.assumptions[0] == "未说明计算口径，按“三年累计”计算"


def test_a_rule_without_formula_judges_eligibility_only() -> None:
    rule = a_rule(CONDITIONS.replace("formula: {ratio: {of: base, rate: 50%}}", "answers: eligibility"))
    outcome = calculate(rule, {"staff": "90人"})
    assert (outcome.amount, outcome.eligibility, outcome.missing) == (None, Eligibility.ELIGIBLE, ())
    assert calculate(rule, {"staff": "101人"}).eligibility is Eligibility.NOT_ELIGIBLE


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sum": "1万元"}, "没有名为“sum”的输入。可用的输入：base、staff、own、age"),
        ({"base": "30%"}, "“合同额”要以“元”计，不能是“30%”"),
        ({"base": "很多"}, "很多"),
        ({"base": ["1万元", "2万元"]}, "“合同额”只能给一个值"),
        ({"own": "也许"}, "“有专利”要答“是”或“否”"),
        ({"base": True}, "“合同额”要给一个带单位的数量"),
    ],
)
def test_an_impossible_value_is_refused_in_chinese(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message.replace("（", ".")):
        calculate(a_rule(CONDITIONS), given)


@pytest.mark.parametrize(
    ("rule", "given", "message"),
    [
        ("2022-05.contest-winner", {"contest": "奥运会"}, "“获奖赛事”没有选项“奥运会”。可选：startup"),
        ("2022-06.merger", {"share": "120%"}, "应在0%\\(含\\)至100%\\(含\\)"),
        ("2022-06.merger", {"share": ["60%", "70%"], "deal": ["1亿元", "2亿元", "3亿元"]}, "项数要相同"),
        ("2022-05.small-to-large", {"years": "2年"}, "没有名为“years”的输入"),
    ],
)
def test_values_outside_their_choices_and_ranges_are_refused(
    rule: str, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        calculate(BOOK.rule(rule), given)


def test_the_outcome_as_json_names_rule_version_and_text() -> None:
    rule = BOOK.rule("2022-05.insurance")
    data = json.loads(calculate(rule, {"premium": "50万元"}).to_json())
    assert (data["rule"], data["version"], data["text_hash"]) == (rule.id, rule.version, rule.text_hash)
    assert data["amount"] == {"measure": "元", "value": "400000"}
    assert data["eligibility"] == "unknown"
