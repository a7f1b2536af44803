"""What the model is given to read, and what its answer may rest on: the same, kept together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assistant.computed import Computed
from assistant.draft import Draft
from assistant.evidence import Evidence, RankedUnit
from assistant.model.prompts import prompt
from assistant.question import Question
from assistant.verify.proof import Place, Proof
from assistant.wording import Rarity, grams
from corpus.catalog import Corpus
from corpus.model import Status, Unit
from corpus.rules import RuleBook

__all__ = ["Knowledge", "Material", "unit_material"]

_LIKELY = 0.5
_NEARLY = 0.8
_STATUS = {
    Status.IN_FORCE: "现行有效",
    Status.NOT_YET: "尚未施行",
    Status.EXPIRED: "已过有效期",
    Status.REPEALED: "已被废止",
    Status.DRAFT: "征求意见稿，没有正式印发",
}


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known on one index version."""

    corpus: Corpus
    rules: RuleBook
    rarity: Rarity
    search: Callable[[str, int], list[dict[str, Any]]]


@dataclass
class Material:
    """The units, judgements and trials of one question.

    A unit is taken where the offline answer cites it, where it is likely to answer the question, or where it speaks
    of the question at least as much as the units cited do: what else a model finds may be true and still not belong.
    """

    knowledge: Knowledge
    question: Question
    evidence: Evidence
    computed: Computed | None
    draft: Draft
    units: dict[Place, Unit] = field(default_factory=dict)
    supposed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        ranked = (*(self.computed.units if self.computed else ()), *self.evidence.units)
        cited = [self.knowledge.corpus.unit(c.doc, c.unit) for c in self.draft.citations]
        likely = [other.unit for other in self.evidence.others if other.chance >= _LIKELY]
        self.units = {
            (unit.doc, unit.label): unit for unit in (*cited, *(one.unit for one in ranked), *likely)
        }
        self._asked = grams(self.question.words or self.question.text)
        self._measure = max((self._spoken_of(unit) for unit in cited), default=1.0)

    @property
    def as_of(self) -> date:
        """The day on which validity is judged."""
        return self.question.as_of

    def take(self, unit: Unit) -> bool:
        """Add a unit that a tool found; False where it does not belong to the question."""
        place = unit.doc, unit.label
        if place not in self.units and self._spoken_of(unit) < self._measure:
            return False
        self.units[place] = unit
        return True

    def answered_by(self, words: str) -> bool:
        """Whether `words` speak of the question about as much as the conclusion does."""
        return self._share(words) >= _NEARLY * self._share(self.draft.conclusion)

    def _spoken_of(self, unit: Unit) -> float:
        return self._share(unit.text)

    def _share(self, text: str) -> float:
        return self.knowledge.rarity.share(self._asked, grams(text).keys())

    def suppose(self, lines: str) -> str:
        """Note what a trial came to, and give it back."""
        self.supposed.append(lines)
        return lines

    def proof(self) -> Proof:
        """What a statement may rest on now."""
        corpus, computed = self.knowledge.corpus, self.computed
        validity = {doc: corpus.validity(doc, self.as_of) for doc, _ in self.units}
        return Proof(
            units=self.units,
            as_of=self.as_of,
            own=tuple(
                line
                for part in (self.draft.conclusion, *self.draft.derivation, *self.draft.conditions)
                for line in part.split("\n")
            ),
            supposed=tuple(self.supposed),
            asked="\n".join((*self.question.context, self.question.text)),
            status={doc: found.status for doc, found in validity.items()},
            rules={doc: found.rule for doc, found in validity.items()},
            amount=self.draft.amount,
            eligibility=computed.outcome.eligibility if computed else None,
        )

    def text(self, most: int) -> str:
        """All of it for the model, the texts within `most` characters; units that find no room are not to be cited."""
        room = most
        shown: dict[Place, Unit] = {}
        for place, unit in self.units.items():
            room -= len(unit.text)
            if room >= 0:
                shown[place] = unit
        self.units = shown
        derivation = "\n".join((*self.draft.derivation, *self.draft.conditions, *self.draft.questions))
        return prompt("material").format(
            question="\n".join((*self.question.context, self.question.text)),
            conclusion=self.draft.conclusion,
            derivation=derivation or "（没有）",
            units="\n\n".join(unit_material(self, unit) for unit in self.units.values()),
        )

    def ranked(self, place: Place) -> RankedUnit:
        """A unit as composing takes it."""
        known = (*self.evidence.units, *self.evidence.others)
        found = next((one for one in known if (one.unit.doc, one.unit.label) == place), None)
        return found or RankedUnit(self.units[place], 0.0, ())


def unit_material(material: Material, unit: Unit) -> str:
    """A unit with its key, document and validity."""
    corpus = material.knowledge.corpus
    document = corpus.document(unit.doc)
    status = _STATUS[corpus.validity(unit.doc, material.as_of).status]
    number = f"（{document.doc_no}）" if document.doc_no else ""
    return f"[{unit.doc} {unit.label}] 《{document.title}》{number} 效力：{status}\n{unit.text}"
