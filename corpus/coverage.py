"""Which figures of the texts the rules account for, and which nobody has claimed yet.

A figure is an amount of money, a percentage or a number of persons, firms, square metres, years and so on.
An ordinal (第二年), a bare number and words like 一次 or 两个方向 are not: they count the text's own parts.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from corpus.catalog import Corpus
from corpus.errors import UnknownUnit
from corpus.folding import squeeze
from corpus.model import Unit
from corpus.quantities.quantity import Measure, Mention, find_quantities
from corpus.rules import RuleBook

__all__ = ["CoverageReport", "DocumentCoverage", "Figure", "coverage"]

_ALWAYS = frozenset({Measure.MONEY, Measure.RATIO, Measure.PERSON, Measure.AREA, Measure.MASS, Measure.DAY})
_NEVER = frozenset({Measure.ORDINAL, Measure.PLAIN})


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a text with the words around it, and the rules (or `not_computable`) that quote it."""

    doc: str
    unit: str
    text: str
    around: str
    claimed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentCoverage:
    """The figures of one document."""

    doc: str
    figures: tuple[Figure, ...]

    @property
    def unclaimed(self) -> tuple[Figure, ...]:
        """The figures that neither a rule nor a not-computable entry quotes."""
        return tuple(figure for figure in self.figures if not figure.claimed_by)


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """The figures of all documents."""

    documents: tuple[DocumentCoverage, ...]

    @property
    def unclaimed(self) -> tuple[Figure, ...]:
        """Every unclaimed figure, in the order of documents and text."""
        return tuple(figure for document in self.documents for figure in document.unclaimed)

    @property
    def total(self) -> int:
        """The number of figures."""
        return sum(len(document.figures) for document in self.documents)

    def lines(self) -> Iterator[str]:
        """The report in Chinese: one line a document, then one a figure that nobody has claimed."""
        claimed = self.total - len(self.unclaimed)
        for document in self.documents:
            number = len(document.figures)
            yield f"{document.doc}：{number - len(document.unclaimed)}/{number}"
            for figure in document.unclaimed:
                yield f"  未登记：{figure.unit} {figure.text}（…{figure.around}…）"
        yield f"合计：{claimed}/{self.total}"


def coverage(corpus: Corpus, book: RuleBook) -> CoverageReport:
    """Every figure in the units of `corpus`, with what claims it in `book`."""
    claims = {document.key: _claims(corpus, book, document.key) for document in corpus.documents}
    return CoverageReport(
        tuple(
            DocumentCoverage(
                document.key,
                tuple(
                    figure
                    for unit in document.units
                    for figure in _figures(unit, claims[document.key].get(unit.label, []))
                ),
            )
            for document in corpus.documents
        )
    )


def _claims(corpus: Corpus, book: RuleBook, doc: str) -> Mapping[str, list[tuple[str, str]]]:
    """For each unit label of a document the (claimant, squeezed quote) pairs."""
    labels = sorted((unit.label for unit in corpus.document(doc).units), key=len, reverse=True)
    claims: dict[str, list[tuple[str, str]]] = {}
    for claimant, path, quote in _quotes(book, doc):
        label = next((label for label in labels if path.startswith(label)), None)
        if label is None:
            raise UnknownUnit(f"{doc} 没有“{path}”所在的条目")
        claims.setdefault(label, []).append((claimant, squeeze(quote)))
    return claims


def _quotes(book: RuleBook, doc: str) -> Iterator[tuple[str, str, str]]:
    for rule in book.rules:
        if rule.doc == doc:
            for path, quote in rule.quoted():
                yield rule.id, path, quote
    for file in book.files:
        if file.document == doc:
            for group in file.groups:
                yield f"groups.{group.key}", group.path, group.quote
            for stacking in file.stacking:
                yield "stacking", stacking.path, stacking.quote
            for entry in file.not_computable:
                yield "not_computable", entry.path or entry.unit, entry.quote


def _figures(unit: Unit, claims: Iterable[tuple[str, str]]) -> Iterator[Figure]:
    flat = squeeze(unit.text)
    claimed = [(start, end, claimant) for claimant, quote in claims for start, end in _places(flat, quote)]
    for mention in find_quantities(unit.text):
        if not _is_figure(mention):
            continue
        start = len(squeeze(unit.text[: mention.start]))
        end = start + len(squeeze(mention.text))
        claimants = dict.fromkeys(name for low, high, name in claimed if low <= start and end <= high)
        around = flat[max(0, start - 12) : end + 12]
        yield Figure(unit.doc, unit.label, mention.text, around, tuple(claimants))


def _is_figure(mention: Mention) -> bool:
    measure = mention.quantity.measure
    if measure in _ALWAYS:
        return True
    if measure in _NEVER:
        return False
    written_out = not any(char.isdigit() and char.isascii() for char in mention.text)
    return not written_out or (measure is Measure.YEAR and mention.quantity.value > 1)


def _places(text: str, quote: str) -> Iterator[tuple[int, int]]:
    start = text.find(quote)
    while start >= 0:
        yield start, start + len(quote)
        start = text.find(quote, start + 1)
