"""Two versions of a document, found and compared."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.catalog import Corpus
from corpus.differences import Change, Kind, differences
from corpus.errors import InvalidInput
from corpus.loaders.read import SUFFIXES, read_file
from corpus.model import Document
from corpus.own.corrections import Corrected
from corpus.own.proposal import propose

__all__ = ["Comparison", "compared", "lines_of"]

_NAMES = {Kind.ADDED: "新增", Kind.REMOVED: "删去", Kind.CHANGED: "改动", Kind.MOVED: "改号"}
_SIGNS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions and every unit that is not the same."""

    old: Document
    new: Document
    changes: tuple[Change, ...]

    @property
    def summary(self) -> str:
        """How many units were added, removed, changed and renumbered, in Chinese."""
        counts = Counter(change.kind for change in self.changes)
        told = [f"{name} {counts[kind]} 条" for kind, name in _NAMES.items() if counts[kind]]
        return "、".join(told) or "条目没有不同"

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON."""
        return {
            "old": {"doc": self.old.key, "doc_no": self.old.doc_no, "title": self.old.title},
            "new": {"doc": self.new.key, "doc_no": self.new.doc_no, "title": self.new.title},
            "summary": self.summary,
            "changes": [asdict(change) for change in self.changes],
        }


def compared(corpus: Corpus, old: str, new: str) -> Comparison:
    """Compare two documents, each named by key, number or title, or a file; raises UnknownDocument or InvalidInput."""
    one, two = _found(corpus, old), _found(corpus, new)
    return Comparison(one, two, differences(one, two))


def lines_of(found: Comparison) -> Iterator[str]:
    """A comparison for reading: what was taken out stands in [-…-], what was put in in {+…+}."""
    yield f"旧版：《{found.old.title}》{found.old.doc_no}"
    yield f"新版：《{found.new.title}》{found.new.doc_no}"
    yield found.summary
    for change in found.changes:
        labels = " → ".join(dict.fromkeys(label for label in (change.old, change.new) if label))
        yield f"\n{_NAMES[change.kind]}　{labels}　{change.heading}".rstrip("　")
        if change.parts:
            yield "".join(_SIGNS[part.kind].format(part.text) for part in change.parts)


def _found(corpus: Corpus, name: str) -> Document:
    path = Path(name)
    if path.suffix.lower() not in SUFFIXES and path.name == name:
        return corpus.document(corpus.key_of(name))
    if not path.is_file():
        raise InvalidInput(f"没有文件 {name}")
    documents = propose(path.name, read_file(path.name, path.read_bytes()), corpus, Corrected())
    if len(documents) > 1:
        raise InvalidInput(f"{name} 里有 {len(documents)} 份文件，请拆开再比较")
    return documents[0].document
