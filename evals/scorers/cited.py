"""Recall of the units that must be cited."""

from corpus.catalog import Corpus
from evals.cases import Case
from evals.reply import Reply
from evals.scorers.base import Scorer, share

__all__ = ["SCORER"]


def _score(case: Case, reply: Reply, _corpus: Corpus) -> float | None:
    return None if case.refuse else share(place in reply.units for place in case.citations)


SCORER = Scorer("cited", "引用召回", _score)
