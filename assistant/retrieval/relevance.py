"""Whether the corpus speaks of a question's matter at all (step 2 of 5).

Search always finds a nearest unit; this says whether it is near enough. A logistic model over a few signals of
wording and meaning, and over the question's vector, decides. Its weights are data, `relevance.json`, fitted by
`evals/relevance.py` on questions with known answers; they hold for the embedding model that they name, and under
any other model nothing is refused here.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Self

import numpy as np

from assistant.question import OUT_OF_CORPUS, Question, Refusal
from assistant.retrieval.chain import HybridRetriever
from assistant.retrieval.familiar import question_grams
from assistant.wording import Rarity, Weighed, grams
from corpus.catalog import Corpus
from corpus.folding import any_word, fold
from corpus.lexicon import Lexicon
from corpus.vocabulary import Vocabulary
from indexer.embeddings import Vectors
from indexer.index import Expected

__all__ = ["WEIGHTS", "Relevance", "Weights"]

WEIGHTS = Path(__file__).with_suffix(".json")
_CANDIDATES = 5
_ALIKE = 30
_AGREEING = 8
_NEIGHBOURS = 15
_FEW = 3
_SHORTEST, _QUOTED = 4, 12


@dataclass(frozen=True, slots=True)
class Weights:
    """What each signal, and each dimension of the vector, adds; a sum above zero means: the corpus speaks of it."""

    model: str
    bias: float
    signals: Mapping[str, float]
    direction: Vectors

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Self:
        """The weights that this package carries."""
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(data["model"], data["bias"], data["signals"], np.array(data["direction"], np.float32))


class Relevance:
    """Judges questions that name no document of the corpus and follow no earlier turn."""

    def __init__(
        self,
        corpus: Corpus,
        rarity: Rarity,
        lexicon: Lexicon,
        retriever: HybridRetriever,
        weights: Weights | None = None,
    ) -> None:
        self._corpus = corpus
        self._rarity = rarity
        self._lexicon = lexicon
        self._retriever = retriever
        self._weights = weights or Weights.load()

    @property
    def model(self) -> str:
        """The embedding model in use."""
        return self._retriever.model

    def judge(self, question: Question) -> Refusal | None:
        """A refusal where nothing in the corpus is about the matter of `question`."""
        if self._weights.model != self._retriever.model or not self.applies(question):
            return None
        if self.score(question) > 0:
            return None
        strange = self._strange(question.text)
        about = f"“{strange}”这件事" if strange else "这件事"
        return Refusal("irrelevant", f"知识库里的17份文件没有谈到{about}。", OUT_OF_CORPUS)

    def applies(self, question: Question) -> bool:
        """Whether `question` rests on its own words alone."""
        if question.docs or question.repeals or question.context or question.refusal:
            return False
        return not question.units or self._vocabulary.read(question.topic).unknown > _FEW

    def score(self, question: Question) -> float:
        """How far the corpus speaks of the matter: above zero where it does."""
        weights = self._weights
        found = self.signals(question)
        words = sum(weights.signals[name] * value for name, value in found.items())
        return weights.bias + words + float(self.vector(question) @ weights.direction)

    def vector(self, question: Question) -> Vectors:
        """The question as the embedding model sees it."""
        return self._retriever.vector(question.topic)

    def signals(self, question: Question) -> dict[str, float]:
        """The signals that the model weighs, by name."""
        near = self._retriever.nearest(question.topic)
        worded = self._retriever.worded(question.search)
        cosines = [hit.score for hit in near] or [0.0]
        mean = sum(cosines) / len(cosines)
        asked = frozenset(grams(question.search))
        places = {(hit.chunk.doc, hit.chunk.unit) for hit in (*near[:_CANDIDATES], *worded[:_CANDIDATES])}
        units = [self._unit(*place) for place in places]
        folded = fold(question.topic)
        reading = self._vocabulary.read(question.topic)
        text = self._vocabulary.text
        matter = frozenset(grams(self._vocabulary.content(question.topic))) - self._generic
        weights = {word: self._weight(word) for word in reading.words}
        weights |= {word: len(word) / 2 * self._heaviest for word in reading.strange}
        total = sum(weights.values())
        added = [term for term in fold(question.search.removeprefix(question.topic)).split() if term] or [""]
        carried = [sum(weight for word, weight in weights.items() if word in body) for _, body, _ in units]
        heard = [sum(term in body for term in added if term) for _, body, _ in units]
        alike = self._retriever.asked_alike(question.topic, _ALIKE)
        said = self._rarity.weigh(matter, strict=True)
        return {
            **_likeness(alike, said),
            "nearest": cosines[0],
            "near": sum(cosines[:_CANDIDATES]) / len(cosines[:_CANDIDATES]),
            "around": mean,
            "stands_out": cosines[0] - mean,
            "words": math.log1p(worded[0].score if worded else 0.0),
            "share": max(carried, default=0.0) / total if total else 0.5,
            "carried": math.log1p(max(carried, default=0.0)),
            "matter": math.log1p(total),
            "written": max(
                (self._rarity.share(matter, present, strict=True) for _, _, present in units), default=0.0
            ),
            "anywhere": sum(gram in text for gram in matter) / (len(matter) or 1),
            "known": math.log1p(reading.known),
            "unknown": math.log1p(reading.unknown),
            "strange": reading.unknown / (1 + reading.unknown + reading.known),
            "all_known": float(not reading.strange),
            "longest": float(
                max(
                    (len(word) for word in reading.words if any(word in body for _, body, _ in units)),
                    default=0,
                )
            ),
            "heard": math.log1p(max(heard, default=0)),
            "heading": max((self._rarity.share(head, asked) for head, _, _ in units if head), default=0.0),
            "leaning": float(bool(question.leaning)),
            "matters": math.log1p(len(set(self._matters.findall(folded)))),
            "handles": float(bool(self._handles.search(folded))),
            "document": float(question.shows("document")),
            "amount": float(question.wants_amount),
            "figures": math.log1p(len(question.mentions)),
            "length": math.log1p(len(folded)),
            "outside": float(bool(self._outside.search(folded))),
            "place": float(bool(self._places.search(folded))),
        }

    def _weight(self, word: str) -> float:
        """The rarer a word of the corpus, the heavier."""
        count = self._vocabulary.text.count(word)
        return math.log(1 + len(self._vocabulary.text) / 400 / (1 + count))

    @property
    def _heaviest(self) -> float:
        return math.log(1 + len(self._vocabulary.text) / 400)

    def _strange(self, text: str) -> str:
        """The longest word of the question that the corpus does not have, or ""."""
        strange = self._vocabulary.read(text).strange
        longest = max(strange, key=len, default="")
        return longest if _SHORTEST <= len(longest) <= _QUOTED else ""

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        units = (fold(unit.text) for document in self._corpus.documents for unit in document.units)
        titles = (fold(document.title) for document in self._corpus.documents)
        return Vocabulary(self._lexicon, "\n".join((*titles, *units)))

    @cached_property
    def _generic(self) -> frozenset[str]:
        return frozenset(gram for word in self._lexicon.generic for gram in grams(word))

    @cached_property
    def _matters(self) -> re.Pattern[str]:
        """Colloquial words that stand for a matter of the texts, not for a way of asking."""
        lexicon = self._lexicon
        listed = (*lexicon.intents.values(), *lexicon.aspects.values())
        asking = {*lexicon.amount_cues, *lexicon.generic, *(cue for cues in listed for cue in cues)}
        words = (word for word in lexicon.synonyms if word not in asking)
        return any_word(words)

    @cached_property
    def _handles(self) -> re.Pattern[str]:
        entries = self._corpus.entries.values()
        return any_word(name for entry in entries for name in (*entry.handles, *entry.topics, *entry.aliases))

    @cached_property
    def _outside(self) -> re.Pattern[str]:
        return any_word(word for topic in self._lexicon.outside for word in topic.words)

    @cached_property
    def _places(self) -> re.Pattern[str]:
        return any_word(self._lexicon.elsewhere)

    @lru_cache(maxsize=512)  # noqa: B019 - one Relevance lives as long as the process
    def _unit(self, doc: str, label: str) -> tuple[frozenset[str], str, frozenset[str]]:
        """Bigrams of a unit's heading; its folded text under the title of its document, and the bigrams of that."""
        unit = self._corpus.unit(doc, label)
        text = fold(f"{self._corpus.document(doc).title}\n{unit.text}")
        return frozenset(grams(unit.heading)), text, frozenset(grams(text))


