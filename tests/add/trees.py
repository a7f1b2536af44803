"""Files → documents and their trees, as tests compare them."""

from corpus.catalog import load_corpus
from corpus.folding import squeeze
from corpus.loaders.read import read_file
from corpus.model import Document
from corpus.own.corrections import Corrected
from corpus.own.proposal import Proposal, propose

__all__ = ["proposals", "tree"]


def proposals(name: str, content: bytes, given: Corrected | None = None) -> list[Proposal]:
    """The documents of a file, beside the documents of the package."""
    return propose(name, read_file(name, content), load_corpus(), given or Corrected())


def tree(document: Document) -> list[object]:
    """Labels, headings, paths and words of everything, without blanks."""
    return [
        (
            unit.label,
            squeeze(unit.heading),
            squeeze(unit.chapter),
            squeeze(unit.text),
            [
                (part.path, part.kind, squeeze(part.heading), squeeze(part.text), len(part.children))
                for part in unit.walk()
            ],
        )
        for unit in document.units
    ]
