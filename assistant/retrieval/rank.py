"""Candidate chunks → units, best first (step 2 of 5).

Retrieval scores chunks; people ask about units. What speaks for a unit is read by `signals.py` and
weighed here. The weights were learnt, not set by hand: a softmax over the candidates of each tuning
question, with a small penalty on large weights (`evals/ranking.py` learns them).
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from assistant.evidence import RankedUnit
from assistant.question import Question
from assistant.retrieval.chain import Scored
from assistant.retrieval.signals import Found, Place, Signals
from assistant.wording import Rarity
from corpus.catalog import Corpus

__all__ = ["Ranker", "Weights"]

# Weights are learnt in natural logarithms of odds; scores are these divided by seven.
_ODDS = 7.0


@dataclass(frozen=True, slots=True)
class Weights:
    """What each signal adds to the logarithm of a unit's odds of being the answer."""

    dense: float = 1.99
    lexical: float = 2.11
    second: float = 1.34
    words: float = 1.47
    terms: float = 1.17
    sentence: float = 0.91
    answer: float = 0.61
    within_said: float = 1.05
    within_terms: float = 0.90
    heading: float = 0.74
    length: float = -1.21
    leaning: float = 0.84
    foreign: float = -0.35
    framework: float = -0.28
    notice: float = -0.39
    preamble: float = -0.30
    general: float = -0.04
    closing: float = 0.77
    definition: float = 0.82
    money: float = 0.56
    aspect: float = 0.86
    asked: float = 2.39
    asked_second: float = 2.16
    asked_words: float = 1.77
    own_asked: float = 0.23
    own_asked_second: float = 0.00
    own_asked_words: float = 0.15
    asks_consequence: float = 0.46
    asks_share: float = 0.37
    asks_time: float = 0.74
    asks_twice: float = 0.41
    asks_who: float = 0.31
    own_dense: float = 0.26
    own_lexical: float = 0.61
    own_words: float = 0.41
    own_terms: float = 0.45
    own_sentence: float = 0.27
    kept: float = -0.22
    kept_document: float = 0.22


class Ranker:
    """Orders units for a question."""

    def __init__(
        self, corpus: Corpus, rarity: Rarity, aspects: Sequence[str] = (), weights: Weights | None = None
    ) -> None:
        self._corpus = corpus
        self._weights = asdict(weights or Weights())
        self._signals = Signals(corpus, rarity, aspects)

    def rank(
        self,
        question: Question,
        found: Found,
    ) -> list[RankedUnit]:
        """The units found with their chances, best first."""
        ranked = [
            RankedUnit(
                self._corpus.unit(*place),
                sum(self._weights[name] * value for name, value in signals.items()) / _ODDS,
                _paths((*found.hits.get(place, ()), *found.own_hits.get(place, ()))),
            )
            for place, signals in self.signals(question, found).items()
        ]
        return _with_chances(sorted(ranked, key=lambda unit: -unit.score))

    def signals(self, question: Question, found: Found) -> dict[Place, dict[str, float]]:
        """What `rank` weighs, by unit; for learning the weights."""
        asked = self._signals.asked(question)
        return {place: self._signals.read(asked, place, found) for place in found.places}


def _paths(hits: Sequence[Scored]) -> tuple[str, ...]:
    """The clauses that were found, best first."""
    return tuple(dict.fromkeys(hit.chunk.path for hit in hits if not hit.chunk.wide))


def _with_chances(ranked: Sequence[RankedUnit]) -> list[RankedUnit]:
    odds = [math.exp(_ODDS * (unit.score - ranked[0].score)) for unit in ranked]
    return [replace(unit, chance=one / sum(odds)) for unit, one in zip(ranked, odds, strict=True)]
