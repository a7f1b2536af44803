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
from assistant.retrieval.signals import Place, Signals
from assistant.wording import Rarity
from corpus.catalog import Corpus

__all__ = ["Ranker", "Weights"]

# Weights are learnt in natural logarithms of odds; scores are these divided by seven.
_ODDS = 7.0


@dataclass(frozen=True, slots=True)
class Weights:
    """What each signal adds to the logarithm of a unit's odds of being the answer."""

    dense: float = 3.81
    lexical: float = 4.04
    second: float = 1.10
    words: float = 2.50
    terms: float = 1.52
    sentence: float = 1.18
    answer: float = 0.73
    within_said: float = 1.16
    within_terms: float = 0.67
    heading: float = 1.61
    length: float = -1.02
    leaning: float = 0.87
    foreign: float = -0.64
    framework: float = -0.48
    notice: float = -0.61
    preamble: float = -0.19
    general: float = 1.04
    closing: float = 0.60
    definition: float = 2.02
    money: float = 1.11
    aspect: float = 1.39
    asks_consequence: float = 0.48
    asks_share: float = 0.32
    asks_time: float = 0.90
    asks_twice: float = 0.49
    asks_who: float = 0.30
    own_dense: float = 0.28
    own_lexical: float = 0.58
    own_words: float = 0.59
    own_terms: float = 0.63
    own_sentence: float = 0.42
    kept: float = -0.27
    kept_document: float = 0.49


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
        scored: Sequence[Scored],
        own: Sequence[Scored] = (),
        kept: Place | None = None,
    ) -> list[RankedUnit]:
        """Units of the retrieved chunks with their chances, best first.

        In a conversation `own` are the chunks found for the last turn alone and `kept` is the unit talked about.
        """
        found = _by_unit((*scored, *own))
        ranked = [
            RankedUnit(
                self._corpus.unit(*place),
                sum(self._weights[name] * value for name, value in signals.items()) / _ODDS,
                tuple(dict.fromkeys(hit.chunk.path for hit in found[place] if not hit.chunk.wide)),
            )
            for place, signals in self.signals(question, scored, own, kept).items()
        ]
        return _with_chances(sorted(ranked, key=lambda unit: -unit.score))

    def signals(
        self,
        question: Question,
        scored: Sequence[Scored],
        own: Sequence[Scored] = (),
        kept: Place | None = None,
    ) -> dict[Place, dict[str, float]]:
        """What `rank` weighs, by unit; for learning the weights."""
        hits, own_hits = _by_unit(scored), _by_unit(own)
        asked = self._signals.asked(question)
        return {
            place: self._signals.read(asked, place, hits.get(place, ()), own_hits.get(place, ()), kept)
            for place in dict.fromkeys((*hits, *own_hits))
        }


def _by_unit(scored: Sequence[Scored]) -> dict[Place, list[Scored]]:
    by_unit: dict[Place, list[Scored]] = {}
    for hit in scored:
        by_unit.setdefault((hit.chunk.doc, hit.chunk.unit), []).append(hit)
    return by_unit


def _with_chances(ranked: Sequence[RankedUnit]) -> list[RankedUnit]:
    odds = [math.exp(_ODDS * (unit.score - ranked[0].score)) for unit in ranked]
    return [replace(unit, chance=one / sum(odds)) for unit, one in zip(ranked, odds, strict=True)]
