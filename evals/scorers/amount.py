"""Whether the amount is the gold's to the last digit."""

from corpus.catalog import Corpus
from evals.cases import Case
from evals.reply import Reply
from evals.scorers.base import Scorer

__all__ = ["SCORER"]


def _score(case: Case, reply: Reply, _corpus: Corpus) -> float | None:
    if case.amount is None:
        return None
    return float(reply.amount is not None and reply.amount.value == case.amount.value)


SCORER = Scorer("amount", "金额准确", _score)
