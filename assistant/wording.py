"""How much of a question's wording a text shares: bigrams weighted by rarity in the corpus."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from corpus.folding import fold

__all__ = ["Rarity", "grams"]

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


class Rarity:
    """Weights of bigrams: log(1 + texts / texts that have it)."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts: Counter[str] = Counter()
        number = 0
        for text in texts:
            counts.update(set(grams(text)))
            number += 1
        self._weights = {gram: math.log(1 + number / count) for gram, count in counts.items()}

    def share(self, wanted: Mapping[str, int], present: Mapping[str, int]) -> float:
        """The weighted share (0 to 1) of the bigrams `wanted` that are `present`; unknown ones weigh nothing."""
        total = sum(self._weights.get(gram, 0.0) for gram in wanted)
        return sum(self._weights.get(gram, 0.0) for gram in wanted if gram in present) / total if total else 0.0
