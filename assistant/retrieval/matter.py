"""What tells whether the corpus speaks of a matter: signals of wording and meaning, by name (step 2 of 5).

`relevance.py` weighs them. A question by itself is measured against the whole corpus; the last turn of a conversation,
or a question that names documents, is measured once more against what was talked about and against those documents.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import cached_property, lru_cache

from assistant.question import Intent, Question
from assistant.retrieval.chain import HybridRetriever
from assistant.retrieval.familiar import question_grams
from assistant.wording import Rarity, Weighed, grams
from corpus.catalog import Corpus
from corpus.folding import any_word, fold
from corpus.lexicon import Lexicon
from corpus.vocabulary import Reading, Vocabulary
from indexer.index import Expected

__all__ = ["Matter"]

_CANDIDATES = 5
_ALIKE = 30
_AGREEING = 8
_NEIGHBOURS = 15
_FEW = 3
_REMEMBERED = 32


class Matter:
    """Reads the signals of a question's matter; safe to share between threads."""

    def __init__(self, corpus: Corpus, rarity: Rarity, lexicon: Lexicon, retriever: HybridRetriever) -> None:
        self._corpus = corpus
        self._rarity = rarity
        self._lexicon = lexicon
        self._retriever = retriever

    def alone(self, question: Question) -> dict[str, float]:
        """The signals of a question that rests on its own words."""
        return self._read(question.topic, question.search.removeprefix(question.topic), question)

    def resting(self, question: Question) -> dict[str, float]:
        """The signals of the last turn's own words, and how they fit what they rest on."""
        found = self._read(question.own, question.own_terms, question)
        docs, place = self._talked_of(question)
        own = self._retriever.asked_alike(question.own, _ALIKE)
        whole = self._retriever.asked_alike(question.words, _ALIKE)
        lowest = own[-1].score if own else 0.0
        here = [hit.score for hit in own if hit.question.doc in docs]
        kept = [hit.score for hit in own if (hit.question.doc, hit.question.unit) == place]
        matter = frozenset(grams(self.vocabulary.content(question.own))) - self._generic
        written = [self._document(doc) for doc in docs]
        present = frozenset[str]().union(*(present for _, present in written))
        words = self._reading(question.own).words
        missing = sum(len(word) for word in words if not any(word in text for text, _ in written))
        likeness = _likeness(whole, self._rarity.weigh(grams(question.words), strict=True))
        return {
            **found,
            **{f"whole_{name}": value for name, value in likeness.items()},
            "here": max(here, default=lowest),
            "kept": max(kept, default=lowest),
            "here_rather": max(here, default=lowest) - found["asked_elsewhere"],
            "written_here": self._rarity.share(matter, present, strict=True),
            "missing_here": math.log1p(missing),
            "no_matter": float(not matter),
            "context": float(bool(question.context)),
            "named": float(bool(question.docs)),
            "turns": math.log1p(len(question.context)),
            "supposed": float(question.shows("supposed")),
            **{intent.value: float(question.has(intent)) for intent in Intent},
        }

    def _talked_of(self, question: Question) -> tuple[Collection[str], tuple[str, str] | None]:
        """The documents that a question names or its earlier turns were about, and the unit of those turns."""
        if not question.context:
            return question.docs, None
        before = self._retriever.asked_alike(" ".join(question.context), _ALIKE)
        hits = [hit.question for hit in before if hit.question.doc]
        if question.docs:
            hits = [hit for hit in hits if hit.doc in question.docs]
        place = (hits[0].doc, hits[0].unit) if hits else None
        return question.docs or frozenset(hit.doc for hit in hits[:_CANDIDATES]), place

    def _read(self, said: str, terms: str, question: Question) -> dict[str, float]:
        near = self._retriever.nearest(said)
        worded = self._retriever.worded(f"{said} {terms}")
        cosines = [hit.score for hit in near] or [0.0]
        mean = sum(cosines) / len(cosines)
        asked = frozenset(grams(f"{said} {terms}"))
        places = {(hit.chunk.doc, hit.chunk.unit) for hit in (*near[:_CANDIDATES], *worded[:_CANDIDATES])}
        units = [self._unit(*place) for place in places]
        folded = fold(said)
        reading = self._reading(said)
        text = self.vocabulary.text
        matter = frozenset(grams(self.vocabulary.content(said))) - self._generic
        weights = {word: self._weight(word) for word in reading.words}
        weights |= {word: len(word) / 2 * self._heaviest for word in reading.strange}
        total = sum(weights.values())
        added = fold(terms).split()
        carried = [sum(weight for word, weight in weights.items() if word in body) for _, body, _ in units]
        heard = [sum(term in body for term in added) for _, body, _ in units]
        alike = self._retriever.asked_alike(said, _ALIKE)
        return {
            **_likeness(alike, self._rarity.weigh(matter, strict=True)),
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
        count = self.vocabulary.text.count(word)
        return math.log(1 + len(self.vocabulary.text) / 400 / (1 + count))

    @cached_property
    def _reading(self) -> Callable[[str], Reading]:
        """`vocabulary.read`; what is judged is read more than once."""
        return lru_cache(_REMEMBERED)(self.vocabulary.read)

    @property
    def _heaviest(self) -> float:
        return math.log(1 + len(self.vocabulary.text) / 400)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words that the corpus and the lexicon know."""
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

    @lru_cache(maxsize=512)  # noqa: B019 - one Matter lives as long as the process
    def _unit(self, doc: str, label: str) -> tuple[frozenset[str], str, frozenset[str]]:
        """Bigrams of a unit's heading; its folded text under the title of its document, and the bigrams of that."""
        unit = self._corpus.unit(doc, label)
        text = fold(f"{self._corpus.document(doc).title}\n{unit.text}")
        return frozenset(grams(unit.heading)), text, frozenset(grams(text))

    @lru_cache(maxsize=64)  # noqa: B019 - one Matter lives as long as the process
    def _document(self, doc: str) -> tuple[str, frozenset[str]]:
        """The folded text of a document under its title, and its bigrams."""
        document = self._corpus.document(doc)
        text = fold("\n".join((document.title, *(unit.text for unit in document.units))))
        return text, frozenset(grams(text))


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
