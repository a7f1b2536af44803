"""The corpus as JSON, in the shape of the contract (section 3)."""

from datetime import date
from typing import Any

from corpus.catalog import Corpus
from corpus.model import Clause, Document, Span

__all__ = ["export_corpus"]


def export_corpus(corpus: Corpus, as_of: date) -> dict[str, Any]:
    """Every document with its units, clauses and offsets; `status` is judged on `as_of`."""
    return {"documents": [_document(corpus, document, as_of) for document in corpus.documents]}


def _document(corpus: Corpus, document: Document, as_of: date) -> dict[str, Any]:
    validity = corpus.validity(document.key, as_of)
    entry = corpus.entries[document.key]
    return {
        "key": document.key,
        "doc_no": document.doc_no,
        "title": document.title,
        "issuers": list(document.issuers),
        "issued": _iso(document.issued),
        "effective": _iso(validity.effective),
        "expires": _iso(validity.expires),
        "status": validity.status.value,
        "repeals": [{"title": repeal.title, "doc_no": repeal.number} for repeal in entry.repeals],
        "source": document.source,
        "units": [
            {
                "label": unit.label,
                "heading": unit.heading,
                "chapter": unit.chapter,
                "text": unit.text,
                "spans": _spans(unit.spans),
                "children": [_clause(clause) for clause in unit.children],
            }
            for unit in document.units
        ],
    }


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "path": clause.path,
        "text": clause.text,
        "spans": _spans(clause.spans),
        "children": [_clause(child) for child in clause.children],
    }


def _spans(spans: tuple[Span, ...]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
