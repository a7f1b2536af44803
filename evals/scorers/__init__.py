"""Scorers, one a file; a new one is a module and a line here."""

from corpus.catalog import Corpus
from evals.cases import Case
from evals.reply import Reply
from evals.scorers import (
    amount,
    answered,
    cited,
    eligibility,
    facts,
    fidelity,
    first,
    precision,
    refusal,
    support,
)
from evals.scorers.base import Scorer

__all__ = ["SCORERS", "failed", "score"]

SCORERS: tuple[Scorer, ...] = (
    cited.SCORER,
    first.SCORER,
    precision.SCORER,
    facts.SCORER,
    amount.SCORER,
    eligibility.SCORER,
    refusal.SCORER,
    answered.SCORER,
    fidelity.SCORER,
    support.SCORER,
)


def score(case: Case, reply: Reply, corpus: Corpus) -> dict[str, float]:
    """The scores that apply to a case, by scorer name."""
    values = ((scorer.name, scorer.score(case, reply, corpus)) for scorer in SCORERS)
    return {name: value for name, value in values if value is not None}


def failed(scores: dict[str, float]) -> tuple[str, ...]:
    """Names of the deciding scores below 1; a case without any is passed."""
    return tuple(scorer.name for scorer in SCORERS if scorer.decides and scores.get(scorer.name, 1.0) < 1)
