"""A run on the terminal."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evals.cases import Case
from evals.gate import Thresholds
from evals.intervals import Estimate
from evals.reply import Reply
from evals.reports.wording import actual, expected, question
from evals.results import RunResult, labels

__all__ = ["print_failures", "print_findings", "print_summary"]


def print_summary(console: Console, result: RunResult, thresholds: Thresholds) -> None:
    """Scores overall with intervals and thresholds, then by type and document."""
    summary = result.summary
    table = Table(title=f"评测集 {result.key.set_name}：{summary.cases} 题，全对 {summary.passed} 题")
    table.add_column("分数")
    for heading in ("均值", "95% 区间", "题数", "门槛"):
        table.add_column(heading, justify="right")
    for name, label in labels().items():
        value = summary.overall.get(name)
        if value:
            floor = thresholds.at_least.get(name)
            shade = "red" if floor is not None and value.mean < floor else "green"
            mean = f"[{shade}]{value.mean:.3f}[/]"
            table.add_row(
                label,
                mean,
                f"{value.low:.3f}–{value.high:.3f}",
                str(value.n),
                f"{floor:.2f}" if floor else "",
            )
    console.print(table)
    _print_split(console, "按题型", summary.by_type)
    _print_split(console, "按文件", summary.by_doc)
    console.print(f"延迟 p50 {summary.latency.p50:.1f} ms，p95 {summary.latency.p95:.1f} ms")


def _print_split(console: Console, title: str, split: Mapping[str, Mapping[str, Estimate]]) -> None:
    names = {name: label for name, label in labels().items() if any(name in row for row in split.values())}
    table = Table(title=title, box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    for label in ("题数", *names.values()):
        # Two lines of two signs keep the table within 80 columns.
        table.add_column(f"{label[:2]}\n{label[2:]}", justify="right", no_wrap=True)
    for key, row in split.items():
        count = max(value.n for value in row.values())
        cells = (f"{row[name].mean:.2f}" if name in row else "" for name in names)
        table.add_row(escape(key), str(count), *cells)
    console.print(table)


def print_failures(
    console: Console, result: RunResult, cases: Sequence[Case], replies: Mapping[str, Reply]
) -> None:
    """Every failed case: question, gold and answer in a few lines."""
    by_id = {case.id: case for case in cases}
    names = labels()
    for failure in (case for case in result.cases if case.failed):
        case, reply = by_id[failure.id], replies[failure.id]
        wrong = "、".join(names[name] for name in failure.failed)
        console.print(
            f"[bold]{escape(case.id)}[/] [{case.type}] {escape(question(case))}  [red]{wrong}[/]",
            soft_wrap=True,
        )
        for label, rows in (("标准", expected(case)), ("回答", actual(reply))):
            shown = "；".join(f"{key} {value}" for key, value in rows)
            console.print(f"    {label}：{escape(shown)}", soft_wrap=True)


def print_findings(console: Console, found: Sequence[str], folder: Path) -> None:
    """The verdict and where the reports lie."""
    for line in found:
        console.print(f"[red]✗ {escape(line)}[/]", soft_wrap=True)
    if not found:
        console.print("[green]✓ 达到门槛，没有低于基线[/]")
    console.print(f"报告：{escape(str(folder / 'report.html'))}", soft_wrap=True, highlight=False)
