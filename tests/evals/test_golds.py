"""The golds that we ship hold, and the check finds what does not."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalog import load_corpus
from corpus.errors import InvalidInput
from evals.arithmetic import evaluate
from evals.cases import load_set
from evals.golds import gold_faults
from tests.evals.building import OTHER, QUOTE, UNIT, case


@pytest.mark.parametrize("name", ["dev", "test"])
def test_our_golds_follow_from_the_texts(name: str) -> None:
    # The faults name ids only, so a failure shows nothing of the test split.
    assert gold_faults(load_set(name).cases, load_corpus()) == []


@pytest.mark.parametrize("name", ["dev", "test"])
def test_no_case_id_or_question_stands_in_both_splits(name: str) -> None:
    other = {"dev": "test", "test": "dev"}[name]
    mine, theirs = load_set(name).cases, load_set(other).cases
    assert not {each.id for each in mine} & {each.id for each in theirs}
    assert not {each.asked for each in mine} & {each.asked for each in theirs}


@pytest.mark.parametrize("name", ["dev", "test"])
def test_wordings_of_a_group_share_one_gold(name: str) -> None:
    groups: dict[str, list[Any]] = {}
    for each in load_set(name).cases:
        if each.group:
            gold = each.model_dump(exclude={"id", "question", "note"})
            groups.setdefault(each.group, []).append(gold)
    assert groups
    for golds in groups.values():
        assert len(golds) == 5
        assert all(gold == golds[0] for gold in golds)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"quotes": [UNIT | {"quote": QUOTE.replace("50", "60")}]}, "引文不在"),
        ({"quotes": [OTHER | {"quote": QUOTE}]}, "引文不在"),
        ({"citations": [{"doc": "2022-06", "unit": "第九十条"}]}, "没有条目"),
        ({"citations": [{"doc": "2022-99", "unit": "第一条"}]}, "没有条目"),
        ({"amount": {"value": 25}}, "算式得"),
        ({"recompute": None}, "同时有"),
        ({"recompute": "__import__('os')"}, "不能计算"),
        ({"refuse": True}, "应拒答"),
        ({"citations": []}, "没有应引条目"),
    ],
)
def test_a_wrong_gold_is_found(changes: dict[str, Any], fault: str) -> None:
    assert gold_faults([case()], load_corpus()) == []
    [found] = gold_faults([case(**changes)], load_corpus())
    assert found.startswith("x-1：")
    assert fault in found


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("min(D(65)*D('0.6'),D(50))", "39"),
        ("D(0) if (D('4.5')-D(3))/D(3)>D('0.4') else D(45)*D('0.4')", "0"),
        ("min(sum(min(D(x)*D('0.2'),D(200)) for x in (600,850,1500)),D(500))", "490"),
        ("sum(D(a)*b for a, b in ((2,3),(4,5)) if a > 2)", "20"),
        ("0.1+0.2", "0.3"),
        ("-D(3) if not (1<2<3 and 2!=2 or 1>=2) else 7//2", "-3"),
        ("D(16).sqrt()", "4"),
    ],
)
def test_arithmetic_of_golds(expression: str, value: str) -> None:
    assert evaluate(expression) == Decimal(value)


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').system('true')",
        "().__class__",
        "D.__init__",
        "open('x')",
        "[x for x in (1,)][0]",
        "2**9**9",
        "'9'*9999999",
        "(1,2)*99999999",
        "lambda: 1",
        "sum(x for x in 'abc')",
        "D('x')",
        "D(1)/D(0)",
        "x",
        "1 if",
        "(" * 300 + "1" + ")" * 300,
        "1+" * 400 + "1",
        "",
    ],
)
def test_anything_but_arithmetic_is_refused(expression: str) -> None:
    with pytest.raises(InvalidInput):
        evaluate(expression)


@given(st.text(max_size=60))
def test_no_text_raises_anything_but_a_refusal(text: str) -> None:
    with suppress(InvalidInput):
        assert isinstance(evaluate(text), Decimal)


@given(st.decimals(-1000, 1000, places=3), st.decimals(-1000, 1000, places=3))
def test_arithmetic_agrees_with_decimal(a: Decimal, b: Decimal) -> None:
    assert evaluate(f"D('{a}')*D('{b}')-min(D('{a}'),D('{b}'))") == a * b - min(a, b)
