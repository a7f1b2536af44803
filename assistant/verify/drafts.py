"""Draft → answer text, or nothing that cannot be proved (step 5 of 5).

Every quote must stand verbatim in its source, every number in our own words must stand in a citation,
in the calculation's trace or in the user's own words. What fails is withheld.
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Citation
from assistant.draft import Draft
from assistant.verify.places import PLACE
from corpus.catalog import Corpus
from corpus.folding import squeeze
from corpus.quantities.quantity import Quantity, find_quantities

__all__ = ["WITHHELD", "Verifier"]

WITHHELD = "结论未能核实，请以下列原文为准。"


class Verifier:
    """Checks drafts against the sources."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._sources = {file: squeeze(source.text) for file, source in corpus.sources.items()}
        self._texts = "\n".join(
            squeeze(unit.text) for document in corpus.documents for unit in document.units
        )

    def verify(self, draft: Draft) -> Draft:
        """The draft without anything unproved; its warnings say what was withheld."""
        citations = tuple(citation for citation in draft.citations if self._verbatim(citation))
        quoted = tuple((words, place) for words, place in draft.quoted if self._stands(words))
        proof = "\n".join([*(c.quote for c in citations), *(words for words, _ in quoted), draft.allowed])
        kept = _Sieve(_figures(proof))
        checked = replace(
            draft,
            conclusion="\n".join(kept.lines(draft.conclusion.split("\n"))) or WITHHELD,
            derivation=kept.lines(draft.derivation),
            questions=kept.lines(draft.questions),
            conditions=kept.lines(draft.conditions),
            notes=kept.lines(draft.notes),
            quoted=quoted,
            citations=citations,
        )
        if kept.lost or len(citations) < len(draft.citations) or len(quoted) < len(draft.quoted):
            return replace(checked, warnings=(*draft.warnings, "有内容未能在原文中核实，已略去。"))
        return checked

    def _verbatim(self, citation: Citation) -> bool:
        source = self._sources[self._corpus.document(citation.doc).source]
        return bool(citation.quote) and squeeze(citation.quote) in source

    def _stands(self, words: str) -> bool:
        return all(squeeze(line) in self._texts for line in words.split("\n"))


class _Sieve:
    """Keeps lines all of whose figures are known."""

    def __init__(self, known: set[Quantity]) -> None:
        self._known = known
        self.lost = False

    def lines(self, lines: Sequence[str]) -> tuple[str, ...]:
        kept = tuple(line for line in lines if _figures(PLACE.sub("", line)) <= self._known)
        self.lost = self.lost or len(kept) < len(lines)
        return kept


def _figures(text: str) -> set[Quantity]:
    """Quantities named in `text`, both ends of ranges."""
    found: set[Quantity] = set()
    for mention in find_quantities(text):
        found.add(mention.quantity)
        if mention.upper is not None:
            found.add(mention.upper)
    return found
