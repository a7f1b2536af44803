"""Candidate chunks → units, best first (step 2 of 5).

Retrieval scores chunks; people ask about units. A unit takes its best chunk's score and what the
question shares with its heading, its document and its part in the document.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.evidence import RankedUnit
from assistant.question import Intent, Question
from assistant.retrieval.chain import Scored
from assistant.wording import Rarity, grams
from corpus.catalog import Corpus
from corpus.folding import fold
from corpus.model import Document, Unit
from corpus.quantities.quantity import Measure, find_quantities

__all__ = ["Ranker", "Weights"]

_DEFINES = re.compile("是指|所指|所称|本(?:办法|方案|指引|措施|条例|法)中[^，。,]{2,10}(?:为|是)")

_CONDITIONS = re.compile("条件|应具备|须具备|应当具备")


@dataclass(frozen=True, slots=True)
class Weights:
    """What each feature adds to a unit's score; set by measuring on the dev cases."""

    second: float = 0.05
    heading: float = 0.06
    words: float = 0.45
    terms: float = 0.30
    leaning: float = 0.05
    foreign_topic: float = 0.06
    framework: float = 0.02
    notice: float = 0.20
    preamble: float = 0.03
    procedure: float = 0.05
    definition: float = 0.30
    term: float = 0.10
    amount: float = 0.15
    aspect: float = 0.3
    conditions: float = 0.10


class Ranker:
    """Orders units for a question."""

    def __init__(
        self, corpus: Corpus, rarity: Rarity, aspects: Sequence[str] = (), weights: Weights | None = None
    ) -> None:
        self._corpus = corpus
        self.weights = weights or Weights()
        self._features = {
            (document.key, unit.label): _features(document, unit, aspects)
            for document in corpus.documents
            for unit in document.units
        }
        self._rarity = rarity

    def rank(self, question: Question, scored: Sequence[Scored]) -> list[RankedUnit]:
        """Units of the retrieved chunks, best first."""
        by_unit: dict[tuple[str, str], list[Scored]] = {}
        for hit in scored:
            by_unit.setdefault((hit.chunk.doc, hit.chunk.unit), []).append(hit)
        asked = grams(question.search)
        said = grams(question.topic)
        ranked = [
            RankedUnit(
                self._corpus.unit(doc, label),
                self._score(question, asked, said, (doc, label), hits),
                tuple(dict.fromkeys(hit.chunk.path for hit in hits if not hit.chunk.wide)),
            )
            for (doc, label), hits in by_unit.items()
        ]
        return sorted(ranked, key=lambda unit: -unit.score)

    def _score(
        self,
        question: Question,
        asked: Mapping[str, int],
        said: Mapping[str, int],
        place: tuple[str, str],
        hits: Sequence[Scored],
    ) -> float:
        w = self.weights
        unit = self._features[place]
        entry = self._corpus.entries[place[0]]
        score = hits[0].score + (w.second * hits[1].score if len(hits) > 1 else 0.0)
        score += w.heading * self._rarity.share(unit.heading, asked)
        score += w.words * self._rarity.share(said, unit.words) + w.terms * self._rarity.share(
            asked, unit.words
        )
        if place[0] in question.leaning:
            score += w.leaning
        elif entry.topics and place[0] not in question.docs:
            score -= w.foreign_topic
        if entry.framework and place[0] not in (*question.docs, *question.leaning):
            score -= w.framework
        score -= w.notice * unit.notice + w.preamble * unit.preamble
        score += w.procedure * (unit.procedure and question.has(Intent.PROCEDURE))
        score += w.definition * (unit.definition and question.has(Intent.DEFINITION))
        score += w.term * (
            bool(unit.term) and question.has(Intent.DEFINITION) and unit.term in fold(question.topic)
        )
        score += w.conditions * (unit.conditions and question.has(Intent.ELIGIBILITY))
        score += w.amount * (unit.money and question.wants_amount)
        return score + w.aspect * self._aspect(question, unit.aspects)

    def _aspect(self, question: Question, named: frozenset[str]) -> float:
        """1 where the heading names what is asked for, -.5 where it names something else."""
        if not question.aspects or not named:
            return 0.0
        return 1.0 if named & set(question.aspects) else -0.5


@dataclass(frozen=True, slots=True)
class _Features:
    heading: Mapping[str, int]
    words: frozenset[str]
    notice: bool
    preamble: bool
    procedure: bool
    definition: bool
    term: str
    aspects: frozenset[str]
    money: bool
    conditions: bool


def _features(document: Document, unit: Unit, aspects: Iterable[str]) -> _Features:
    measures = {mention.quantity.measure for mention in find_quantities(unit.text)}
    return _Features(
        heading=grams(unit.heading),
        words=frozenset(grams(f"{document.title} {unit.text}")),
        notice=unit.label == "通知",
        preamble=unit.label == "第一条" or (unit.label == "引言" and "所指" not in unit.text),
        procedure=bool(re.search("申报|审核|程序|流程|登记|材料", unit.chapter + unit.heading)),
        definition=unit.label.startswith("名词解释") or bool(_DEFINES.search(unit.text)),
        term=_term(unit),
        aspects=frozenset(aspect for aspect in aspects if aspect in unit.heading and "," not in unit.heading),
        conditions=bool(_CONDITIONS.search(unit.text)),
        money=bool(measures & {Measure.MONEY, Measure.RATIO}),
    )


def _term(unit: Unit) -> str:
    """The term that an entry of a glossary defines, folded and without its bracketed variant; "" elsewhere."""
    match = re.match(r"\d+[.．](.{2,20}?)(?:[（(].*?[)）])?[:：]是指", unit.text)
    return fold(match[1]) if match else ""
