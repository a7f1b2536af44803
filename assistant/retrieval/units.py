"""Units of a large collection for a question, best first, whatever the collection is about.

Nothing here knows documents by name: the signals are read off the index. Meaning and words are each fused as in
`chain.py`; to them come what stands around a unit (its law, chapter and neighbours found as well), what lies near
the best units found (feedback), and what kind of unit answers questions of laypeople (a direction in the space of
vectors). What they weigh was learnt (`evals/outside/learning.py`) and is data, `units.json`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.chain import HybridRetriever
from assistant.retrieval.space import Space
from assistant.retrieval.traits import Layout, traits
from corpus.folding import fold
from indexer.embeddings import Vectors
from indexer.index import SearchIndex
from indexer.lexical import tokenize

__all__ = ["WEIGHTS", "Candidates", "UnitSearch", "UnitWeights"]

WEIGHTS = Path(__file__).with_suffix(".json")

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

_DEPTH = 300
_CANDIDATES = 300
_FEEDBACK = 5
_NARROW, _BROAD = 10, 100


@dataclass(frozen=True, slots=True)
class UnitWeights:
    """What each signal weighs, and each dimension of a unit's vector under the model `model`."""

    model: str
    signals: Mapping[str, float]
    direction: Vectors

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Self:
        """The weights that this package carries."""
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(data["model"], data["signals"], np.array(data["direction"], np.float32))


@dataclass(frozen=True, slots=True)
class Candidates:
    """The units worth weighing: their numbers, their signals by name, and their vectors."""

    units: Places
    signals: Mapping[str, Floats]
    vectors: Vectors


class UnitSearch:
    """Searches one index; safe to share by threads."""

    def __init__(
        self, index: SearchIndex, retriever: HybridRetriever, weights: UnitWeights | None = None
    ) -> None:
        self._words = index.words
        self._retriever = retriever
        self._weights = weights or UnitWeights.load()
        self._layout = Layout.of(index.chunks)
        self._traits = traits(self._layout, index.chunks)
        self._vectors = index.vectors()
        self._space = Space(self._vectors)
        self._evened = self._space.evened(self._vectors)

    def search(self, question: str, k: int) -> list[tuple[str, str]]:
        """Document and label of the `k` best units for `question`, best first."""
        found = self.candidates(question)
        weights = self._weights
        scores = sum(
            (np.float32(weights.signals.get(name, 0.0)) * values for name, values in found.signals.items()),
            np.zeros(len(found.units), np.float32),
        )
        if weights.model == self._retriever.model:
            scores = scores + found.vectors @ weights.direction
        order = np.argsort(-scores, kind="stable")[:k]
        return [self.place(unit) for unit in found.units[order]]

    def place(self, unit: int) -> tuple[str, str]:
        """Document and label of a unit of `candidates`."""
        return self._layout.places[unit]

    def candidates(self, question: str) -> Candidates:
        """What `search` weighs; for learning the weights."""
        asked = self._retriever.vector(question).reshape(-1)
        terms = tokenize(question)
        single = self._words.scores(term for term in terms if len(term) == 1)
        paired = self._words.scores(term for term in terms if len(term) > 1)
        meant = _dots(self._evened, self._space.evened(asked))
        meaning, words = _scaled(self._best(meant)), _scaled(self._best(single + paired))
        fused: Floats = (np.maximum(meaning, 0) + np.maximum(words, 0)) / np.float32(2)
        top = _top(fused, _BROAD)
        feedback = _scaled(self._best(_dots(self._evened, self._fed_back(asked, fused, top[:_FEEDBACK]))))
        around = self._around(fused, top)
        units = _top(fused + around[f"law_{_NARROW}"] / 10 + feedback / 5, _CANDIDATES)
        chunks = self._nearest_chunks(meant, units)
        everywhere = {
            "meaning": meaning,
            "words": words,
            "single": _scaled(self._best(single)),
            "paired": _scaled(self._best(paired)),
            "covered": _share(self._best(self._words.coverage(term for term in terms if len(term) > 1))),
            "feedback": feedback,
            **around,
            **self._traits,
        }
        signals = {name: values[units] for name, values in everywhere.items()}
        plain = self._vectors[chunks]
        signals["plain"] = _behind(plain @ asked)
        signals["centred"] = _behind(self._space.centred(plain) @ self._space.centred(asked))
        return Candidates(units, signals, plain)

    def _best(self, scores: Floats) -> Floats:
        return self._layout.best(scores)

    def _fed_back(self, asked: Vectors, fused: Floats, top: Places) -> Vectors:
        """The question moved half way to the units found so far."""
        found = fused[top] @ self._evened[self._layout.starts[top]]
        length = np.maximum(np.linalg.norm(found), np.float32(1e-12))
        moved: Vectors = self._space.evened(asked) + found / length
        return moved

    def _around(self, fused: Floats, top: Places) -> dict[str, Floats]:
        """What was found in the same law, in the same chapter and next to each unit."""
        around = {
            f"{name}_{depth}": _gathered(fused, top[:depth], groups)
            for name, groups in (("law", self._layout.law), ("chapter", self._layout.chapter))
            for depth in (_NARROW, _BROAD)
        }
        for distance in (1, 2):
            around[f"beside_{distance}"] = _beside(fused, self._layout.law, distance)
        return around

    def _nearest_chunks(self, meant: Floats, units: Places) -> Places:
        """The chunk of each unit whose vector is nearest to the question."""
        starts = self._layout.starts
        ends = np.append(starts, len(meant))[units + 1]
        nearest = [
            start + int(np.argmax(meant[start:end])) for start, end in zip(starts[units], ends, strict=True)
        ]
        return np.array(nearest, np.int64)


def _dots(vectors: Vectors, vector: Vectors) -> Floats:
    # Not `@`: its threads wait for one another on busy cores.
    return np.einsum("ij,j->i", vectors, vector)


def _top(scores: Floats, k: int) -> Places:
    """The places of the `k` highest scores, best first, ties by place."""
    if len(scores) > k:
        edge = np.partition(scores, len(scores) - k)[len(scores) - k]
        places = np.flatnonzero(scores >= edge)
    else:
        places = np.arange(len(scores))
    return places[np.argsort(-scores[places], kind="stable")][:k]


def _scaled(scores: Floats) -> Floats:
    """Scores from 0 to 1 for the best of them, below 0 (but not below -1) for the rest."""
    depth = min(_DEPTH, len(scores))
    low, high = np.partition(scores, len(scores) - depth)[len(scores) - depth], scores.max()
    scaled: Floats = np.maximum((scores - low) / np.float32((high - low) or 1), np.float32(-1))
    return scaled


def _share(scores: Floats) -> Floats:
    """Scores as shares of the highest."""
    share: Floats = scores / np.float32(scores.max() or 1)
    return share


def _behind(scores: Floats) -> Floats:
    """How far each score is behind the best, in tenths."""
    behind: Floats = (scores - scores.max()) * np.float32(10)
    return behind


def _gathered(fused: Floats, top: Places, groups: Places) -> Floats:
    """For each unit what the `top` units of its group add up to, as a share of the best group."""
    sums = np.bincount(groups[top], weights=fused[top], minlength=int(groups.max()) + 1)
    return _share(sums.astype(np.float32))[groups]


def _beside(fused: Floats, law: Places, distance: int) -> Floats:
    """The scores of the units so far before and after each in the same law, added."""
    found = np.zeros_like(fused)
    same = law[distance:] == law[:-distance]
    found[distance:] += fused[:-distance] * same
    found[:-distance] += fused[distance:] * same
    return found
