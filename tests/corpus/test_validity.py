"""The status of a document on any date, with words of its text as evidence."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.catalog import load_corpus, read_corpus
from corpus.entries import DocumentEntry, Repeal
from corpus.folding import squeeze
from corpus.model import Status
from corpus.validity import Repealed, dates_of, validity_of
from tests.corpus.checking import pieces

CORPUS = load_corpus()
KEYS = [document.key for document in CORPUS.documents]

# document, date, status
STATUSES = [
    ("2022-05", "2022-06-09", "not_yet"),
    ("2022-05", "2022-06-10", "in_force"),
    ("2022-05", "2040-01-01", "in_force"),
    ("2022-09", "2022-06-12", "not_yet"),
    ("2022-09", "2022-06-13", "in_force"),
    ("jiaoyan-13", "2022-09-16", "in_force"),
    ("fufa-176", "2026-01-01", "in_force"),
    ("2022-14", "2022-09-22", "not_yet"),
    ("2022-14", "2025-12-31", "in_force"),
    ("2022-14", "2026-01-01", "expired"),
    ("jxf-162", "2022-07-25", "not_yet"),
    ("jxf-162", "2022-07-26", "in_force"),
    ("jxf-162", "2025-07-26", "in_force"),
    ("jxf-162", "2025-07-27", "expired"),
    ("jxf-59", "2025-12-31", "in_force"),
    ("jxf-59", "2026-01-01", "expired"),
    ("jxf-63", "2022-08-11", "in_force"),
    ("jxf-63", "2025-08-11", "in_force"),
    ("jxf-63", "2025-08-12", "expired"),
    ("jxf-75", "2022-12-31", "not_yet"),
    ("jxf-75", "2023-01-01", "in_force"),
    ("jxf-75", "2025-12-31", "in_force"),
    ("jxf-75", "2026-01-01", "expired"),
    ("cufa-175", "2024-09-22", "not_yet"),
    ("cufa-175", "2024-09-23", "in_force"),
    ("chuangfa-143", "2024-08-15", "not_yet"),
    ("chuangfa-143", "2024-09-13", "not_yet"),
    ("chuangfa-143", "2024-09-14", "in_force"),
    ("draft-kejifuwu", "2020-01-01", "draft"),
    ("draft-kejifuwu", "2030-01-01", "draft"),
]

# document, words that must be among the evidence
EVIDENCE = [
    ("2022-05", "本办法自印发之日起施行"),
    ("2022-14", "(2022—2025年)"),
    ("jxf-162", "有效期3年"),
    ("jxf-63", "有效期三年"),
    ("jxf-75", "(2023—2025年)"),
    ("chuangfa-143", "自发布之日起30日后施行"),
    ("draft-kejifuwu", "政策措施自发布之日起实施，有效期3年"),
]

# document, words that its reckoning must tell the user
RULES = [
    ("2022-05", "没有规定有效期限"),
    ("2022-09", "公报所载文本止于第二十五条"),
    ("jxf-162", "最后一日为2025年7月26日（以印发日期而不是公报刊登日期起算）"),
    ("jxf-75", "2023年1月1日"),
    ("chuangfa-143", "30日后即2024年9月14日起施行"),
    ("draft-kejifuwu", "征求意见稿"),
]

# repealed number, document that repeals it
REPEALS = [
    ("中科园发〔2019〕11号", "2022-04"),
    ("中科园发〔2019〕25号", "2022-04"),
    ("京科发〔2021〕13号", "2022-06"),
    ("京科金发〔2021〕50号", "2022-06"),
    ("中科园发〔2019〕19号", "2022-07"),
    ("中科园发〔2019〕22号", "2022-07"),
    ("中科园发〔2019〕20号", "2022-08"),
    ("中科园发〔2019〕23号", "2022-08"),
    ("中科园发〔2019〕21号", "2022-08"),
    ("中科园发〔2019〕24号", "2022-08"),
    ("京教研〔2020〕1号", "jiaoyan-13"),
    ("京科发〔2014〕622号", "cufa-175"),
]


@pytest.mark.parametrize(("doc", "day", "status"), STATUSES)
def test_a_document_has_its_status_on_a_date(doc: str, day: str, status: str) -> None:
    assert CORPUS.validity(doc, date.fromisoformat(day)).status == status


@pytest.mark.parametrize(("doc", "words"), EVIDENCE)
def test_the_deciding_words_are_the_evidence(doc: str, words: str) -> None:
    assert words in [evidence.quote for evidence in CORPUS.validity(doc, date(2026, 1, 1)).evidence]


@pytest.mark.parametrize("doc", KEYS)
def test_evidence_stands_verbatim_in_the_unit_that_it_names(doc: str) -> None:
    document = CORPUS.document(doc)
    texts = {piece.label: squeeze(piece.text) for piece in pieces(document)}
    evidence = CORPUS.validity(doc, date(2026, 1, 1)).evidence
    assert evidence
    assert all(squeeze(part.quote) in texts[part.unit] for part in evidence)


@pytest.mark.parametrize(("doc", "words"), RULES)
def test_the_reckoning_is_told(doc: str, words: str) -> None:
    assert words in CORPUS.validity(doc, date(2026, 1, 1)).rule


@pytest.mark.parametrize(("number", "by"), REPEALS)
def test_a_repealed_document_is_recorded_with_the_words_that_repeal_it(number: str, by: str) -> None:
    (repeal,) = [repeal for repeal in CORPUS.entries[by].repeals if repeal.number == number]
    unit = CORPUS.unit(by, repeal.unit)
    assert squeeze(repeal.quote) in squeeze(unit.text)
    assert squeeze(number) in squeeze(repeal.quote)
    assert "废止" in unit.text


def test_no_other_repeals_are_recorded() -> None:
    recorded = [(repeal.number, key) for key, entry in CORPUS.entries.items() for repeal in entry.repeals]
    assert sorted(recorded) == sorted(REPEALS)


@pytest.mark.parametrize(
    ("day", "status"), [("2022-09-22", "not_yet"), ("2024-09-22", "in_force"), ("2024-09-23", "repealed")]
)
def test_a_document_of_the_corpus_is_repealed_from_the_day_the_other_takes_effect(
    corpus_copy: Path, day: str, status: str
) -> None:
    catalogue = corpus_copy / "documents.yaml"
    words = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(
        words.replace("number: 京科发〔2014〕622号", "number: 京科发〔2022〕13号"), encoding="utf-8"
    )
    assert read_corpus(corpus_copy).validity("2022-13", date.fromisoformat(day)).status == status


def test_the_words_that_repeal_a_document_of_the_corpus_are_its_evidence(corpus_copy: Path) -> None:
    catalogue = corpus_copy / "documents.yaml"
    words = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(
        words.replace("number: 京科发〔2014〕622号", "number: 京科发〔2022〕13号"), encoding="utf-8"
    )
    evidence = read_corpus(corpus_copy).validity("2022-13", date(2025, 1, 1)).evidence
    assert any("同时废止" in part.quote for part in evidence)


def entry(**facts: object) -> DocumentEntry:
    given_facts = {"key": "k", "number": "n", "title": "t", "source": "s", "issued": "2020-02-29", **facts}
    return DocumentEntry.model_validate(given_facts)


# date of issue, days until effect, years of validity, first day, last day
RECKONINGS = [
    ("2022-07-26", 0, 3, "2022-07-26", "2025-07-26"),
    ("2020-02-29", 0, 3, "2020-02-29", "2023-02-28"),
    ("2022-12-15", 30, 1, "2023-01-14", "2024-01-14"),
    ("2024-01-30", 30, 2, "2024-02-29", "2026-02-28"),
]


@pytest.mark.parametrize(("issued", "days", "years", "first", "last"), RECKONINGS)
def test_days_and_years_are_counted_as_the_civil_code_says(
    issued: str, days: int, years: int, first: str, last: str
) -> None:
    validity = {"effective": {"from": "issued", "days": days}, "ends": {"years": years}}
    found = dates_of(entry(issued=issued, validity=validity))
    assert found == (date.fromisoformat(first), date.fromisoformat(last))


REPEAL = Repeal(title="旧办法", number="京某发〔2001〕1号", unit="第一条", quote="同时废止")


@settings(derandomize=True, deadline=None)
@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 400), st.integers(1, 10))
def test_a_document_is_in_force_from_its_first_to_its_last_day(issued: date, days: int, years: int) -> None:
    made = entry(
        issued=issued, validity={"effective": {"from": "issued", "days": days}, "ends": {"years": years}}
    )
    first, last = dates_of(made)
    assert first is not None
    assert last is not None
    one = timedelta(days=1)
    around = [validity_of(made, day).status for day in (first - one, first, last, last + one)]
    assert around == [Status.NOT_YET, Status.IN_FORCE, Status.IN_FORCE, Status.EXPIRED]
    assert validity_of(made, last, repealed=Repealed(last, REPEAL, made)).status is Status.REPEALED
    assert validity_of(made, last - one, repealed=Repealed(last, REPEAL, made)).status is Status.IN_FORCE
