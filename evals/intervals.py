"""Means with bootstrap confidence intervals, the same at every run."""

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

__all__ = ["Estimate", "estimate"]

_SEED = 20240601
_RESAMPLES = 1000
_LEVEL = (2.5, 97.5)


class Estimate(BaseModel):
    """A mean over `n` values with its 95 % interval."""

    model_config = ConfigDict(frozen=True)

    mean: float
    low: float
    high: float
    n: int


def estimate(values: Sequence[float], clusters: Sequence[str]) -> Estimate | None:
    """The mean of `values` and its interval; None without values.

    `clusters` names for each value what it belongs to: wordings of one question are drawn together, since
    they are not independent.
    """
    if not values:
        return None
    _, places = np.unique(np.asarray(clusters), return_inverse=True)
    sums = np.bincount(places, weights=np.asarray(values, dtype=np.float64))
    counts = np.bincount(places)
    drawn = np.random.default_rng(_SEED).integers(0, len(sums), size=(_RESAMPLES, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, _LEVEL)
    return Estimate(mean=float(np.mean(values)), low=float(low), high=float(high), n=len(values))
