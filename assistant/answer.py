"""The answer object of the contract (section 3) and the values that the steps hand on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

__all__ = ["Amount", "Answer", "Calculation", "Citation"]


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of the source that an answer relies on: `quote` is verbatim but for whitespace."""

    doc: str
    doc_no: str
    title: str
    unit: str
    path: str
    quote: str
    status: str


@dataclass(frozen=True, slots=True)
class Amount:
    """The figure asked for, in 万元; `kind` is `exact` or `upper_bound`."""

    value: Decimal
    kind: str
    unit: str = "万元"


@dataclass(frozen=True, slots=True)
class Calculation:
    """Which rule was used on which inputs, the derivation and what is missing."""

    rule: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; `to_dict` gives the contract's JSON object."""

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

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of the contract; amounts become JSON numbers only here."""
        return {
            "id": self.id,
            "question": self.question,
            "answer": self.answer,
            "refused": self.refused,
            "citations": [
                {
                    "doc": c.doc,
                    "doc_no": c.doc_no,
                    "title": c.title,
                    "unit": c.unit,
                    "path": c.path,
                    "quote": c.quote,
                    "status": c.status,
                }
                for c in self.citations
            ],
            "amount": self.amount
            and {"value": _number(self.amount.value), "unit": self.amount.unit, "kind": self.amount.kind},
            "calculation": self.calculation
            and {
                "rule": self.calculation.rule,
                "inputs": dict(self.calculation.inputs),
                "steps": list(self.calculation.steps),
                "missing": list(self.calculation.missing),
            },
            "warnings": list(self.warnings),
            "index_version": self.index_version,
            "latency_ms": round(self.latency_ms, 1),
        }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
