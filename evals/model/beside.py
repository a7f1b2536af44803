"""`zhengce eval run --model`: every case answered with and without the model, scored side by side."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from assistant.commands.progress import progress
from assistant.pipeline import Pipeline
from assistant.worded import Worded
from corpus.catalog import load_corpus
from evals.cases import Case, CaseSet
from evals.diff import print_scores
from evals.reply import Reply
from evals.results import RunKey, RunResult, judge, labels
from evals.runner import Options
from evals.runs import Run, code_version, questions_version

__all__ = ["Told", "beside"]

_NAMES = ("离线", "大模型")
# Means of thousands of cases are equal up to the last digits of their sums.
_EQUAL = 1e-9

Told = Callable[[str, str], list[str]]
"""From an answer and the offline one to the false sentences that it shows, where the model is known to lie."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two runs."""

    run: Run
    result: RunResult
    replies: Mapping[str, Reply]


def beside(
    pipeline: Pipeline, name: str, chosen: CaseSet, options: Options, console: Console, told: Told
) -> int:
    """Answer `chosen` offline and with the model `name`, print scores and differences; returns 0 or 1.

    1 where a score is below the offline one, an amount, refusal or citation became wrong that was right, or a false
    sentence was shown. Answers are kept as those of any run, so that an interrupted one goes on.
    """
    offline = _side(pipeline.offline, "", chosen, options)
    worded = _side(pipeline, name, chosen, options)
    known = {case.id: case for case in offline.result.cases}
    pairs = [(known[case.id], case) for case in worded.result.cases]
    changes = print_scores(console, offline.result, worded.result, pairs, _NAMES)
    _print_turns(console, worded.run)
    found = [f"{labels()[name]}低于离线的回答" for name, change in changes.items() if change < -_EQUAL]
    found += _changed(chosen.cases, offline.replies, worded.replies)
    shown = [
        lie
        for case in chosen.cases
        for lie in told(worded.replies[case.id].answer, offline.replies[case.id].answer)
    ]
    found += [f"说了假话：{lie}" for lie in shown]
    for line in found:
        console.print(f"[red]✗ {escape(line)}[/]", soft_wrap=True)
    if not found:
        console.print("[green]✓ 没有一项低于离线的回答，金额、拒答都与离线相同[/]")
    console.print(
        f"两次运行：{escape(str(offline.run.folder))}  {escape(str(worded.run.folder))}", soft_wrap=True
    )
    return int(bool(found))


def _side(pipeline: Pipeline, name: str, chosen: CaseSet, options: Options) -> _Side:
    key = RunKey(
        set_name=chosen.name,
        questions=questions_version(chosen.cases),
        index=options.index_version,
        code=code_version() + (f"+{name}" if name else ""),
        as_of=options.as_of,
    )
    folder = _folder(options, key, name)
    run = Run.open(folder, key, options.fresh)
    _answer(pipeline, chosen.cases, run, options)
    replies = run.replies(chosen.cases)
    result = judge(key, chosen.hidden, chosen.cases, replies, load_corpus())
    run.finish(result)
    return _Side(run, result, replies)


def _folder(options: Options, key: RunKey, name: str) -> Path:
    side = "model" if name else "offline"
    if options.out is not None:
        return options.out / side
    marks = (f"{key.as_of:%Y%m%d}", key.code[:6], key.index[-6:], key.questions[:6], side)
    return options.home / "evals" / f"{key.set_name}-{'-'.join(marks)}"


def _answer(pipeline: Pipeline, cases: Sequence[Case], run: Run, options: Options) -> None:
    done = run.replies(cases)
    missing = [case for case in cases if case.id not in done]
    bar = progress()
    bar.start(len(cases), "评测")
    bar.advance(len(done))

    def answer(case: Case) -> None:
        turns: list[Worded] = []
        note = lambda _step, result, _seconds: turns.append(result) if isinstance(result, Worded) else None  # noqa: E731
        found = pipeline.answer(case.question, case.history, options.as_of, note).to_dict()
        run.add(case, found | {"worded": _turn(turns[0])} if turns else found)
        bar.advance(1)

    try:
        with ThreadPoolExecutor(options.jobs) as pool:
            list(pool.map(answer, missing))
    finally:
        bar.finish()


def _turn(worded: Worded) -> dict[str, Any]:
    return {
        "reason": worded.reason,
        "faults": list(worded.faults),
        "tools": list(worded.tools),
        "attempts": worded.attempts,
        "tokens": worded.usage.tokens,
        "cost": str(worded.usage.cost),
    }


def _print_turns(console: Console, run: Run) -> None:
    rows = [
        json.loads(line) for line in (run.folder / "answers.jsonl").read_text("utf-8").split("\n") if line
    ]
    turns = [row["answer"]["worded"] for row in rows if "worded" in row["answer"]]
    reasons = Counter(turn["reason"] or "大模型的话通过了核对" for turn in turns)
    faults = Counter(fault.split(":")[0] for turn in turns for fault in turn["faults"])
    for title, counted in (("结果", reasons), ("核对发现", faults)):
        console.print(f"{title}：" + "，".join(f"{name} {count}" for name, count in counted.most_common()))
    console.print(
        f"共用 {sum(turn['tokens'] for turn in turns)} token，改写 {sum(turn['attempts'] > 1 for turn in turns)} 次"
    )


def _changed(cases: Sequence[Case], offline: Mapping[str, Reply], worded: Mapping[str, Reply]) -> list[str]:
    """Cases whose refusal, amount, calculation or warnings are not those of the offline answer."""
    found = []
    for case in cases:
        before, after = offline[case.id], worded[case.id]
        if (before.refused, before.amount, before.calculation) != (
            after.refused,
            after.amount,
            after.calculation,
        ):
            found.append(f"{case.id} 的拒答、金额或算式与离线的回答不同")
        if not set(before.warnings) <= set(after.warnings):
            found.append(f"{case.id} 少了效力提示")
    return found
