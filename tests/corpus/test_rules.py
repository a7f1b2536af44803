"""Rule files: what is accepted, and how each mistake is named."""

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.catalog import load_corpus
from corpus.errors import RuleError, UnknownRule
from corpus.model import Clause, Unit
from corpus.rules import RULES_FOLDER, check_rules, load_rules, read_rules, review_hash

CORPUS = load_corpus()
GOOD = f"""\
document: 2022-05
rules:
  - id: 2022-05.insurance
    unit: 第十二条
    path: 第十二条（三）
    label: 首台套保险补贴
    applicant: 研制单位
    kind: upper_bound
    inputs:
      premium:
        label: 保险费
        measure: 元
        many: item
      equipment:
        label: 投保的是首台套
    conditions:
      - id: equipment
        label: 投保的是首台套
        path: 第十二条（二）1
        quote: 投保首台(套)装备应为北京市首台(套)重大技术装备(有效期内)
        test: equipment
    formula:
      ratio:
        of: premium
        rate: 80%
    caps:
      - scope: enterprise_year
        at: 100万元
        quote: 每家企业每年支持金额不超过100万元
    quotes:
      - 按照相关险种保险费80%的比例给予保费补贴
    examples:
      - name: 保费100万元
        given: {{premium: 100万元}}
        expect: {{amount: 80万元}}
    reviewed: {review_hash(CORPUS, "2022-05", "第十二条")}
"""


class Amended:
    """The corpus with other words in one unit."""

    def unit(self, doc: str, label: str) -> Unit:
        unit = CORPUS.unit(doc, label)
        return replace(unit, text=unit.text + "另有规定的除外。") if label == "第十二条" else unit

    def clause(self, doc: str, path: str) -> Unit | Clause:
        return CORPUS.clause(doc, path)


