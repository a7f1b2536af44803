"""Passages → citations of the contract."""

import re
from collections.abc import Iterable
from datetime import date

from assistant.answer import Citation
from assistant.composing.passages import Passage
from corpus.catalog import Corpus
from corpus.model import Document

__all__ = ["Citer", "path_name", "place_name"]

_BARE = re.compile(r"^(\d+)")


def path_name(path: str) -> str:
    """A path for reading: a bare number becomes 第13项."""
    return _BARE.sub(r"第\1项", path)


def place_name(document: Document, path: str) -> str:
    """How a place is named in an answer: 《title》（number）第十一条（三）; a bare number reads 第13项."""
    number = f"（{document.doc_no}）" if document.doc_no else ""
    return f"《{document.title}》{number}{path_name(path)}"


class Citer:
    """Makes citations; each quote is one contiguous verbatim run of the source."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def cite(self, doc: str, path: str, quote: str, as_of: date) -> Citation:
        """A citation of `quote`, with the status of its document on `as_of`."""
        document = self._corpus.document(doc)
        status = self._corpus.validity(doc, as_of).status.value
        unit = self._corpus.unit_of(doc, path)
        return Citation(doc, document.doc_no, document.title, unit.label, path, quote, status)

    def passages(self, passages: Iterable[Passage], as_of: date) -> tuple[Citation, ...]:
        """One citation a passage, in order; a passage that markup cuts gives its longest run."""
        cited = [self.cite(p.unit.doc, p.path, p.quotes[0], as_of) for p in passages if p.quotes]
        return tuple(dict.fromkeys(cited))
