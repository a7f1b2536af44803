"""Whether what cannot be answered is refused."""

from corpus.catalog import Corpus
from evals.cases import Case
from evals.reply import Reply
from evals.scorers.base import Scorer

__all__ = ["SCORER"]


def _score(case: Case, reply: Reply, _corpus: Corpus) -> float | None:
    return float(reply.refused) if case.refuse else None


SCORER = Scorer("refusal", "应拒即拒", _score)
