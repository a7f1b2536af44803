"""A collection of one size, measured as a program: python -m evals.bench.growth JOB.json RESULT.json"""

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from time import perf_counter
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.commands.progress import LineProgress
from assistant.settings import load_settings
from evals.apart import serve_apart
from evals.bench.figures import BuildTime
from evals.machine import peak_megabytes
from evals.outside.collection import Collection
from evals.outside.lines import Article, read_articles, read_queries
from evals.outside.searching import Built, OutsideSearch, build
from evals.times import WARMING, TimedEmbedder, Times
from indexer.embeddings import load_embedder

__all__ = ["AskedSize", "BuiltSize", "Job", "measure_growth", "synthetic", "taken"]

_DEPTH = 10
_PRIME = 7919
_AS_QUESTION = 60


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Job(_Value):
    """Build the first `size` articles in `home`, or ask what is built there."""

    step: Literal["build", "ask"]
    home: Path
    articles: Path
    queries: Path | None
    size: int
    questions: int


class BuiltSize(_Value):
    """What building, and then adding one article, took."""

    chunks: int
    built: BuildTime
    added: BuildTime
    index_megabytes: float


class AskedSize(_Value):
    """What asking took, in a process that does nothing else."""

    query: Times
    bare: Times
    peak_megabytes: float


def synthetic(articles: Sequence[Article]) -> Iterator[Article]:
    """Articles without end: the beginning of one and the end of another, in laws of their own."""
    number = 0
    while True:
        first, second = articles[number % len(articles)], articles[number * _PRIME % len(articles)]
        head, tail = first.text[: len(first.text) // 2 + 1], second.text[len(second.text) // 2 :]
        round_ = number // len(articles) + 1
        yield first.model_copy(
            update={"id": f"synthetic-{number}", "law": f"{first.law}（拟制之{round_}）", "text": head + tail}
        )
        number += 1


def taken(articles: Sequence[Article], size: int) -> list[Article]:
    """The first `size` articles, synthetic ones after the last."""
    return list(islice(chain(articles, synthetic(articles)), size))


def measure_growth(job: Job) -> BuiltSize | AskedSize:
    """Do the job's step."""
    settings = load_settings()
    embedder = TimedEmbedder(load_embedder(settings.embedding_model, settings.home, print))
    articles = read_articles(job.articles)
    chosen = taken(articles, job.size)
    if job.step == "ask":
        return _ask(job, chosen, embedder)
    result, built = _built(job.home, chosen, embedder)
    more = next(synthetic(articles)).model_copy(update={"id": "one-more", "law": "新增的规定"})
    _, added = _built(job.home, [*chosen, more], embedder)
    return BuiltSize(
        chunks=result.result.chunks,
        built=built,
        added=added,
        index_megabytes=round(result.megabytes, 1),
    )


def _built(home: Path, articles: Sequence[Article], embedder: TimedEmbedder) -> tuple[Built, BuildTime]:
    embedder.taken()
    built = build(home, Collection.of(articles), embedder, LineProgress())
    return built, BuildTime(
        seconds=round(built.seconds, 2),
        embedding_seconds=round(embedder.taken(), 2),
        embedded=built.result.embedded,
    )


def _ask(job: Job, articles: Sequence[Article], embedder: TimedEmbedder) -> AskedSize:
    more = next(synthetic(articles)).model_copy(update={"id": "one-more", "law": "新增的规定"})
    search = OutsideSearch.open(job.home, Collection.of([*articles, more]), embedder)
    questions = _questions(job, articles)
    query, bare = [], []
    for warming in WARMING:
        search.ranked(warming, _DEPTH)
    for question in questions:
        begun = perf_counter()
        embedder.embed_queries([question])
        between = perf_counter()
        search.ranked(question, _DEPTH)
        query.append(perf_counter() - between)
        bare.append(between - begun)
    return AskedSize(query=Times.of(query), bare=Times.of(bare), peak_megabytes=round(peak_megabytes(), 1))


def _questions(job: Job, articles: Sequence[Article]) -> list[str]:
    """The user's questions; without any, the beginnings of articles."""
    if job.queries:
        asked = [query.question for query in read_queries(job.queries)]
    else:
        asked = [article.text[:_AS_QUESTION] for article in articles if article.text]
    return asked[:: max(len(asked) // job.questions, 1)][: job.questions]


if __name__ == "__main__":
    serve_apart(Job, measure_growth)
