"""BM25 over single characters and bigrams; Latin words and numbers stay whole.

The scores of every (term, chunk) pair are computed when the index is built and read from disk as they
are, so that opening takes milliseconds and a query only adds up a few rows. (bm25s computes the same
scores, but importing it brings scipy, a third of a second that every cold question would pay.)
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexBroken
from corpus.folding import fold

__all__ = ["LexicalIndex", "best", "tokenize"]

K1, B = 1.5, 0.75

_RUN = re.compile(r"[a-z0-9]+(?:\.\d+)*|[\u3400-\u9fff〇]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def tokenize(text: str) -> list[str]:
    """The terms of a text: characters and bigrams of Chinese runs, Latin words and numbers whole."""
    terms: list[str] = []
    for word in text.split():
        for run in _RUN.findall(_THOUSANDS.sub("", fold(word))):
            terms.append(run) if run[0].isascii() else terms.extend(_grams(run))
    return terms


def _grams(run: str) -> list[str]:
    return [*run, *(one + two for one, two in pairwise(run))]


def _key(term: str) -> int:
    """A term as 64 bits: sorted keys are a vocabulary that needs no parsing when it is opened."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")


class LexicalIndex:
    """Scores of all terms, grouped by term: places and scores of term `i` stand from `starts[i]` on."""

    def __init__(
        self,
        terms: NDArray[np.uint64],
        starts: NDArray[np.int64],
        places: NDArray[np.int32],
        scores: NDArray[np.float32],
        size: int,
    ) -> None:
        self._terms = terms
        self._starts = starts
        self._places = places
        self._scores = scores
        self.size = size

    @classmethod
    def build(cls, texts: Sequence[str]) -> Self:
        """Index `texts`; the place of a text in the sequence is its number in every answer."""
        vocabulary: dict[str, int] = {}
        columns: list[NDArray[np.int32]] = []
        counts: list[NDArray[np.int32]] = []
        lengths = np.zeros(len(texts), np.float32)
        for place, text in enumerate(texts):
            bag = Counter(tokenize(text))
            lengths[place] = bag.total()
            columns.append(np.array([vocabulary.setdefault(term, len(vocabulary)) for term in bag], np.int32))
            counts.append(np.fromiter(bag.values(), np.int32, len(bag)))
        keys = np.fromiter((_key(term) for term in vocabulary), np.uint64, len(vocabulary))
        order = np.argsort(keys)
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        term_of = rank[np.concatenate([np.zeros(0, np.int32), *columns])]
        places = np.repeat(np.arange(len(texts), dtype=np.int32), [len(column) for column in columns])
        scores = _bm25(term_of, places, np.concatenate([np.zeros(0, np.int32), *counts]), lengths, len(keys))
        by_term = np.argsort(term_of, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(term_of, minlength=len(keys)))]).astype(np.int64)
        return cls(keys[order], starts, places[by_term], scores[by_term], len(texts))

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        parts = {"terms": self._terms, "starts": self._starts, "places": self._places, "scores": self._scores}
        for name, array in parts.items():
            np.save(folder / f"{name}.npy", np.asarray(array))

    @classmethod
    def load(cls, folder: Path, size: int) -> Self:
        """Open a saved index over `size` texts; raises IndexBroken if its files do not fit together."""
        try:
            # As plain arrays, still on disk: cutting a piece out of a memmap takes ten times as long.
            terms, starts, places, scores = (
                np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))
                for name in ("terms", "starts", "places", "scores")
            )
        except (OSError, ValueError, EOFError) as error:
            raise IndexBroken(f"词语索引 {folder} 打不开（{error}）。请运行 zhengce index build") from error
        if len(starts) != len(terms) + 1 or len(places) != len(scores) or int(starts[-1]) != len(places):
            raise IndexBroken(f"词语索引 {folder} 的文件互不相符。请运行 zhengce index build")
        return cls(terms, starts, places, scores, size)

    def query(self, text: str, k: int, allowed: NDArray[np.bool_] | None = None) -> list[tuple[int, float]]:
        """The best `k` places with their scores, best first; only scores above zero and `allowed` places."""
        totals = np.zeros(self.size, np.float32)
        for term in tokenize(text):
            key = np.uint64(_key(term))
            row = int(np.searchsorted(self._terms, key))
            if row < len(self._terms) and self._terms[row] == key:
                part = slice(int(self._starts[row]), int(self._starts[row + 1]))
                totals[self._places[part]] += self._scores[part]
        if allowed is not None:
            totals[~allowed] = 0
        return best(totals, k, above=0.0)

    def scores(self, terms: Iterable[str]) -> NDArray[np.float32]:
        """The BM25 score of every place for `terms`, each counted once however often it is given."""
        totals = np.zeros(self.size, np.float32)
        for part in self._rows(terms):
            totals[self._places[part]] += self._scores[part]
        return totals

    def _rows(self, terms: Iterable[str]) -> Iterator[slice]:
        """Where the entries of each known term stand."""
        for term in dict.fromkeys(terms):
            key = np.uint64(_key(term))
            row = int(np.searchsorted(self._terms, key))
            if row < len(self._terms) and self._terms[row] == key:
                yield slice(int(self._starts[row]), int(self._starts[row + 1]))


def best(scores: NDArray[np.float32], k: int, above: float) -> list[tuple[int, float]]:
    """Places and values of the `k` highest scores over `above`, best first, ties by place."""
    places = np.flatnonzero(scores > above)
    if len(places) > k > 0:
        edge = np.partition(scores[places], len(places) - k)[len(places) - k]
        places = places[scores[places] >= edge]
    order = places[np.argsort(-scores[places], kind="stable")][: max(k, 0)]
    return [(int(place), float(scores[place])) for place in order]


def _bm25(
    term_of: NDArray[np.int32],
    places: NDArray[np.int32],
    counts: NDArray[np.int32],
    lengths: NDArray[np.float32],
    terms: int,
) -> NDArray[np.float32]:
    """Okapi BM25 with Lucene's idf, which is never negative."""
    spread = np.bincount(term_of, minlength=terms)
    idf = np.log1p((len(lengths) - spread + 0.5) / (spread + 0.5))
    norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1.0)) if len(lengths) else lengths
    weight = counts / (counts + norm[places])
    scores: NDArray[np.float32] = (idf[term_of] * weight).astype(np.float32)
    return scores
