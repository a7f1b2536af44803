"""The bundled documents, measured as a program: python -m evals.bench.own JOB.json RESULT.json"""

from dataclasses import replace
from pathlib import Path
from time import perf_counter

from pydantic import BaseModel, ConfigDict

from assistant.bootstrap import build
from assistant.commands.progress import LineProgress
from assistant.pipeline import Pipeline
from assistant.settings import Settings, load_settings
from corpus.catalog import Corpus, load_corpus
from corpus.expected import read_expected
from evals.apart import serve_apart
from evals.bench.figures import STAGES, BuildTime, Own, Question
from evals.machine import peak_megabytes
from evals.times import WARMING, TimedEmbedder, Times
from indexer.build import BuildResult, build_index
from indexer.embeddings import load_embedder

__all__ = ["Job", "answered", "measure_own", "with_one_change"]

_NAMES = {"understand": "analyse"}


class Job(BaseModel):
    """The home in which to build, and what to ask."""

    model_config = ConfigDict(frozen=True)

    home: Path
    questions: tuple[Question, ...]


def measure_own(job: Job) -> Own:
    """Build in `job.home`, which has no index yet, and answer the questions on what was built."""
    settings = load_settings().model_copy(update={"home": job.home})
    embedder = TimedEmbedder(load_embedder(settings.embedding_model, settings.home, print))
    corpus = load_corpus()
    result, built = _timed(settings, corpus, embedder)
    megabytes = _megabytes(settings.home / "index" / result.version)
    _, unchanged = _timed(settings, corpus, embedder)
    _, changed = _timed(settings, with_one_change(corpus), embedder)
    _timed(settings, corpus, embedder)
    stages, answers, bare = answered(
        build(settings, open_embedder=lambda: embedder).offline, embedder, job.questions
    )
    return Own(
        documents=result.documents,
        chunks=result.chunks,
        built=built,
        unchanged=unchanged,
        changed=changed,
        index_megabytes=round(megabytes, 1),
        stages={name: Times.of(seconds) for name, seconds in stages.items()},
        answer=Times.of(answers),
        bare=Times.of(bare),
        peak_megabytes=round(peak_megabytes(), 1),
    )


def _timed(settings: Settings, corpus: Corpus, embedder: TimedEmbedder) -> tuple[BuildResult, BuildTime]:
    embedder.taken()
    begun = perf_counter()
    expected = read_expected(corpus)
    result = build_index(settings.home, corpus, embedder.name, lambda: embedder, LineProgress(), expected)
    seconds = round(perf_counter() - begun, 2)
    return result, BuildTime(
        seconds=seconds, embedding_seconds=round(embedder.taken(), 2), embedded=result.embedded
    )


def with_one_change(corpus: Corpus) -> Corpus:
    """The corpus with a sentence more in one unit of its last document."""
    *others, document = corpus.documents
    first, *units = document.units
    longer = replace(first, text=f"{first.text}本条自印发之日起施行。", children=())
    return replace(corpus, documents=(*others, replace(document, units=(longer, *units))))


def answered(
    pipeline: Pipeline, embedder: TimedEmbedder, questions: tuple[Question, ...]
) -> tuple[dict[str, list[float]], list[float], list[float]]:
    """Seconds of each stage, of the whole answer and of the bare embedding call, question by question."""
    stages: dict[str, list[float]] = {name: [] for name in STAGES}
    answers: list[float] = []
    bare: list[float] = []

    def observe(step: str, _result: object, seconds: float) -> None:
        within = embedder.taken()
        spent["embed"] += within
        spent[_NAMES.get(step, step)] = seconds - within

    spent: dict[str, float] = {}
    for warming in WARMING:
        pipeline.answer(warming)
    for asked in questions:
        begun = perf_counter()
        embedder.embed_queries([asked.question])
        bare_seconds = perf_counter() - begun
        embedder.taken()
        spent.clear()
        spent["embed"] = 0.0
        begun = perf_counter()
        pipeline.answer(asked.question, asked.history, observe=observe)
        seconds = perf_counter() - begun
        answers.append(seconds)
        bare.append(bare_seconds)
        for name in STAGES:
            stages[name].append(spent.get(name, 0.0))
    return stages, answers, bare


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    serve_apart(Job, measure_own)
