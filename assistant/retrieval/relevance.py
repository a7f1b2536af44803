"""Whether the corpus speaks of a question's matter at all (step 2 of 5).

Search always finds a nearest unit; this says whether it is near enough. A logistic model over a few signals of
wording and meaning (`matter.py`), and over the question's vector, decides: one for questions that rest on their own
words alone, another for the last turn of a conversation and for questions that name documents. A last turn is judged
by its own words in what it rests on, so that one that leaves the matter is not answered with the matter that it left.
The weights are data, `relevance.json`, fitted by `evals/relevance.py` on questions with known answers; they hold for
the embedding model that they name, and under any other model only what is made of words that the corpus does not have
is refused here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from assistant.question import OUT_OF_CORPUS, Question, Refusal
from assistant.retrieval.chain import HybridRetriever
from assistant.retrieval.matter import Matter
from assistant.wording import Rarity
from corpus.catalog import Corpus
from corpus.lexicon import Lexicon
from indexer.embeddings import Vectors

__all__ = ["KINDS", "WEIGHTS", "Head", "Relevance", "Weights"]

WEIGHTS = Path(__file__).with_suffix(".json")
KINDS = ("alone", "resting")
_FEW = 3
_SHORT_TURN = 12
# Words that the corpus has, and from how many that it has not a matter is strange to it.
_STRANGE_FROM = {0: 2, 1: 5, 2: 5}
_SHORTEST, _QUOTED = 4, 12


@dataclass(frozen=True, slots=True)
class Head:
    """What each signal, and each dimension of the vector, adds; a sum above zero means: the corpus speaks of it."""

    bias: float
    signals: Mapping[str, float]
    direction: Vectors

    @classmethod
    def unfitted(cls, dimension: int) -> Self:
        """A head that weighs nothing."""
        return cls(0.0, {}, np.zeros(dimension, np.float32))


@dataclass(frozen=True, slots=True)
class Weights:
    """The heads of both kinds of questions, for one embedding model."""

    model: str
    heads: Mapping[str, Head]

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Self:
        """The weights that this package carries."""
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            data["model"],
            {
                kind: Head(
                    data[kind]["bias"],
                    data[kind]["signals"],
                    np.array(data[kind]["direction"], np.float32),
                )
                for kind in KINDS
            },
        )


class Relevance:
    """Judges questions that are to be searched for; named articles and repeals are fetched."""

    def __init__(
        self,
        corpus: Corpus,
        rarity: Rarity,
        lexicon: Lexicon,
        retriever: HybridRetriever,
        weights: Weights | None = None,
    ) -> None:
        self._count = len(corpus.documents)
        self._matter = Matter(corpus, rarity, lexicon, retriever)
        self._retriever = retriever
        self._weights = weights or Weights.load()

    @property
    def model(self) -> str:
        """The embedding model in use."""
        return self._retriever.model

    def judge(self, question: Question) -> Refusal | None:
        """A refusal where nothing in the corpus is about the matter of `question`."""
        if not self.kind(question) or self._is_about_it(question):
            return None
        strange = self._strange(question.text)
        about = f"“{strange}”这件事" if strange else "这件事"
        return Refusal("irrelevant", f"知识库里的{self._count}份文件没有谈到{about}。", OUT_OF_CORPUS)

    def kind(self, question: Question) -> str:
        """`alone` for a question that rests on its own words, `resting` for one that rests on documents that it names
        or on earlier turns, "" for one that is not judged here."""
        if question.repeals or question.refusal:
            return ""
        if question.units and (question.docs or question.context or self._is_known(question.topic)):
            return ""
        if question.context and _gives_another(question) and self._is_known(question.own):
            return ""
        return "resting" if question.docs or question.context else "alone"

    def _is_known(self, words: str) -> bool:
        """Whether the corpus has nearly all words of it."""
        return self._matter.vocabulary.read(words).unknown <= _FEW

    def _is_about_it(self, question: Question) -> bool:
        if self._weights.model == self._retriever.model:
            return self.score(question) > 0
        reading = self._matter.vocabulary.read(question.text)
        strange = reading.known in _STRANGE_FROM and reading.unknown >= _STRANGE_FROM[reading.known]
        return not strange or self.kind(question) == "resting"

    def score(self, question: Question) -> float:
        """How far the corpus speaks of the matter: above zero where it does."""
        head = self._weights.heads[self.kind(question)]
        found = self.signals(question)
        words = sum(head.signals[name] * value for name, value in found.items())
        return head.bias + words + float(self.vector(question) @ head.direction)

    def vector(self, question: Question) -> Vectors:
        """What is judged, as the embedding model sees it."""
        resting = self.kind(question) == "resting"
        return self._retriever.vector(question.own if resting else question.topic)

    def signals(self, question: Question) -> dict[str, float]:
        """The signals that the model weighs, by name."""
        resting = self.kind(question) == "resting"
        return self._matter.resting(question) if resting else self._matter.alone(question)

    def _strange(self, text: str) -> str:
        """The longest word of the question that the corpus does not have, or ""."""
        strange = self._matter.vocabulary.read(text).strange
        longest = max(strange, key=len, default="")
        return longest if _SHORTEST <= len(longest) <= _QUOTED else ""


def _gives_another(question: Question) -> bool:
    """Whether a turn only gives another figure or fact for what was talked of, or asks for its materials, its course."""
    figure = bool(question.mentions) and (question.shows("supposed") or question.shows("grants"))
    part = bool(question.aspects) and len(question.own) <= _SHORT_TURN
    return figure or part or question.shows("corrects")
