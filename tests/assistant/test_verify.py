"""The verifier withholds quotes that are not verbatim and numbers that nothing supports."""

from dataclasses import replace

import pytest

from assistant.answer import Citation
from assistant.draft import Draft
from assistant.verify.drafts import Verifier
from corpus.catalog import Corpus

QUOTE = "每家企业每年国际首创产品支持金额不超过500万元,国内首创产品支持金额不超过300万元"
WITHHELD = "有内容未能在原文中核实，已略去。"


@pytest.fixture(scope="module")
def verifier(corpus: Corpus) -> Verifier:
    return Verifier(corpus)


def citation(quote: str) -> Citation:
    return Citation(
        "2022-05",
        "京科发〔2022〕5号",
        "提升企业创新能力办法",
        "第十一条",
        "第十一条（三）",
        quote,
        "in_force",
    )


SOUND = Draft("国内首创上限300万元。", quoted=((QUOTE, "第十一条（三）"),), citations=(citation(QUOTE),))


def test_a_sound_draft_passes_unchanged(verifier: Verifier) -> None:
    assert verifier.verify(SOUND) == SOUND


FORGED = {
    "a figure changed": QUOTE.replace("300", "400"),
    "a word left out": QUOTE.replace("每年", ""),
    "words of another document's kind": "每家企业最多给予一亿元支持",
    "nothing": "",
}


@pytest.mark.parametrize("quote", FORGED.values(), ids=FORGED.keys())
def test_a_quote_that_is_not_verbatim_is_withheld(verifier: Verifier, quote: str) -> None:
    checked = verifier.verify(replace(SOUND, citations=(citation(QUOTE), citation(quote))))
    assert checked.citations == (citation(QUOTE),)
    assert WITHHELD in checked.warnings


def test_whitespace_does_not_make_a_quote_wrong(verifier: Verifier) -> None:
    spaced = citation(QUOTE.replace("国内", "\n  国内"))
    assert verifier.verify(replace(SOUND, citations=(spaced,))).citations == (spaced,)


def test_a_quote_of_another_source_file_is_withheld(verifier: Verifier) -> None:
    foreign = replace(citation("证书有效期3年"), unit="第五条", path="第五条")
    assert verifier.verify(replace(SOUND, citations=(foreign,))).citations == ()


UNSUPPORTED = {
    "an invented amount": "最高可获800万元。",
    "a slipped unit": "最高可获300亿元。",
    "an invented rate": "按45%给予支持。",
    "an invented range": "支持300万元至700万元。",
    "an invented term": "有效期为7年。",
}


@pytest.mark.parametrize("sentence", UNSUPPORTED.values(), ids=UNSUPPORTED.keys())
@pytest.mark.parametrize("part", ["conclusion", "derivation", "notes"])
def test_a_number_without_support_is_withheld(verifier: Verifier, sentence: str, part: str) -> None:
    said = f"{SOUND.conclusion}\n{sentence}" if part == "conclusion" else (SOUND.conclusion, sentence)
    checked = verifier.verify(replace(SOUND, **{part: said}))  # type: ignore[arg-type]
    kept = checked.conclusion.split("\n") if part == "conclusion" else getattr(checked, part)
    assert list(kept) == [SOUND.conclusion]
    assert WITHHELD in checked.warnings


SUPPORTED = {
    "the same figure in other writing": "国内首创不超过三百万元。",
    "a figure of the user": "合同额1200万元。",
    "the number of a document": "见《提升企业创新能力办法》（京科发〔2022〕5号）第十一条（三）。",
}


@pytest.mark.parametrize("sentence", SUPPORTED.values(), ids=SUPPORTED.keys())
def test_a_number_with_support_stays(verifier: Verifier, sentence: str) -> None:
    checked = verifier.verify(replace(SOUND, notes=(sentence,), allowed="第一个合同1200万"))
    assert checked.notes == (sentence,)
    assert checked.warnings == ()
