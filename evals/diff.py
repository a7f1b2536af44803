"""`zhengce eval diff A B`: what changed between two runs of a set."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from corpus.errors import InvalidInput
from evals.cases import Case, CaseSet
from evals.intervals import estimate
from evals.reply import Reply
from evals.reports.wording import actual, question
from evals.results import CaseResult, RunResult, labels
from evals.runs import Run

__all__ = ["diff", "print_scores"]

_Pair = tuple[CaseResult, CaseResult]


def diff(before: Path, after: Path, chosen: CaseSet | None, console: Console) -> None:
    """Print how the scores and answers of run `after` differ from those of run `before`.

    `chosen` are the cases asked, whose words are shown unless the set is hidden; None: ids only. Raises
    InvalidInput where a folder is no finished run or the two have no case in common.
    """
    old, new = Run(before).result(), Run(after).result()
    known = {case.id: case for case in old.cases}
    pairs = [(known[case.id], case) for case in new.cases if case.id in known]
    if not pairs:
        raise InvalidInput(f"{before} 与 {after} 没有相同的题，无法比较")
    print_scores(console, old, new, pairs)
    shown = {case.id: case for case in chosen.cases} if chosen and not (old.hidden or new.hidden) else {}
    _print_cases(console, "新答错", [(a, b) for a, b in pairs if b.failed and not a.failed], shown)
    _print_cases(console, "新答对", [(a, b) for a, b in pairs if a.failed and not b.failed], shown)
    if shown:
        replies = [Run(folder).replies(shown.values()) for folder in (before, after)]
        _print_changed(console, pairs, shown, *replies)


def print_scores(
    console: Console,
    old: RunResult,
    new: RunResult,
    pairs: Sequence[_Pair],
    names: tuple[str, str] = ("前", "后"),
) -> dict[str, float]:
    """Print the means of both runs over `pairs` and their difference with its interval; returns the differences."""
    changes: dict[str, float] = {}
    table = Table(
        title=f"{old.key.set_name} {old.key.code} → {new.key.set_name} {new.key.code}：共有 {len(pairs)} 题"
    )
    table.add_column("分数")
    for heading in (*names, "差", "差的 95% 区间"):
        table.add_column(heading, justify="right")
    for name, label in labels().items():
        both = [(a, b) for a, b in pairs if name in a.scores and name in b.scores]
        change = estimate([b.scores[name] - a.scores[name] for a, b in both], [b.cluster for _, b in both])
        if change is None:
            continue
        changes[name] = change.mean
        means = [sum(pair[side].scores[name] for pair in both) / len(both) for side in (0, 1)]
        shade = "red" if change.high < 0 else "green" if change.low > 0 else "default"
        spread = f"{change.low:+.3f} 至 {change.high:+.3f}"
        table.add_row(label, f"{means[0]:.3f}", f"{means[1]:.3f}", f"[{shade}]{change.mean:+.3f}[/]", spread)
    console.print(table)
    ends = [result.summary.latency for result in (old, new)]
    console.print(
        f"延迟 p50 {ends[0].p50:.1f} → {ends[1].p50:.1f} ms，p95 {ends[0].p95:.1f} → {ends[1].p95:.1f} ms"
    )
    return changes


def _print_cases(console: Console, title: str, pairs: Sequence[_Pair], shown: Mapping[str, Case]) -> None:
    console.print(f"[bold]{title} {len(pairs)} 题[/]")
    names = labels()
    for old, new in pairs:
        wrong = "、".join(names[name] for name in (new.failed or old.failed))
        words = question(shown[new.id]) if new.id in shown else ""
        console.print(f"  {escape(new.id)}（{wrong}） {escape(words)}", soft_wrap=True)


def _print_changed(
    console: Console,
    pairs: Sequence[_Pair],
    shown: Mapping[str, Case],
    before: Mapping[str, Reply],
    after: Mapping[str, Reply],
) -> None:
    """Cases whose verdict stayed while refusal, amount or cited units changed."""
    same = [new.id for old, new in pairs if bool(old.failed) == bool(new.failed) and new.id in shown]
    answered = [id_ for id_ in same if id_ in before and id_ in after]
    changed = [id_ for id_ in answered if actual(before[id_]) != actual(after[id_])]
    console.print(f"[bold]对错未变、回答有变 {len(changed)} 题[/]")
    for id_ in changed:
        console.print(f"  {escape(id_)} {escape(question(shown[id_]))}", soft_wrap=True)
        for label, reply in (("前", before[id_]), ("后", after[id_])):
            console.print(
                f"    {label}：{escape('；'.join(f'{k} {v}' for k, v in actual(reply)))}", soft_wrap=True
            )
