"""A run from cases to verdict and reports, with an assistant that says what the test wants."""

import json
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.console import Console

from corpus.errors import InvalidInput
from evals.cases import CaseSet
from evals.diff import diff
from evals.runner import Options, run
from tests.evals.building import Fake, case, chosen, options

QUESTIONS = [f"问题{n}" for n in range(10)]


def ten(**changes: Any) -> CaseSet:
    """Ten cases whose right answer is 24 万元."""
    return chosen(*(case(id=f"c{n}", question=text, **changes) for n, text in enumerate(QUESTIONS)))


def answers(wrong: int = 0) -> dict[str, int | None]:
    """Right answers to all but the last `wrong` questions."""
    return {text: 24 if n < len(QUESTIONS) - wrong else 25 for n, text in enumerate(QUESTIONS)}


def printing() -> Console:
    """A console whose text can be read."""
    return Console(file=StringIO(), width=200)


def go(assistant: Fake, cases: CaseSet, wanted: Options) -> tuple[int, str]:
    """Status and what was printed."""
    console = printing()
    status = run(lambda: assistant, cases, wanted, console)
    return status, text_of(console)


def text_of(console: Console) -> str:
    """All that was printed."""
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_good_run_passes_and_leaves_every_report(tmp_path: Path) -> None:
    status, text = go(Fake(answers()), ten(), options(tmp_path))
    assert status == 0
    assert "金额准确" in text
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert names == {"run.json", "answers.jsonl", "results.json", "junit.xml", "report.html"}
    results = json.loads((tmp_path / "run/results.json").read_text())
    assert results["summary"]["overall"]["amount"] == {"mean": 1.0, "low": 1.0, "high": 1.0, "n": 10}
    assert results["summary"]["passed"] == 10


@pytest.mark.parametrize(("wrong", "status"), [(0, 0), (5, 0), (6, 1)])
def test_the_threshold_decides(tmp_path: Path, wrong: int, status: int) -> None:
    assert go(Fake(answers(wrong)), ten(), options(tmp_path))[0] == status


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    wanted = options(tmp_path)
    first = Fake(answers(), breaks_at=QUESTIONS[6])
    with pytest.raises(KeyboardInterrupt):
        go(first, ten(), wanted)
    second = Fake(answers())
    assert go(second, ten(), wanted)[0] == 0
    assert sorted([*first.asked, *second.asked]) == QUESTIONS
    assert second.asked


def test_a_line_cut_short_is_answered_again(tmp_path: Path) -> None:
    wanted = options(tmp_path)
    go(Fake(answers()), ten(), wanted)
    path = tmp_path / "run/answers.jsonl"
    path.write_text(path.read_text()[:-20])
    again = Fake(answers())
    assert go(again, ten(), wanted)[0] == 0
    assert again.asked == [QUESTIONS[-1]]


def test_a_corrected_gold_is_scored_without_asking_again(tmp_path: Path) -> None:
    wanted = options(tmp_path)
    go(Fake(answers()), ten(), wanted)
    again = Fake(answers())
    assert go(again, ten(amount={"value": 25}), wanted)[0] == 1
    assert again.asked == []


@pytest.mark.parametrize("change", [{"index_version": "2"}, {"as_of": date(2020, 1, 1)}])
def test_answers_of_another_version_are_not_mixed_in(tmp_path: Path, change: dict[str, Any]) -> None:
    wanted = options(tmp_path)
    go(Fake(answers()), ten(), wanted)
    with pytest.raises(InvalidInput, match="--fresh"):
        go(Fake(answers()), ten(), replace(wanted, **change))
    again = Fake(answers())
    assert go(again, ten(), replace(wanted, **change, fresh=True))[0] == 0
    assert len(again.asked) == 10


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    keep = tmp_path / "run/precious.txt"
    keep.parent.mkdir()
    keep.write_text("x")
    with pytest.raises(InvalidInput, match="别的文件"):
        go(Fake(answers()), ten(), options(tmp_path, fresh=True))
    assert keep.read_text() == "x"


@pytest.mark.parametrize("jobs", [1, 4])
def test_results_do_not_depend_on_the_number_of_jobs(tmp_path: Path, jobs: int) -> None:
    go(Fake(answers(3)), ten(), options(tmp_path, jobs=jobs))
    results = json.loads((tmp_path / "run/results.json").read_text())
    assert [each["id"] for each in results["cases"]] == [f"c{n}" for n in range(10)]
    assert [each["scores"]["amount"] for each in results["cases"]] == [1.0] * 7 + [0.0] * 3


def test_a_case_lost_since_the_baseline_turns_the_gate_red(tmp_path: Path) -> None:
    assert go(Fake(answers(2)), ten(), options(tmp_path, save_baseline=True))[0] == 0
    assert go(Fake(answers(2)), ten(), options(tmp_path, out=tmp_path / "same"))[0] == 0
    status, text = go(Fake(answers(3)), ten(), options(tmp_path, out=tmp_path / "worse"))
    assert status == 1
    assert "c7" in text
    assert go(Fake(answers(1)), ten(), options(tmp_path, out=tmp_path / "better"))[0] == 0


