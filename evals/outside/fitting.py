"""Fits a softmax over candidates: the weights under which what is right gets the greatest chance.

Newton's method on the mean cross-entropy with a penalty on large weights; the problem is convex, so that there is
one answer and no step size to choose.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Example", "fitted"]

Floats = NDArray[np.float64]

_STEPS = 30
_SMALL = 1e-6


@dataclass(frozen=True, slots=True)
class Example:
    """One question: a row of signals for each candidate, and which candidates are right."""

    signals: Floats
    right: NDArray[np.bool_]


def fitted(examples: Sequence[Example], penalty: Floats) -> Floats:
    """One weight for each signal; `penalty` holds the price of each weight's square, halved.

    Examples without a right candidate teach nothing and are left out.
    """
    taught = [example for example in examples if example.right.any()]
    weights: Floats = np.zeros(len(penalty))
    before = float("inf")
    step: Floats = np.zeros(len(penalty))
    for _ in range(_STEPS):
        loss, slope, curve = _loss(taught, weights, penalty)
        while loss > before and np.abs(step).max() > _SMALL:
            step = np.asarray(step / 2)
            weights = np.asarray(weights + step)
            loss, slope, curve = _loss(taught, weights, penalty)
        before = loss
        step = np.asarray(np.linalg.solve(curve, slope), np.float64)
        weights = np.asarray(weights - step)
        if np.abs(step).max() < _SMALL:
            break
    return weights


def _loss(examples: Sequence[Example], weights: Floats, penalty: Floats) -> tuple[float, Floats, Floats]:
    """The loss at `weights`, its slope and its curvature."""
    loss = float(penalty @ weights**2) / 2
    slope: Floats = penalty * weights
    curve: Floats = np.diag(penalty)
    for example in examples:
        scores = example.signals @ weights
        odds = np.exp(scores - scores.max())
        chances = odds / odds.sum()
        wanted = example.right / example.right.sum()
        mean = chances @ example.signals
        loss -= float(wanted @ np.log(np.maximum(chances, 1e-300))) / len(examples)
        slope = slope + (mean - wanted @ example.signals) / len(examples)
        spread = (example.signals * chances[:, None]).T @ example.signals - np.outer(mean, mean)
        curve = curve + spread / len(examples)
    return loss, slope, curve
