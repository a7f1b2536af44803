"""Source text → lines whose every character knows its place in the source.

Markup (Markdown signs, footnote tags, rules) and layout whitespace are taken away here and nowhere else.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corpus.model import Span

__all__ = ["FOOTNOTE_MARK", "Line", "read_lines", "spans_of", "tight"]

FOOTNOTE_MARK = re.compile(r"<sup>(.{1,3}?)</sup>")
_MARKUP = re.compile(r"<sup>.{1,3}?</sup>|\*\*|^\s*#{1,6}(?=\s)|^\s*-{3,}\s*$|^\s*-(?=\s)")
_SIGN = re.compile(r"第[一二三四五六七八九十百千零〇\d]+(?:分编|[编章节条])(?:之[一二三四五六七八九十]+)?")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line without markup.

    `text[i]` stands at `offsets[i]` of the source; inner whitespace is still there, outer is not.
    `heading` is true for a Markdown heading line.
    """

    text: str
    offsets: tuple[int, ...]
    heading: bool
    number: int

    def part(self, start: int) -> "Line":
        """The line from character `start` on."""
        return Line(self.text[start:], self.offsets[start:], self.heading, self.number)


def read_lines(source: str) -> Iterator[Line]:
    """Yield the lines of `source` that hold more than markup, in order."""
    start = 0
    for number, raw in enumerate(source.splitlines(keepends=True), 1):
        kept = list(range(len(raw)))
        for match in _MARKUP.finditer(raw):
            for i in range(*match.span()):
                kept[i] = -1
        places = [i for i in kept if i >= 0]
        while places and raw[places[0]].isspace():
            places.pop(0)
        while places and raw[places[-1]].isspace():
            places.pop()
        if places:
            yield Line(
                "".join(raw[i] for i in places),
                tuple(start + i for i in places),
                raw.lstrip().startswith("#"),
                number,
            )
        start += len(raw)


def tight(chars: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Drop layout whitespace: a blank stays only between Latin letters and after a sign such as 第五条."""
    kept: list[tuple[str, int]] = []
    blank: tuple[str, int] | None = None
    for char, offset in chars:
        if char.isspace():
            blank = blank or (" ", offset)
            continue
        if blank and kept and (_after_sign(kept) or (_LATIN.match(kept[-1][0]) and _LATIN.match(char))):
            kept.append(blank)
        blank = None
        kept.append((char, offset))
    return kept


def _after_sign(kept: list[tuple[str, int]]) -> bool:
    return len(kept) < 10 and bool(_SIGN.fullmatch("".join(char for char, _ in kept)))


def spans_of(offsets: Iterable[int], source: str) -> tuple[Span, ...]:
    """The source ranges that `offsets` (ascending) cover; ranges parted only by whitespace are joined."""
    ranges: list[list[int]] = []
    for offset in offsets:
        if ranges and (ranges[-1][1] == offset or not source[ranges[-1][1] : offset].strip()):
            ranges[-1][1] = offset + 1
        else:
            ranges.append([offset, offset + 1])
    return tuple(Span(start, end) for start, end in ranges)
