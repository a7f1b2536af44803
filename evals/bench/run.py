"""`zhengce eval bench`: every measurement after the other, most of them in processes of their own."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from assistant.commands.progress import progress
from assistant.settings import Settings
from corpus.errors import InvalidInput
from evals.apart import run_apart
from evals.baselines.side_by_side import Comparison
from evals.bench import growth, own
from evals.bench.clients import load, served
from evals.bench.cold import seconds_to_answer, seconds_to_embed
from evals.bench.figures import Bench, Cold, Growth, Load, Own, Question
from evals.cases import Case, load_set
from evals.fresh import fresh_settings
from evals.machine import origin
from evals.outside.lines import read_articles, read_queries
from indexer.embeddings import embedder_name, load_embedder
from indexer.versions import Versions

__all__ = ["Options", "run"]


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure.

    `outside` is a collection of articles for the growth, `sizes` how many of them; sizes beyond it need `synthesise`.
    `vectors` is a home with an index of that collection, whose vectors are taken over. `compared` is what
    `zhengce eval baselines --json` wrote.
    """

    cases: str | None = None
    questions: int = 100
    clients: tuple[int, ...] = (1, 2, 4, 8)
    cold_runs: int = 5
    outside: Path | None = None
    queries: Path | None = None
    sizes: tuple[int, ...] = (1_000, 10_000, 25_000)
    synthesise: bool = False
    vectors: Path | None = None
    compared: Path | None = None


def run(options: Options, settings: Settings) -> Bench:
    """Measure; raises InvalidInput for files and sizes that cannot be used, before the long work."""
    questions = _sampled(load_set(options.cases).cases, options.questions)
    beside = _beside(options.compared)
    sizes = _sizes(options)
    started = origin()
    bar = progress()
    bar.start(3 + len(options.clients) + len(sizes), "性能")
    try:
        with tempfile.TemporaryDirectory(prefix="zhengce-bench-") as folder:
            fresh = fresh_settings(settings, Path(folder) / "home")
            load_embedder(fresh.embedding_model, fresh.home, print)
            job = own.Job(home=fresh.home, questions=questions)
            mine = run_apart("evals.bench.own", job, Own)
            bar.advance(1)
            cold, loads = _from_outside(options, fresh, questions, bar.advance)
            outside = fresh_settings(settings, Path(folder) / "outside").home
            _seed(outside, options.vectors)
            grown = tuple(_growth(options, outside, size, bar.advance) for size in sizes)
    finally:
        bar.finish()
    return Bench(
        origin=started,
        model=embedder_name(settings.embedding_model),
        questions=len(questions),
        own=mine,
        cold=cold,
        loads=loads,
        growth=tuple(sorted(grown, key=lambda one: one.articles)),
        beside=beside,
    )


def _sampled(cases: Sequence[Case], count: int) -> tuple[Question, ...]:
    """So many questions, taken evenly from the set."""
    step = max(len(cases) // count, 1)
    return tuple(Question(question=case.question, history=case.history) for case in cases[::step][:count])


def _from_outside(
    options: Options, settings: Settings, questions: tuple[Question, ...], advance: Callable[[int], None]
) -> tuple[Cold, tuple[Load, ...]]:
    """Cold starts and the service under load, on the index that stands in the home."""
    asked = questions[0].question
    answer = seconds_to_answer(settings.home, asked, options.cold_runs)
    bare = seconds_to_embed(settings.home, asked, options.cold_runs)
    advance(1)
    embedder = load_embedder(settings.embedding_model, settings.home, print)
    with served(settings.home, f"sqlite:///{(settings.home / 'bench.sqlite3').absolute()}") as server:
        load(server, 1, questions[:3], embedder)
        loads = []
        for clients in options.clients:
            loads.append(load(server, clients, questions, embedder))
            advance(1)
        cold = Cold(runs=options.cold_runs, answer=answer, bare=bare, ready=round(server.ready, 2))
    advance(1)
    return cold, tuple(loads)


def _growth(options: Options, home: Path, size: int, advance: Callable[[int], None]) -> Growth:
    assert options.outside is not None
    given = len(read_articles(options.outside))
    job = growth.Job(
        step="build",
        home=home,
        articles=options.outside.absolute(),
        queries=options.queries.absolute() if options.queries else None,
        size=size,
        questions=options.questions,
    )
    built = run_apart("evals.bench.growth", job, growth.BuiltSize)
    asked = run_apart("evals.bench.growth", job.model_copy(update={"step": "ask"}), growth.AskedSize)
    advance(1)
    return Growth(articles=size, synthetic=max(size - given, 0), **built.model_dump(), **asked.model_dump())


def _sizes(options: Options) -> list[int]:
    """The sizes that the collection has, or may be given, the largest first: smaller ones take its vectors."""
    if options.outside is None:
        return []
    if options.queries:
        read_queries(options.queries)
    given = len(read_articles(options.outside))
    sizes = options.sizes if options.synthesise else tuple(min(size, given) for size in options.sizes)
    return sorted(set(sizes), reverse=True)


def _seed(home: Path, vectors: Path | None) -> None:
    """Put a copy of the index that serves in `vectors` into `home`, where builds look for known vectors."""
    if vectors is None:
        return
    version = Versions(vectors).serving()
    shutil.copytree(version.path, home / "index" / version.name)


def _beside(path: Path | None) -> dict[str, float]:
    """Our time per search over that of each other system; each is taken over its own bare call first."""
    if path is None:
        return {}
    try:
        compared = Comparison.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise InvalidInput(f"{path} 不是 zhengce eval baselines --out 写出的 JSON") from error
    ratios = {row.name: row.ratio for row in compared.rows}
    if "ours" not in ratios:
        raise InvalidInput(f"{path} 里没有本项目的一行（ours），没法比")
    return {name: round(ratios["ours"] / ratio, 2) for name, ratio in ratios.items() if name != "ours"}
