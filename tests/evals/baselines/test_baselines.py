"""What people would use instead, on a small corpus; those that are not installed are passed over."""

import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from assistant.cli import main
from corpus.catalog import load_corpus
from corpus.errors import InvalidInput
from evals.baselines import registry
from evals.baselines.measuring import Measured, measure, scored_cases
from evals.baselines.passages import Passage, UnitMap, passage_of
from evals.baselines.registry import BASELINES, chosen
from evals.baselines.side_by_side import Comparison, markdown, print_table, write
from evals.cases import Place
from evals.intervals import Estimate
from evals.machine import origin
from evals.times import Times
from indexer.store import Vectors
from tests.evals.building import case
from tests.indexer.fakes import FakeEmbedder

TEXTS = {
    "a.txt": "第一条 孵化器运营满两年的，可以申请房租补贴。\n" * 40,
    "b.txt": "第二条 对加氢站建设给予500万元补助。\n" * 40,
}
MODULES = {"langchain": "langchain_chroma", "llamaindex": "llama_index.core", "haystack": "haystack"}


def installed(name: str) -> bool:
    try:
        return find_spec(MODULES[name]) is not None
    except ModuleNotFoundError:
        return False


def row(name: str = "ours", **changes: object) -> Measured:
    half = Estimate(mean=0.5, low=0.4, high=0.6, n=10)
    given: dict[str, object] = {
        "name": name,
        "questions": 10,
        "pieces": 7,
        "first": half,
        "recall_1": half,
        "recall_5": half,
        "recall_10": half,
        "characters": 1200,
        "index_seconds": 1.5,
        "query": Times(p50=6, p95=9),
        "embedding": Times(p50=4, p95=5),
        "peak_megabytes": 400,
        "versions": {"haystack-ai": "3.4.0"},
    }
    return Measured.model_validate(given | changes)


def comparison() -> Comparison:
    rows = (row(), row("haystack", query=Times(p50=12, p95=20)))
    return Comparison(origin=origin(), set_name="mine", questions=10, model="e5", rows=rows)


@pytest.mark.parametrize(
    "name",
    [
        "langchain",
        *(
            pytest.param(name, marks=pytest.mark.skipif(not installed(name), reason="extra baselines"))
            for name in ("llamaindex", "haystack")
        ),
    ],
)
def test_a_baseline_finds_the_words_of_the_question(name: str, tmp_path: Path) -> None:
    system = chosen([name])[0].create(Counting(), tmp_path)
    assert system.index(TEXTS) >= 2
    found = system.search("加氢站建设给予补助", ("此前的提问",), 3)
    assert 1 <= len(found) <= 3
    assert found[0].source == "b.txt"
    for hit in found:
        assert 0 <= hit.start < hit.end <= len(TEXTS[hit.source])


class Counting(FakeEmbedder):
    """Likens texts by the characters that they share."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), 512), np.float32)
        for number, text in enumerate(texts):
            for sign in set(text):
                rows[number, ord(sign) % 512] = 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_every_unit_is_found_again_from_its_place_in_the_source() -> None:
    corpus = load_corpus()
    units = UnitMap(corpus)
    for document in corpus.documents:
        for unit in document.units:
            place = Place(doc=document.key, unit=unit.label)
            held = units.held(passage_of(corpus, unit))
            assert held.main == place
            assert place in held.units


def test_a_passage_over_two_units_is_of_the_one_that_fills_most_and_holds_both() -> None:
    corpus = load_corpus()
    first, second = corpus.document("2022-13").units[2:4]
    source = corpus.document("2022-13").source
    whole = Passage(source, first.spans[0].start, second.spans[-1].end)
    held = UnitMap(corpus).held(whole)
    longer = max((first, second), key=lambda unit: sum(span.end - span.start for span in unit.spans))
    assert held.main == Place(doc="2022-13", unit=longer.label)
    assert {Place(doc="2022-13", unit=unit.label) for unit in (first, second)} <= held.units
    assert UnitMap(corpus).held(Passage(source, 0, 0)).main is None


def test_hits_are_scored_by_the_units_that_they_lie_in() -> None:
    corpus = load_corpus()
    right = passage_of(corpus, corpus.unit("2022-06", "第十条"))
    wrong = passage_of(corpus, corpus.unit("2022-06", "第九条"))

    class Fixed:
        def index(self, texts: object) -> int:
            return 2

        def search(self, question: str, history: object, k: int) -> list[Passage]:
            return [right, wrong] if question == "对" else [wrong, right]

    cases = [case(id="1", question="对"), case(id="2", question="错")]
    measured = measure("langchain", Fixed(), FakeEmbedder(), cases)
    assert (measured.first.mean, measured.recall_1.mean, measured.recall_5.mean) == (0.5, 0.5, 1.0)
    assert measured.pieces == 2


def test_refusals_and_questions_without_units_are_not_scored() -> None:
    refused = case(refuse=True, citations=(), amount=None, recompute=None)
    assert scored_cases([refused, case(), case(citations=())]) == [case()]


def test_the_table_names_systems_date_commit_and_versions(tmp_path: Path) -> None:
    compared = comparison()
    console = Console(width=100, record=True, quiet=False, file=(tmp_path / "shown").open("w"))
    print_table(console, compared)
    for text in (console.export_text(), markdown(compared)):
        for said in ("Haystack", "3.00", compared.origin.commit, compared.origin.date, "haystack-ai 3.4.0"):
            assert said in text
    json_file, markdown_file = write(compared, tmp_path / "out")
    assert Comparison.model_validate_json(json_file.read_text()) == compared
    assert markdown_file.read_text() == markdown(compared)
    assert json.loads(json_file.read_text())["rows"][0]["name"] == "ours"


def test_missing_packages_are_one_line_with_the_way_to_install_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(registry, "_version", lambda package: None if "llama" in package else "1")
    with pytest.raises(SystemExit) as ended:
        main(["eval", "baselines"])
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert len(said.strip().splitlines()) == 1
    assert "llama-index-core" in said
    assert ".[baselines]" in said


def test_a_name_that_is_none_of_ours_is_said() -> None:
    with pytest.raises(InvalidInput, match="langchain"):
        chosen(["ragflow"])
    assert [baseline.name for baseline in chosen(["ours", "ours"])] == ["ours"]
    assert BASELINES[0].name == "ours"
