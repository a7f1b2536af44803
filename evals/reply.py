"""The answer object as scorers read it: the contract's JSON, whoever wrote it."""

from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from evals.cases import Place

__all__ = ["Amount", "Cited", "Reply", "Trace"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Cited(_Part):
    """A citation of the answer."""

    doc: str
    unit: str
    path: str = ""
    quote: str = ""

    @property
    def place(self) -> Place:
        """The unit cited."""
        return Place(doc=self.doc, unit=self.unit)


class Amount(_Part):
    """The amount answered, in 万元."""

    value: Decimal
    kind: str = ""


class Trace(_Part):
    """The calculation behind the amount."""

    rule: str
    inputs: dict[str, Any] = {}
    steps: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Reply(_Part):
    """One answer, as `zhengce ask --json` prints it."""

    answer: str
    refused: bool
    citations: tuple[Cited, ...] = ()
    amount: Amount | None = None
    calculation: Trace | None = None
    warnings: tuple[str, ...] = ()
    latency_ms: float = 0.0

    @property
    def units(self) -> tuple[Place, ...]:
        """The units cited, best first, each once."""
        return tuple(dict.fromkeys(citation.place for citation in self.citations))
