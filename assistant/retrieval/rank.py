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

    dense: float = 1.94
    lexical: float = 2.00
    second: float = 1.32
    words: float = 1.48
    terms: float = 1.08
    sentence: float = 0.84
    answer: float = 0.57
    within_said: float = 1.10
    within_terms: float = 0.79
    heading: float = 0.67
    length: float = -1.13
    leaning: float = 0.80
    foreign: float = -0.25
    framework: float = 0.12
    notice: float = -0.26
    preamble: float = -0.16
    general: float = -0.25
    closing: float = 0.83
    definition: float = 0.71
    money: float = 0.59
    aspect: float = 0.80
    asked: float = 2.54
    asked_second: float = 2.26
    asked_words: float = 1.94
    own_asked: float = 0.34
    own_asked_second: float = 0.11
    own_asked_words: float = 0.21
    term: float = 1.50
    asks_channel: float = 0.50
    asks_consequence: float = 0.38
    asks_share: float = 0.40
    asks_time: float = 0.67
    asks_twice: float = 0.50
    asks_who: float = 0.22
    own_dense: float = 0.35
    own_lexical: float = 0.67
    own_words: float = 0.49
    own_terms: float = 0.49
    own_sentence: float = 0.36
    kept: float = -0.10
    kept_document: float = 0.16


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

    def answers(self, unit: RankedUnit, cue: str) -> bool:
        """Whether a unit holds words of the kind that `cue` asks for."""
        return self._signals.answers((unit.unit.doc, unit.unit.label), cue)

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
