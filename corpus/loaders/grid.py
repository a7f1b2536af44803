"""Ruled lines of a page → tables with their cells."""

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.loaders.columns import Word
from corpus.loaders.lines import row

__all__ = ["Edge", "Grid", "Table", "grids_of"]

_THIN = 2.5
_NEAR = 3.0
_LEAST = 5.0
_MOST_EDGES = 20_000


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table: its box and its rows as lines."""

    x0: float
    x1: float
    top: float
    bottom: float
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """A straight line along an axis: at `place`, from `start` to `end`."""

    upright: bool
    place: float
    start: float
    end: float

    @classmethod
    def between(cls, one: tuple[float, float], two: tuple[float, float]) -> Iterator["Edge"]:
        """The edge between two points; none where it is short or runs along no axis."""
        (xa, ya), (xb, yb) = one, two
        if abs(xa - xb) < _THIN and abs(ya - yb) > _LEAST:
            yield cls(True, (xa + xb) / 2, min(ya, yb), max(ya, yb))
        elif abs(ya - yb) < _THIN and abs(xa - xb) > _LEAST:
            yield cls(False, (ya + yb) / 2, min(xa, xb), max(xa, xb))


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose lines stand at `xs` and `ys`."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    table: Table

    def holds(self, word: Word) -> bool:
        """Whether the word stands in the table."""
        return _within(word, self.xs, self.ys)


def grids_of(edges: Sequence[Edge], words: Sequence[Word]) -> list[Grid]:
    """The tables of a page, top down; a frame around one cell is none."""
    if len(edges) > _MOST_EDGES:
        return []
    grids = []
    for group in _groups(edges):
        xs = _places(edge.place for edge in group if edge.upright)
        ys = _places(edge.place for edge in group if not edge.upright)
        if len(xs) > 2 and len(ys) > 2:
            inside = [word for word in words if _within(word, xs, ys)]
            rows = tuple(_rows(xs, ys, inside))
            if len(rows) > 1:
                grids.append(Grid(xs, ys, Table(xs[0], xs[-1], ys[0], ys[-1], rows)))
    return sorted(grids, key=lambda grid: grid.ys[0])


def _groups(edges: Sequence[Edge]) -> list[list[Edge]]:
    """Edges that touch one another, directly or through others."""
    groups: list[list[Edge]] = []
    for edge in edges:
        touched = [group for group in groups if any(_touch(edge, other) for other in group)]
        merged = [edge, *(other for group in touched for other in group)]
        groups = [group for group in groups if group not in touched]
        groups.append(merged)
    return groups


def _touch(one: Edge, two: Edge) -> bool:
    if one.upright == two.upright:
        near = abs(one.place - two.place) < _NEAR
        return near and one.start <= two.end + _NEAR and two.start <= one.end + _NEAR
    return (
        two.start - _NEAR <= one.place <= two.end + _NEAR
        and one.start - _NEAR <= two.place <= one.end + _NEAR
    )


def _places(values: Iterable[float]) -> tuple[float, ...]:
    """Places with those that are nearly the same taken for one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return tuple(found)


def _within(word: Word, xs: Sequence[float], ys: Sequence[float]) -> bool:
    middle = word.top + word.size / 2
    return xs[0] <= (word.x0 + word.x1) / 2 <= xs[-1] and ys[0] <= middle <= ys[-1]


def _rows(xs: Sequence[float], ys: Sequence[float], words: Sequence[Word]) -> Iterator[str]:
    """A line for each row that says something."""
    cells: dict[tuple[int, int], list[Word]] = {}
    for word in words:
        place = bisect(ys, word.top + word.size / 2), bisect(xs, (word.x0 + word.x1) / 2)
        cells.setdefault(place, []).append(word)
    for line in range(1, len(ys)):
        texts = [_text(cells.get((line, column), ())) for column in range(1, len(xs))]
        if any(texts):
            yield row(texts)


def _text(words: Iterable[Word]) -> str:
    ordered = sorted(words, key=lambda word: (round((word.top + word.size) / 4), word.x0))
    return "".join(word.text for word in ordered)
