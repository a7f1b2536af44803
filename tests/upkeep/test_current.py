"""Documents that end soon, and rules whose words or documents have changed."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.commands.stale import stale_rules
from corpus.catalog import Corpus, load_corpus
from corpus.folding import squeeze
from corpus.model import Clause, Unit
from corpus.rules import RULES_FOLDER, check_rules

DAY = date(2025, 1, 15)


def told(*args: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(args)
    return int(ended.value.code or 0), capsys.readouterr().out


def test_documents_that_end_soon_come_with_their_words(capsys: pytest.CaptureFixture[str]) -> None:
    status, said = told("corpus", "expiries", "--as-of", "2025-05-01", "--json", capsys=capsys)
    found = json.loads(said)["documents"]
    assert status == 0
    assert [(one["doc"], one["expires"], one["days_left"]) for one in found] == [
        ("jxf-162", "2025-07-26", 86)
    ]
    corpus = load_corpus()
    for part in found[0]["evidence"]:
        assert squeeze(part["quote"]) in squeeze(corpus.unit("jxf-162", part["unit"]).text)
    assert "有效期3年" in squeeze(found[0]["evidence"][0]["quote"])


@pytest.mark.parametrize(
    ("day", "days", "docs"),
    [
        ("2025-07-26", "0", ["jxf-162"]),
        ("2025-07-25", "0", []),
        ("2025-07-27", "5", []),
        ("2025-04-27", "90", ["jxf-162"]),
        ("2025-04-26", "90", []),
    ],
)
def test_the_last_day_counts(
    day: str, days: str, docs: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    _, said = told("corpus", "expiries", "--as-of", day, "--days", days, "--json", capsys=capsys)
    assert [one["doc"] for one in json.loads(said)["documents"]] == docs
    _, said = told("corpus", "expiries", "--as-of", day, "--days", days, capsys=capsys)
    assert ("到期 1 份" in said) == bool(docs)


def changed(corpus: Corpus, doc: str, label: str, change: Callable[[str], str] | None) -> Corpus:
    """The corpus with other words in one unit, or without it."""

    def clause(part: Clause) -> Clause:
        assert change is not None
        return replace(part, text=change(part.text), children=tuple(map(clause, part.children)))

    def units(unit: Unit) -> list[Unit]:
        if unit.label != label:
            return [unit]
        if change is None:
            return []
        return [replace(unit, text=change(unit.text), children=tuple(map(clause, unit.children)))]

    documents = tuple(
        replace(one, units=tuple(made for unit in one.units for made in units(unit)))
        if one.key == doc
        else one
        for one in corpus.documents
    )
    return replace(corpus, documents=documents)


def test_rules_as_they_were_reviewed_are_not_stale() -> None:
    assert [one for one in stale_rules(RULES_FOLDER, load_corpus(), DAY) if one.reason == "changed"] == []


def test_a_changed_clause_names_its_rules_the_words_gone_and_the_words_now(tmp_path: Path) -> None:
    def lower(text: str) -> str:
        return text.replace("支持金额不超过300万元", "支持金额不超过200万元")

    corpus = changed(load_corpus(), "2022-05", "第十一条", lower)
    found = [one for one in stale_rules(RULES_FOLDER, corpus, DAY) if one.reason == "changed"]
    assert "2022-05.first-contract" in {one.rule for one in found}
    assert {(one.doc, one.unit) for one in found} == {("2022-05", "第十一条")}
    gone = next(part for one in found for part in one.gone if "不超过300万元" in squeeze(part.quote))
    assert "不超过200万元" in squeeze(gone.now)
    # What it says that `reviewed` must become is what the check of rules then takes.
    shutil.copy(RULES_FOLDER / "2022-05.yaml", tmp_path / "2022-05.yaml")
    path = tmp_path / "2022-05.yaml"
    (stale,) = {one.review for one in found}
    before = [
        str(problem) for problem in check_rules(tmp_path, corpus) if "原文自上次核对后变了" in str(problem)
    ]
    assert len(before) == len({one.rule for one in found})
    assert all(stale in problem for problem in before)
    assert all(one.place.startswith(path.name) for one in found)


def test_a_clause_that_is_gone_and_a_document_that_ended_are_told_apart() -> None:
    corpus = changed(load_corpus(), "2022-13", "第九条", None)
    reasons = {one.rule: one.reason for one in stale_rules(RULES_FOLDER, corpus, DAY)}
    assert {reason for rule, reason in reasons.items() if rule.startswith("2022-13.")} <= {"unit_gone"}
    assert not [rule for rule in reasons if rule.startswith("jxf-162.")]
    later = stale_rules(RULES_FOLDER, load_corpus(), date(2025, 7, 27))
    assert {one.reason for one in later if one.doc == "jxf-162"} == {"expired"}


def test_the_report_exits_1_for_changed_words_only(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    status, said = told("rules", "stale", "--as-of", "2025-07-27", capsys=capsys)
    assert (status, "jxf-162" in said) == (0, True)
    text = (RULES_FOLDER / "jxf-162.yaml").read_text("utf-8")
    mark = text.partition("reviewed: ")[2][:12]
    (tmp_path / "jxf-162.yaml").write_text(text.replace(mark, "0" * 12, 1), "utf-8")
    status, said = told("rules", "stale", str(tmp_path), "--json", "--as-of", "2025-01-15", capsys=capsys)
    assert (status, {one["reason"] for one in json.loads(said)["rules"]}) == (1, {"changed"})
    empty = tmp_path / "empty"
    empty.mkdir()
    assert told("rules", "stale", str(empty), capsys=capsys) == (2, "")
