"""The lexicon holds general words, each reachable and none contradicting another."""

from collections import Counter

import pytest

from corpus.catalog import load_corpus
from corpus.folding import fold
from corpus.lexicon import Lexicon, load_lexicon

LEXICON = load_lexicon()
WORDS = fold("".join(unit.text for document in load_corpus().documents for unit in document.units))
