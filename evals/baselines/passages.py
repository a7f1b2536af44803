"""Passages of the source files, and which units they lie in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.catalog import Corpus
from corpus.model import Unit
from evals.cases import Place

__all__ = ["Held", "Passage", "System", "UnitMap", "asked", "passage_of", "sized"]

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Passage:
    """Characters `start` to `end` of the file `source`."""

    source: str
    start: int
    end: int


class System(Protocol):
    """A way of searching, made of the embedding model and a folder of its own."""

    def index(self, texts: Mapping[str, str]) -> int:
        """Make the texts, given by source file, searchable; returns how many pieces there are."""
        ...

    def search(self, question: str, history: Sequence[str], k: int) -> list[Passage]:
        """The `k` best passages for a question asked after the earlier turns `history`, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """What a passage is of: the unit that fills most of it, and all units that it holds."""

    main: Place | None
    units: frozenset[Place]


class UnitMap:
    """Leads from passages to units."""

    def __init__(self, corpus: Corpus) -> None:
        self._spans: dict[str, list[tuple[int, int, Place]]] = {}
        self._sizes: Counter[Place] = Counter()
        self._known: dict[Passage, Held] = {}
        for document in corpus.documents:
            for unit in document.units:
                place = Place(doc=document.key, unit=unit.label)
                rows = [(span.start, span.end, place) for span in unit.spans]
                self._spans.setdefault(document.source, []).extend(rows)
                self._sizes[place] += sum(end - start for start, end, _ in rows)

    def held(self, passage: Passage) -> Held:
        """The units of a passage.

        It holds a unit of which at least half stands in it, and a unit that fills at least half of it: either is
        enough for a reader to find the answer there.
        """
        if passage not in self._known:
            self._known[passage] = self._held(passage)
        return self._known[passage]

    def _held(self, passage: Passage) -> Held:
        shared: Counter[Place] = Counter()
        for start, end, place in self._spans.get(passage.source, []):
            common = min(end, passage.end) - max(start, passage.start)
            if common > 0:
                shared[place] += common
        if not shared:
            return Held(None, frozenset())
        main = shared.most_common(1)[0][0]
        size = passage.end - passage.start
        units = {
            place
            for place, common in shared.items()
            if common >= _HALF * self._sizes[place] or common >= _HALF * size
        }
        return Held(main, frozenset(units | {main}))


def passage_of(corpus: Corpus, unit: Unit) -> Passage:
    """A unit as a passage."""
    source = corpus.document(unit.doc).source
    return Passage(source, unit.spans[0].start, unit.spans[-1].end)


def sized(passages: Sequence[Passage]) -> int:
    """Characters in these passages together."""
    return sum(passage.end - passage.start for passage in passages)


def asked(question: str, history: Sequence[str]) -> str:
    """What a system without an idea of conversations is asked: all turns, one a line."""
    return "\n".join((*history, question))
