"""The single matters of a question that names several: `A和B，哪个高` → `A，哪个高` and `B，哪个高`."""

import re

from corpus.quantities.measures import Measure
from corpus.quantities.quantity import find_quantities

__all__ = ["parts", "summands"]

_STOP = re.compile(r"[；;。？?！!]|[，,](?=同时|另外|另一|扭头|还想|又|再)")
_JOINED = re.compile(
    r"(?P<one>[^，,；;。？?！!：:]{3,}?)[，,]?(?:和|跟|与|、|还是|以及|同|或者)"
    r"(?P<two>[^，,；;。？?！!：:]{2,}?)(?=都|各|分别|两|的|哪|有|一样|比|，|,|：|:|；|;|。|？|\?|$)"
)
_LEAST = 5
_CLAUSE = re.compile("[，,；;。？?！!：:]")
_MOST = 4


def parts(words: str) -> tuple[str, ...]:
    """The sentences of `words` by themselves, and the whole with one of two joined names left out."""
    found = [piece for piece in _STOP.split(words) if len(piece) >= _LEAST]
    for match in _JOINED.finditer(words):
        found.append(words[: match.start()] + match["one"] + words[match.end() :])
        found.append(words[: match.start()] + match["two"] + words[match.end() :])
    return tuple(dict.fromkeys(found)) if len(found) > 1 else ()


def summands(words: str) -> tuple[str, ...]:
    """The clauses of `words` with a sum of money, each with the clauses before it that have none; () for only one."""
    found: list[str] = []
    gathered = ""
    for clause in _CLAUSE.split(words):
        gathered = f"{gathered}，{clause}" if gathered else clause
        if any(mention.quantity.measure is Measure.MONEY for mention in find_quantities(clause)):
            found.append(gathered)
            gathered = ""
    return tuple(found[:_MOST]) if len(found) > 1 else ()
