"""The share of the answer's figures that have a source.

A source is a citation's quote, the unit cited, the calculation's inputs and steps, or the user's words; for a
warning the whole document, whose period of validity it tells. A figure is money, a ratio or what is written
in digits; 0 is none, since no text says what somebody does not get.
"""

import re
from functools import lru_cache

from corpus.catalog import Corpus
from corpus.errors import UserError
from corpus.quantities.quantity import Measure, Quantity, find_quantities
from evals.cases import Case
from evals.reply import Reply
from evals.scorers.base import Scorer, plain, share

__all__ = ["SCORER"]

# Places name articles and document numbers; list marks count lines. Neither is a statement.
_PLACE = re.compile(
    r"《[^》]*》(?:（[^）]*〔\d{4}〕\d+号）)?(?:第[一二三四五六七八九十百]+条)?|〔\d{4}〕\d+号"
)
_MARK = re.compile(r"^[ \t]*\d+\.[ \t]", re.MULTILINE)


def _score(case: Case, reply: Reply, corpus: Corpus) -> float | None:
    if reply.refused:
        return None
    words = _words(case, reply)
    units = [text for place in reply.units if (text := _unit(corpus, place.doc, place.unit))]
    docs = [text for doc in {place.doc for place in reply.units} if (text := _document(corpus, doc))]
    stated = reply.answer
    for warning in reply.warnings:
        stated = stated.replace(warning, "")
    warned = "\n".join(reply.warnings)
    return share([*_supported(stated, [words, *units]), *_supported(warned, [words, *units, *docs])])


def _words(case: Case, reply: Reply) -> str:
    parts = [case.question, *case.history, *(citation.quote for citation in reply.citations)]
    if reply.calculation:
        parts += [str(value) for value in reply.calculation.inputs.values()]
        parts += reply.calculation.steps
    return "\n".join(parts)


def _unit(corpus: Corpus, doc: str, label: str) -> str:
    try:
        return corpus.unit(doc, label).text
    except UserError:
        return ""


def _document(corpus: Corpus, doc: str) -> str:
    try:
        return "\n".join(unit.text for unit in corpus.document(doc).units)
    except UserError:
        return ""


def _supported(text: str, sources: list[str]) -> list[bool]:
    figures = _figures(_PLACE.sub("", _MARK.sub("", text)))
    if not figures:
        return []
    known = frozenset[Quantity]().union(*(_known(source) for source in sources))
    literal = "\n".join(plain(source) for source in sources)
    return [quantity in known or plain(words) in literal for quantity, words in figures]


def _figures(text: str) -> list[tuple[Quantity, str]]:
    exact = (Measure.MONEY, Measure.RATIO)
    return [
        (quantity, words)
        for quantity, words in _mentions(text)
        if quantity.value and (quantity.measure in exact or words[:1].isdigit())
    ]


@lru_cache(maxsize=2048)
def _known(text: str) -> frozenset[Quantity]:
    return frozenset(quantity for quantity, _ in _mentions(text))


def _mentions(text: str) -> list[tuple[Quantity, str]]:
    found = []
    for mention in find_quantities(text):
        found += [(end, mention.text) for end in (mention.quantity, mention.upper) if end is not None]
    return found


SCORER = Scorer("support", "数字有据", _score)
