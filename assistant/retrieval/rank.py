"""Candidate chunks → units, best first (step 2 of 5).

Retrieval scores chunks; people ask about units. What speaks for a unit is read by `signals.py` and
weighed here. The weights were learnt, not set by hand: a softmax over the candidates of each tuning
question, with a small penalty on large weights; `evals/README.md` says how to learn them again.
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

    dense: float = 4.20
    lexical: float = 3.84
    second: float = 0.94
    words: float = 2.58
    terms: float = 0.99
    sentence: float = 0.65
    answer: float = 1.06
    within_said: float = 1.41
    within_terms: float = 0.68
    heading: float = 0.95
    length: float = -1.55
    leaning: float = 0.78
    foreign: float = -0.50
    framework: float = -0.62
    notice: float = -0.76
    preamble: float = -0.70
    general: float = 0.62
    closing: float = 0.94
    definition: float = 1.91
    money: float = 0.95
    aspect: float = 1.31
    asks_consequence: float = 0.48
    asks_share: float = 0.36
    asks_time: float = 0.97
    asks_twice: float = 1.13
    asks_who: float = 0.66
    own_dense: float = 0.23
    own_lexical: float = 0.76
    own_words: float = 0.48
    own_terms: float = 0.47
    own_sentence: float = 0.25
    kept: float = 0.31
    kept_document: float = 0.39


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
        hits, own_hits = _by_unit(scored), _by_unit(own)
        asked = self._signals.asked(question)
        ranked = []
        for place in dict.fromkeys((*hits, *own_hits)):
            signals = self._signals.read(asked, place, hits.get(place, ()), own_hits.get(place, ()), kept)
            found = (*hits.get(place, ()), *own_hits.get(place, ()))
            paths = tuple(dict.fromkeys(hit.chunk.path for hit in found if not hit.chunk.wide))
            score = sum(self._weights[name] * value for name, value in signals.items()) / _ODDS
            ranked.append(RankedUnit(self._corpus.unit(*place), score, paths))
        return _with_chances(sorted(ranked, key=lambda unit: -unit.score))


def _by_unit(scored: Sequence[Scored]) -> dict[Place, list[Scored]]:
    by_unit: dict[Place, list[Scored]] = {}
    for hit in scored:
        by_unit.setdefault((hit.chunk.doc, hit.chunk.unit), []).append(hit)
    return by_unit


def _with_chances(ranked: Sequence[RankedUnit]) -> list[RankedUnit]:
    odds = [math.exp(_ODDS * (unit.score - ranked[0].score)) for unit in ranked]
    return [replace(unit, chance=one / sum(odds)) for unit, one in zip(ranked, odds, strict=True)]
