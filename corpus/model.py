"""What a policy text is made of: frozen values that every other package exchanges."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = ["Clause", "ClauseKind", "Document", "Section", "Span", "Status", "Unit"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open character range `[start, end)` of a source file."""

    start: int
    end: int


class ClauseKind(StrEnum):
    """How a clause stands in its unit."""

    ITEM = "item"
    PARAGRAPH = "paragraph"
    SENTENCE = "sentence"


class Status(StrEnum):
    """Validity of a document on a date (contract, section 3)."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REPEALED = "repealed"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of a unit: a numbered item, an unnumbered paragraph or a sentence.

    `path` is the citable path (`第五条（三）1（1）`); paragraphs and sentences carry the path of the
    numbered clause that they stand in. `heading` is the item's heading without its number, or "".
    `text` holds the clause with everything below it, markup and layout whitespace removed.
    """

    path: str
    kind: ClauseKind
    heading: str
    text: str
    spans: tuple[Span, ...]
    children: tuple["Clause", ...] = ()

    def walk(self) -> Iterator["Clause"]:
        """This clause and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Unit:
    """A primary unit, the smallest thing that is cited by label (contract, section 1).

    `doc` is the document key, `label` the contract's label (`第十一条`, `三（一）`, `名词解释1`),
    `chapter` the headings above it joined by " / ", `text` label and words of the whole unit.
    """

    doc: str
    label: str
    heading: str
    chapter: str
    text: str
    spans: tuple[Span, ...]
    children: tuple[Clause, ...] = ()

    def walk(self) -> Iterator[Clause]:
        """All clauses below the unit, in reading order."""
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter or section heading above units, with the unnumbered words under it, if any."""

    label: str
    heading: str
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document: its catalogue facts and its parsed units in reading order."""

    key: str
    doc_no: str
    title: str
    source: str
    issuers: tuple[str, ...]
    issued: date | None
    units: tuple[Unit, ...]
    sections: tuple[Section, ...] = ()

    @property
    def articles(self) -> tuple[Unit, ...]:
        """The units that are articles (第…条); () for a text of items or parts."""
        return tuple(unit for unit in self.units if unit.label.startswith("第"))

    def unit(self, label: str) -> Unit | None:
        """The unit with this label, or None."""
        return next((unit for unit in self.units if unit.label == label), None)
