"""Terms that a document explains itself, for tooltips."""

import re
from functools import lru_cache

from ui.wiring import backend

__all__ = ["terms_of"]

_NOTE = re.compile(r"^名词解释")
_ENTRY = re.compile(
    r"^(?:\d+[.．、])?\s*[“\"]?([^“”\":：（(]{2,20})[”\"]?(?:[（(].*?[）)])?[:：]\s*(.+)", re.S
)


@lru_cache(maxsize=64)
def terms_of(doc: str) -> dict[str, str]:
    """Term → explanation, from the document's 名词解释; empty where it has none."""
    documents = [one for one in backend().documents() if one.key == doc]
    labels = [unit.label for one in documents for unit in one.units if _NOTE.match(unit.label)]
    entries = (_ENTRY.match(backend().unit(doc, label).text) for label in labels)
    return {entry[1].strip(): " ".join(entry[2].split()) for entry in entries if entry}
