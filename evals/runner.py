"""`zhengce eval run`: answer every case of a set, score, report, judge."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from rich.console import Console

from assistant.answer import Answer
from assistant.commands.progress import progress
from corpus.catalog import load_corpus
from evals.cases import Case, CaseSet
from evals.gate import BASELINE, THRESHOLDS, findings, load_baseline, load_thresholds, save_baseline
from evals.reply import Reply
from evals.reports.html import write_html
from evals.reports.junit import write_junit
from evals.reports.tables import print_failures, print_findings, print_summary
from evals.results import RunKey, RunResult, judge
from evals.runs import Run, code_version, questions_version

__all__ = ["Answerer", "Options", "run"]


class Answerer(Protocol):
    """What is measured: the pipeline, or whatever else answers like it."""

    def answer(self, text: str, history: Sequence[str] = (), as_of: date | None = None) -> Answer:
        """The answer to a question asked after the earlier user turns `history`."""
        ...


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: `out` is the run's folder (default: one for each version below `home`).

    `guard` is given the cases and says what else is wrong, in Chinese sentences.
    """

    home: Path
    as_of: date
    index_version: str
    out: Path | None = None
    jobs: int = 1
    fresh: bool = False
    show_failures: bool = False
    save_baseline: bool = False
    guard: Callable[[Sequence[Case]], list[str]] = lambda _: []
    thresholds: Path = THRESHOLDS
    baseline: Path = BASELINE


def run(load: Callable[[], Answerer], chosen: CaseSet, options: Options, console: Console) -> int:
    """Run `chosen` and print its scores; returns 0 when the run may pass and 1 otherwise.

    `load` gives the assistant; it is called only where answers are still missing. Answers, results, JUnit
    XML and the HTML report are written into the run's folder. Of a hidden set no question is shown.
    """
    thresholds = load_thresholds(options.thresholds)
    baseline = load_baseline(chosen.name, options.baseline)
    key = RunKey(
        set_name=chosen.name,
        questions=questions_version(chosen.cases),
        index=options.index_version,
        code=code_version(),
        as_of=options.as_of,
    )
    folder = options.out or options.home / "evals" / f"{chosen.name}-{_short(key)}"
    stored = Run.open(folder, key, options.fresh)
    replies = _answers(load, chosen.cases, stored, options)
    result = judge(key, chosen.hidden, chosen.cases, replies, load_corpus())
    guarded = options.guard(chosen.cases)
    found = [*findings(result, thresholds, baseline), *guarded]
    _write(stored, result, chosen.cases, replies, found)
    print_summary(console, result, thresholds)
    if options.show_failures and not chosen.hidden:
        print_failures(console, result, chosen.cases, replies)
    if options.save_baseline:
        save_baseline(result, options.baseline)
        console.print(f"已存为“{chosen.name}”的基线：{options.baseline}")
        found = [*findings(result, thresholds, None), *guarded]
    print_findings(console, found, folder)
    return int(bool(found))


def _answers(
    load: Callable[[], Answerer], cases: Sequence[Case], stored: Run, options: Options
) -> Mapping[str, Reply]:
    done = stored.replies(cases)
    missing = [case for case in cases if case.id not in done]
    if not missing:
        return done
    assistant = load()
    bar = progress()
    bar.start(len(cases), "评测")
    bar.advance(len(done))

    def answer(case: Case) -> None:
        stored.add(case, assistant.answer(case.question, case.history, options.as_of).to_dict())
        bar.advance(1)

    try:
        with ThreadPoolExecutor(options.jobs) as pool:
            for _ in pool.map(answer, missing):
                pass
    finally:
        bar.finish()
    return stored.replies(cases)


def _write(
    stored: Run, result: RunResult, cases: Sequence[Case], replies: Mapping[str, Reply], found: Sequence[str]
) -> None:
    stored.finish(result)
    write_junit(stored.folder / "junit.xml", result, cases, replies, found)
    write_html(stored.folder / "report.html", result, cases, replies, found)


def _short(key: RunKey) -> str:
    return f"{key.as_of:%Y%m%d}-{key.code[:6]}-{key.index[-6:]}-{key.questions[:6]}"
