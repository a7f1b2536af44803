"""The share of cited units that belong to the answer; an answer without citations has none."""

from corpus.catalog import Corpus
from evals.cases import Case
from evals.reply import Reply
from evals.scorers.base import Scorer, share

__all__ = ["SCORER"]


def _score(case: Case, reply: Reply, _corpus: Corpus) -> float | None:
    if case.refuse or not case.citations:
        return None
    return share(place in {*case.citations, *case.also_ok} for place in reply.units)


# A citation more than needed costs precision but does not make an answer wrong.
SCORER = Scorer("precision", "引用精度", _score, decides=False)
