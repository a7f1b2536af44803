"""Draft → answer text, or nothing that cannot be proved (step 5 of 5).

Every quote must stand verbatim in its source, every number in our own words must stand in a citation,
in the calculation's trace or in the user's own words. What fails is withheld.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from assistant.answer import Citation
from assistant.draft import Draft
from corpus.catalog import Corpus
from corpus.folding import squeeze
from corpus.quantity import find_quantities

__all__ = ["Verifier"]

_PLACE = re.compile(r"《[^》]*》(?:（[^）]*〔\d{4}〕\d+号）)?[^\s：，。“]*")


class Verifier:
    """Checks drafts against the sources."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._sources = {file: squeeze(source.text) for file, source in corpus.sources.items()}

    def verify(self, draft: Draft) -> Draft:
        """The draft without anything unproved; its warnings say what was withheld."""
        citations = tuple(citation for citation in draft.citations if self._verbatim(citation))
        proof = "\n".join([*(c.quote for c in citations), *(words for words, _ in draft.quoted), draft.allowed])
        known = _figures(proof)
        conclusion, lost = _supported(draft.conclusion.split("\n"), known)
        derivation, lost_steps = _supported(draft.derivation, known)
        notes, lost_notes = _supported(draft.notes, known)
        warnings = draft.warnings
        if lost or lost_steps or lost_notes or len(citations) < len(draft.citations):
            warnings = (*warnings, "有内容未能在原文中核实，已略去。")
        return replace(
            draft,
            conclusion="\n".join(conclusion),
            derivation=tuple(derivation),
            notes=tuple(notes),
            citations=citations,
            warnings=warnings,
        )

    def _verbatim(self, citation: Citation) -> bool:
        source = self._sources[self._corpus.document(citation.doc).source]
        return bool(citation.quote) and squeeze(citation.quote) in source


def _supported(lines: Iterable[str], known: set[object]) -> tuple[list[str], bool]:
    kept = []
    lost = False
    for line in lines:
        if _figures(_PLACE.sub("", line)) <= known:
            kept.append(line)
        else:
            lost = True
    return kept, lost


def _figures(text: str) -> set[object]:
    """Quantities named in `text`, both ends of ranges."""
    found: set[object] = set()
    for mention in find_quantities(text):
        found.add(mention.quantity)
        if mention.upper is not None:
            found.add(mention.upper)
    return found
