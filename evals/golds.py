"""Whether golds hold: places exist, quotes stand in their unit, amounts follow from their own arithmetic."""

from collections.abc import Iterable, Iterator

from corpus.catalog import Corpus
from corpus.errors import UserError
from corpus.folding import fold
from evals.arithmetic import evaluate
from evals.cases import Case

__all__ = ["gold_faults"]


def gold_faults(cases: Iterable[Case], corpus: Corpus) -> list[str]:
    """What is wrong with the golds, a Chinese sentence each; never a question's words."""
    return [f"{case.id}：{fault}" for case in cases for fault in _faults(case, corpus)]


def _faults(case: Case, corpus: Corpus) -> Iterator[str]:
    for place in (*case.citations, *case.also_ok):
        if not _exists(corpus, place.doc, place.unit):
            yield f"没有条目 {place.doc} {place.unit}"
    for quoted in case.quotes:
        text = _text(corpus, quoted.doc, quoted.unit)
        if text is None or fold(quoted.quote) not in fold(text):
            yield f"引文不在 {quoted.doc} {quoted.unit} 里"
    if case.refuse and (case.amount or case.citations):
        yield "应拒答，却有金额或应引条目"
    if not case.refuse and not case.citations:
        yield "应作答，却没有应引条目"
    yield from _amount_faults(case)


def _amount_faults(case: Case) -> Iterator[str]:
    if (case.amount is None) != (case.recompute is None):
        yield "金额和算式必须同时有或同时没有"
    if case.amount and case.recompute:
        try:
            value = evaluate(case.recompute)
        except UserError as error:
            yield str(error)
            return
        if value != case.amount.value:
            yield f"算式得 {value}，金额写 {case.amount.value}"


def _exists(corpus: Corpus, doc: str, label: str) -> bool:
    try:
        return corpus.document(doc).unit(label) is not None
    except UserError:
        return False


def _text(corpus: Corpus, doc: str, label: str) -> str | None:
    try:
        unit = corpus.document(doc).unit(label)
    except UserError:
        return None
    return unit.text if unit else None
