"""Words with their places on pages → lines of text in reading order.

Columns are read one after the other; running headers, footers and page numbers are marked as furniture; the lines of a
paragraph are joined, also over the end of a column or a page.
"""

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.loaders.columns import Block, Word, blocks_of, gutter_of, lines_of
from corpus.loaders.grid import Table
from corpus.loaders.lines import PAGE_NUMBER, Line

__all__ = ["Page", "read_pages"]

_EDGE_LINES = 3
_EDGE = 0.13
_TELLING, _NEAR = 4, 8
_FINISHED = re.compile(r"[。！？；：!?;:][”’」』）)]?$")
_MARKER = re.compile(
    r"第[一二三四五六七八九十百千零〇\d]+[编章节条]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[)）]|\d{1,3}[.．、]"
)
_UNBROKEN = re.compile(r"[A-Za-z0-9.,%/:_-]+")
_LATIN_END, _LATIN_START = re.compile(r"[A-Za-z,.;]$"), re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of this size, measured from its upper left corner; `words` are those outside of `tables`."""

    width: float
    height: float
    words: tuple[Word, ...]
    tables: tuple[Table, ...] = ()


@dataclass(slots=True)
class _Row:
    """A visual line of a column, or a row of a table, with the edges of its column."""

    text: str
    x0: float
    x1: float
    top: float
    size: float
    left: float
    right: float
    table: bool = False
    furniture: bool = False
    page: int = 0
    gap: float = 0.0


def read_pages(pages: Sequence[Page]) -> Iterator[Line]:
    """All lines of the pages."""
    rows: list[_Row] = []
    gutter: float | None = None
    for number, (page, aside) in enumerate(zip(pages, _furniture(pages), strict=True)):
        gone = {word for line in aside for word in line}
        body = replace(page, words=tuple(word for word in page.words if word not in gone))
        upper = [line for line in aside if line[0].top < page.height / 2]
        rows += [_aside(line) for line in upper]
        gutter = gutter_of(body.words, body.width, gutter)
        rows += _rows(body, number, gutter)
        rows += [_aside(line) for line in aside if line not in upper]
    yield from _paragraphs(rows)


def _rows(page: Page, number: int, gutter: float | None) -> Iterator[_Row]:
    tables = sorted(page.tables, key=lambda table: table.top)
    for block in blocks_of(page.words, gutter):
        before: _Row | None = None
        while tables and _stands_before(tables[0], block):
            yield from _table_rows(tables.pop(0), number)
        for words in block.lines:
            while tables and tables[0].top < words[0].top and _beside(tables[0], block):
                yield from _table_rows(tables.pop(0), number)
            row = _row(words, block, number)
            if before is not None:
                row.gap = row.top - before.top - before.size
            yield row
            before = row
    for table in tables:
        yield from _table_rows(table, number)


def _stands_before(table: Table, block: Block) -> bool:
    return bool(block.lines) and table.bottom <= block.lines[0][0].top and _beside(table, block)


def _beside(table: Table, block: Block) -> bool:
    return table.x0 < block.right and block.left < table.x1


def _table_rows(table: Table, page: int) -> Iterator[_Row]:
    for text in table.rows:
        yield _Row(text, table.x0, table.x1, table.top, 0.0, table.x0, table.x1, table=True, page=page)


def _row(words: Sequence[Word], block: Block, page: int) -> _Row:
    size = statistics.median(word.size for word in words)
    top = min(word.top for word in words)
    return _Row(_text(words), words[0].x0, words[-1].x1, top, size, block.left, block.right, page=page)


def _text(words: Sequence[Word]) -> str:
    """The words with a blank where they stand apart."""
    text = words[0].text
    for before, word in pairwise(words):
        text += (" " if word.x0 - before.x1 > 0.2 * word.size else "") + word.text
    return text


def _furniture(pages: Sequence[Page]) -> Iterator[list[Sequence[Word]]]:
    """For each page what repeats at the edges of pages, whole lines or words in one place, and numbers that stand there."""
    edges = [list(_edges(page)) for page in pages]
    seen = Counter(key for edge in edges for key in {key for line in edge for key in _keys(line)})
    often = max(2, (len(pages) + 2) // 3)
    repeated = {key for key, count in seen.items() if count >= often}
    for edge in edges:
        yield [part for line in edge if (part := _furniture_of(line, repeated))]


def _furniture_of(line: Sequence[Word], repeated: set[object]) -> Sequence[Word]:
    text = _text(line)
    if PAGE_NUMBER.fullmatch(text.strip()) or (_shape(text) in repeated and not _MARKER.match(text)):
        return line
    return tuple(word for word in line if _place(word) in repeated and not _MARKER.match(word.text))


def _keys(line: Sequence[Word]) -> set[object]:
    return {_shape(_text(line)), *(_place(word) for word in line if len(word.text) >= _TELLING)}


def _place(word: Word) -> object:
    return _shape(word.text), round(word.x0 / _NEAR), round(word.top / _NEAR)


def _edges(page: Page) -> Iterator[Sequence[Word]]:
    """The outermost lines of a page, over all of its columns, that stand near its upper or lower edge."""
    lines = list(lines_of(page.words))
    for line in lines[:_EDGE_LINES]:
        if line[0].top < _EDGE * page.height:
            yield line
    for line in lines[max(_EDGE_LINES, len(lines) - _EDGE_LINES) :]:
        if line[0].top > (1 - _EDGE) * page.height:
            yield line


def _aside(line: Sequence[Word]) -> _Row:
    return _Row(_text(line), 0.0, 0.0, line[0].top, 0.0, 0.0, 0.0, furniture=True)


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", "".join(text.split()))


def _paragraphs(rows: Iterable[_Row]) -> Iterator[Line]:
    """Rows joined where one reads on into the next; furniture inside a paragraph follows it."""
    text, last = "", None
    aside: list[Line] = []
    for row in rows:
        if row.furniture:
            aside.append(Line(row.text, furniture=True))
        elif last is not None and _reads_on(last, row):
            text += (" " if _LATIN_END.search(text) and _LATIN_START.match(row.text) else "") + row.text
            last = row
        else:
            if last is not None:
                yield Line(text)
            yield from aside
            text, last, aside = row.text, row, []
    if last is not None:
        yield Line(text)
    yield from aside


def _reads_on(one: _Row, two: _Row) -> bool:
    """Whether a line fills its column and the next one begins at the edge of its own."""
    if one.table or two.table or abs(one.size - two.size) > 0.15 * one.size:
        return False
    # What begins the next line did not fit any more; a sign that may not begin a line takes one more with it.
    wanted = len((_UNBROKEN.match(two.text) or two.text[:1])[0]) * (0.6 if two.text[0].isascii() else 1)
    fills = one.x1 > one.right - (wanted + 1.2) * one.size
    begins = two.x0 < two.left + 0.8 * two.size
    apart = one.page == two.page and two.gap > 1.6 * two.size
    starts = _FINISHED.search(one.text) and _MARKER.match(two.text)
    return fills and begins and not apart and not starts
