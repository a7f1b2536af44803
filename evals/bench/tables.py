"""A benchmark as tables: for the terminal, and as Markdown."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evals.baselines.registry import BASELINES
from evals.bench.figures import STAGES, Bench
from evals.folder import write_files
from evals.times import Times

__all__ = ["markdown", "print_tables", "write"]


@dataclass(frozen=True, slots=True)
class _Sheet:
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def print_tables(console: Console, bench: Bench) -> None:
    """All tables, and where they were measured."""
    for sheet in _sheets(bench):
        table = Table(title=sheet.title)
        for number, heading in enumerate(sheet.head):
            table.add_column(heading, justify="right" if number else "left")
        for row in sheet.rows:
            table.add_row(*row)
        console.print(table)
    console.print(_note(bench), soft_wrap=True, highlight=False)


def markdown(bench: Bench) -> str:
    """The same for a README."""
    parts = [f"{_note(bench)}\n"]
    for sheet in _sheets(bench):
        rule = "|".join(["---"] + ["---:"] * (len(sheet.head) - 1))
        rows = [f"| {' | '.join(row)} |" for row in (sheet.head, *sheet.rows)]
        parts.append("\n".join([f"**{sheet.title}**", "", rows[0], f"|{rule}|", *rows[1:]]) + "\n")
    return "\n".join(parts)


def write(bench: Bench, folder: Path) -> list[Path]:
    """Write bench.json and bench.md into `folder`; returns their paths. Raises InvalidInput."""
    texts = {"bench.json": bench.model_dump_json(indent=1) + "\n", "bench.md": markdown(bench)}
    return write_files(texts, folder)


def _note(bench: Bench) -> str:
    return (
        f"{bench.origin.line()}；向量模型 {bench.model}，{bench.questions} 个问题。"
        "“裸向量”是同时进行的单次向量计算，“÷”是与它之比：机器忙闲对两者影响相同，比值才可比。"
    )


def _sheets(bench: Bench) -> Iterator[_Sheet]:
    yield _stages(bench)
    yield _starting(bench)
    if bench.loads:
        yield _loads(bench)
    if bench.growth:
        yield _growth(bench)
    if bench.beside:
        labels = {baseline.name: baseline.label for baseline in BASELINES}
        rows = tuple((labels.get(name, name), f"{ratio:.2f}") for name, ratio in bench.beside.items())
        yield _Sheet("检索一问，本项目 ÷ 对方（各先除以自己的裸向量）", ("对方", "倍数"), rows)


def _stages(bench: Bench) -> _Sheet:
    own = bench.own
    rows = [(label, own.stages[name]) for name, label in STAGES.items()]
    rows += [("整个回答", own.answer), ("裸向量", own.bare)]
    return _Sheet(
        f"一问各步（{own.documents} 份文件，{own.chunks} 个片段）",
        ("步骤", "p50 ms", "p95 ms", "p50 ÷ 裸向量"),
        tuple((label, f"{t.p50:.1f}", f"{t.p95:.1f}", _over(t, own.bare)) for label, t in rows),
    )


def _starting(bench: Bench) -> _Sheet:
    own, cold = bench.own, bench.cold
    rows = (
        ("从零建索引 s", own.built.shown()),
        ("没有变化时再建 s", own.unchanged.shown()),
        ("改了一个条目再建 s", own.changed.shown()),
        ("索引 MB", f"{own.index_megabytes:.0f}"),
        (f"冷启动：zhengce ask 全程 s（{cold.runs} 次的中位数）", f"{cold.answer:.2f}"),
        ("冷启动：只载入模型、算一个向量 s", f"{cold.bare:.2f}"),
        ("冷启动 ÷ 裸向量的冷启动", f"{cold.answer / cold.bare:.2f}"),
        ("服务启动到可以提问 s", f"{cold.ready:.2f}"),
        ("建索引并回答的进程，内存峰值 MB", f"{own.peak_megabytes:.0f}"),
    )
    return _Sheet("启动、建索引与内存", ("", "测得"), rows)


def _loads(bench: Bench) -> _Sheet:
    return _Sheet(
        "HTTP 服务的吞吐（客户端在同一台机器上）",
        ("客户端", "每秒回答", "一问 p50 / p95 ms", "裸向量每秒", "回答 ÷ 裸向量", "服务内存 MB"),
        tuple(
            (
                str(one.clients),
                f"{one.per_second:.1f}",
                one.latency.shown(),
                f"{one.bare_per_second:.1f}",
                f"{one.per_second / one.bare_per_second:.2f}",
                f"{one.server_megabytes:.0f}",
            )
            for one in bench.loads
        ),
    )


def _growth(bench: Bench) -> _Sheet:
    return _Sheet(
        "随语料增长（外来条文，zhengce eval retrieval 的检索）",
        (
            "条文",
            "片段",
            "建索引 s",
            "加一条再建 s",
            "索引 MB",
            "一问 p50 / p95 ms",
            "÷ 裸向量",
            "内存峰值 MB",
        ),
        tuple(
            (
                f"{one.articles}" + (f"（拟制 {one.synthetic}）" if one.synthetic else ""),
                str(one.chunks),
                one.built.shown(),
                one.added.shown(),
                f"{one.index_megabytes:.0f}",
                one.query.shown(),
                _over(one.query, one.bare),
                f"{one.peak_megabytes:.0f}",
            )
            for one in bench.growth
        ),
    )


def _over(times: Times, bare: Times) -> str:
    return f"{times.p50 / bare.p50:.2f}" if bare.p50 else ""
