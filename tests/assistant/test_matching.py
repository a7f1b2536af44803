"""An enterprise's profile against all rules: what is read, what is concluded, what is written."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from rich.cells import cell_len

from assistant.matching.match import (
    Fact,
    MatchItem,
    MatchResult,
    Profile,
    match_profile,
    match_table,
    profile_template,
    read_profile,
    write_workbook,
)
from corpus.catalog import load_corpus
from corpus.errors import InvalidInput, UnknownRule
from corpus.model import Status
from corpus.quantities.quantity import Quantity
from corpus.rules import read_rules

IN_FORCE = date(2024, 6, 1)
FIRM = {
    "注册地": "北京市海淀区",
    "成立日期": "2021-03-01",
    "从业人员": "60人",
    "营业收入": "1500万元",
    "研发费用": {2023: "800万元", 2022: "300万元"},
    "属于高精尖产业领域": "是",
}


def profile(facts: Mapping[str, Any], rules: Mapping[str, Mapping[str, str]] | None = None) -> Profile:
    """A profile as it would be read from a file with these facts."""
    read = []
    for label, value in facts.items():
        if isinstance(value, dict):
            read.append(Fact(label, by_year=value))
        else:
            read.append(Fact(label, tuple(value) if isinstance(value, list) else (value,)))
    return Profile("某公司", tuple(read), rules or {})


def matched(
    facts: Mapping[str, Any], as_of: date = IN_FORCE, rules: Mapping[str, Mapping[str, str]] | None = None
) -> MatchResult:
    return match_profile(read_rules(), load_corpus(), profile(facts, rules), as_of)


def item(result: MatchResult, rule: str) -> MatchItem:
    return next(part for part in result.items if part.rule.id == rule)


VERDICTS = [
    ("all conditions met, increment from two years", {}, "eligible", "30万元", ""),
    (
        "increment in the lower tier",
        {"研发费用": {2023: "800万元", 2022: "301万元"}},
        "eligible",
        "20万元",
        "",
    ),
    ("revenue at the limit", {"营业收入": "2000万元"}, "eligible", "30万元", ""),
    (
        "revenue above the limit, and how far",
        {"营业收入": "2300万元"},
        "not_eligible",
        "0元",
        "营业收入2300万元，比上限多300万元",
    ),
    (
        "increment too small",
        {"研发费用": {2023: "380万元", 2022: "300万元"}},
        "not_eligible",
        "0元",
        "研发费用同比增量80万元，比下限少20万元",
    ),
    ("one employee too many", {"从业人员": "101人"}, "not_eligible", "0元", "比上限多1人"),
    ("a day past the fifth year", {"成立日期": "2019-05-31"}, "unknown", "30万元", ""),
    ("outside Beijing", {"注册地": "天津市和平区"}, "not_eligible", "0元", "注册在北京市”为否"),
    ("not in the field", {"属于高精尖产业领域": "否"}, "not_eligible", "0元", "高精尖产业领域”为否"),
]


@pytest.mark.parametrize(
    ("change", "verdict", "amount", "reason"), [case[1:] for case in VERDICTS], ids=[c[0] for c in VERDICTS]
)
def test_the_verdict_names_the_failing_condition_and_the_distance(
    change: dict[str, Any], verdict: str, amount: str, reason: str
) -> None:
    found = item(matched({**FIRM, **change}), "2022-05.small-innovator")
    assert found.verdict == verdict
    assert found.outcome.amount == Quantity.parse(amount)
    assert reason in "；".join(found.reasons)
    assert bool(found.reasons) == (verdict == "not_eligible")


NAMES = [
    ("another word for it", {"员工人数": "101人"}, "2022-05.small-innovator", "staff", "101人"),
    ("the label itself", {"上年度PCT专利申请量": "12件"}, "2022-08.pct-layout", "pct", "12件"),
    ("the latest full year", {"营收": {2022: "1万元", 2023: "2万元"}}, "2022-06.leasing", "revenue", "2万元"),
    ("not the running year", {"营收": {2023: "2万元", 2024: "9万元"}}, "2022-06.leasing", "revenue", "2万元"),
    ("the year before", FIRM, "2022-05.small-innovator", "rd_last", "300万元"),
    (
        "a total of three years",
        {"研发费用": {2021: "1万元", 2022: "2万元", 2023: "4万元"}},
        "chuangfa-143.host",
        "rd_total",
        "7万元",
    ),
    (
        "a mean of three years",
        {"销售收入": {2021: "1万元", 2022: "2万元", 2023: "6万元"}},
        "chuangfa-143.host",
        "sales_average",
        "3万元",
    ),
    ("a choice as people say it", {"首创类型": "国内领先"}, "2022-05.first-contract", "novelty", "国内首创"),
    (
        "several contracts",
        {"首次进入市场合同": ["1万元", "2万元"]},
        "2022-05.first-contract",
        "contract",
        "1万元、2万元",
    ),
    ("a title in a list", {"资质": ["国高新"]}, "2022-05.small-to-large", "high_tech", "是"),
    ("a line of business", {"所属领域": "人工智能"}, "2022-08.patent-pool-grant", "key_field", "是"),
]


@pytest.mark.parametrize(
    ("facts", "rule", "name", "value"), [case[1:] for case in NAMES], ids=[case[0] for case in NAMES]
)
def test_a_fact_reaches_the_input_that_it_names(
    facts: dict[str, Any], rule: str, name: str, value: str
) -> None:
    found = item(matched(facts), rule)
    assert dict(found.used)[found.rule.inputs[name].label] == value


NOT_PLACED = [
    (
        "three years wanted, two given",
        {"销售收入": {2023: "1万元", 2022: "2万元"}},
        "chuangfa-143.host",
        "sales_average",
    ),
    ("a single figure is no total", {"研发费用": "800万元"}, "chuangfa-143.host", "rd_total"),
    (
        "an enterprise's revenue is not its project's",
        {"营业收入": "9亿元"},
        "2022-09.cross-border-transfer",
        "inbound_revenue",
    ),
    ("its age is not a foreign park's", {"成立日期": "2010-01-01"}, "2022-09.overseas-park", "operator_age"),
    ("a field does not prove core technology", {"所属领域": "人工智能"}, "2022-06.leasing", "advanced_field"),
]


@pytest.mark.parametrize(
    ("facts", "rule", "name"), [case[1:] for case in NOT_PLACED], ids=[case[0] for case in NOT_PLACED]
)
def test_a_fact_stays_away_from_inputs_that_mean_something_else(
    facts: dict[str, Any], rule: str, name: str
) -> None:
    found = item(matched(facts), rule)
    assert found.rule.inputs[name].label not in dict(found.used)


NOTES = [
    ("nobody asks for it", {"火星基地": "3个"}, "没有规则用到"),
    ("it may mean several things", {"合同": "100万元"}, "可指“首次进入市场合同金额”"),
    ("no unit", {"营业收入": "3000"}, "要以“元”计"),
    ("no such choice", {"首创类型": "世界第一"}, "没有选项“世界第一”"),
    ("no date", {"成立日期": "去年"}, "请写成 2021-03-01"),
    ("a date to come", {"成立日期": "2030-01-01"}, "之后"),
    ("no place", {"注册地": "海边"}, "请写明省市"),
    ("two facts disagree", {"营业收入": "1万元", "营收": "2万元"}, "说法不一"),
]


@pytest.mark.parametrize(("facts", "note"), [case[1:] for case in NOTES], ids=[case[0] for case in NOTES])
def test_a_fact_that_cannot_be_used_is_reported(facts: dict[str, Any], note: str) -> None:
    assert any(note in line for line in matched(facts).notes)


def test_values_for_one_rule_go_before_the_facts() -> None:
    result = matched(FIRM, rules={"2022-05.small-innovator": {"staff": "500人"}})
    assert item(result, "2022-05.small-innovator").verdict == "not_eligible"


@pytest.mark.parametrize(
    ("rules", "error", "words"),
    [
        ({"2022-05.no-such": {"a": "1"}}, UnknownRule, "2022-05.no-such"),
        ({"2022-05.insurance": {"nothing": "1万元"}}, InvalidInput, "premium"),
        ({"2022-05.insurance": {"premium": "许多"}}, InvalidInput, "2022-05.insurance"),
    ],
)
def test_a_wrong_value_for_a_rule_is_an_error(
    rules: dict[str, dict[str, str]], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        matched({}, rules=rules)


def test_what_the_profile_does_not_speak_of_is_unknown_and_last() -> None:
    result = matched(FIRM)
    last = [part.related or part.verdict != "unknown" for part in result.items]
    assert last == sorted(last, reverse=True)
    silent = [part for part in result.items if not part.related]
    assert silent
    assert all(part.decided_by or part.verdict == "not_eligible" for part in silent)
    assert not any(part.counted or part.verdict == "eligible" for part in silent)


def test_an_empty_profile_earns_nothing() -> None:
    result = matched({})
    assert result.portfolio.total == Quantity.parse("0元")
    assert {part.verdict.value for part in result.items} == {"unknown"}
    assert len(result.items) == len(read_rules().rules)


def test_only_documents_in_force_count_and_come_first() -> None:
    facts = {
        **FIRM,
        "首次进入市场合同": "800万元",
        "首创类型": "国内首创",
        "产品属于氢能关键领域“补短板”": "是",
    }
    before, after = matched(facts), matched(facts, date(2026, 6, 1))
    assert item(before, "jxf-63.first-contract").counted
    late = item(after, "jxf-63.first-contract")
    assert (late.status, late.counted, late.verdict) == (Status.EXPIRED, False, "eligible")
    assert "已过有效期" in late.remark
    in_force = [part.status is Status.IN_FORCE for part in after.items if part.related]
    assert in_force == sorted(in_force, reverse=True)
    draft = [part for part in before.items if part.status is Status.DRAFT]
    assert draft
    assert not any(part.counted for part in draft)


def test_of_two_that_exclude_each_other_the_better_is_counted_with_the_reason() -> None:
    rule = read_rules().rule("2022-05.contest-winner")
    example = next(
        e for e in rule.examples if e.expect.eligibility == "eligible" and e.expect.amount != "0元"
    )
    contest = {name: value for name, value in example.given.items() if isinstance(value, str)}
    result = matched(FIRM, rules={rule.id: contest})
    pair = [item(result, rule.id), item(result, "2022-05.small-innovator")]
    counted = [part for part in pair if part.counted]
    dropped = [part for part in pair if not part.counted]
    assert [part.verdict.value for part in pair] == ["eligible", "eligible"]
    assert len(counted) == 1
    assert "以下两个政策支持方向只能选择一种" in dropped[0].remark
    assert counted[0].outcome.amount.value >= dropped[0].outcome.amount.value  # type: ignore[union-attr]
    total = sum((p.outcome.amount.value for p in result.items if p.counted and p.outcome.amount), Decimal(0))
    assert result.portfolio.total.value == total


def test_the_json_form_quotes_the_source_verbatim() -> None:
    data = json.loads(json.dumps(matched(FIRM).to_dict(), ensure_ascii=False))
    found = next(part for part in data["items"] if part["rule"] == "2022-05.small-innovator")
    assert found["amount"] == {"value": "30", "unit": "万元", "kind": "upper_bound"}
    assert found["status"] == "in_force"
    assert found["period"] == "一次性"
    text = load_corpus().unit("2022-05", "第五条").text
    assert found["citations"]
    assert all("".join(c["quote"].split()) in "".join(text.split()) for c in found["citations"])


def test_the_table_is_aligned_and_within_its_width() -> None:
    text = match_table(matched(FIRM))
    assert max(cell_len(line) for line in text.splitlines() if not line.startswith("须留意")) <= 120
    header = next(line for line in text.splitlines() if "事项" in line and "判定" in line)
    row = next(line for line in text.splitlines() if "不超过30万元" in line)
    assert cell_len(header[: header.index("金额")]) == cell_len(row[: row.index("不超过30万元")])


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_the_workbook_runs_no_formulas(tmp_path: Path, start: str) -> None:
    result = replace(matched({**FIRM, f"{start}1+1": "2"}), name=f"{start}cmd")
    write_workbook(result, tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" or str(cell.value or "").startswith(start) for cell in cells)
    assert f"'{start}cmd" in [cell.value for cell in cells]
    sheet = book["匹配结果"]
    assert sheet.freeze_panes == "B2"
    assert sheet.max_row == len(result.items) + 1
    row = next(r for r in sheet.iter_rows(values_only=True) if r[-1] == "2022-05.small-innovator")
    assert row[:3] == ("科技型小微企业关键技术创新支持", "符合", 30)


@pytest.mark.parametrize("name", ["a.csv", "no/such/folder/a.xlsx"])
def test_a_workbook_that_cannot_be_written_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match="xlsx"):
        write_workbook(matched({}), tmp_path / name)


WRONG_FILES = [
    ("unknown key", "name: 甲\nfact: {}\n", "第2行.*不认识“fact”"),
    ("repeated key", "facts:\n  营业收入: 1万元\n  营业收入: 2万元\n", "第3行.*写了两次"),
    ("no YAML", "facts: [", "不是合格的 YAML"),
    ("empty", "", "空"),
    ("a list", "- a\n", "name、facts、rules"),
    ("facts as a list", "facts: [营业收入]\n", "第1行 facts"),
    ("no year", "facts:\n  营业收入: {去年: 1万元}\n", "第2行.*2025: 800万元"),
    ("nested", "facts:\n  营业收入: [[1万元]]\n", "第2行"),
    ("a rule without inputs", "rules:\n  2022-05.insurance: 1万元\n", "第2行.*输入名"),
]


@pytest.mark.parametrize(
    ("text", "message"), [case[1:] for case in WRONG_FILES], ids=[case[0] for case in WRONG_FILES]
)
def test_a_wrong_profile_is_told_with_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=message):
        read_profile(path)


def test_a_missing_profile_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="读不了"):
        read_profile(tmp_path / "none.yaml")


def test_the_template_is_a_profile_whose_every_fact_is_used(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(profile_template(), encoding="utf-8")
    result = match_profile(read_rules(), load_corpus(), read_profile(path), IN_FORCE)
    assert result.notes == ()
    assert all(count for _, _, count in result.facts)


def test_blank_values_are_unknown_not_zero(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("facts:\n  营业收入:\n  研发费用: {2025: , 2024: 3万元}\n", encoding="utf-8")
    facts = read_profile(path).facts
    assert [(fact.label, fact.values, dict(fact.by_year)) for fact in facts] == [
        ("研发费用", (), {2024: "3万元"})
    ]


LABELS = [*FIRM, "首次进入市场合同金额", "首创类型", "资质", "所属领域"]
SCALARS = st.sampled_from(
    [
        "是",
        "否",
        "1200万元",
        "3亿元",
        "30%",
        "5年",
        "60人",
        "国内首创",
        "人工智能",
        "北京",
        "天津市",
        "2020-02-29",
        "=1",
    ]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(LABELS),
        SCALARS | st.lists(SCALARS, min_size=1, max_size=3),
        max_size=6,
    ),
    st.randoms(),
)
def test_any_profile_matches_whatever_the_order_of_its_facts(facts: dict[str, Any], random: Any) -> None:
    result = matched(facts)
    shuffled = list(facts.items())
    random.shuffle(shuffled)
    again = matched(dict(shuffled))
    assert [part.to_dict() for part in result.items] == [part.to_dict() for part in again.items]
    counted = [part for part in result.items if part.counted]
    assert all(part.verdict == "eligible" and part.status is Status.IN_FORCE for part in counted)
    assert result.portfolio.total.value <= result.possible.value