def _likeness(alike: Sequence[Expected], said: Weighed) -> dict[str, float]:
    """How near the question comes to questions that the corpus is expected to answer, and to such that it is not."""
    inside = [hit for hit in alike if hit.question.doc]
    outside = [hit for hit in alike if not hit.question.doc]
    lowest = alike[-1].score if alike else 0.0
    cosines = [hit.score for hit in inside] or [lowest]
    others = [hit.score for hit in outside] or [lowest]
    units = Counter((hit.question.doc, hit.question.unit) for hit in inside[:_AGREEING])
    return {
        "asked": cosines[0],
        "asked_near": _mean(cosines[:_CANDIDATES]),
        "asked_words": _alike(inside, said),
        "asked_agree": max(units.values(), default=0) / _AGREEING,
        "asked_share": sum(bool(hit.question.doc) for hit in alike[:_NEIGHBOURS]) / _NEIGHBOURS,
        "asked_elsewhere": others[0],
        "asked_elsewhere_words": _alike(outside, said),
        "asked_rather": cosines[0] - others[0],
        "asked_rather_near": _mean(cosines[:_FEW]) - _mean(others[:_FEW]),
    }


def _alike(hits: Sequence[Expected], said: Weighed) -> float:
    return max((said.likeness(question_grams(hit.question.text)) for hit in hits), default=0.0)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
