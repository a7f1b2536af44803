"""`zhengce rules check`: what a policy officer is told about their rule files."""

import re
from pathlib import Path

import pytest

from assistant.commands.checking import check_all
from corpus.rules import RULES_FOLDER, read_rules

WHOLE = (RULES_FOLDER / "2022-05.yaml").read_text(encoding="utf-8")


def test_the_rules_of_the_package_are_sound_and_leave_no_figure_out() -> None:
    report = check_all(None)
    assert report.sound, "\n".join(report.lines)
    text = "\n".join(report.lines)
    assert f"规则 {len(read_rules().rules)} 条" in text
    figures = re.search(r"原文数字 (\d+) 处，其中规则引用 (\d+)、列明不可计算 (\d+)、遗漏 0$", text)
    assert figures is not None
    total, by_rules, listed = map(int, figures.groups())
    assert total == by_rules + listed > 300


def test_a_folder_is_checked_alone(tmp_path: Path) -> None:
    (tmp_path / "2022-05.yaml").write_text(WHOLE, encoding="utf-8")
    report = check_all(tmp_path)
    own = [rule for rule in read_rules().rules if rule.doc == "2022-05"]
    assert report.sound
    assert f"规则 {len(own)} 条" in report.lines
    assert f"算例 {sum(len(rule.examples) for rule in own)} 个" in report.lines


FAULTS = [
    ("a changed constant", "rate: 80%", "rate: 70%", "常数“70%”不在引文里"),
    ("a changed quote", "保险费80%的比例", "保险费81%的比例", "引文不在"),
    ("an unknown field", "    applicant:", "    applicants:", "不认识的字段“applicants”"),
    ("a wrong example", "expect: {amount: 80万元,", "expect: {amount: 81万元,", "amount 应为 81万元"),
    ("an unread text", "    reviewed: 0f", "    reviewed: 00", "reviewed"),
]


@pytest.mark.parametrize(
    ("old", "new", "message"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS]
)
def test_each_fault_is_told_with_file_and_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in WHOLE
    (tmp_path / "2022-05.yaml").write_text(WHOLE.replace(old, new, 1), encoding="utf-8")
    report = check_all(tmp_path)
    assert not report.sound
    told = [line for line in report.lines if message in line]
    assert told
    assert re.search(r"2022-05\.yaml 第\d+行", told[0])


def test_a_figure_left_out_is_listed_with_its_unit(tmp_path: Path) -> None:
    cut = WHOLE[: WHOLE.index("\nnot_computable:")]
    (tmp_path / "2022-05.yaml").write_text(cut + "\n", encoding="utf-8")
    report = check_all(tmp_path)
    assert not report.sound
    assert any(re.search(r"^  2022-05 第十四条“5个工作日”.*第\d+行起", line) for line in report.lines)


def test_a_folder_without_rules_is_not_sound(tmp_path: Path) -> None:
    report = check_all(tmp_path)
    assert not report.sound
    assert "没有规则文件" in report.lines[0]
