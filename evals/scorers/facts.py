"""The share of needed facts that stand in the answer; a forbidden one makes it 0."""

from corpus.catalog import Corpus
from evals.cases import Case
from evals.reply import Reply
from evals.scorers.base import Scorer, plain, share

__all__ = ["SCORER"]


def _score(case: Case, reply: Reply, _corpus: Corpus) -> float | None:
    if not case.must_include and not case.must_not_include:
        return None
    said = plain(reply.answer)
    if any(plain(words) in said for words in case.must_not_include):
        return 0.0
    found = share(plain(words) in said for words in case.must_include)
    return 1.0 if found is None else found


SCORER = Scorer("facts", "要点齐全", _score)
