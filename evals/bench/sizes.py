"""One size of store, measured as a program: python -m evals.bench.sizes JOB.json RESULT.json

Vectors and texts are made from those of an index that exists, so that no embedding is needed and questions lie
among them as real questions do: each new vector is a mixture of two real ones with a little noise, each new text
the beginning of one and the end of another.
"""

import resource
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Literal, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from evals.apart import serve_apart
from evals.machine import peak_megabytes
from evals.times import Times
from indexer.chunks import Chunk
from indexer.index import SearchIndex
from indexer.lexical import LexicalIndex, best
from indexer.store import ChunkStore, Vectors
from indexer.vectors import ChromaIndex
from indexer.versions import Versions

__all__ = ["AskedStore", "BuiltStore", "Job", "measure_size", "mixed_texts", "mixed_vectors"]

_SEED = 7
_PRIME = 7919
_NOISE = 0.02
_WARMING = 5
_PORTION = 50_000

_T = TypeVar("_T")


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Job(_Value):
    """Write a store of `size` chunks made from the index in `home` into `folder`, or ask what is there."""

    step: Literal["build", "ask"]
    home: Path
    folder: Path
    size: int
    questions: int
    depth: int


class BuiltStore(_Value):
    """Writing all chunks anew, which is also what one more document takes; `cpu_seconds` tells of a busy machine."""

    vectors_seconds: float
    vectors_cpu_seconds: float
    vectors_megabytes: float
    words_seconds: float
    words_megabytes: float
    peak_megabytes: float


class AskedStore(_Value):
    """Asking: Chroma's graph and the words in a process that does nothing else, then the scan of all vectors.

    `recall` is the share of the nearest `depth` by the scan that the graph found.
    """

    nearest: Times
    words: Times
    exact: Times
    recall: float
    nearest_megabytes: float
    exact_megabytes: float


def mixed_vectors(real: Vectors, size: int) -> Vectors:
    """The real vectors, then mixtures of two of them each, all of length one; the same ones every time."""
    generator = np.random.default_rng(_SEED)
    made = np.empty((size, real.shape[1]), np.float32)
    made[: len(real)] = real[:size]
    for start in range(len(real), size, _PORTION):
        count = min(_PORTION, size - start)
        first, second = generator.integers(len(real), size=(2, count))
        share = generator.uniform(0.3, 0.7, size=(count, 1)).astype(np.float32)
        noise = generator.normal(scale=_NOISE, size=(count, real.shape[1])).astype(np.float32)
        mixed = share * real[first] + (1 - share) * real[second] + noise
        made[start : start + count] = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return made


def mixed_texts(real: Sequence[str], size: int) -> list[str]:
    """The real texts, then the beginning of one and the end of another."""

    def mixed(number: int) -> str:
        first, second = real[number % len(real)], real[number * _PRIME % len(real)]
        return f"{first[: len(first) // 2 + 1]}{number}{second[len(second) // 2 :]}"

    return [*real[:size], *map(mixed, range(len(real), size))]


def measure_size(job: Job) -> BuiltStore | AskedStore:
    """Do the job's step."""
    return _build(job) if job.step == "build" else _ask(job)


def _build(job: Job) -> BuiltStore:
    index = SearchIndex.open(job.home, "exact")
    vectors = mixed_vectors(index.vectors(), job.size)
    texts = mixed_texts([chunk.passage for chunk in index.chunks], job.size)
    chunks = [
        Chunk(f"c{number}", f"d{number % 500}", "u", "u", "", "", True, number) for number in range(job.size)
    ]
    nearest = ChromaIndex.open(job.folder / "chroma", job.size)
    used = _cpu()
    vectors_seconds, _ = _timed(lambda: _write(nearest, chunks, vectors))
    used = _cpu() - used
    words_seconds, _ = _timed(lambda: LexicalIndex.build(texts).save(job.folder / "lexical"))
    return BuiltStore(
        vectors_seconds=round(vectors_seconds, 1),
        vectors_cpu_seconds=round(used, 1),
        vectors_megabytes=_megabytes(job.folder / "chroma"),
        words_seconds=round(words_seconds, 1),
        words_megabytes=_megabytes(job.folder / "lexical"),
        peak_megabytes=round(peak_megabytes()),
    )


def _write(nearest: ChromaIndex, chunks: Sequence[Chunk], vectors: Vectors) -> None:
    nearest.add(chunks, vectors, lambda _: None)
    nearest.close()


def _ask(job: Job) -> AskedStore:
    version = Versions(job.home).serving()
    manifest = version.manifest()
    assert manifest is not None
    with ChunkStore.open(version.store) as record:
        real, asked = record.matrix(manifest.model), record.question_matrix(manifest.model)
        said = [question.text for question in record.questions()]
    chosen = np.linspace(0, len(asked) - 1, min(job.questions, len(asked)), dtype=int).tolist()
    nearest = ChromaIndex.open(job.folder / "chroma")
    found, nearest_times = _each(chosen, lambda i: [key for key, _ in nearest.query(asked[i], job.depth)])
    words = LexicalIndex.load(job.folder / "lexical", job.size)
    _, words_times = _each(chosen, lambda i: words.query(said[i], job.depth))
    held = peak_megabytes()
    vectors = mixed_vectors(real, job.size)

    def scan(i: int) -> list[str]:
        scores = np.einsum("ij,j->i", vectors, asked[i])
        return [f"c{place}" for place, _ in best(scores, job.depth, above=-np.inf)]

    wanted, exact_times = _each(chosen, scan)
    shared = sum(len(set(one) & set(other)) for one, other in zip(wanted, found, strict=True))
    return AskedStore(
        nearest=nearest_times,
        words=words_times,
        exact=exact_times,
        recall=round(shared / sum(map(len, wanted)), 4),
        nearest_megabytes=round(held),
        exact_megabytes=round(vectors.nbytes / 1e6),
    )


def _each(chosen: Sequence[int], ask: Callable[[int], _T]) -> tuple[list[_T], Times]:
    """What each question finds, and how long that takes once the files are warm."""
    for place in chosen[:_WARMING]:
        ask(place)
    timed = [_timed(lambda place=place: ask(place)) for place in chosen]  # type: ignore[misc]
    return [found for _, found in timed], Times.of([seconds for seconds, _ in timed])


def _timed(work: Callable[[], _T]) -> tuple[float, _T]:
    begun = perf_counter()
    done = work()
    return perf_counter() - begun, done


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _megabytes(folder: Path) -> float:
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6, 1)


if __name__ == "__main__":
    serve_apart(Job, measure_size)
