"""How much of a question's wording a text shares: bigrams weighted by rarity in the corpus."""

import math
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Set
from typing import Self

from corpus.folding import fold

__all__ = ["Rarity", "Weighed", "grams"]

_WORD = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9]+")


def grams(text: str) -> Counter[str]:
    """Bigrams of the Chinese runs of `text`, and its Latin or digit words whole."""
    found: Counter[str] = Counter()
    for run in _WORD.findall(fold(text)):
        if run.isascii():
            found[run] += 1
        else:
            found.update(run[i : i + 2] for i in range(len(run) - 1))
    return found


class Weighed:
    """The bigrams of a question with their weights, to be compared with many texts."""

    def __init__(self, weights: dict[str, float]) -> None:
        self._weights = weights
        self._total = sum(weights.values())

    @property
    def grams(self) -> Set[str]:
        """The bigrams without their weights."""
        return self._weights.keys()

    def shares(self) -> Iterator[tuple[str, float]]:
        """Each bigram with its share of the whole weight."""
        return ((gram, weight / self._total) for gram, weight in self._weights.items() if weight)

    def share(self, present: Set[str]) -> float:
        """The weighted share (0 to 1) of the bigrams that are `present`."""
        weights = self._weights
        return sum(weights[gram] for gram in weights.keys() & present) / self._total if self._total else 0.0

    def likeness(self, other: Set[str]) -> float:
        """How much the words have in common with `other` bigrams: the mean of both shares, 0 to 1."""
        common = self._weights.keys() & other
        if not common:
            return 0.0
        return (self.share(common) + len(common) / len(other)) / 2


class Rarity:
    """Weights of bigrams: log(1 + texts / texts that have it)."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._count(set(grams(text)) for text in texts)

    @classmethod
    def of(cls, bags: Iterable[Set[str]]) -> Self:
        """The weights for texts whose bigrams are known already."""
        rarity = cls(())
        rarity._count(bags)
        return rarity

    def _count(self, bags: Iterable[Set[str]]) -> None:
        counts: Counter[str] = Counter()
        number = 0
        for bag in bags:
            counts.update(bag)
            number += 1
        self._weights = {gram: math.log(1 + number / count) for gram, count in counts.items()}
        self._rarest = math.log(1 + number)

    def weigh(self, wanted: Iterable[str], *, strict: bool = False) -> Weighed:
        """The bigrams `wanted` with their weights; see `share` for `strict`."""
        unknown = self._rarest if strict else 0.0
        return Weighed({gram: self._weights.get(gram, unknown) for gram in wanted})

    def weight(self, wanted: Iterable[str], present: Container[str]) -> float:
        """The weight of the bigrams `wanted` that are `present`."""
        return sum(self._weights.get(gram, 0.0) for gram in wanted if gram in present)

    def share(self, wanted: Iterable[str], present: Container[str], *, strict: bool = False) -> float:
        """The weighted share (0 to 1) of the bigrams `wanted` that are `present`.

        Bigrams that no text has weigh nothing, or most if `strict`.
        """
        unknown = self._rarest if strict else 0.0
        weight = self._weights.get
        total = found = 0.0
        # A question asks this some thousand times; a plain loop is twice as fast as sums over generators.
        for gram in wanted:
            value = weight(gram, unknown)
            total += value
            if gram in present:
                found += value
        return found / total if total else 0.0
