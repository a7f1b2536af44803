"""The learnt weights are those of the least loss, and say what they should."""

import numpy as np
import pytest

from evals.outside.fitting import Example, fitted


def example(signals: list[list[float]], right: list[bool]) -> Example:
    return Example(np.array(signals), np.array(right))


TWO = [
    example([[1, 0], [0, 1], [0, 0]], [True, False, False]),
    example([[0, 1], [1, 1], [0, 0]], [False, True, False]),
]


def test_a_signal_of_what_is_right_weighs_more_than_one_of_what_is_wrong() -> None:
    weights = fitted(TWO, np.array([0.1, 0.1]))
    assert weights[0] > 0.5
    assert weights[0] > weights[1]


def test_one_signal_is_weighed_as_worked_out_by_hand() -> None:
    # Two candidates, signals 1 and 0: the slope p - 1 + penalty * w is zero at w = 1 with penalty 1 - 1 / (1 + 1/e).
    penalty = 1 - 1 / (1 + np.exp(-1))
    (weight,) = fitted([example([[1], [0]], [True, False])], np.array([penalty]))
    assert weight == pytest.approx(1, abs=1e-5)


def test_questions_without_a_right_candidate_teach_nothing() -> None:
    lost = example([[5, 5], [0, 9]], [False, False])
    assert fitted([*TWO, lost], np.array([0.1, 0.1])) == pytest.approx(fitted(TWO, np.array([0.1, 0.1])))


def test_a_high_price_keeps_weights_small() -> None:
    assert np.abs(fitted(TWO, np.array([100.0, 100.0]))).max() < 0.01
