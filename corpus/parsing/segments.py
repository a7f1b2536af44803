"""Source lines → documents: notice, title and body of each, and the furniture between them.

A forwarding notice is recognised by its number on a line of its own (`京科发〔2022〕5号`): its heading stands
above, its date ends it, the title of the document follows. A source without any number is one document.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.parsing.cleaning import Line
from corpus.parsing.headings import read_marker

__all__ = ["Furniture", "Segment", "split_documents"]

_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,10}\s*[〔\[（(【﹝［]\s*\d{4}\s*[〕\]）)】﹞］]\s*\d+\s*号$")
_CN = "〇○零一二三四五六七八九十"
_DATE = re.compile(rf"[\d{_CN}]{{4}}\s*年\s*[\d{_CN}]{{1,3}}\s*月\s*[\d{_CN}]{{1,3}}\s*日$")
_SENTENCE = re.compile(r"[。；;：:]|[)）]$")
_BRACKETED = re.compile(r"[（(].*[)）]$")
_NOTICE_TITLE_LINES = 8
_TITLE_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Furniture:
    """What a source declares as not belonging to any document (see `sources` in documents.yaml).

    `ornaments` are whole lines that may stand anywhere; from the line `colophon` on, all is furniture; `lines` are
    the numbers of single lines.
    """

    ornaments: frozenset[str] = frozenset()
    colophon: str | None = None
    lines: frozenset[int] = frozenset()

    def holds(self, line: Line) -> bool:
        """Whether a line is an ornament or one of the single lines."""
        return line.text in self.ornaments or line.number in self.lines


@dataclass(slots=True)
class Segment:
    """The lines of one document: `notice` (heading, number, letter, date), `title`, `body`."""

    number: str
    notice: list[Line] = field(default_factory=list)
    title: list[Line] = field(default_factory=list)
    body: list[Line] = field(default_factory=list)


def split_documents(lines: Sequence[Line], furniture: Furniture) -> tuple[list[Segment], list[Line]]:
    """Split the lines of one source.

    Returns the documents in order and the furniture lines (front matter, ornaments, colophon).
    """
    kept, dropped = _without_furniture(lines, furniture)
    numbers = [i for i, line in enumerate(kept) if _NUMBER.fullmatch(line.text)]
    if not numbers:
        return [_read_segment("", [], kept)], dropped
    starts = [_notice_start(kept, i) for i in numbers]
    dropped += kept[: starts[0]]
    segments = []
    for start, number, end in zip(starts, numbers, [*starts[1:], len(kept)], strict=True):
        letter_end = _notice_end(kept, number, end)
        name = re.sub(r"\s", "", kept[number].text)
        segments.append(_read_segment(name, kept[start:letter_end], kept[letter_end:end]))
    return segments, dropped


def _without_furniture(lines: Sequence[Line], furniture: Furniture) -> tuple[list[Line], list[Line]]:
    end = next((i for i, line in enumerate(lines) if line.text == furniture.colophon), len(lines))
    kept = [line for line in lines[:end] if not furniture.holds(line)]
    dropped = [line for line in lines[:end] if furniture.holds(line)]
    return kept, dropped + list(lines[end:])


def _notice_start(lines: Sequence[Line], number: int) -> int:
    start = number
    while (
        start > 0
        and number - start < _NOTICE_TITLE_LINES
        and not _SENTENCE.search(lines[start - 1].text)
        and not _NUMBER.fullmatch(lines[start - 1].text)
    ):
        start -= 1
    return start


def _notice_end(lines: Sequence[Line], number: int, end: int) -> int:
    for i in range(number, end):
        if _DATE.fullmatch(lines[i].text):
            follows = i + 1 < end and _BRACKETED.match(lines[i + 1].text) and "：" in lines[i + 1].text
            return i + 2 if follows else i + 1
    return number + 1


def _read_segment(number: str, notice: list[Line], rest: list[Line]) -> Segment:
    title_end = 0
    while title_end < len(rest) and _is_title(rest[title_end]):
        title_end += 1
    return Segment(number, notice, rest[:title_end], rest[title_end:])


def _is_title(line: Line) -> bool:
    if _BRACKETED.fullmatch(line.text) and len(line.text) <= _TITLE_LIMIT and not read_marker(line.text):
        return True
    return (
        len(line.text) <= _TITLE_LIMIT and not re.search(r"[。；;]", line.text) and not read_marker(line.text)
    )
