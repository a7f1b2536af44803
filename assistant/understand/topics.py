"""How much of a question's matter the corpus and the lexicon know at all."""

import re

from corpus.folding import fold
from corpus.lexicon import Lexicon

__all__ = ["KnownWords"]

_FIGURE = re.compile(r"\d[\d.,]*(?:万|亿|元|个|家|人|年|月|日|项|件|平|号|%)*")
_CJK = re.compile(r"[\u4e00-\u9fff]+")
_LONGEST = 8
_MOST_KNOWN = 2
_STRANGE, _VERY_STRANGE = 2, 5


class KnownWords:
    """Reads a question word by word against everything that the corpus says."""

    def __init__(self, lexicon: Lexicon, corpus_text: str) -> None:
        self._text = corpus_text
        self._generic = frozenset(map(fold, lexicon.generic))
        self._spoken = frozenset(map(fold, lexicon.synonyms))
        cues = (*lexicon.fillers, *lexicon.amount_cues, *lexicon.home)
        listed = (*lexicon.intents.values(), *lexicon.aspects.values())
        words = {fold(word) for word in (*cues, *(word for group in listed for word in group))}
        self._idle = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))

    def is_strange(self, question: str) -> bool:
        """Whether the matter asked about is made of words that stand nowhere in the corpus."""
        folded = self._idle.sub("|", _FIGURE.sub("|", fold(question)))
        known, unknown = 0, 0
        for run in _CJK.findall(folded):
            found, missed = self._read(run)
            known += found
            unknown += missed
        return unknown >= _STRANGE if known == 0 else known <= _MOST_KNOWN and unknown >= _VERY_STRANGE

    def _read(self, run: str) -> tuple[int, int]:
        """Characters of `run` in words of the corpus (generic words aside), and in strange words of two or more."""
        known = unknown = pending = place = 0
        while place < len(run):
            word = self._word_at(run, place)
            if word:
                unknown += pending if pending > 1 else 0
                pending = 0
                known += 0 if word in self._generic else len(word)
                place += len(word)
            else:
                pending += 1
                place += 1
        return known, unknown + (pending if pending > 1 else 0)

    def _word_at(self, run: str, place: int) -> str:
        for size in range(min(_LONGEST, len(run) - place), 1, -1):
            word = run[place : place + size]
            if word in self._generic or word in self._spoken or word in self._text:
                return word
        return ""
