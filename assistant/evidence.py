"""Units of the corpus that an answer may use, and why: what retrieval hands on."""

from dataclasses import dataclass, field
from datetime import date

from assistant.question import NamedRepeal, Refusal, UnitReference
from corpus.entries import Evidence as Words
from corpus.model import Unit
from corpus.validity import Validity

__all__ = ["Evidence", "RankedUnit", "ValidityFinding"]


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A unit with its score and its retrieved clauses' paths, best first; `chance` is that of being the answer."""

    unit: Unit
    score: float
    paths: tuple[str, ...]
    chance: float = 0.0


@dataclass(frozen=True, slots=True)
class ValidityFinding:
    """A document's status on the date asked for; `repeal` where an older document was asked about."""

    doc: str
    validity: Validity
    as_of: date
    repeal: NamedRepeal | None = None
    words: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Units that answer the question, best first; `others` are the next candidates, not cited by default.

    `notes` tell users what went wrong on the way.
    """

    units: tuple[RankedUnit, ...] = ()
    others: tuple[RankedUnit, ...] = ()
    validity: tuple[ValidityFinding, ...] = ()
    fetched: bool = False
    references: tuple[UnitReference, ...] = ()
    refusal: Refusal | None = None
    documents: tuple[str, ...] = field(default=())
    notes: tuple[str, ...] = ()
