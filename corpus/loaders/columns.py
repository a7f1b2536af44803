"""The columns of a page: words → blocks of lines, in the order in which they are read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Block", "Word", "blocks_of", "gutter_of", "lines_of"]

_FEWEST = 6
_STEP = 2.0
_MIDDLE = (0.3, 0.7)
_CROSSING = 0.3
_SIDES = 0.5
_GUTTER = 0.9


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without a gap; places in points from the upper left corner of the page."""

    x0: float
    x1: float
    top: float
    size: float
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one column, between what goes across all columns; `left` and `right` are its edges."""

    left: float
    right: float
    lines: tuple[tuple[Word, ...], ...]


def gutter_of(words: Sequence[Word], width: float, before: float | None = None) -> float | None:
    """Where an empty strip parts the two columns of a page of this width; None on a page of one.

    `before` is that place on the page before: a last page, half empty, keeps it where nothing goes across.
    """
    lines = list(lines_of(words))
    found = _gutter(lines, width)
    if found is None and before is not None and not any(_crosses(line, before) for line in lines):
        return before
    return found


def blocks_of(words: Sequence[Word], gutter: float | None) -> list[Block]:
    """The blocks of a page, in reading order; `gutter` parts its columns."""
    if not words:
        return []
    lines = list(lines_of(words))
    if gutter is None:
        return [_block(lines, lines)]
    across = [line for line in lines if _crosses(line, gutter)]
    rest = [word for line in lines if not _crosses(line, gutter) for word in line]
    left = list(lines_of(word for word in rest if word.x1 <= gutter))
    right = list(lines_of(word for word in rest if word.x1 > gutter))
    return list(_in_bands(across, left, right))


_Line = tuple[Word, ...]


def lines_of(words: Iterable[Word]) -> Iterator[_Line]:
    """Words that stand at one height, from left to right, lines from top to bottom."""
    line: list[Word] = []
    for word in sorted(words, key=lambda word: (word.top + word.size, word.x0)):
        if line and word.top + word.size - line[0].top - line[0].size > 0.5 * min(word.size, line[0].size):
            yield tuple(sorted(line, key=lambda one: one.x0))
            line = []
        line.append(word)
    if line:
        yield tuple(sorted(line, key=lambda one: one.x0))


def _gutter(lines: Sequence[_Line], width: float) -> float | None:
    """Where an empty strip parts two columns; None on a page of one."""
    if len(lines) < _FEWEST:
        return None
    size = sorted(word.size for line in lines for word in line)[len(lines) // 2]
    best: tuple[float, float] | None = None
    start: float | None = None
    place = _MIDDLE[0] * width
    while place <= _MIDDLE[1] * width:
        free = sum(any(word.x0 < place < word.x1 for word in line) for line in lines) <= _CROSSING * len(
            lines
        )
        if free and start is None:
            start = place
        if start is not None and (not free or place + _STEP > _MIDDLE[1] * width):
            if best is None or place - start > best[1] - best[0]:
                best = start, place
            start = None
        place += _STEP
    if best is None or best[1] - best[0] < _GUTTER * size:
        return None
    middle = (best[0] + best[1]) / 2
    both = sum(
        any(word.x1 <= middle for word in line)
        and any(word.x0 >= middle for word in line)
        and not _crosses(line, middle)
        for line in lines
    )
    return middle if both >= _SIDES * len(lines) and _filled(lines, middle) else None


def _filled(lines: Sequence[_Line], middle: float) -> bool:
    """Whether both sides hold running text, not the two halves of short entries."""
    left = [sum(len(word.text) for word in line if word.x1 <= middle) for line in lines]
    right = [sum(len(word.text) for word in line if word.x0 >= middle) for line in lines]
    return min(sum(left), sum(right)) >= _FEWEST * len(lines)


def _crosses(line: _Line, gutter: float) -> bool:
    return any(word.x0 < gutter - 1 and word.x1 > gutter + 1 for word in line)


def _block(lines: Sequence[_Line], column: Sequence[_Line]) -> Block:
    """`lines` with the edges of the column that they belong to."""
    ends = sorted(line[-1].x1 for line in column)
    starts = sorted(line[0].x0 for line in column)
    # A few lines may hang out: a stamp, a page number.
    return Block(starts[len(starts) // 20], ends[len(ends) - 1 - len(ends) // 20], tuple(lines))


def _in_bands(across: Sequence[_Line], left: Sequence[_Line], right: Sequence[_Line]) -> Iterator[Block]:
    """What stands above each line that goes across, the left column before the right one."""
    whole = [*across, *left, *right]
    above = float("-inf")
    for line in [*across, None]:
        below = line[0].top if line else float("inf")
        for column in (left, right):
            band = [one for one in column if above <= one[0].top < below]
            if band:
                yield _block(band, column)
        if line:
            yield _block([line], whole)
        above = below
