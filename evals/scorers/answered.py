"""Whether what can be answered is answered: one minus this is the share of wrong refusals."""

from corpus.catalog import Corpus
from evals.cases import Case
from evals.reply import Reply
from evals.scorers.base import Scorer

__all__ = ["SCORER"]


def _score(case: Case, reply: Reply, _corpus: Corpus) -> float | None:
    return None if case.refuse else float(not reply.refused)


SCORER = Scorer("answered", "不误拒", _score)
