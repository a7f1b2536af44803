"""What the units of a collection are by themselves: facts that no question changes, as arrays over the units."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.chunks import Chunk

__all__ = ["Layout", "traits"]

Floats = NDArray[np.float32]

_USUAL_LENGTH = 90
_MARKS = {
    "general": ("总则", "一般规定"),
    "closing": ("附则",),
    "interpretation": ("最高人民",),
    "regulation": ("条例", "办法", "细则"),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the units stand: `starts` is the first chunk of each, `law` and `chapter` number what holds them."""

    places: tuple[tuple[str, str], ...]
    starts: NDArray[np.int64]
    law: NDArray[np.int64]
    chapter: NDArray[np.int64]

    @classmethod
    def of(cls, chunks: Sequence[Chunk]) -> "Layout":
        """The layout of chunks in the order of the index, in which those of one unit stand together."""
        places: list[tuple[str, str]] = []
        starts: list[int] = []
        contexts: list[str] = []
        for number, chunk in enumerate(chunks):
            if not places or places[-1] != (chunk.doc, chunk.unit):
                places.append((chunk.doc, chunk.unit))
                starts.append(number)
                contexts.append(chunk.context)
        law = _numbered([doc for doc, _ in places])
        chapter = _numbered([(doc, text) for (doc, _), text in zip(places, contexts, strict=True)])
        return cls(tuple(places), np.array(starts, np.int64), law, chapter)

    def __len__(self) -> int:
        return len(self.places)

    def best(self, scores: Floats) -> Floats:
        """The best score among the chunks of each unit."""
        return np.maximum.reduceat(scores, self.starts)


def traits(layout: Layout, chunks: Sequence[Chunk]) -> dict[str, Floats]:
    """Each trait by name, a figure for each unit."""
    first = [chunks[start] for start in layout.starts]
    ends = np.append(layout.starts[1:], len(chunks))
    lengths = [
        sum(len(chunk.text) for chunk in chunks[start:end] if chunk.wide)
        for start, end in zip(layout.starts, ends, strict=True)
    ]
    found = {
        "length": np.log(np.array(lengths, np.float32) / _USUAL_LENGTH + 0.2),
        "size": np.log(np.bincount(layout.law)[layout.law].astype(np.float32)),
        "opening": _flags([chunk.unit == "第一条" for chunk in first]),
    }
    for name, marks in _MARKS.items():
        found[name] = _flags([any(mark in chunk.context for mark in marks) for chunk in first])
    return found


def _flags(values: Sequence[bool]) -> Floats:
    return np.array(values, np.float32)


def _numbered(values: Sequence[object]) -> NDArray[np.int64]:
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int64)
