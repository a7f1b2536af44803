"""`zhengce eval retrieval`: index a collection from outside, search it, measure, write."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

from assistant.commands.progress import progress
from corpus.errors import InvalidInput
from corpus.why import why
from evals.outside.collection import Collection
from evals.outside.lines import Query, digest_of, read_articles, read_queries
from evals.outside.measures import Measures, measure, percentile
from evals.outside.searching import Built, OutsideSearch, build
from indexer.embeddings import Embedder

__all__ = ["Options", "Summary", "run", "summary_path"]

_DEPTH = 100
_LABELS = {
    "recall_1": "Recall@1",
    "recall_5": "Recall@5",
    "recall_10": "Recall@10",
    "recall_100": "Recall@100",
    "mrr_10": "MRR@10",
    "ndcg_10": "nDCG@10",
}


@dataclass(frozen=True, slots=True)
class Options:
    """Which files; the index is kept below `index`, by default below `home` in a folder for this collection."""

    corpus: Path
    queries: Path
    out: Path
    home: Path
    index: Path | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run found out; `measures` is None where no question has gold.

    `latency_p50_ms` and `latency_p95_ms` are of one question alone, its embedding included, the model being warm.
    `index_seconds` is what this run spent on the index: nearly nothing where it stood already.
    """

    articles: int
    laws: int
    chunks: int
    questions: int
    unknown_gold: int
    measures: Measures | None
    latency_p50_ms: float
    latency_p95_ms: float
    index_seconds: float
    index_megabytes: float
    embedded: int
    reused: int
    model: str
    index_version: str


def run(options: Options, embedder: Embedder, console: Console) -> Summary:
    """Write the rankings to `options.out` and the summary beside it, and print the summary.

    Raises InvalidInput for a file or line that cannot be used, IndexBusy or IndexBroken where no index can be built.
    """
    _check_target(options)
    articles, queries = read_articles(options.corpus), read_queries(options.queries)
    collection = Collection.of(articles)
    home = options.index or options.home / "outside" / digest_of(options.corpus)
    bar = progress()
    built = build(home, collection, embedder, bar)
    search = OutsideSearch.open(home, collection, embedder)
    search.ranked("预热", 1)
    rankings: list[list[str]] = []
    times: list[float] = []
    bar.start(len(queries), "检索")
    for query in queries:
        begun = perf_counter()
        rankings.append(search.ranked(query.question, _DEPTH))
        times.append((perf_counter() - begun) * 1000)
        bar.advance(1)
    bar.finish()
    known = {article.id for article in articles}
    summary = Summary(
        articles=len(articles),
        laws=len(collection.corpus.documents),
        chunks=built.result.chunks,
        questions=len(queries),
        unknown_gold=sum(one not in known for query in queries for group in query.gold for one in group),
        measures=measure(rankings, [query.gold for query in queries]),
        latency_p50_ms=round(percentile(times, 0.5), 1),
        latency_p95_ms=round(percentile(times, 0.95), 1),
        index_seconds=round(built.seconds, 1),
        index_megabytes=round(built.megabytes, 1),
        embedded=built.result.embedded,
        reused=built.result.reused,
        model=embedder.name,
        index_version=built.result.version,
    )
    _write(options.out, queries, rankings, summary)
    _print(console, options.out, built, summary)
    return summary


def summary_path(out: Path) -> Path:
    """Where the summary of a run stands whose rankings go to `out`."""
    return out.with_name(out.name.removesuffix(".jsonl") + ".summary.json")


def _check_target(options: Options) -> None:
    """Raise InvalidInput before the long work where the rankings could not be written after it."""
    out = options.out
    if out.is_dir() or not out.absolute().parent.is_dir():
        raise InvalidInput(f"写不了 {out}：它是目录，或所在的目录不存在")
    if out.resolve() in (options.corpus.resolve(), options.queries.resolve()):
        raise InvalidInput(f"--out {out} 会覆盖输入文件，请换一个文件名")


def _write(out: Path, queries: Sequence[Query], rankings: Sequence[Sequence[str]], summary: Summary) -> None:
    part = out.with_name(out.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as file:
            for query, ranking in zip(queries, rankings, strict=True):
                file.write(json.dumps({"id": query.id, "ranked": ranking}, ensure_ascii=False) + "\n")
        part.replace(out)
        text = json.dumps(asdict(summary), ensure_ascii=False, indent=1)
        summary_path(out).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"写不了 {out}：{why(error)}") from error


def _print(console: Console, out: Path, built: Built, summary: Summary) -> None:
    table = Table(show_header=False)
    if summary.measures:
        values = summary.measures.to_dict()
        for name, label in _LABELS.items():
            table.add_row(label, f"{values[name]:.3f}")
        table.add_row("有标准答案的问题", str(summary.measures.questions))
    table.add_row("每问延迟 p50 / p95", f"{summary.latency_p50_ms:.0f} / {summary.latency_p95_ms:.0f} ms")
    how = f"{built.seconds:.1f} 秒" if built.result.changed else "已有，未重建"
    table.add_row("建索引", f"{how}（新算向量 {summary.embedded}，沿用 {summary.reused}）")
    table.add_row("索引大小", f"{summary.index_megabytes:.0f} MB，{summary.chunks} 个片段")
    table.add_row("条文 / 法律", f"{summary.articles} / {summary.laws}")
    console.print(table)
    if summary.unknown_gold:
        console.print(f"注意：标准答案里有 {summary.unknown_gold} 个 id 不在语料里，按未找到计。")
    console.print(f"排序写入 {out}，汇总写入 {summary_path(out)}", soft_wrap=True)
