"""`zhengce eval run | diff | check`: sets of questions with their golds."""

import sys
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import click

from assistant.commands.options import AS_OF, FOLDER, offline_pipeline

__all__ = ["eval_check", "eval_diff", "eval_run"]


@click.command("run")
@click.option("--set", "chosen", metavar="PATH", help="dev（默认）、test，或自己的 .jsonl 文件、目录")
@click.option("--out", type=FOLDER, help="运行目录（默认放在索引旁，按版本命名）")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="同时回答几题（多于 1 时延迟不准）",
)
@click.option("--fresh", is_flag=True, help="不接着上次做，从头回答")
@click.option("--show-failures", is_flag=True, help="列出答错的题（test 集除外）")
@click.option("--save-baseline", is_flag=True, help="把这次的结果存为基线")
@click.option("--sample", type=click.IntRange(1), metavar="N", help="从中均匀取出最多 N 题")
@click.option(
    "--model", is_flag=True, help="用与不用大模型各答一遍，并排评分（要先设大模型，见 docs/model.md）"
)
@click.option("--liar", is_flag=True, help="同 --model，大模型由本机上一个专门说谎的假模型扮演")
@AS_OF
def eval_run(
    chosen: str | None, as_of: date | None, sample: int | None, model: bool, liar: bool, **options: Any
) -> None:
    """逐题回答并评分，写出报告；低于门槛或基线时以状态 1 结束。中断后再运行会接着做。

    --model 和 --liar 与离线的回答并排：有一项低于离线，或者假话到了用户面前，以状态 1 结束。
    """
    from rich.console import Console

    from assistant.settings import load_settings
    from corpus.catalog import load_corpus
    from evals.cases import load_set, sampled
    from evals.runner import Options, run
    from evals.tampering import let_through
    from indexer.index import SearchIndex

    settings = load_settings()
    version = SearchIndex.serving_version(settings.home)
    wanted = Options(settings.home, as_of or date.today(), version, **options)
    cases = sampled(load_set(chosen), sample) if sample else load_set(chosen)
    if model or liar:
        from evals.model.runs import run_liar, run_model

        sys.exit((run_liar if liar else run_model)(settings, cases, wanted, Console()))
    pipeline = cache(offline_pipeline)
    day, corpus = wanted.as_of, load_corpus()
    guarded = replace(wanted, guard=lambda cases: let_through(pipeline(), cases, corpus, day))
    sys.exit(run(pipeline, cases, guarded, Console()))


@click.command("diff")
@click.argument("before", metavar="A", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("after", metavar="B", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--set", "chosen", metavar="PATH", help="题目所在，用来显示问题（默认 dev）")
def eval_diff(before: Path, after: Path, chosen: str | None) -> None:
    """比较两次运行的目录 A 与 B：分数之差和区间，新答错、新答对、回答有变的题。"""
    from rich.console import Console

    from evals.cases import load_set
    from evals.diff import diff

    diff(before, after, load_set(chosen), Console())


@click.command("check")
@click.option("--set", "chosen", metavar="PATH", help="dev（默认）、test，或自己的 .jsonl 文件、目录")
def eval_check(chosen: str | None) -> None:
    """检查评测题的标准答案：条目存在，引文在原文里，金额与算式一致。"""
    from corpus.catalog import load_corpus
    from evals.cases import load_set
    from evals.golds import gold_faults

    cases = load_set(chosen)
    faults = gold_faults(cases.cases, load_corpus())
    click.echo("\n".join(faults) or f"{len(cases.cases)} 题的标准答案都与原文相符。")
    if faults:
        sys.exit(1)
