"""What every reader gives: lines of text, those that belong to no document marked, and what should be looked at."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["PAGE_NUMBER", "Line", "Lines", "row", "tidy"]

PAGE_NUMBER = re.compile(
    r"[-—–－_·•\s]*第?\s*\d{1,4}\s*页?(?:\s*[,，/／]?\s*共?\s*\d{1,4}\s*页)?[-—–－_·•\s]*"
)
_SURE_NUMBER = re.compile(
    r"[-—–－]+\s*\d{1,4}\s*[-—–－]+|第\s*\d{1,4}\s*页(?:\s*[,，/／]?\s*共\s*\d{1,4}\s*页)?"
)
# What str.splitlines would break at, and what nobody typed.
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNTYPED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u2069]")
# Many PDFs name the radical ⼗ where the character 十 is meant.
_RADICAL = re.compile(r"[\u2e80-\u2fdf]")


@dataclass(frozen=True, slots=True)
class Line:
    """`furniture` is true for what belongs to no document: page numbers, running headers, menus of a page."""

    text: str
    furniture: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines of a file in reading order, and `notes`: Chinese sentences on what could not be read."""

    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


def tidy(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines without control characters, one physical line each, empty ones left out."""
    for line in lines:
        for text in _BREAKS.sub("\n", line.text).split("\n"):
            plain = _RADICAL.sub(
                lambda match: unicodedata.normalize("NFKC", match[0]), _UNTYPED.sub("", text)
            )
            if plain.strip():
                number = _SURE_NUMBER.fullmatch(plain.strip())
                yield Line(plain.rstrip(), line.furniture or bool(number))


def row(cells: Iterable[str]) -> str:
    """A row of a table as one line: `| 甲 | 乙 |`."""
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "｜") for cell in cells) + " |"
