"""Repairs typos and homophones of policy terms (孵画器 → 孵化器, 融资租贷 → 融资租赁) from the corpus' own words.

A window of the question that stands nowhere in the corpus is replaced by a term of the headings that
sounds the same, or that differs in one character of at least four.
"""

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from corpus.catalog import Corpus
from corpus.folding import fold
from corpus.lexicon import Lexicon

# Single characters suffice; the phrase table would take a fifth of a second to import.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
from pypinyin.pinyin_dict import pinyin_dict

__all__ = ["Speller"]

_CJK = re.compile(r"[\u4e00-\u9fff]+")
_SIZES = (6, 5, 4, 3)
_NEAR_SIZE = 4
_SHORT = 3
_FREQUENT = 3
# Characters that join words: a slip for one of them is no typo of a term.
_FUNCTION = frozenset("的了是在有那这几么和与及或不也都要能会就还把被给让做为啥上下里成得多少")
# Initials and finals that dialects and input methods do not keep apart.
_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"))


class Speller:
    """Mends a question against the headings, names and synonyms of the corpus."""

    def __init__(self, corpus: Corpus, lexicon: Lexicon, corpus_text: str) -> None:
        self._text = corpus_text
        self._spoken = "\n".join(
            fold(word)
            for word in (*lexicon.synonyms, *lexicon.fillers, *lexicon.amount_cues, *lexicon.elsewhere)
        )
        terms = sorted(set(_windows((*_phrases(corpus), *lexicon.synonyms))))
        self._by_sound: dict[str, list[str]] = {}
        self._by_gap: dict[str, list[str]] = {}
        for term in terms:
            self._by_sound.setdefault(_sound(term), []).append(term)
            if len(term) >= _NEAR_SIZE:
                for i in range(2, len(term)):
                    self._by_gap.setdefault(f"{term[:i]}*{term[i + 1 :]}", []).append(term)

    def mend(self, question: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The question with mended terms, and the pairs (as written, as mended)."""
        mended: list[tuple[str, str]] = []
        for run in _CJK.findall(question):
            for size in _SIZES:
                for start in range(len(run) - size + 1):
                    window = run[start : start + size]
                    following = run[start + size : start + size + 1]
                    term = self._homophone(window, following) or self._lookalike(window)
                    # Whether the window is right as it stands is asked last: it reads through the corpus.
                    if not term or window in self._spoken or window in self._text:
                        continue
                    if not any(set(window) & set(old) for old, _ in mended):
                        mended.append((window, term))
        for old, new in mended:
            question = question.replace(old, new)
        return question, tuple(mended)

    def _homophone(self, window: str, following: str) -> str | None:
        """A term with the same sound and one other character, which must not belong to a neighbour word."""
        for term in self._by_sound.get(_sound(window), ()):
            slips = [i for i, (a, b) in enumerate(zip(window, term, strict=True)) if a != b]
            if len(slips) != 1 or slips[0] == 0:
                continue
            if window[slips[0]] in _FUNCTION and len(window) <= _NEAR_SIZE:
                continue
            at_end = slips[0] == len(window) - 1
            if at_end and following and window[-1] + following in self._text:
                continue
            if len(window) > _SHORT or self._text.count(term) >= _FREQUENT or term in self._spoken:
                return term
        return None

    def _lookalike(self, window: str) -> str | None:
        """A term that differs in one character where the corpus knows only one that fits there."""
        if len(window) < _NEAR_SIZE:
            return None
        last = self._by_gap.get(f"{window[:-1]}*", ())
        if len(last) == 1 and window[-1] not in _FUNCTION and self._inside_word(window[-3:-1], last[0][-1]):
            return last[0]
        for i in range(2, len(window) - 2):
            if window[i] in _FUNCTION:
                continue
            inner = self._by_gap.get(f"{window[:i]}*{window[i + 1 :]}", ())
            if len(inner) == 1:
                return inner[0]
        return None

    def _inside_word(self, pair: str, following: str) -> bool:
        """Whether the corpus always goes on with `following` after `pair`, so that no word ends there."""
        return self._text.count(pair) == self._text.count(pair + following) >= _FREQUENT


def _phrases(corpus: Corpus) -> Iterator[str]:
    for document in corpus.documents:
        yield document.title
        for unit in document.units:
            yield unit.heading
            yield from (clause.heading for clause in unit.walk())
            if unit.label.startswith("名词解释"):
                yield re.split("[:：]", unit.text)[0]


def _windows(phrases: Iterable[str]) -> Iterator[str]:
    for phrase in phrases:
        for run in _CJK.findall(phrase):
            for size in _SIZES:
                yield from (run[i : i + size] for i in range(len(run) - size + 1))


def _sound(term: str) -> str:
    return " ".join(_syllable(char) for char in term)


@lru_cache(maxsize=8192)
def _syllable(char: str) -> str:
    spelling = pinyin_dict.get(ord(char), char).split(",")[0]
    plain = "".join(c for c in unicodedata.normalize("NFD", spelling) if not unicodedata.combining(c))
    for full, merged in _MERGED:
        plain = plain.replace(full, merged)
    return plain
