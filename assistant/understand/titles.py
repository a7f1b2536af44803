"""Titles of documents as people say them: words left out, shortened or in between."""

import math
import re
from collections import Counter
from collections.abc import Sequence

from assistant.wording import grams
from corpus.entries import DocumentEntry
from corpus.folding import fold

__all__ = ["LooseTitles"]

_DOC_WORD = re.compile("办法|措施|政策|方案|指引|计划|意见稿|规定|文件|草案")
_BREAK = re.compile(r"[，,。！!？?；;：:、()《》“”\"]")
_BETWEEN = re.compile(
    "的|那个|那份|那套|那些|这个|这份|这套|[一几]份|支持资金|管理|若干|试行|暂行|北京市|关于"
)
_SHORTEST, _LONGEST = 4, 30
_COVERED = 0.75
# The weight of three bigrams that stand in no other title.
_TELLING = 8.0
_CLEARLY = 1.6


class LooseTitles:
    """Finds the document whose title a run of words before 办法, 措施 … is made of."""

    def __init__(self, entries: Sequence[DocumentEntry]) -> None:
        self._titles = {entry.key: frozenset(grams(_bare(fold(entry.title)))) for entry in entries}
        counts = Counter(gram for title in self._titles.values() for gram in title)
        self._rarest = math.log(1 + len(entries))
        self._weights = {gram: math.log(1 + len(entries) / count) for gram, count in counts.items()}

    def find(self, folded: str) -> tuple[str, str] | None:
        """The key of the document and the words that name it, or None."""
        found: list[tuple[float, str, str]] = []
        for word in _DOC_WORD.finditer(folded):
            start = max(0, word.start() - _LONGEST)
            breaks = [match.end() for match in _BREAK.finditer(folded, start, word.start())]
            start = breaks[-1] if breaks else start
            for begin in range(start, word.start() - _SHORTEST + 1):
                key, weight = self._best(grams(_bare(folded[begin : word.start()])))
                if key:
                    found.append((weight, key, folded[begin : word.end()]))
        if not found:
            return None
        _, key, said = max(found, key=lambda one: (one[0], -len(one[2])))
        return key, said

    def _best(self, said: Counter[str]) -> tuple[str, float]:
        """The title that covers `said`, and the weight of what they share; ("", 0) where none does clearly."""
        total = sum(self._weights.get(gram, self._rarest) for gram in said)
        shared = sorted(
            (
                (sum(self._weights[gram] for gram in said if gram in title), key)
                for key, title in self._titles.items()
            ),
            reverse=True,
        )
        (weight, key), (second, _) = shared[:2]
        if weight < _TELLING or weight < _COVERED * total or weight < _CLEARLY * second:
            return "", 0.0
        return key, weight


def _bare(folded: str) -> str:
    return _BETWEEN.sub("", folded)