def test_a_fall_beyond_its_interval_is_named_even_where_lost_cases_are_allowed(tmp_path: Path) -> None:
    go(Fake(answers()), ten(), options(tmp_path, save_baseline=True))
    thresholds = tmp_path / "lenient.yaml"
    thresholds.write_text("at_least: {}\np95_ms_at_most: 500\nnewly_failing_at_most: 10\n")
    one = options(tmp_path, out=tmp_path / "one", thresholds=thresholds)
    assert go(Fake(answers(1)), ten(), one)[0] == 0
    status, text = go(
        Fake(answers(5)), ten(), options(tmp_path, out=tmp_path / "five", thresholds=thresholds)
    )
    assert status == 1
    assert "金额准确比基线低 0.500" in text


def test_an_edited_case_is_not_held_against_the_baseline(tmp_path: Path) -> None:
    go(Fake(answers()), ten(), options(tmp_path, save_baseline=True))
    edited = ten(must_include=["不可能有的话"])
    assert go(Fake(answers()), edited, options(tmp_path, out=tmp_path / "edited"))[0] == 0


def test_baselines_of_other_sets_stay(tmp_path: Path) -> None:
    go(Fake(answers()), ten(), options(tmp_path, save_baseline=True))
    other = ten().model_copy(update={"name": "other"})
    go(Fake(answers()), other, options(tmp_path, out=tmp_path / "other", save_baseline=True))
    assert set(json.loads((tmp_path / "baseline.json").read_text())) == {"mine", "other"}


@pytest.mark.parametrize(
    ("text", "message"),
    [("at_least: {amuont: 1}\np95_ms_at_most: 1\nnewly_failing_at_most: 0", "amuont"), ("- 1", "门槛文件")],
)
def test_a_wrong_thresholds_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    wanted = options(tmp_path)
    wanted.thresholds.write_text(text)
    with pytest.raises(InvalidInput, match=message):
        go(Fake(answers()), ten(), wanted)


def test_a_damaged_baseline_is_named(tmp_path: Path) -> None:
    (tmp_path / "baseline.json").write_text("[1]")
    with pytest.raises(InvalidInput, match="基线文件"):
        go(Fake(answers()), ten(), options(tmp_path))


def test_failures_are_shown_side_by_side(tmp_path: Path) -> None:
    status, text = go(Fake(answers(1)), ten(note="出自第十条"), options(tmp_path, show_failures=True))
    assert status == 0
    assert "问题9" in text
    page = (tmp_path / "run/report.html").read_text()
    for words in ("问题9", "24 万元", "25 万元", "出自第十条", "得 25万元"):
        assert words in page
    assert "问题1" not in page
    suite = ElementTree.parse(tmp_path / "run/junit.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("11", "1")
    [failure] = suite.iter("failure")
    assert "问题9" in (failure.text or "")


def test_nothing_of_a_hidden_set_is_shown_but_scores(tmp_path: Path) -> None:
    cases = ten().model_copy(update={"hidden": True})
    _, text = go(Fake(answers(3)), cases, options(tmp_path, show_failures=True))
    shown = [
        text,
        *(path.read_text() for path in (tmp_path / "run").iterdir() if path.name != "answers.jsonl"),
    ]
    assert all(question not in part for part in shown for question in QUESTIONS)
    assert "c9" in "".join(shown)


def test_words_of_a_question_cannot_break_the_reports(tmp_path: Path) -> None:
    nasty = "<script>alert(1)</script>[/red] & \x00\x1b{{ 7*7 }}"
    cases = chosen(case(id="<b>", question=nasty))
    go(Fake({nasty: 25}), cases, options(tmp_path, show_failures=True))
    page = (tmp_path / "run/report.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "{{ 7*7 }}" in page
    ElementTree.parse(tmp_path / "run/junit.xml")


def test_the_report_needs_nothing_from_outside(tmp_path: Path) -> None:
    go(Fake(answers(2)), ten(), options(tmp_path))
    page = (tmp_path / "run/report.html").read_text()
    assert all(sign not in page for sign in ("http://", "https://", "src=", "@import", "url("))


def test_diff_names_what_was_lost_and_won(tmp_path: Path) -> None:
    go(Fake(answers(1)), ten(), options(tmp_path, out=tmp_path / "a"))
    go(Fake(answers() | {QUESTIONS[0]: None}), ten(), options(tmp_path, out=tmp_path / "b"))
    console = printing()
    diff(tmp_path / "a", tmp_path / "b", ten(), console)
    text = text_of(console)
    lost, won = text.split("新答对 1 题")
    assert "问题0" in lost.split("新答错 1 题")[1]
    assert "问题9" in won


def test_diff_shows_answers_that_changed_without_changing_the_verdict(tmp_path: Path) -> None:
    go(Fake(answers() | {QUESTIONS[0]: 25}), ten(), options(tmp_path, out=tmp_path / "a"))
    go(Fake(answers() | {QUESTIONS[0]: 26}), ten(), options(tmp_path, out=tmp_path / "b"))
    console = printing()
    diff(tmp_path / "a", tmp_path / "b", ten(), console)
    assert "回答有变 1 题" in text_of(console)
    assert "金额 26 万元" in text_of(console)


def test_diff_of_what_is_no_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="没有做完的运行"):
        diff(tmp_path, tmp_path, None, printing())
