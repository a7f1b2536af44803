"""Measures against values worked out by hand."""

import math
from collections.abc import Sequence

import pytest

from evals.outside.measures import measure, percentile

TEN = [f"x{n}" for n in range(10)]


@pytest.mark.parametrize(
    ("ranking", "gold", "expected"),
    [
        (["a", "b"], [["a"]], {"recall_1": 1, "mrr_10": 1, "ndcg_10": 1}),
        (["b", "a"], [["a"]], {"recall_1": 0, "recall_5": 1, "mrr_10": 0.5, "ndcg_10": 1 / math.log2(3)}),
        (["b", "a"], [["a", "b"]], {"recall_1": 1, "mrr_10": 1, "ndcg_10": 1}),
        (
            ["a", "x", "b"],
            [["a"], ["b"], ["c"]],
            {
                "recall_1": 1 / 3,
                "recall_5": 2 / 3,
                "mrr_10": 1,
                "ndcg_10": 1.5 / (1 + 1 / math.log2(3) + 0.5),
            },
        ),
        ([*TEN, "a"], [["a"]], {"recall_10": 0, "recall_100": 1, "mrr_10": 0, "ndcg_10": 0}),
        ([], [["a"]], {"recall_100": 0, "mrr_10": 0, "ndcg_10": 0}),
        (["a", "a"], [["a"], []], {"recall_1": 1, "ndcg_10": 1}),
    ],
)
def test_one_question(ranking: Sequence[str], gold: list[list[str]], expected: dict[str, float]) -> None:
    found = measure([ranking], [gold])
    assert found is not None
    assert {name: found.to_dict()[name] for name in expected} == pytest.approx(expected)


def test_questions_without_gold_do_not_count() -> None:
    found = measure([["a"], ["a"], ["b"]], [[["a"]], [], [["a"]]])
    assert found is not None
    assert (found.questions, found.recall_1) == (2, 0.5)
    assert measure([["a"]], [[]]) is None


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([], 0.5, 0), ([3], 0.95, 3), ([4, 1, 3, 2], 0.5, 2), (range(1, 101), 0.95, 95), ([1, 9], 0.0, 1)],
)
def test_percentile(values: Sequence[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected
