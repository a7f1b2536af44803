"""The corpus is looked up in any notation, and data that no longer fit their sources are refused."""

import dataclasses
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.catalog import load_corpus, read_corpus
from corpus.entries import Correction
from corpus.errors import CatalogueError, CorpusError, SourceError, UnknownDocument, UnknownUnit
from tests.corpus.checking import pieces

CORPUS = load_corpus()
CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")
GAZETTE = "sources/001_bcc2444ac81326cc.txt"

NOTATIONS = [
    ("2022-05", "第十一条", "第十一条"),
    ("2022-05", "第11条", "第十一条"),
    ("2022-05", "11", "第十一条"),
    ("2022-05", "十一", "第十一条"),
    ("2022-05", "第１１条", "第十一条"),
    ("2022-05", " 第 十一 条 ", "第十一条"),
    ("2022-04", "三(一)", "三（一）"),
    ("2022-04", "三（一）", "三（一）"),
    ("2022-04", "19", "19"),
    ("2022-04", "十九", "19"),
    ("2022-04", "一", "一"),
    ("2022-04", "1", "1"),
    ("jxf-63", "8", "8"),
    ("jxf-63", "八", "八"),
    ("draft-kejifuwu", "(十四)", "（十四）"),
    ("draft-kejifuwu", "14", "（十四）"),
    ("2022-06", "名词解释3", "名词解释3"),
    ("2022-06", "名词解释三", "名词解释3"),
]

CLAUSES = [
    ("2022-05", "第十一条（三）", "(三)支持方式及金额"),
    ("2022-05", "第十一条(三)", "(三)支持方式及金额"),
    ("2022-05", "第五条（三）1（1）", "(1)"),
    ("chuangfa-143", "第五条（三）2", "2.近3年年均销售收入在10亿元(含)至30亿元的企业"),
    ("2022-04", "三（二）", "(二)支持方式及管理机制创新"),
]


@pytest.mark.parametrize(("doc", "written", "label"), NOTATIONS)
def test_a_unit_is_found_in_any_usual_notation(doc: str, written: str, label: str) -> None:
    assert CORPUS.unit(doc, written).label == label


@pytest.mark.parametrize(("doc", "path", "begin"), CLAUSES)
def test_a_clause_is_found_by_its_path(doc: str, path: str, begin: str) -> None:
    assert CORPUS.clause(doc, path).text.startswith(begin)


@pytest.mark.parametrize(
    ("doc", "label"),
    [
        ("cufa-175", "第十六条"),
        ("cufa-175", "第零条"),
        ("2022-04", "20"),
        ("2022-04", "第一条之一"),
        ("2022-04", ""),
        pytest.param(
            "jxf-63",
            "二",
        ),
    ],
)
def test_a_unit_that_does_not_exist_is_refused_with_those_that_do(doc: str, label: str) -> None:
    with pytest.raises(UnknownUnit) as caught:
        CORPUS.unit(doc, label)
    assert f"没有“{label}”" in str(caught.value)
    assert CORPUS.document(doc).units[-1].label in str(caught.value)


@pytest.mark.parametrize("path", ["第十一条（九）", "第九十九条（一）", "（一）", ""])
def test_a_clause_that_does_not_exist_is_refused(path: str) -> None:
    with pytest.raises(UnknownUnit, match="没有"):
        CORPUS.clause("2022-05", path)


def test_an_unknown_document_is_refused_with_the_keys_that_exist() -> None:
    with pytest.raises(UnknownDocument) as caught:
        CORPUS.document("2022-99")
    assert "2022-99" in str(caught.value)
    assert all(document.key in str(caught.value) for document in CORPUS.documents)


def test_corrections_mend_what_is_searched_and_leave_the_source() -> None:
    unit = next(unit for unit in CORPUS.document("2022-08").units if "生物安全的风评估服务" in unit.text)
    assert "生物安全的风险评估服务" in CORPUS.corrected(unit.text)
    assert "生物安全的风评估服务" in CORPUS.sources[CORPUS.document("2022-08").source].text


WORD_CORRECTIONS = [correction for correction in CORPUS.corrections if "<sup>" not in correction.near]


@pytest.mark.parametrize("correction", WORD_CORRECTIONS, ids=lambda correction: correction.near)
def test_a_correction_changes_one_place_of_the_corpus(correction: Correction) -> None:
    alone = dataclasses.replace(CORPUS, corrections=(correction,))
    everything = [piece for document in CORPUS.documents for piece in pieces(document)]
    ((before, after),) = [
        (piece.text, alone.corrected(piece.text))
        for piece in everything
        if alone.corrected(piece.text) != piece.text
    ]
    assert correction.right in after
    assert len(after) - len(before) == len(correction.right) - len(correction.wrong.strip())


