"""One page of a PDF (PDFium) → words and ruled lines with their places as the page is shown."""

import ctypes
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from corpus.loaders.columns import Word
from corpus.loaders.grid import Edge

__all__ = ["PageParts", "read_page"]

_SLANT = 5.0
_NO_CHARACTER = (0, 0xFFFE, 0xFFFF)
_SURROGATES = range(0xD800, 0xE000)
_LINE_TO, _MOVE_TO = 0, 2
_PATH = 2

_Point = tuple[float, float]
_Turn = Callable[[float, float], _Point]


@dataclass(frozen=True, slots=True)
class PageParts:
    """`slanted` is what is written aslant: watermarks."""

    width: float
    height: float
    words: tuple[Word, ...]
    edges: tuple[Edge, ...]
    slanted: str


@dataclass(frozen=True, slots=True)
class _Char:
    x0: float
    x1: float
    top: float
    bottom: float
    text: str
    slanted: bool


_GENERATED = _Char(0.0, 0.0, 0.0, 0.0, " ", False)


def read_page(page: Any) -> PageParts:
    """The parts of a page of pypdfium2."""
    turn = _turning(page)
    width, height = page.get_size()
    chars = list(_chars(page, turn))
    return PageParts(
        width,
        height,
        tuple(_words(char for char in chars if not char.slanted)),
        tuple(_edges(page, turn)),
        "".join(char.text for char in chars if char.slanted).strip(),
    )


def _turning(page: Any) -> _Turn:
    """From places on the sheet to places on the page as it is shown, measured from its upper left corner."""
    rotation, (width, height) = page.get_rotation(), page.get_size()
    if rotation in (90, 270):
        width, height = height, width
    left, bottom, right, top = page.get_cropbox()
    # A box that stands in the page tree above is not told; then the page begins at its origin.
    if abs(right - left - width) > 1 or abs(top - bottom - height) > 1:
        left, bottom, right, top = 0.0, 0.0, width, height
    match rotation:
        case 90:
            return lambda x, y: (y - bottom, x - left)
        case 180:
            return lambda x, y: (right - x, y - bottom)
        case 270:
            return lambda x, y: (top - y, right - x)
        case _:
            return lambda x, y: (x - left, top - y)


def _chars(page: Any, turn: _Turn) -> Iterator[_Char]:
    """The characters in the order of the file."""
    from pypdfium2 import raw

    text, rotation, box = page.get_textpage(), page.get_rotation(), raw.FS_RECTF()
    left, base, matrix = ctypes.c_double(), ctypes.c_double(), raw.FS_MATRIX()
    for place in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, place)
        if code in _NO_CHARACTER or code in _SURROGATES:
            continue
        if raw.FPDFText_IsGenerated(text, place) == 1:
            yield _GENERATED
            continue
        raw.FPDFText_GetLooseCharBox(text, place, ctypes.byref(box))
        raw.FPDFText_GetCharOrigin(text, place, ctypes.byref(left), ctypes.byref(base))
        (xa, ya), (xb, yb) = turn(box.left, box.top), turn(box.right, box.bottom)
        raw.FPDFText_GetMatrix(text, place, ctypes.byref(matrix))
        # The boxes of some fonts are those of their glyphs: 一 is flat. What stands in a line agrees in its base line.
        scale = raw.FPDFText_GetFontSize(text, place) * math.hypot(matrix.c, matrix.d)
        height, bottom = scale or abs(ya - yb), turn(left.value, base.value)[1]
        angle = math.degrees(raw.FPDFText_GetCharAngle(text, place)) + rotation
        slanted = abs((angle + 180) % 360 - 180) > _SLANT
        yield _Char(min(xa, xb), max(xa, xb), bottom - height, bottom, chr(code), slanted)


def _words(chars: Iterable[_Char]) -> Iterator[Word]:
    """Runs of characters that stand side by side; the same character twice in one place counts once."""
    run: list[_Char] = []
    for char in chars:
        if run and char.text == run[-1].text and abs(char.x0 - run[-1].x0) < 1:
            continue
        if run and (char.text.isspace() or not _beside(run[-1], char)):
            yield _word(run)
            run = []
        if not char.text.isspace():
            run.append(char)
    if run:
        yield _word(run)


def _beside(one: _Char, two: _Char) -> bool:
    size = one.bottom - one.top
    level = abs(one.bottom - two.bottom) < 0.3 * size and abs(size - (two.bottom - two.top)) < 0.4 * size
    return level and one.x0 - 1 <= two.x0 <= one.x1 + 0.4 * size


def _word(run: list[_Char]) -> Word:
    top, bottom = min(char.top for char in run), max(char.bottom for char in run)
    return Word(run[0].x0, run[-1].x1, top, bottom - top, "".join(char.text for char in run))


def _edges(page: Any, turn: _Turn) -> Iterator[Edge]:
    """Straight lines along the axes, also the sides of rectangles."""
    from pypdfium2 import raw

    for part in page.get_objects(filter=[_PATH], max_depth=3):
        matrix = part.get_matrix()
        points: list[_Point] = []
        for number in range(raw.FPDFPath_CountSegments(part)):
            segment = raw.FPDFPath_GetPathSegment(part, number)
            x, y = ctypes.c_float(), ctypes.c_float()
            raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
            point = turn(*matrix.on_point(x.value, y.value))
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind == _MOVE_TO:
                points = [point]
            elif kind == _LINE_TO and points:
                yield from Edge.between(points[-1], point)
                points.append(point)
            if raw.FPDFPathSegment_GetClose(segment) and points:
                yield from Edge.between(points[-1], points[0])
