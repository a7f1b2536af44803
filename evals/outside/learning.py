"""Learns `assistant/retrieval/units.json`: python -m evals.outside.learning --corpus FILE --queries FILE --index DIR [--write].

Prints the measures of the questions in cross-validation (each question judged by weights learnt without it, mean of
several divisions into folds) and with all questions taught. The kind of unit that lay questions ask for is learnt
on the widest directions of the collection's vectors, and written as one direction in the model's own space.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.commands.progress import progress
from assistant.retrieval.chain import HybridRetriever
from assistant.retrieval.units import WEIGHTS, UnitSearch
from assistant.settings import load_settings
from evals.outside.collection import Collection
from evals.outside.fitting import Example, fitted
from evals.outside.lines import Query, read_articles, read_queries
from evals.outside.measures import Measures, measure
from indexer.embeddings import load_embedder
from indexer.index import SearchIndex

__all__ = ["main"]

Floats = NDArray[np.float64]

_FOLDS = 5
_DIVISIONS = 3
_DIRECTIONS = 64
_PRICE, _PRICE_OF_KIND = 0.01, 0.3
_DEPTH = 100


@dataclass(frozen=True, slots=True)
class _Taught:
    """A question with its candidates' ids and signals, the named signals first and then the directions."""

    query: Query
    ids: tuple[str, ...]
    example: Example


def main() -> None:
    """Learn, show the cross-validation, and write the weights if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("corpus", "queries", "index"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    settings = load_settings()
    embedder = load_embedder(settings.embedding_model, settings.home, print)
    collection = Collection.of(read_articles(options.corpus))
    index = SearchIndex.open(options.index)
    search = UnitSearch(index, HybridRetriever(index, embedder))
    kinds = _Kinds(np.asarray(index.vectors(), np.float64))
    queries = [query for query in read_queries(options.queries) if any(query.gold)]
    names: list[str] = []
    taught: list[_Taught] = []
    bar = progress()
    bar.start(len(queries), "取候选条文")
    for query in queries:
        names, one = _taught(query, search, collection, kinds)
        taught.append(one)
        bar.advance(1)
    bar.finish()
    penalty = np.array([_PRICE] * len(names) + [_PRICE_OF_KIND] * _DIRECTIONS)
    for division in range(_DIVISIONS):
        _show(f"交叉验证 {division + 1}", _cross_validated(taught, penalty, division))
    weights = fitted([one.example for one in taught], penalty)
    _show("全部用于学习", measure([_ranked(one, weights) for one in taught], [q.gold for q in queries]))
    for name, weight in sorted(zip(names, weights, strict=False), key=lambda pair: -abs(pair[1])):
        print(f"  {name:16} {weight:6.2f}")
    if options.write:
        _write(embedder.name, names, weights, kinds)


class _Kinds:
    """The widest directions of a collection's vectors, each of spread one."""

    def __init__(self, vectors: Floats) -> None:
        self._mean = vectors.mean(0)
        spread, directions = np.linalg.eigh(np.cov(vectors - self._mean, rowvar=False))
        widest = np.argsort(-spread)[:_DIRECTIONS]
        self.axes: Floats = directions[:, widest] / np.sqrt(spread[widest])

    def of(self, vectors: NDArray[np.float32]) -> Floats:
        """Where vectors lie along the directions."""
        found: Floats = (vectors - self._mean) @ self.axes
        return found


def _taught(
    query: Query, search: UnitSearch, collection: Collection, kinds: _Kinds
) -> tuple[list[str], _Taught]:
    found = search.candidates(query.question)
    gold = {article for group in query.gold for article in group}
    ids = tuple(collection.ids[place] for place in found.places)
    signals = np.column_stack([*found.signals.values(), kinds.of(found.vectors)]).astype(np.float64)
    return list(found.signals), _Taught(query, ids, Example(signals, np.array([one in gold for one in ids])))


def _cross_validated(taught: Sequence[_Taught], penalty: Floats, division: int) -> Measures | None:
    folds = np.random.default_rng(division).permutation(len(taught)) % _FOLDS
    rankings: list[list[str]] = [[] for _ in taught]
    for fold in range(_FOLDS):
        inside = [one.example for one, of in zip(taught, folds, strict=True) if of != fold]
        weights = fitted(inside, penalty)
        for place in np.flatnonzero(folds == fold):
            rankings[int(place)] = _ranked(taught[int(place)], weights)
    return measure(rankings, [one.query.gold for one in taught])


def _ranked(one: _Taught, weights: Floats) -> list[str]:
    order = np.argsort(-(one.example.signals @ weights), kind="stable")[:_DEPTH]
    return [one.ids[place] for place in order]


def _show(name: str, found: Measures | None) -> None:
    if found:
        values = list(found.to_dict().items())[1:]
        print(f"{name}（{found.questions} 题）：" + "  ".join(f"{key} {value:.3f}" for key, value in values))


def _write(model: str, names: Sequence[str], weights: Floats, kinds: _Kinds) -> None:
    data = {
        "model": model,
        "signals": {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=False)},
        "direction": [round(float(value), 4) for value in kinds.axes @ weights[len(names) :]],
    }
    WEIGHTS.write_text(json.dumps(data, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
