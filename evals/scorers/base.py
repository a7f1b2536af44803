"""What a scorer is: a name and a function from a case and its answer to a score."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from corpus.catalog import Corpus
from evals.cases import Case
from evals.reply import Reply

__all__ = ["Scorer", "plain", "share"]

_BLANKS = re.compile(r"\s+|(?<=\d),(?=\d{3})")


@dataclass(frozen=True, slots=True)
class Scorer:
    """`score` gives 0 to 1, more is better, or None where the case does not ask for it.

    A case is passed when every score with `decides` that applies is 1.
    """

    name: str
    label: str
    score: Callable[[Case, Reply, Corpus], float | None]
    decides: bool = True


def share(hits: Iterable[bool]) -> float | None:
    """The share of hits; None without any."""
    values = list(hits)
    return sum(values) / len(values) if values else None


def plain(text: str) -> str:
    """`text` in the form in which facts are compared: half width, no blanks, no thousands commas, lower case."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).lower()
