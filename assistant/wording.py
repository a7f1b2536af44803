"""How much of a question's wording a text shares: bigrams weighted by rarity in the corpus."""

import math
import re
from collections import Counter
from collections.abc import Container, Iterable

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
        self._rarest = math.log(1 + number)

    def share(self, wanted: Iterable[str], present: Container[str], *, strict: bool = False) -> float:
        """The weighted share (0 to 1) of the bigrams `wanted` that are `present`.

        Bigrams that no text has weigh nothing, or most if `strict`.
        """
        unknown = self._rarest if strict else 0.0
        weights = [(self._weights.get(gram, unknown), gram in present) for gram in wanted]
        total = sum(weight for weight, _ in weights)
        return sum(weight for weight, found in weights if found) / total if total else 0.0
