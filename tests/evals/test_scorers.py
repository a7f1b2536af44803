"""Each scorer on answers that are right and wrong in one way."""

from typing import Any

import pytest

from corpus.catalog import load_corpus
from evals.scorers import SCORERS, failed, score
from evals.scorers.consistency import consistency
from tests.evals.building import OTHER, QUOTE, UNIT, case, reply

_REFUSAL = {"answer": "无法回答", "refused": True, "citations": [], "amount": None, "calculation": None}
_REFUSED_GOLD = {"refuse": True, "citations": [], "amount": None, "must_include": []}

CASES: list[tuple[str, dict[str, Any], dict[str, Any], float | None]] = [
    ("cited", {}, {}, 1.0),
    ("cited", {"citations": [UNIT, OTHER]}, {}, 0.5),
    ("cited", {}, {"citations": []}, 0.0),
    ("cited", _REFUSED_GOLD, {}, None),
    ("first", {}, {"citations": [OTHER, UNIT]}, 0.0),
    ("first", {"also_ok": [OTHER]}, {"citations": [OTHER, UNIT]}, 1.0),
    ("first", {}, _REFUSAL, 0.0),
    ("precision", {}, {"citations": [UNIT, OTHER]}, 0.5),
    ("precision", {"also_ok": [OTHER]}, {"citations": [UNIT, OTHER, UNIT]}, 1.0),
    ("precision", {}, {"citations": []}, None),
    ("facts", {"must_include": ["1200万元"]}, {"answer": "共 1,200 万元"}, 1.0),
    ("facts", {"must_include": ["（一）甲", "乙"]}, {"answer": "(一) 甲"}, 0.5),
    ("facts", {"must_not_include": ["50万元"]}, {"answer": "24万元，上限50 万元"}, 0.0),
    ("facts", {"must_include": []}, {}, None),
    ("facts", {"must_include": [], "must_not_include": ["99万元"]}, {}, 1.0),
    ("amount", {}, {}, 1.0),
    ("amount", {"amount": {"value": 24.5}}, {}, 0.0),
    ("amount", {"amount": {"value": 43.2}}, {"amount": {"value": 43.20}}, 1.0),
    ("amount", {}, {"amount": None}, 0.0),
    ("amount", {"amount": None}, {}, None),
    ("eligibility", {"amount": {"value": 0}}, {"amount": {"value": 0}}, 1.0),
    ("eligibility", {"amount": {"value": 0}}, {"amount": None}, 0.0),
    ("eligibility", {"amount": {"value": 0}}, {}, 0.0),
    ("eligibility", {}, {"amount": {"value": 0}}, 0.0),
    ("eligibility", {"type": "eligibility"}, {}, 1.0),
    ("eligibility", {"type": "eligibility"}, {"amount": None}, 0.0),
    ("eligibility", {}, {}, None),
    ("refusal", _REFUSED_GOLD, _REFUSAL, 1.0),
    ("refusal", _REFUSED_GOLD, {}, 0.0),
    ("refusal", {}, _REFUSAL, None),
    ("answered", {}, {}, 1.0),
    ("answered", {}, _REFUSAL, 0.0),
    ("answered", _REFUSED_GOLD, _REFUSAL, None),
    ("fidelity", {}, {}, 1.0),
    ("fidelity", {}, {"citations": [UNIT | {"quote": QUOTE.replace("企业", "企 业\n")}]}, 1.0),
    ("fidelity", {}, {"citations": [UNIT | {"quote": QUOTE.replace("20%", "30%")}]}, 0.0),
    ("fidelity", {}, {"citations": [OTHER | {"quote": QUOTE}]}, 0.0),
    ("fidelity", {}, {"citations": [UNIT | {"quote": ""}]}, 0.0),
    ("fidelity", {}, {"citations": [{"doc": "none", "unit": "第一条", "quote": QUOTE}]}, 0.0),
    ("fidelity", {}, _REFUSAL, None),
    ("support", {}, {}, 1.0),
    ("support", {}, {"answer": "可获 24万元，另加 77万元"}, 0.5),
    ("support", {}, {"answer": "可获 240000元"}, 1.0),
    ("support", {"history": ["我们有 77万元"]}, {"answer": "另加 77万元"}, 1.0),
    ("support", {}, {"answer": "营收不超过2亿元"}, 1.0),
    ("support", {}, {"answer": "1. 《某办法》（京科发〔2022〕6号）第十条（三）说 24万元"}, 1.0),
    ("support", {}, {"answer": "没有数字"}, None),
    ("support", {}, {"answer": "不符合条件，0 万元，99%"}, 0.0),
    ("support", {}, {"answer": "24万元 ⚠ 有效期7年", "warnings": ["有效期7年"]}, 0.5),
]


@pytest.mark.parametrize(("name", "gold", "said", "expected"), CASES)
def test_a_scorer_judges_one_thing(
    name: str, gold: dict[str, Any], said: dict[str, Any], expected: float | None
) -> None:
    assert score(case(**gold), reply(**said), load_corpus()).get(name) == expected


def test_every_scorer_is_judged_on_a_right_and_a_wrong_answer() -> None:
    for scorer in SCORERS:
        seen = {expected for name, _, _, expected in CASES if name == scorer.name}
        assert 1.0 in seen
        assert min(value for value in seen if value is not None) < 1


def test_a_case_fails_by_what_decides_and_not_by_precision() -> None:
    scores = score(
        case(), reply(citations=[UNIT | {"quote": QUOTE}, OTHER | {"quote": "科技保险"}]), load_corpus()
    )
    assert scores["precision"] < 1
    assert failed(scores) == ()
    assert failed(score(case(), reply(amount={"value": 25}), load_corpus())) == ("amount",)


def test_consistency_is_the_share_of_the_most_frequent_answer() -> None:
    cases = [case(id=str(n), group="g") for n in range(4)] + [case(id="alone")]
    replies = {each.id: reply() for each in cases}
    assert consistency(cases, replies) == {"g": 1.0}
    replies["1"] = reply(amount={"value": 25})
    replies["2"] = reply(**_REFUSAL)
    assert consistency(cases, replies) == {"g": 0.5}
