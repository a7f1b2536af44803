"""The export has the shape of the contract and the words of the sources."""

import json
from datetime import date
from typing import Any

import pytest

from corpus.catalog import load_corpus
from corpus.export import export_corpus
from corpus.folding import squeeze

CORPUS = load_corpus()
EXPORT = export_corpus(CORPUS, date(2025, 9, 1))
DOCUMENTS: dict[str, dict[str, Any]] = {document["key"]: document for document in EXPORT["documents"]}

DOCUMENT_KEYS = {
    "key", "doc_no", "title", "issuers", "issued", "effective", "expires", "status", "repeals", "source", "units",
}  # fmt: skip
UNIT_KEYS = {"label", "heading", "chapter", "text", "spans", "children"}
CLAUSE_KEYS = {"path", "text", "spans", "children"}

# key, number, issued, effective, expires, status on 2025-09-01
FACTS = [
    ("2022-05", "京科发〔2022〕5号", "2022-06-10", "2022-06-10", None, "in_force"),
    ("2022-09", "京科发〔2022〕9号", "2022-06-13", "2022-06-13", None, "in_force"),
    ("2022-14", "京科发〔2022〕14号", "2022-09-23", "2022-09-23", "2025-12-31", "in_force"),
    ("jxf-162", "京经信发〔2022〕162号", "2022-07-26", "2022-07-26", "2025-07-26", "expired"),
    ("jxf-63", "京经信发〔2022〕63号", "2022-08-11", "2022-08-11", "2025-08-11", "expired"),
    ("jxf-75", "京经信发〔2022〕75号", "2022-09-15", "2023-01-01", "2025-12-31", "in_force"),
    ("chuangfa-143", "京科创发〔2024〕143号", "2024-08-15", "2024-09-14", None, "in_force"),
    ("draft-kejifuwu", "", None, None, None, "draft"),
]


def parts(unit: dict[str, Any]) -> list[dict[str, Any]]:
    """A unit or clause of the export and all below it."""
    return [unit, *(part for child in unit["children"] for part in parts(child))]


def test_it_survives_the_way_through_json() -> None:
    assert json.loads(json.dumps(EXPORT, ensure_ascii=False)) == EXPORT


@pytest.mark.parametrize("key", DOCUMENTS)
def test_every_object_has_exactly_the_keys_of_the_contract(key: str) -> None:
    document = DOCUMENTS[key]
    assert set(document) == DOCUMENT_KEYS
    for unit in document["units"]:
        assert set(unit) == UNIT_KEYS
        assert all(set(part) == CLAUSE_KEYS for child in unit["children"] for part in parts(child))


@pytest.mark.parametrize(("key", "number", "issued", "effective", "expires", "status"), FACTS)
def test_a_document_states_its_facts(
    key: str, number: str, issued: str | None, effective: str | None, expires: str | None, status: str
) -> None:
    document = DOCUMENTS[key]
    stated = [document[name] for name in ("doc_no", "issued", "effective", "expires", "status")]
    assert stated == [number, issued, effective, expires, status]


def test_every_issued_document_names_who_issued_it() -> None:
    assert [key for key, document in DOCUMENTS.items() if not document["issuers"]] == ["draft-kejifuwu"]


def test_what_a_document_repeals_is_told_with_its_number() -> None:
    assert DOCUMENTS["cufa-175"]["repeals"] == [
        {"title": "北京市新技术新产品（服务）认定管理办法", "doc_no": "京科发〔2014〕622号"}
    ]


@pytest.mark.parametrize("key", DOCUMENTS)
def test_spans_are_offsets_of_the_words_in_the_source_file(key: str) -> None:
    document = DOCUMENTS[key]
    source = CORPUS.sources[document["source"]].text
    for unit in document["units"]:
        for part in parts(unit):
            assert squeeze("".join(source[start:end] for start, end in part["spans"])) == squeeze(
                part["text"]
            )


def test_the_paths_of_an_article_form_a_tree() -> None:
    (article,) = [unit for unit in DOCUMENTS["chuangfa-143"]["units"] if unit["label"] == "第五条"]
    paths = [child["path"] for child in article["children"]]
    assert paths[-6:] == [f"第五条（{number}）" for number in "一二三四五六"]
    points = [child["path"] for child in article["children"][-4]["children"]]
    assert points[-3:] == ["第五条（三）1", "第五条（三）2", "第五条（三）3"]