def write(folder: Path, text: str, name: str = "2022-05.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_the_rule_files_that_we_ship_are_right() -> None:
    assert [str(problem) for problem in check_rules(RULES_FOLDER, CORPUS)] == []


def test_a_right_file_becomes_a_rule_book(tmp_path: Path) -> None:
    book = load_rules(write(tmp_path, GOOD), CORPUS)
    rule = book.rule("2022-05.insurance")
    assert book.rules == (rule,)
    assert book.for_unit("2022-05", "第十二条") == (rule,)
    assert book.for_unit("2022-05", "第十三条") == ()
    assert rule.doc == "2022-05"


BANDS = """\
      tiers:
        by: premium
        bands:
          - {at_least: 80万元, at_most: 100万元, then: 80万元}
          - {FROM: 100万元, then: 100万元}"""
RATIO = "      ratio:\n        of: premium\n        rate: 80%"
QUOTE = "按照相关险种保险费80%的比例给予保费补贴"
BOTH = f"{QUOTE},每家企业每年支持金额不超过100万元"

MISTAKES = {
    "unknown field": ("    kind:", "    sort: x\n    kind:", "sort: x", "不认识的字段“sort”"),
    "missing field": ("    applicant: 研制单位\n", "", "- id: 2022-05.insurance", "缺少这个必填字段：applicant"),
    "unknown operation": ("      ratio:", "      rati:", "rati:", "不认识的运算“rati”"),
    "unknown value": ("upper_bound", "about", "kind: about", "“about”不在允许的取值里"),
    "no quantity": ("rate: 80%", "rate: 八成左右吧", "rate:", "不是数量"),
    "field twice": ("    kind:", "    unit: 第十二条\n    kind:", "    unit: 第十二条\n    kind", "这个字段写了两次"),
    "no yaml": ("    kind: upper", "  kind: : upper", "  kind: :", "不是合格的 YAML"),
    "unknown unit of measure": ("rate: 80%", "rate: 80元/斗", "rate:", "单位“斗”不认识"),
    "quote not verbatim": ("相关险种保险费80%", "相关险种的保险费80%", "相关险种的", "引文不在第十二条（三）的原文里"),
    "quote of another clause": ("第十二条（二）1", "第十二条（一）", "投保首台", "引文不在第十二条（一）的原文里"),
    "no such clause": ("第十二条（二）1", "第十二条（九）", "投保首台", "没有“第十二条（九）”"),
    "no such unit": ("unit: 第十二条", "unit: 第九十条", "unit: 第九十条", "没有“第九十条”"),
    "path outside the unit": ("path: 第十二条（三）", "path: 第十三条（三）", "path: 第十三条（三）", "path 要以"),
    "id of another document": ("id: 2022-05.insurance", "id: insurance", "id: insurance", "id 要以“2022-05.”开头"),
    "constant without quote": ("rate: 80%", "rate: 81%", "rate: 81%", "常数“81%”不在引文里"),
    "ceiling without quote": ("at: 100万元", "at: 120万元", "at: 120万元", "常数“120万元”不在引文里"),
    "unknown input": ("of: premium", "of: fee", "of: fee", "没有名为“fee”的输入"),
    "unused input": ("        test: equipment\n", "", "      equipment:", "没有用到"),
    "flag in arithmetic": ("of: premium", "of: equipment", "of: equipment", "不是数量"),
    "quantity as flag": ("test: equipment", "test: premium", "test: premium", "不是是否类输入"),
    "no money": (RATIO, "      quotient: {of: premium, by: premium}", "formula:", "公式应得出金额"),
    "ceiling in another unit": ("at: 100万元", "at: 80%", "at: 80%", "上限和公式的单位不同"),
    "unlike parts": (RATIO, "      sum: [premium, 80%]", "formula:", "各部分的单位不同"),
    "rate that is money": ("rate: 80%", "rate: 100万元", "formula:", "rate 要是百分比"),
    "text changed since review": ("reviewed: ", "reviewed: x", "reviewed: x", "原文自上次核对后变了"),
    "overlap of bands": (
        f"{RATIO}|{QUOTE}", f"{BANDS.replace('FROM', 'at_least')}|{BOTH}", "tiers:", "正好在两档交界，两档都含",
    ),
    "group that is not there": ("    kind:", "    group: x\n    kind:", "group: x", "没有名为“x”的 groups 条目"),
    "rule that is not there": (
        "    quotes:", f"    stacking: [{{kind: choose_one, with: [2022-05.x], quote: {QUOTE}}}]\n    quotes:",
        "stacking:", "没有规则“2022-05.x”",
    ),
    "example that says nothing": ("expect: {amount: 80万元}", "expect: {}", "expect: {}", "expect 至少要写一项"),
    "unknown document": ("document: 2022-05", "document: 2022-99", "document: 2022-99", "没有键为“2022-99”的文件"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "at", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_each_mistake_is_named_with_its_line(
    old: str, new: str, at: str, message: str, tmp_path: Path
) -> None:
    text = GOOD
    for before, after in zip(old.split("|"), new.split("|"), strict=True):
        assert before in text
        text = text.replace(before, after, 1)
    problems = check_rules(write(tmp_path, text), CORPUS)
    found = [problem for problem in problems if message in problem.message]
    assert found, [str(problem) for problem in problems]
    assert found[0].line == line_of(text, at)
    assert found[0].file == "2022-05.yaml"
    with pytest.raises(RuleError, match=r"规则文件有 \d+ 处问题"):
        load_rules(tmp_path, CORPUS)


def test_bands_that_share_no_value_need_no_assumption(tmp_path: Path) -> None:
    text = GOOD.replace(RATIO, BANDS.replace("FROM", "more_than")).replace(QUOTE, BOTH)
    messages = [problem.message for problem in check_rules(write(tmp_path, text), CORPUS)]
    assert not any("交界" in message or "重叠" in message for message in messages)


def test_an_id_may_not_come_twice(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    problems = check_rules(write(tmp_path, GOOD, "other.yaml"), CORPUS)
    assert [(problem.file, problem.message) for problem in problems] == [
        ("other.yaml", "编号“2022-05.insurance”已经用过")
    ]


def test_a_changed_clause_puts_its_rules_out_of_use(tmp_path: Path) -> None:
    problems = check_rules(write(tmp_path, GOOD), Amended())
    assert [problem.field for problem in problems] == ["rules[1].reviewed"]
    mended = GOOD.replace(
        review_hash(CORPUS, "2022-05", "第十二条"), review_hash(Amended(), "2022-05", "第十二条")
    )
    assert check_rules(write(tmp_path, mended), Amended()) == []


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("label: 首台套保险补贴", "label: 首台套保费补贴", False),
        ("rate: 80%", "rate: 80.0%", False),
        ("name: 保费100万元", "name: 一百万元保费", True),
    ],
)
def test_the_version_marks_the_content_and_not_the_examples(
    old: str, new: str, same: bool, tmp_path: Path
) -> None:
    before = load_rules(write(tmp_path, GOOD), CORPUS).rules[0]
    after = load_rules(write(tmp_path, GOOD.replace(old, new)), CORPUS).rules[0]
    assert (before.version == after.version) is same
    assert before.text_hash == after.text_hash == review_hash(CORPUS, "2022-05", "第十二条")


def test_inputs_and_conditions_in_common_belong_to_every_rule(tmp_path: Path) -> None:
    common = """\
common:
  inputs:
    in_beijing: {label: 注册在北京市}
  conditions:
    - {id: place, label: 注册在北京市, path: 第四条, quote: 注册在北京市其他区域的创新主体, test: in_beijing}
rules:"""
    rule = load_rules(write(tmp_path, GOOD.replace("rules:", common, 1)), CORPUS).rules[0]
    assert list(rule.inputs) == ["premium", "equipment", "in_beijing"]
    assert [condition.id for condition in rule.conditions] == ["equipment", "place"]


def test_an_unknown_rule_is_refused_with_what_is_near() -> None:
    with pytest.raises(
        UnknownRule, match=r"没有编号为“first-contract”的规则。相近的有：2022-05\.first-contract"
    ):
        read_rules().rule("first-contract")
    with pytest.raises(UnknownRule, match="zhengce rules"):
        read_rules().rule("nothing")


def test_the_example_of_the_guide_is_right_but_for_its_review_mark(tmp_path: Path) -> None:
    guide = (RULES_FOLDER / "README.md").read_text(encoding="utf-8")
    example = guide.split("```yaml\n")[1].split("```")[0]
    problems = check_rules(write(tmp_path, example), CORPUS)
    assert [problem.field for problem in problems] == ["rules[1].reviewed"]
