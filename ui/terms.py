"""Terms that a document explains itself, for tooltips."""

import re
from collections.abc import Iterable

from ui.backend.values import Document, UnitText
from ui.wiring import backend

__all__ = ["terms_in", "terms_of"]

_NOTES = "名词解释"
_ENTRY = re.compile(
    r"^(?:\d+[.．、])?\s*[“\"]?([^“”\":：（(]{2,20})[”\"]?(?:[（(].*?[）)])?[:：]\s*(.+)", re.S
)


def terms_in(units: Iterable[UnitText]) -> dict[str, str]:
    """Term → explanation, from the 名词解释 among the units; empty where there is none."""
    entries = (_ENTRY.match(unit.text) for unit in units if unit.unit.startswith(_NOTES))
    return {entry[1].strip(): " ".join(entry[2].split()) for entry in entries if entry}


def terms_of(document: Document) -> dict[str, str]:
    """The same for a document whose text is not at hand."""
    labels = [unit.label for unit in document.units if unit.label.startswith(_NOTES)]
    return terms_in(backend().unit(document.key, label) for label in labels)
