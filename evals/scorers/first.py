"""Whether the first citation is a right one."""

from corpus.catalog import Corpus
from evals.cases import Case
from evals.reply import Reply
from evals.scorers.base import Scorer

__all__ = ["SCORER"]


def _score(case: Case, reply: Reply, _corpus: Corpus) -> float | None:
    if case.refuse or not case.citations:
        return None
    return float(bool(reply.units) and reply.units[0] in {*case.citations, *case.also_ok})


SCORER = Scorer("first", "首条引用", _score)
