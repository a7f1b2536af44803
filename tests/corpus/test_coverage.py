"""Every figure of the texts is in a rule's quote or listed as not computable."""

import re
from pathlib import Path

import pytest

from corpus.catalog import load_corpus
from corpus.coverage import coverage
from corpus.rules import RULES_FOLDER, load_rules, read_rules

CORPUS = load_corpus()


@pytest.mark.parametrize("doc", [document.key for document in CORPUS.documents])
def test_no_figure_is_unclaimed(doc: str) -> None:
    report = coverage(CORPUS, read_rules())
    (document,) = [part for part in report.documents if part.doc == doc]
    assert [f"{figure.unit} {figure.around}" for figure in document.unclaimed] == []


def test_the_report_counts_what_the_texts_hold() -> None:
    report = coverage(CORPUS, read_rules())
    figures = [figure for document in report.documents for figure in document.figures]
    assert report.total == len(figures)
    assert sum("元" in figure.text for figure in figures) > 200
    assert sum("%" in figure.text for figure in figures) > 60
    assert not any(figure.text.startswith("第") for figure in figures)
    assert list(report.lines())[-1] == f"合计：{report.total - len(report.unclaimed)}/{report.total}"


def test_a_figure_whose_quote_is_gone_is_reported(tmp_path: Path) -> None:
    text = (RULES_FOLDER / "2022-05.yaml").read_text(encoding="utf-8")
    shorter = re.sub(r"not_computable:\n.*", "", text, flags=re.S)
    assert shorter != text
    (tmp_path / "2022-05.yaml").write_text(shorter, encoding="utf-8")
    report = coverage(CORPUS, load_rules(tmp_path, CORPUS))
    (document,) = [part for part in report.documents if part.doc == "2022-05"]
    assert [(figure.unit, figure.text) for figure in document.unclaimed] == [
        ("第十四条", "5个工作日"),
        ("第十四条", "3个月"),
    ]
    assert any(line.startswith("  未登记：第十四条 5个工作日（…") for line in report.lines())


def test_a_claimed_figure_names_its_rule() -> None:
    report = coverage(CORPUS, read_rules())
    (document,) = [part for part in report.documents if part.doc == "2022-05"]
    (figure,) = [part for part in document.figures if part.text == "80%"]
    assert figure.claimed_by == ("2022-05.insurance",)
