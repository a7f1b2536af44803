"""Places that a statement names: the units it cites, and documents and articles in its words."""

import re
from collections.abc import Iterator

from assistant.verify.proof import Fault, FaultKind, Place, Proof, Statement
from corpus.catalog import Corpus
from corpus.errors import UserError
from corpus.folding import fold, squeeze
from corpus.model import Unit

__all__ = ["PLACE", "PlaceChecks", "units_cited"]

# Names of places (《…》（…号）第十一条（三）2, （13）) hold numbers that are no figures.
PLACE = re.compile(
    r"《[^》]*》(?:（[^）]*〔\d{4}〕\d+号）)?|第[一二三四五六七八九十百]+条|名词解释\d+|（[一二三四五六七八九十]+）\d*|（\d{1,2}）|第\d+项"
)
_ARTICLE = re.compile(
    r"第\s*[一二三四五六七八九十百零〇0-9０-９]+\s*[条章节]|附件\s*[一二三四五六七八九十0-9]+"
)
_TITLE = re.compile(r"《([^》]*)》")
_NUMBER = re.compile(r"[\u4e00-\u9fff]*[〔\[【（(]\s*(?:19|20)\d{2}\s*[〕\]】）)]\s*第?\s*\d+\s*号")
_QUOTED = re.compile(r"[“\"「『]([^”\"」』]+)[”\"」』]")
_SHORTEST_QUOTE = 6


def units_cited(statement: Statement, proof: Proof, corpus: Corpus) -> tuple[Unit, ...]:
    """The retrieved units that the statement cites; places that do not exist are left out."""
    found = (_resolve(place, corpus) for place in statement.cited)
    return tuple(dict.fromkeys(unit for unit in found if unit and (unit.doc, unit.label) in proof.units))


class PlaceChecks:
    """Checks citations and named places against the corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def citation_faults(self, statement: Statement, proof: Proof) -> list[Fault]:
        """Faults of the citations: none at all, one that does not exist, or one that was not retrieved."""
        if not statement.cited:
            return [Fault(FaultKind.UNCITED, f"“{statement.text[:40]}”没有注明依据的条款")]
        return [fault for place in statement.cited for fault in self._citation(place, proof)]

    def _citation(self, place: Place, proof: Proof) -> Iterator[Fault]:
        unit = _resolve(place, self._corpus)
        written = " ".join(place).strip()
        if unit is None:
            yield Fault(FaultKind.UNKNOWN_PLACE, f"没有[{written}]这个条款")
        elif (unit.doc, unit.label) not in proof.units:
            yield Fault(FaultKind.NOT_RETRIEVED, f"[{written}]不在这次查到的资料里，不能引用")

    def named_faults(self, statement: Statement, proof: Proof) -> list[Fault]:
        """Faults of the places in its words: each must stand in a unit cited, be one, or be named by the user."""
        units = units_cited(statement, proof, self._corpus)
        known = fold(
            "".join((*(unit.text for unit in units), *map(self._names, units), proof.asked, *proof.own))
        )
        words = [
            match.group() for match in (*_ARTICLE.finditer(statement.text), *_NUMBER.finditer(statement.text))
        ]
        words += _TITLE.findall(statement.text)
        return [
            Fault(FaultKind.FOREIGN_PLACE, f"“{name}”不在所引的条款里")
            for name in words
            if fold(name) not in known
        ]

    def quote_faults(self, statement: Statement, proof: Proof) -> list[Fault]:
        """Faults of words in quotation marks: long ones must be verbatim in a unit cited or said by the user."""
        units = units_cited(statement, proof, self._corpus)
        known = "".join(
            (*(squeeze(unit.text) for unit in units), squeeze(proof.asked), *map(squeeze, proof.own))
        )
        return [
            Fault(FaultKind.QUOTE, f"引号里的“{words[:30]}”不是原文")
            for words in _QUOTED.findall(statement.text)
            if len(words) >= _SHORTEST_QUOTE and fold(words) not in fold(known)
        ]

    def _names(self, unit: Unit) -> str:
        document = self._corpus.document(unit.doc)
        aliases = self._corpus.entries[unit.doc].aliases
        return "".join((unit.label, document.doc_no, document.title, *aliases))


def _resolve(place: Place, corpus: Corpus) -> Unit | None:
    doc, path = corpus.key_of(place[0]), place[1]
    for find in (corpus.unit, corpus.clause):
        try:
            found = find(doc, path)
        except UserError:
            continue
        return found if isinstance(found, Unit) else corpus.unit_of(doc, found.path)
    return None
