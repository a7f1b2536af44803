"""Which code a book belongs to that stands in a collection under the book's title alone (`第三编合同`)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import yaml

from corpus.folding import fold

__all__ = ["codes_of", "is_book"]

_BOOK = re.compile(r"第[一二三四五六七八九十]+(?P<kind>[编章])(?P<name>.+)")
_CLOSING = ("附则", "附录")


def is_book(title: str) -> bool:
    """Whether `title` names a part of some code and not a text of its own."""
    return title in _CLOSING or _BOOK.fullmatch(fold(title)) is not None


def codes_of(titles: Sequence[str]) -> list[str]:
    """For each title, in the order of the collection, the name of the code that it is a book of, or "".

    Books of one code stand side by side, in any order; the code is the one that knows most of their names.
    """
    known: Mapping[str, Sequence[str]] = yaml.safe_load(
        Path(__file__).with_suffix(".yaml").read_text("utf-8")
    )
    found: list[str] = []
    for kind, run in groupby(_parts(titles), key=lambda part: part[0]):
        names = [name for _, name in run]
        found += [_code(names, known) if kind else ""] * len(names)
    return found


def _parts(titles: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Kind (编 or 章, "" for a text of its own) and name; a closing part is of the kind before it."""
    kind = ""
    for title in titles:
        match = _BOOK.fullmatch(fold(title))
        kind = match["kind"] if match else kind if title in _CLOSING else ""
        yield kind, match["name"] if match else title


def _code(names: Sequence[str], known: Mapping[str, Sequence[str]]) -> str:
    """The code that has most of these parts; of two the one with fewer others; "" where none has any."""

    def fit(code: str) -> tuple[int, int]:
        parts = {fold(part) for part in known[code]}
        return len(parts & set(names)), -len(parts)

    best = max(known, key=fit)
    return best if fit(best)[0] else ""
