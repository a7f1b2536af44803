"""One system measured, as a program of its own: python -m evals.baselines.measuring JOB.json RESULT.json"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import numpy as np
from pydantic import BaseModel, ConfigDict

from assistant.settings import load_settings
from corpus.catalog import load_corpus
from evals.apart import serve_apart
from evals.baselines.passages import Passage, System, UnitMap, asked, sized
from evals.baselines.registry import chosen
from evals.cases import Case, load_set
from evals.intervals import Estimate, estimate
from evals.machine import peak_megabytes
from evals.times import WARMING, Times
from indexer.embeddings import Embedder, load_embedder

__all__ = ["DEPTH", "Job", "Measured", "measure", "scored_cases"]

DEPTH = 10
_NEAR = 5


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Job(_Value):
    """Which system on which questions."""

    name: str
    cases: str


class Measured(_Value):
    """A system on a set of questions.

    `first`: the first hit lies in a unit that must or may be cited. `recall_k`: the share of the units that
    must be cited among those that the first k hits hold. `characters`: how much text the first five hits are,
    in the median: who returns more, finds more. `embedding` is the bare call for the same questions, taken in
    turn with the searches, so that a busy machine slows both.
    """

    name: str
    questions: int
    pieces: int
    first: Estimate
    recall_1: Estimate
    recall_5: Estimate
    recall_10: Estimate
    characters: int
    index_seconds: float
    query: Times
    embedding: Times
    peak_megabytes: float
    versions: dict[str, str | None]

    @property
    def ratio(self) -> float:
        """The search as a multiple of the embedding call that it cannot do without, in the median."""
        return self.query.p50 / self.embedding.p50


def scored_cases(cases: Sequence[Case]) -> list[Case]:
    """The questions that a search can be right or wrong about: those with units to be cited."""
    return [case for case in cases if case.citations and not case.refuse]


def measure(name: str, system: System, embedder: Embedder, cases: Sequence[Case]) -> Measured:
    """Index the corpus and search for every case."""
    corpus = load_corpus()
    begun = perf_counter()
    pieces = system.index({name: source.text for name, source in corpus.sources.items()})
    index_seconds = perf_counter() - begun
    for warming in WARMING:
        system.search(warming, (), DEPTH)
    found: list[list[Passage]] = []
    searching: list[float] = []
    embedding: list[float] = []
    for case in cases:
        begun = perf_counter()
        embedder.embed_queries([asked(case.question, case.history)])
        between = perf_counter()
        found.append(system.search(case.question, case.history, DEPTH))
        searching.append(perf_counter() - between)
        embedding.append(between - begun)
    peak = peak_megabytes()
    units = UnitMap(corpus)
    return Measured(
        name=name,
        questions=len(cases),
        pieces=pieces,
        first=_mean([_first(case, hits, units) for case, hits in zip(cases, found, strict=True)], cases),
        recall_1=_recalls(cases, found, units, 1),
        recall_5=_recalls(cases, found, units, _NEAR),
        recall_10=_recalls(cases, found, units, DEPTH),
        characters=int(np.median([sized(hits[:_NEAR]) for hits in found])),
        index_seconds=round(index_seconds, 2),
        query=Times.of(searching),
        embedding=Times.of(embedding),
        peak_megabytes=round(peak, 1),
        versions=chosen([name])[0].versions(),
    )


def _first(case: Case, hits: Sequence[Passage], units: UnitMap) -> float:
    return float(bool(hits) and units.held(hits[0]).main in {*case.citations, *case.also_ok})


def _recalls(cases: Sequence[Case], found: Sequence[Sequence[Passage]], units: UnitMap, k: int) -> Estimate:
    values = []
    for case, hits in zip(cases, found, strict=True):
        held = {place for hit in hits[:k] for place in units.held(hit).units}
        values.append(sum(place in held for place in case.citations) / len(case.citations))
    return _mean(values, cases)


def _mean(values: Sequence[float], cases: Sequence[Case]) -> Estimate:
    found = estimate(values, [case.group or case.id for case in cases])
    assert found is not None
    return found


def _work(job: Job) -> Measured:
    baseline = chosen([job.name])[0]
    settings = load_settings()
    embedder = load_embedder(settings.embedding_model, settings.home, print)
    cases = scored_cases(load_set(job.cases).cases)
    with tempfile.TemporaryDirectory(prefix="zhengce-baseline-") as folder:
        return measure(job.name, baseline.create(embedder, Path(folder)), embedder, cases)


if __name__ == "__main__":
    serve_apart(Job, _work)
