"""Fetches what a question names and searches for the rest (step 2 of 5)."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from assistant.evidence import Evidence, RankedUnit, ValidityFinding
from assistant.question import PART, Intent, Question, UnitReference
from assistant.retrieval.chain import HybridRetriever, Scored
from assistant.retrieval.familiar import Familiar, likeness
from assistant.retrieval.numbered import no_such_unit, units_of
from assistant.retrieval.rank import Ranker
from assistant.retrieval.relevance import Relevance
from assistant.retrieval.signals import Found, Place
from assistant.wording import Rarity, grams
from corpus.catalog import Corpus
from corpus.entries import Evidence as Words
from corpus.links import LinkKind, Links
from corpus.model import Document, Unit

__all__ = ["EvidenceFinder"]

_MOST_UNITS = 2
_SURE = 0.75
_NEARLY = 0.3
_NEAR = 20
_LIKELY = 0.4
_CLEARLY = 0.8
_PLAUSIBLE = 0.05
_CHANNEL = "asks_channel"
_FILING, _SHORT_TURN = frozenset({"材料", "程序", "流程"}), 12
# Tried on three of our documents as if users had added them: half of what was wrongly refused comes back, and one in
# forty of the questions that are rightly refused.
_NEARLY_HELD, _HELD, _AS_NEAR = -4.0, 0.3, 0.004


class EvidenceFinder:
    """Fetches what a question names and searches for the rest."""

    def __init__(
        self,
        corpus: Corpus,
        links: Links,
        retriever: HybridRetriever,
        ranker: Ranker,
        relevance: Relevance,
        rarity: Rarity,
        added: Collection[str] = (),
    ) -> None:
        """`added` are the keys of documents that users added."""
        self._corpus = corpus
        self._links = links
        self._retriever = retriever
        self._ranker = ranker
        self._relevance = relevance
        self._rarity = rarity
        self._added = frozenset(added)

    def find(self, question: Question) -> Evidence:
        """Evidence for `question`; its `refusal` says why there is none."""
        refusal = question.refusal or self._relevance.judge(question)
        if refusal and (question.refusal or not self._held_by_added(question)):
            return Evidence(refusal=refusal)
        if question.repeals or (question.has(Intent.VALIDITY) and self._asks_validity(question)):
            return self._validity(question)
        ranked = self.search(question)
        if question.units:
            return self._named(question, ranked)
        units = self._chosen(question, ranked)
        near = (unit for unit in ranked[:8] if self._on_topic(question, unit.unit.doc))
        others = {unit.unit: unit for unit in (*self._of_summands(question), *near)}
        for unit in units:
            others.pop(unit.unit, None)
        return Evidence(units=units, others=tuple(others.values()))

    def _held_by_added(self, question: Question) -> bool:
        """Whether what was nearly judged relevant is, by meaning and rank, a matter of a document that users added.

        The weights of relevance were learnt on our own documents, for which people wrote questions.
        """
        if not self._added or self._relevance.score(question) < _NEARLY_HELD:
            return False
        best = self.search(question)[:1]
        if not best or best[0].unit.doc not in self._added or best[0].chance < _HELD:
            return False
        near = self._retriever.nearest(question.words)
        nearest_added = max((hit.score for hit in near if hit.chunk.doc in self._added), default=0.0)
        return nearest_added >= near[0].score - _AS_NEAR

    def search(self, question: Question) -> list[RankedUnit]:
        """Units for the wording of `question`, best first, within the documents that it names."""
        return self._within(self._bounds(question), question)

    def signals(self, question: Question) -> dict[Place, dict[str, float]]:
        """The signals of every candidate of `search`, for learning what they weigh."""
        return self._ranker.signals(question, self._candidates(self._bounds(question), question))

    def _within(self, docs: Sequence[str] | None, question: Question) -> list[RankedUnit]:
        return self._ranker.rank(question, self._candidates(docs, question))

    def _candidates(self, docs: Sequence[str] | None, question: Question) -> Found:
        """What is found for the whole conversation, for its last turn alone, and the unit talked of before that."""
        hits, familiar = self._found(question.words, question.terms, docs)
        if not question.context:
            return Found(hits, familiar)
        own_hits, own_familiar = self._found(question.own, question.own_terms, docs)
        return Found(hits, familiar, own_hits, own_familiar, self._talked_of(question, docs))

    def _found(
        self, words: str, terms: str, docs: Sequence[str] | None
    ) -> tuple[dict[Place, list[Scored]], Familiar]:
        by_unit: dict[Place, list[Scored]] = {}
        for hit in self._retriever.retrieve(words, f"{words} {terms}", docs):
            by_unit.setdefault((hit.chunk.doc, hit.chunk.unit), []).append(hit)
        said = self._rarity.weigh(grams(words), strict=True)
        return by_unit, likeness(self._retriever.asked_alike(words), said, docs)

    def _talked_of(self, question: Question, docs: Sequence[str] | None) -> Place | None:
        """The unit that the earlier turns were about."""
        before = " ".join(question.context)
        found = Found(*self._found(before, "", docs))
        ranked = self._ranker.rank(replace(question, words=before, terms="", context=()), found)
        return (ranked[0].unit.doc, ranked[0].unit.label) if ranked else None

    def _bounds(self, question: Question) -> tuple[str, ...] | None:
        if not question.docs:
            return None
        if not self._several(question):
            return question.docs
        linked = [
            link.to_doc
            for link in self._links.all
            if link.kind is LinkKind.DOCUMENT and link.from_doc in question.docs
        ]
        return tuple(dict.fromkeys((*question.docs, *question.leaning, *linked)))

    def _several(self, question: Question) -> bool:
        return question.shows("several") or question.has(Intent.COMPARISON) or self._left_open(question)

    def _left_open(self, question: Question) -> bool:
        """Whether an amount is asked for of documents that leave amounts to those that carry them out."""
        named = [self._corpus.entries[doc] for doc in question.docs]
        return question.wants_amount and bool(named) and all(entry.framework for entry in named)

    def _chosen(self, question: Question, ranked: Sequence[RankedUnit]) -> tuple[RankedUnit, ...]:
        if not ranked:
            return ()
        if len(question.docs) > 1:
            return self._of_each(question)
        chosen = [self._on_filing(question, ranked[0]) or self._filing(question, ranked)]
        if self._several(question):
            first = next((unit for unit in ranked if unit.unit.doc in question.docs), chosen[0])
            second = self._beside(question, first, ranked)
            chosen = [first, second] if second else [first]
        if chosen == list(ranked[:1]) and len(ranked) > 1 and _close(ranked[0], ranked[1]):
            chosen.append(ranked[1])
        return tuple(chosen)

    def _on_filing(self, question: Question, talked_of: RankedUnit) -> RankedUnit | None:
        """What the document talked of says of papers and steps, where a short turn asks for these alone (`申报流程呢`)."""
        asked = set(question.aspects)
        if not (question.context and asked and asked <= _FILING and len(question.own) <= _SHORT_TURN):
            return None
        alone = replace(question, words=question.own, terms=question.own_terms, context=())
        best = self._within((talked_of.unit.doc,), alone)[:1]
        told = bool(best) and any(word in best[0].unit.text for word in (*asked, "环节", "步骤"))
        return best[0] if told and best[0].chance >= _LIKELY else None

    def _filing(self, question: Question, ranked: Sequence[RankedUnit]) -> RankedUnit:
        """The best unit; where the question asks how to file, what the best unit's document says about that."""
        best = ranked[0]
        if not question.shows(_CHANNEL):
            return best
        same = (unit for unit in ranked if unit.unit.doc == best.unit.doc)
        return next((unit for unit in same if self._ranker.answers(unit, _CHANNEL)), best)

    def _of_each(self, question: Question) -> tuple[RankedUnit, ...]:
        """The best unit of each document named."""
        found = [self._within((doc,), question) for doc in question.docs]
        return tuple(ranked[0] for ranked in found[:_MOST_UNITS] if ranked)

    def _beside(
        self, question: Question, first: RankedUnit, ranked: Sequence[RankedUnit]
    ) -> RankedUnit | None:
        """The unit for the other matter of a question that names several.

        Of a document linked with the one named; else the best for one part of the question, if it is not far
        down for the whole; else the next best of another document.
        """
        bounds = self._bounds(question) or ()
        for unit in ranked:
            if unit.unit.doc in bounds and unit.unit.doc not in question.docs:
                return unit
        whole = [
            unit
            for unit in (self._within(None, question) if question.docs else ranked)[:_NEAR]
            if unit.unit != first.unit and unit.unit.doc not in question.docs
        ]
        if self._left_open(question):
            return next((unit for unit in whole if unit.chance >= _NEARLY), None)
        for_parts = {} if question.context else self._for_parts(question)
        if set(for_parts) == {first.unit}:
            return None
        likely = [unit for unit in whole if for_parts.get(unit.unit, 0.0) >= _LIKELY]
        likely.sort(key=lambda unit: (unit.unit.doc == first.unit.doc, -for_parts[unit.unit]))
        apart = [unit for unit in whole if unit.unit.doc != first.unit.doc and unit.chance >= _PLAUSIBLE]
        return next(iter(likely if question.docs else (*likely, *apart)), None)

    def _for_parts(self, question: Question) -> dict[Unit, float]:
        """The best unit for each part of a question, with its chance."""
        found: dict[Unit, float] = {}
        for unit in self._best_of(question, question.parts, None):
            found[unit.unit] = max(unit.chance, found.get(unit.unit, 0.0))
        return found

    def _of_summands(self, question: Question) -> list[RankedUnit]:
        """The likely unit for each sum of a question that adds up several supports."""
        if question.context:
            return []
        best = self._best_of(question, question.summands, self._bounds(question))
        return [unit for unit in best if unit.chance >= _CLEARLY]

    def _best_of(
        self, question: Question, pieces: Sequence[tuple[str, str]], docs: Sequence[str] | None
    ) -> Iterator[RankedUnit]:
        for words, terms in pieces:
            part = replace(question, words=words, terms=terms, own=words, own_terms=terms)
            yield from self._within(docs, part)[:1]

    def _on_topic(self, question: Question, doc: str) -> bool:
        """Whether a document for one field (氢能, 软件 …) is meant, or is for all fields."""
        return not self._corpus.entries[doc].topics or doc in (*question.docs, *question.leaning)

    def _asks_validity(self, question: Question) -> bool:
        if question.shows("licence"):
            return False
        return bool(question.docs) or question.shows("document")

    def _validity(self, question: Question) -> Evidence:
        findings = []
        for named in question.repeals:
            validity = self._corpus.validity(named.by, question.as_of)
            words = (Words(unit=named.repeal.unit, quote=named.repeal.quote),)
            findings.append(ValidityFinding(named.by, validity, question.as_of, named, words))
        docs = question.docs
        if not docs and not findings:
            ranked = self.search(question)
            docs = (ranked[0].unit.doc,) if ranked else ()
        for doc in docs:
            if all(finding.doc != doc for finding in findings):
                validity = self._corpus.validity(doc, question.as_of)
                findings.append(ValidityFinding(doc, validity, question.as_of, None, validity.evidence))
        return Evidence(validity=tuple(findings), fetched=True, documents=tuple(docs))

    def _named(self, question: Question, ranked: Sequence[RankedUnit]) -> Evidence:
        docs = question.docs or tuple(dict.fromkeys(unit.unit.doc for unit in ranked[:5]))
        found: list[RankedUnit] = []
        missing: list[tuple[Document, UnitReference]] = []
        for reference in question.units:
            unit = self._first_with(reference, docs, ranked)
            if unit:
                found.append(unit)
            elif question.docs and reference.word != PART:
                missing.append((self._corpus.document(question.docs[0]), reference))
        if not found and missing:
            return Evidence(refusal=no_such_unit(*missing[0]), documents=question.docs)
        if not found:
            return Evidence(units=self._chosen(question, ranked), others=tuple(ranked[1:8]))
        beside = self._unmentioned(question, found)
        if beside:
            return Evidence(units=(*found, *beside), others=tuple(ranked[:5]))
        return Evidence(units=tuple(found), others=tuple(ranked[:5]), fetched=True, references=question.units)

    def _unmentioned(self, question: Question, found: Sequence[RankedUnit]) -> list[RankedUnit]:
        """The best unit of each other document that the question names without an article of it."""
        rest = tuple(doc for doc in question.docs if all(unit.unit.doc != doc for unit in found))
        return list(self._of_each(replace(question, docs=rest))) if rest else []

    def _first_with(
        self, reference: UnitReference, docs: Sequence[str], ranked: Sequence[RankedUnit]
    ) -> RankedUnit | None:
        hits = []
        for doc in docs:
            for unit in units_of(self._corpus, self._corpus.document(doc), reference):
                paths = next((r.paths for r in ranked if r.unit == unit), ())
                score = next((r.score for r in ranked if r.unit == unit), 0.0)
                hits.append(RankedUnit(unit, score, paths))
        return max(hits, key=lambda unit: unit.score) if hits else None


def _close(first: RankedUnit, second: RankedUnit) -> bool:
    """Whether two units are so alike as answers that both are to be shown."""
    return first.chance < _SURE and second.chance >= _NEARLY * first.chance
