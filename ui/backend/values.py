"""What a backend gives: the shapes of the contract and of the API, frozen."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "Amount",
    "Calculation",
    "Citation",
    "Document",
    "DocumentUnit",
    "Done",
    "Event",
    "Hit",
    "Link",
    "Original",
    "Piece",
    "Reply",
    "RuleFacts",
    "RuleInput",
    "Stage",
    "Status",
    "UnitText",
]

Status = Literal["in_force", "not_yet", "expired", "repealed", "draft"]


class _Value(BaseModel):
    """What is not named here is left out, so that the API may grow."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Citation(_Value):
    """Verbatim words that an answer relies on."""

    doc: str
    doc_no: str
    title: str
    unit: str
    path: str
    quote: str
    status: Status


class Amount(_Value):
    """The figure asked for."""

    value: float
    unit: str
    kind: Literal["exact", "upper_bound"]


class Calculation(_Value):
    """The rule used, on what, with its derivation and what is missing."""

    rule: str
    inputs: dict[str, Any] = Field(default_factory=dict)
    steps: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Reply(_Value):
    """The answer object of the contract."""

    id: str
    question: str
    answer: str
    refused: bool
    citations: tuple[Citation, ...]
    amount: Amount | None
    calculation: Calculation | None
    warnings: tuple[str, ...]
    index_version: str
    latency_ms: float


class Stage(_Value):
    """A step of the pipeline has ended: understand, retrieve, calculate, compose or verify."""

    name: str


class Piece(_Value):
    """Some more of the answer's text."""

    text: str


class Done(_Value):
    """The whole answer; the last event."""

    reply: Reply


Event = Stage | Piece | Done


class DocumentUnit(_Value):
    """A unit in the table of contents."""

    label: str
    heading: str
    chapter: str


class Document(_Value):
    """A document with its dates and status."""

    key: str
    doc_no: str
    title: str
    issuers: tuple[str, ...]
    issued: date | None
    effective: date | None
    expires: date | None
    status: Status
    units: tuple[DocumentUnit, ...]


class Link(_Value):
    """A cross-reference: `path` is empty where a whole document is meant."""

    from_doc: str
    from_unit: str
    to_doc: str
    path: str
    words: str
    kind: str


class RuleInput(_Value):
    """A value that a rule takes."""

    name: str
    label: str
    unit: str
    required: bool


class RuleFacts(_Value):
    """A calculator rule by name."""

    id: str
    doc: str
    unit: str
    path: str
    label: str
    kind: str
    inputs: tuple[RuleInput, ...]


class UnitText(_Value):
    """A unit's full text with its document's status, cross-references in both directions and rules."""

    doc: str
    doc_no: str
    title: str
    unit: str
    heading: str
    chapter: str
    text: str
    corrected: str | None
    status: Status
    validity: str
    links: tuple[Link, ...]
    linked_from: tuple[Link, ...]
    rules: tuple[RuleFacts, ...]


class Hit(_Value):
    """A unit that was found."""

    doc: str
    unit: str
    heading: str
    score: float
    text: str


class Original(_Value):
    """A document's source for downloading; `whole` is False for a text put together from the units."""

    name: str
    content: bytes
    whole: bool
