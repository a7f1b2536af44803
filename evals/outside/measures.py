"""How well rankings find what they should: recall, reciprocal rank and discounted gain.

A question's gold is a list of groups; the articles of one group are interchangeable, and the first of them in the
ranking counts for the group.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

__all__ = ["Measures", "measure", "percentile"]

Groups = Sequence[Sequence[str]]

_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Measures:
    """Means over all questions with gold.

    `recall_k` is the share of a question's groups found among the first k, `mrr_10` the reciprocal rank of the
    first right article (0 below rank 10), `ndcg_10` the discounted gain of the groups over the best possible.
    """

    questions: int
    recall_1: float
    recall_5: float
    recall_10: float
    recall_100: float
    mrr_10: float
    ndcg_10: float

    def to_dict(self) -> dict[str, float]:
        """Name → value."""
        return asdict(self)


def measure(rankings: Sequence[Sequence[str]], golds: Sequence[Groups]) -> Measures | None:
    """The measures of `rankings`, one for each entry of `golds`; None where no question has gold."""
    ranks = [
        _ranks(ranking, [group for group in groups if group])
        for ranking, groups in zip(rankings, golds, strict=True)
        if any(groups)
    ]
    if not ranks:
        return None
    return Measures(
        questions=len(ranks),
        recall_1=_mean([_recall(one, 1) for one in ranks]),
        recall_5=_mean([_recall(one, 5) for one in ranks]),
        recall_10=_mean([_recall(one, 10) for one in ranks]),
        recall_100=_mean([_recall(one, 100) for one in ranks]),
        mrr_10=_mean([_reciprocal(one) for one in ranks]),
        ndcg_10=_mean([_gain(one) for one in ranks]),
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of `values` do not exceed; 0 for none."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)] if ordered else 0.0


def _ranks(ranking: Sequence[str], groups: Groups) -> list[float]:
    """The rank at which each group is met first, counted from 1; infinite where it is not met."""
    place = {article: rank for rank, article in reversed(list(enumerate(ranking, 1)))}
    return [min(place.get(article, math.inf) for article in group) for group in groups]


def _recall(ranks: Sequence[float], k: int) -> float:
    return sum(rank <= k for rank in ranks) / len(ranks)


def _reciprocal(ranks: Sequence[float]) -> float:
    return 1 / min(ranks) if min(ranks) <= _DEPTH else 0.0


def _gain(ranks: Sequence[float]) -> float:
    found = sum(1 / math.log2(rank + 1) for rank in ranks if rank <= _DEPTH)
    return found / sum(1 / math.log2(rank + 1) for rank in range(1, min(len(ranks), _DEPTH) + 1))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
