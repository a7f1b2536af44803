"""What a statement may rest on, and what is wrong where it does not: the values that the checks exchange."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from assistant.answer import Amount
from assistant.outcome import Eligibility
from corpus.model import Status, Unit

__all__ = ["Fault", "FaultKind", "Place", "Proof", "Statement"]

Place = tuple[str, str]
"""Document key and unit label."""


class FaultKind(StrEnum):
    """What can be wrong with a statement."""

    UNKNOWN_PLACE = "unknown_place"
    NOT_RETRIEVED = "not_retrieved"
    UNCITED = "uncited"
    FOREIGN_PLACE = "foreign_place"
    QUOTE = "quote"
    MARKUP = "markup"
    FIGURE = "figure"
    AMOUNT = "amount"
    DATE = "date"
    UNSUPPORTED = "unsupported"
    NEGATION = "negation"
    VERDICT = "verdict"
    STATUS = "status"
    LANGUAGE = "language"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that a statement says without proof; `reason` is Chinese, for whoever is to word it anew."""

    kind: FaultKind
    reason: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence and the places that it names as its grounds (key and unit or path, as written)."""

    text: str
    cited: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """All that one answer may rest on.

    `units` were retrieved for this answer; `own` are the system's conclusion and derivation, `supposed` what was
    calculated on suppositions, `asked` the user's words. `status` holds the documents of `units`, on the day asked
    for. `amount` and `eligibility` are the calculator's, None where nothing was computed.
    """

    units: Mapping[Place, Unit]
    as_of: date
    own: tuple[str, ...] = ()
    supposed: tuple[str, ...] = ()
    asked: str = ""
    status: Mapping[str, Status] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    amount: Amount | None = None
    eligibility: Eligibility | None = None
