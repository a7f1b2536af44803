"""The words that the corpus and the lexicon know, and how a question reads against them."""

import re
from dataclasses import dataclass

from corpus.folding import any_word, fold
from corpus.lexicon import Lexicon

__all__ = ["Reading", "Vocabulary"]

_FIGURE = re.compile(r"\d[\d.,]*(?:万|亿|元|个|家|人|年|月|日|项|件|平|号|%)*")
_CJK = re.compile(r"[\u4e00-\u9fff]+")
_LONGEST = 8
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """A question without figures, fillers and question words.

    `words` are those that the corpus or the lexicon has, generic ones aside; `strange` the runs of two characters
    or more between them, particles aside, that neither has.
    """

    words: tuple[str, ...]
    strange: tuple[str, ...]

    @property
    def known(self) -> int:
        """Characters of the words known."""
        return sum(map(len, self.words))

    @property
    def unknown(self) -> int:
        """Characters of the strange words."""
        return sum(map(len, self.strange))


class Vocabulary:
    """Reads a question word by word against everything that the corpus says."""

    def __init__(self, lexicon: Lexicon, corpus_text: str) -> None:
        self.text = corpus_text
        # Most of what stands nowhere shows it in its first two or three characters, without a search of the text.
        self._short = {
            corpus_text[place : place + size]
            for size in range(2, _SHORT + 1)
            for place in range(len(corpus_text) - size + 1)
        }
        self._generic = frozenset(map(fold, lexicon.generic))
        self._spoken = frozenset(map(fold, lexicon.synonyms))
        cues = (*lexicon.fillers, *lexicon.amount_cues, *lexicon.home)
        listed = (*lexicon.intents.values(), *lexicon.aspects.values())
        self._particles = frozenset(lexicon.particles)
        self._idle = any_word((*cues, *(word for group in listed for word in group)))

    def content(self, question: str) -> str:
        """`question` folded, with `|` for figures, fillers and question words."""
        return self._idle.sub("|", _FIGURE.sub("|", fold(question)))

    def read(self, question: str) -> Reading:
        """The words of `question`, the longest first at each place."""
        words: list[str] = []
        strange: list[str] = []
        for run in _CJK.findall(self.content(question)):
            pending = place = 0
            while place < len(run):
                word = self._word_at(run, place)
                if word and word not in self._generic:
                    words.append(word)
                if word or run[place] in self._particles:
                    strange.append(run[place - pending : place])
                    pending = 0
                else:
                    pending += 1
                place += len(word) or 1
            strange.append(run[len(run) - pending :])
        return Reading(tuple(words), tuple(word for word in strange if len(word) > 1))

    def _word_at(self, run: str, place: int) -> str:
        sizes = range(2, min(_LONGEST, len(run) - place) + 1)
        # What begins a word of the corpus stands in the corpus: the first miss ends the search.
        written = 1
        for size in sizes:
            if run[place : place + size] not in (self._short if size <= _SHORT else self.text):
                break
            written = size
        for size in reversed(sizes):
            word = run[place : place + size]
            if word in self._generic or word in self._spoken or (size <= written and self._weighs(word)):
                return word
        return ""

    def _weighs(self, word: str) -> bool:
        """Whether more than particles."""
        return not self._particles.issuperset(word)
