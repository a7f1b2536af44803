"""What one calculation comes to, with everything needed to check it by hand."""

import json
from dataclasses import asdict, dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from corpus.quantities.quantity import Measure, Quantity

__all__ = [
    "Alternative",
    "Citation",
    "Eligibility",
    "Missing",
    "Outcome",
    "Requirement",
    "Verdict",
    "VerdictState",
    "shown",
]


class Eligibility(StrEnum):
    """Whether the applicant meets every condition that facts can decide."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    UNKNOWN = "unknown"


class VerdictState(StrEnum):
    """How one condition stands; the value is what users read."""

    MET = "符合"
    NOT_MET = "不符合"
    UNKNOWN = "缺信息"
    REVIEW = "需评审认定"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One condition with its quote; `detail` says which items fail, `ask` what to find out."""

    id: str
    label: str
    state: VerdictState
    hard: bool
    presumed: bool
    path: str
    quote: str
    detail: str = ""
    ask: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """An input that decides the amount and was not given, with the question to ask."""

    name: str
    label: str
    question: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """What comes out for another value of an unknown choice, or on another reading of the text."""

    label: str
    low: Quantity
    high: Quantity | None


@dataclass(frozen=True, slots=True)
class Citation:
    """Words that the calculation relies on."""

    doc: str
    unit: str
    path: str
    quote: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of `calculate`.

    `amount` is the figure where the facts settle it, 0 where the applicant is not eligible; otherwise `low`
    and `high` (None: unlimited) hold what is still possible and `missing` names the deciding inputs. `steps`
    are the lines of the derivation in order. `branches` show the unknown choices one by one, `other_readings`
    the readings of the text that give another amount.
    """

    rule: str
    version: str
    text_hash: str
    label: str
    kind: str
    answers: str
    eligibility: Eligibility
    amount: Quantity | None
    low: Quantity | None
    high: Quantity | None
    inputs: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    missing: tuple[Missing, ...]
    assumptions: tuple[str, ...]
    judgement: tuple[str, ...]
    branches: tuple[Alternative, ...]
    other_readings: tuple[Alternative, ...]
    citations: tuple[Citation, ...]

    @property
    def failing(self) -> tuple[Verdict, ...]:
        """The hard conditions that are not met."""
        return tuple(v for v in self.verdicts if v.hard and v.state is VerdictState.NOT_MET)

    def to_json(self) -> str:
        """The outcome as JSON text; the same rule version and inputs give the same bytes."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=_plain)


@dataclass(frozen=True, slots=True)
class Requirement:
    """The least value of an input that reaches `target`.

    `value` is None where no value reaches it, or where other inputs in `missing` decide first. `beyond` is
    the limit of the text that must be exceeded, where the value is just above one. `outcome` is the
    calculation at `value`, which proves it; `steps` are its lines and the conclusion.
    """

    rule: str
    name: str
    target: Quantity | None
    value: Quantity | None
    beyond: Quantity | None
    missing: tuple[Missing, ...]
    outcome: Outcome | None
    steps: tuple[str, ...]


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(type(value).__name__)


def shown(value: Quantity) -> str:
    """The value in words, rounded up to 0.01万元 where it would end in small change."""
    unit = Decimal(100)
    up = (value.value / unit).to_integral_value(ROUND_CEILING) * unit
    if value.measure is not Measure.MONEY or up == value.value:
        return str(value)
    return f"约{Quantity(up, value.measure)}"
