"""Units that a question names by number (step 2 of 5)."""

from assistant.question import OUT_OF_CORPUS, PART, Refusal, UnitReference
from corpus.catalog import Corpus
from corpus.errors import UnknownUnit
from corpus.model import Document, Unit

__all__ = ["no_such_unit", "units_of"]

_DIGITS = "一二三四五六七八九十"
_UNNUMBERED = ("通知", "引言", "附则")


def units_of(corpus: Corpus, document: Document, reference: UnitReference) -> tuple[Unit, ...]:
    """The units of `document` that are meant: one for a number, all of a part."""
    if reference.number < 0:
        return _from_the_end(document, -reference.number)
    if reference.word == PART:
        return _part(document, reference.number)
    try:
        return (corpus.unit(document.key, _label(document, reference)),)
    except UnknownUnit:
        return ()


def _from_the_end(document: Document, number: int) -> tuple[Unit, ...]:
    numbered = document.articles or [unit for unit in document.units if unit.label.isdigit()]
    units = numbered or [unit for unit in document.units if unit.label not in _UNNUMBERED]
    return (units[-number],) if number <= len(units) else ()


def _part(document: Document, number: int) -> tuple[Unit, ...]:
    """The unit that is the part, or those that stand under its heading; () in a text of articles."""
    if document.articles or number > len(_DIGITS):
        return ()
    digit = _DIGITS[number - 1]
    return tuple(
        unit
        for unit in document.units
        if unit.label == digit or unit.label.startswith(f"{digit}（") or unit.chapter.startswith(f"{digit}、")
    )


def _label(document: Document, reference: UnitReference) -> str:
    if reference.word == "名词解释":
        return f"名词解释{reference.number}"
    if document.articles:
        return f"第{reference.number}条" if reference.word == "条" else ""
    part = next((clause for clause in reference.clauses if clause.endswith(PART)), "")
    return f"{part.removesuffix(PART)}（{reference.number}）" if part else str(reference.number)


def no_such_unit(document: Document, reference: UnitReference) -> Refusal:
    """The refusal that says which units there are."""
    labels = [unit.label for unit in document.units if unit.label not in _UNNUMBERED]
    articles = document.articles
    if reference.word == "名词解释":
        terms = [label for label in labels if label.startswith("名词解释")]
        size = f"名词解释只有{len(terms)}条" if terms else "没有名词解释"
    else:
        size = f"只有{len(articles)}条" if articles else f"共{len(labels)}项（{labels[0]} 至 {labels[-1]}）"
    name = document.doc_no or f"《{document.title}》"
    return Refusal("unknown_unit", f"{name}{size}，没有“{reference.text}”。", OUT_OF_CORPUS)
