"""Whether an applicant is refused money exactly where the text refuses it.

Counted where there is a verdict to get wrong: the gold is 0, the question is one of eligibility with an
amount, or the answer says 0.
"""

from corpus.catalog import Corpus
from evals.cases import Case
from evals.reply import Reply
from evals.scorers.base import Scorer

__all__ = ["SCORER"]


def _score(case: Case, reply: Reply, _corpus: Corpus) -> float | None:
    if case.amount is None:
        return None
    denied = reply.amount is not None and reply.amount.value == 0
    if case.amount.value != 0 and case.type != "eligibility" and not denied:
        return None
    if case.amount.value == 0:
        return float(denied)
    return float(reply.amount is not None and not denied)


SCORER = Scorer("eligibility", "资格判断", _score)
