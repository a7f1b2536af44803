"""The project's indexer and retriever over a collection of articles from outside."""

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Self

from assistant.retrieval.chain import HybridRetriever
from assistant.retrieval.units import UnitSearch, UnitWeights
from evals.outside.collection import Collection
from evals.outside.naming import NamedArticles
from indexer.build import BuildResult, Progress, build_index
from indexer.embeddings import Embedder
from indexer.index import SearchIndex

__all__ = ["Built", "OutsideSearch", "build"]


@dataclass(frozen=True, slots=True)
class Built:
    """What building the index took: `seconds` is near zero where the index was there already."""

    result: BuildResult
    seconds: float
    megabytes: float


def build(home: Path, collection: Collection, embedder: Embedder, progress: Progress) -> Built:
    """Bring the index below `home` up to date with `collection`; raises what `build_index` raises."""
    begun = perf_counter()
    result = build_index(home, collection.corpus, embedder.name, lambda: embedder, progress, fine=False)
    seconds = perf_counter() - begun
    folder = home / "index" / result.version
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Built(result, seconds, size / 1e6)


class OutsideSearch:
    """From a question to ids of articles, best first: those named by law and number, then those found."""

    def __init__(self, collection: Collection, search: UnitSearch) -> None:
        self._ids = collection.ids
        self._named = NamedArticles(collection.corpus.documents, collection.codes)
        self._search = search

    @classmethod
    def open(
        cls, home: Path, collection: Collection, embedder: Embedder, weights: UnitWeights | None = None
    ) -> Self:
        """On the index below `home`; raises IndexMissing or IndexBroken."""
        index = SearchIndex.open(home)
        return cls(collection, UnitSearch(index, HybridRetriever(index, embedder), weights))

    def ranked(self, question: str, k: int) -> list[str]:
        """The ids of `k` articles, fewer only where the collection has fewer."""
        named = [(unit.doc, unit.label) for unit in self._named.find(question)]
        found = self._search.search(question, k)
        return [self._ids[place] for place in dict.fromkeys((*named, *found))][:k]