def replaced(file: str, old: str, new: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / file
        words = path.read_text(encoding="utf-8")
        assert old in words
        path.write_text(words.replace(old, new), encoding="utf-8")

    return spoil


def removed(file: str) -> Callable[[Path], None]:
    return lambda folder: (folder / file).unlink()


def written(file: str, data: bytes) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        (folder / file).write_bytes(data)

    return spoil


def source_altered_with_its_digest(old: str, new: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        before = hashlib.sha256((folder / GAZETTE).read_bytes()).hexdigest()
        replaced(GAZETTE, old, new)(folder)
        replaced("documents.yaml", before, hashlib.sha256((folder / GAZETTE).read_bytes()).hexdigest())(
            folder
        )

    return spoil


def source_in_another_encoding(folder: Path) -> None:
    path = folder / GAZETTE
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    replaced("documents.yaml", before, hashlib.sha256(path.read_bytes()).hexdigest())(folder)


FAULTS = [
    pytest.param(written(GAZETTE, b"x"), SourceError, "sha256", id="a source is replaced"),
    pytest.param(replaced(GAZETTE, "不超过500万元", "不超过600万元"), SourceError, "sha256", id="one figure is altered"),
    pytest.param(removed(GAZETTE), SourceError, "001_bcc2444ac81326cc", id="a source is missing"),
    pytest.param(
        source_in_another_encoding,
        SourceError,
        "001_bcc2444ac81326cc",
        id="a source is not UTF-8",
    ),
    pytest.param(
        source_altered_with_its_digest("的风评估服务", "的风险评估服务"), CatalogueError, "勘误", id="a correction is no longer needed"
    ),
    pytest.param(
        source_altered_with_its_digest("京科发〔2022〕9号\n", "\n"), CatalogueError, "2022-09", id="a document lost its number"
    ),
    pytest.param(
        source_altered_with_its_digest("本办法自印发之日起施行", "本办法自公布之日起施行"), CatalogueError, "依据", id="evidence is reworded"
    ),
    pytest.param(replaced("corrections.yaml", "near: 开展生物安全的", "near: 开展生化安全的"), CatalogueError, "勘误", id="a correction matches nothing"),
    pytest.param(
        replaced("corrections.yaml", "near: 开展生物安全的风评估服务\n  wrong: 风评估", "near: 支持\n  wrong: 支"),
        CatalogueError,
        "勘误",
        id="a correction matches often"),
    pytest.param(replaced("corrections.yaml", "wrong: 风评估", "wrong: 凤评估"), CatalogueError, "勘误", id="a correction does not hold what is wrong"),
    pytest.param(replaced("corrections.yaml", "  why:", "  because:"), CatalogueError, "why", id="a correction has an unknown key"),
    pytest.param(
        replaced("corrections.yaml", "file: 001_", "file: 009_"),
        CatalogueError,
        "009_",
        id="a correction names a file that does not exist",
    ),
    pytest.param(
        written("corrections.yaml", b""), CatalogueError, "corrections.yaml", id="corrections are empty"
    ),
    pytest.param(
        written("corrections.yaml", b"\xff\xfe"),
        CatalogueError,
        "corrections.yaml",
        id="corrections are not UTF-8",
    ),
    pytest.param(written("corrections.yaml", b"- a: [b"), CatalogueError, "corrections.yaml", id="corrections are not YAML"),
    pytest.param(removed("corrections.yaml"), CatalogueError, "corrections.yaml", id="corrections are missing"),
    pytest.param(removed("documents.yaml"), CatalogueError, "documents.yaml", id="the catalogue is missing"),
    pytest.param(written("documents.yaml", b""), CatalogueError, "documents.yaml", id="the catalogue is empty"),
    pytest.param(replaced("documents.yaml", "topics: [氢能", "subjects: [氢能"), CatalogueError, "subjects", id="a document has an unknown key"),
    pytest.param(replaced("documents.yaml", "issued: 2022-06-13", "issued: 2022-13-06"), CatalogueError, "issued", id="a date does not exist"),
    pytest.param(replaced("documents.yaml", "quote: 有效期三年", "quote: 有效期四年"), CatalogueError, "有效期四年", id="a quote is not in the text"),
    pytest.param(replaced("documents.yaml", "ends: {years: 3, unit: 八", "ends: {years: 3, unit: 七"), CatalogueError, "有效期三年", id="a quote stands in another unit"),
    pytest.param(replaced("documents.yaml", "title: 北京市关于支持氢能产业", "title: 北京市关于支持风能产业"), CatalogueError, "jxf-63", id="a title is not that of the text"),
    pytest.param(replaced("documents.yaml", "number: 京科发〔2022〕9号", "number: 京科发〔2022〕99号"), CatalogueError, "2022-09", id="a number is not in the source"),
    pytest.param(replaced("documents.yaml", "source: 004_82791f8db05b1ce2.txt", "source: 009.txt"), CatalogueError, "004_", id="a source has no document"),
    pytest.param(
        replaced("documents.yaml", "key: 2022-09", "key: 2022-08"),
        CatalogueError,
        "2022-08",
        id="two documents have one key",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "error", "names"), FAULTS)
def test_a_spoiled_corpus_is_refused_in_chinese(
    corpus_copy: Path, spoil: Callable[[Path], None], error: type[CorpusError], names: str
) -> None:
    spoil(corpus_copy)
    with pytest.raises(error) as caught:
        read_corpus(corpus_copy)
    assert names in str(caught.value)
    assert CHINESE.search(str(caught.value))


def test_an_untouched_copy_is_the_same_corpus(corpus_copy: Path) -> None:
    assert read_corpus(corpus_copy).documents == CORPUS.documents
