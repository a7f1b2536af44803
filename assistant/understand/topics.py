"""How much of a question's matter the corpus and the lexicon know at all."""

from corpus.lexicon import Lexicon
from corpus.vocabulary import Vocabulary

__all__ = ["KnownWords"]

_MOST_KNOWN = 2
_STRANGE, _VERY_STRANGE = 2, 5


class KnownWords:
    """Tells strange matters before any search; what is left is judged by `retrieval/relevance.py`."""

    def __init__(self, lexicon: Lexicon, corpus_text: str) -> None:
        self._vocabulary = Vocabulary(lexicon, corpus_text)

    def is_strange(self, question: str) -> bool:
        """Whether the matter asked about is made of words that stand nowhere in the corpus."""
        reading = self._vocabulary.read(question)
        known, unknown = reading.known, reading.unknown
        return unknown >= _STRANGE if known == 0 else known <= _MOST_KNOWN and unknown >= _VERY_STRANGE
