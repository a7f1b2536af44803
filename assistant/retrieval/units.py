"""Units of a large collection for a question, best first, whatever the collection is about.

Nothing here knows documents by name. Three signals are read off the index: nearness of meaning, seen from the middle
of the collection (vectors of one model crowd into a cone, and what all texts share says nothing); single characters
and pairs of them in common. To them comes what kind of unit answers questions of laypeople, a direction in the space
of vectors. What they weigh was learnt (`evals/outside/learning.py`) and is data, `units.json`; the direction holds for
the embedding model named there, and under any other model it is left out.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.chain import HybridRetriever
from indexer.chunks import Chunk
from indexer.embeddings import Vectors
from indexer.index import SearchIndex
from indexer.lexical import tokenize

__all__ = ["WEIGHTS", "Candidates", "UnitSearch", "UnitWeights"]

WEIGHTS = Path(__file__).with_suffix(".json")

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
Place = tuple[str, str]

_DEPTH = 300
# Below so many chunks the middle is that of a few texts, not of what all texts share.
_ENOUGH = 1000


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
    """The units worth weighing: document and label of each, its signals by name, and its vector."""

    places: tuple[Place, ...]
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
        self._places, self._starts = _layout(index.chunks)
        self._vectors = index.vectors()
        few = len(self._vectors) < _ENOUGH
        self._middle = np.zeros_like(self._vectors[0]) if few else self._vectors.mean(0)
        self._centred = _of_length_one(self._vectors - self._middle)

    def search(self, question: str, k: int) -> list[Place]:
        """Document and label of the `k` best units for `question`, best first."""
        found = self.candidates(question, max(k, _DEPTH))
        weights = self._weights
        scores = np.zeros(len(found.places), np.float32)
        for name, values in found.signals.items():
            scores += np.float32(weights.signals[name]) * values
        if weights.model == self._retriever.model:
            scores += found.vectors @ weights.direction
        return [found.places[number] for number in np.argsort(-scores, kind="stable")[:k]]

    def candidates(self, question: str, size: int = _DEPTH) -> Candidates:
        """The `size` units that `search` weighs; for learning the weights."""
        asked = self._retriever.vector(question).reshape(-1)
        terms = tokenize(question)
        single = self._words.scores(term for term in terms if len(term) == 1)
        paired = self._words.scores(term for term in terms if len(term) > 1)
        # Not `@`: its threads wait for one another on busy cores.
        near = np.einsum("ij,j->i", self._centred, _of_length_one(asked - self._middle))
        meaning, words = self._scaled(near), self._scaled(single + paired)
        units = _top(np.maximum(meaning, 0) + np.maximum(words, 0), size)
        vectors = self._vectors[self._nearest_chunks(near, units)]
        signals = {
            "meaning": meaning[units],
            "single": self._scaled(single)[units],
            "paired": self._scaled(paired)[units],
        }
        return Candidates(tuple(self._places[unit] for unit in units), signals, vectors)

    def _scaled(self, scores: Floats) -> Floats:
        """The best score of each unit's chunks, from 0 to 1 for the best units and from -1 to 0 for the rest."""
        best = np.maximum.reduceat(scores, self._starts)
        depth = min(_DEPTH, len(best))
        low, high = np.partition(best, len(best) - depth)[len(best) - depth], best.max()
        scaled: Floats = np.maximum((best - low) / np.float32((high - low) or 1), np.float32(-1))
        return scaled

    def _nearest_chunks(self, near: Floats, units: Numbers) -> Numbers:
        """The chunk of each unit whose vector is nearest to the question."""
        ends = np.append(self._starts, len(near))[units + 1]
        pairs = zip(self._starts[units], ends, strict=True)
        return np.array([start + int(np.argmax(near[start:end])) for start, end in pairs], np.int64)


def _layout(chunks: Sequence[Chunk]) -> tuple[list[Place], Numbers]:
    """Each unit and its first chunk; chunks of one unit stand together in the index."""
    places: list[Place] = []
    starts: list[int] = []
    for number, chunk in enumerate(chunks):
        if not places or places[-1] != (chunk.doc, chunk.unit):
            places.append((chunk.doc, chunk.unit))
            starts.append(number)
    return places, np.array(starts, np.int64)


def _top(scores: Floats, k: int) -> Numbers:
    """The numbers of the `k` highest scores, best first, ties in the order of the index."""
    numbers = np.arange(len(scores))
    if len(scores) > k:
        numbers = np.flatnonzero(scores >= np.partition(scores, len(scores) - k)[len(scores) - k])
    return numbers[np.argsort(-scores[numbers], kind="stable")][:k]


def _of_length_one(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32(1e-12))
    return unit
