"""Which clauses of a unit answer the question, and how they are quoted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.evidence import RankedUnit
from assistant.question import Intent, Question
from assistant.wording import Rarity, grams
from corpus.catalog import Corpus
from corpus.model import Clause, ClauseKind, Span, Unit
from corpus.parsing.cleaning import tight
from corpus.quantities.quantity import Measure, find_quantities

__all__ = ["BUDGET", "Passage", "PassageChooser"]

WHOLE_UNIT = 480
WHOLE_CLAUSE = 700
WHOLE_LIST = 1300
BUDGET = 1100
_TITLE, _RULES = 24, re.compile("应|可|须|得|给|支持|不|是|为|包括|按|由|有|鼓励|实行|负责|设立|制定|自|：|:")
_MONEY_HEADING = re.compile("金额|支持方式|标准|奖励|补贴")
_CONDITION_HEADING = re.compile("条件|要求")


@dataclass(frozen=True, slots=True)
class Passage:
    """Words to quote: `path` is citable, `text` for reading, `quotes` verbatim runs of the source."""

    unit: Unit
    path: str
    text: str
    quotes: tuple[str, ...]
    score: float


class PassageChooser:
    """Chooses clauses by wording, retrieved paths and intent."""

    def __init__(self, corpus: Corpus, rarity: Rarity) -> None:
        self._corpus = corpus
        self._rarity = rarity

    def choose(self, question: Question, ranked: RankedUnit, budget: int = BUDGET) -> list[Passage]:
        """Passages of one unit, the most decisive first, together within `budget` characters."""
        unit = ranked.unit
        if question.nth and (nth := self._nth(question, ranked)):
            return [nth]
        items = [clause for clause in unit.children if clause.kind is ClauseKind.ITEM]
        if not items and len(unit.text) <= WHOLE_UNIT:
            return [self.whole(unit)]
        parts = list(unit.children)
        scored = sorted(
            ((self._score(question, ranked, part), part) for part in parts), key=lambda pair: -pair[0]
        )
        if not scored:
            return [self.whole(unit)]
        if (
            items
            and not _support_article(items)
            and len(unit.text) <= (WHOLE_LIST if _asks_list(question) else WHOLE_UNIT)
        ):
            return [self.whole(unit)]
        return self._within(question, ranked, scored, budget)

    def whole(self, unit: Unit) -> Passage:
        """The whole unit as one passage."""
        text = unit.text.removeprefix(unit.label).lstrip(" .．、").strip()
        return Passage(unit, unit.label, text, self._quotes(unit.doc, unit.spans, unit.label), 1.0)

    def passage(self, unit: Unit, clause: Clause, score: float = 1.0) -> Passage:
        """One clause as a passage."""
        return Passage(unit, clause.path, clause.text, self._quotes(unit.doc, clause.spans, ""), score)

    def best_sentence(self, question: Question, passages: Sequence[Passage]) -> tuple[Passage, str] | None:
        """The one sentence of `passages` that shares most with the question."""
        asked = grams(question.search)
        best: tuple[float, Passage, str] | None = None
        for passage in passages:
            sentences = re.findall(r"[^。！？\n]+[。！？]?", passage.text)
            for place, sentence in enumerate(sentences):
                if len(sentence) < 6 or (place == 0 and len(sentences) > 1 and _only_names(sentence)):
                    continue
                score = self._rarity.share(asked, grams(sentence)) + self._figure_bonus(question, sentence)
                if best is None or score > best[0]:
                    best = (score, passage, sentence)
        return (best[1], best[2]) if best else None

    def _within(
        self, question: Question, ranked: RankedUnit, scored: Sequence[tuple[float, Clause]], budget: int
    ) -> list[Passage]:
        chosen: list[Passage] = []
        left = budget
        best = scored[0][0]
        for score, part in scored:
            wanted = score >= 0.5 * best or _wanted(part)
            if chosen and (not wanted or len(part.text) > left):
                continue
            if len(part.text) > WHOLE_CLAUSE and part.children:
                for passage in self._finer(question, ranked, part, left):
                    chosen.append(passage)
                    left -= len(passage.text)
                continue
            chosen.append(self.passage(ranked.unit, part, score))
            left -= len(part.text)
        return chosen

    def _finer(self, question: Question, ranked: RankedUnit, clause: Clause, budget: int) -> list[Passage]:
        scored = sorted(
            ((self._score(question, ranked, child), child) for child in clause.children),
            key=lambda pair: -pair[0],
        )
        return self._within(question, ranked, scored, budget)

    def _score(self, question: Question, ranked: RankedUnit, clause: Clause) -> float:
        score = self._rarity.share(grams(question.search), grams(clause.text))
        for place, path in enumerate(ranked.paths[:4]):
            if path == clause.path or any(below.path == path for below in clause.walk()):
                score += 0.2 / (place + 1)
                break
        return score + self._figure_bonus(question, clause.text) + 0.4 * _decisive(question, clause)

    def _figure_bonus(self, question: Question, text: str) -> float:
        if not question.wants_amount:
            return 0.0
        measures = {mention.quantity.measure for mention in find_quantities(text)}
        return 0.15 if measures & {Measure.MONEY, Measure.RATIO} else 0.0

    def _nth(self, question: Question, ranked: RankedUnit) -> Passage | None:
        """`第三个条件`: the item with that number in the list that the words mean."""
        assert question.nth is not None
        number, word = question.nth.number, question.nth.word
        lists = [
            clause.children
            for clause in ranked.unit.walk()
            if clause.kind is ClauseKind.ITEM and word in clause.heading
        ]
        for children in (*lists, ranked.unit.children):
            items = [child for child in children if child.kind is ClauseKind.ITEM]
            if len(items) >= number and not _support_article(items):
                return self.passage(ranked.unit, items[number - 1])
        return None

    def _quotes(self, doc: str, spans: Sequence[Span], label: str) -> tuple[str, ...]:
        """Verbatim runs without markup, longest first; the unit's own label is left out."""
        source = self._corpus.sources[self._corpus.document(doc).source].text
        runs = []
        for span in spans:
            words = "".join(
                char
                for char, _ in tight(
                    zip(source[span.start : span.end], range(span.start, span.end), strict=True)
                )
            )
            words = words.removeprefix(label).strip() if label.startswith("第") else words
            if words:
                runs.append(words)
        return tuple(sorted(runs, key=len, reverse=True))


def _only_names(sentence: str) -> bool:
    """Whether a unit's first sentence names its matter and rules nothing (`技术经理人登记的流程。`)."""
    return len(sentence) <= _TITLE and not _RULES.search(sentence)


def _support_article(items: Sequence[Clause]) -> bool:
    """Whether the items are the parts of an article (支持内容、支持条件、支持方式), not a list."""
    return sum(bool(item.heading) and item.heading.startswith("支持") for item in items) >= 2


def _asks_list(question: Question) -> bool:
    return question.has(Intent.PROCEDURE) or question.has(Intent.LISTING) or question.shows("list")


def _wanted(clause: Clause) -> bool:
    """Whether the clause belongs to every answer on a support item: its conditions, its form and amount."""
    return bool(_MONEY_HEADING.search(clause.heading) or _CONDITION_HEADING.search(clause.heading))


def _decisive(question: Question, clause: Clause) -> bool:
    """Whether the clause is of the kind that the question asks for."""
    if question.wants_amount:
        return bool(_MONEY_HEADING.search(clause.heading))
    return question.has(Intent.ELIGIBILITY) and bool(_CONDITION_HEADING.search(clause.heading))
