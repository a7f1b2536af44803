"""One self-contained HTML report: tables, charts and every failed case beside its gold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evals.cases import Case
from evals.reply import Reply
from evals.reports.wording import actual, expected
from evals.results import CaseResult, RunResult, labels

__all__ = ["write_html"]

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class _Failure:
    """A failed case as the template shows it."""

    result: CaseResult
    case: Case
    reply: Reply
    wrong: list[str]
    expected: list[tuple[str, str]]
    actual: list[tuple[str, str]]


def write_html(
    path: Path, result: RunResult, cases: Sequence[Case], replies: Mapping[str, Reply], found: Sequence[str]
) -> None:
    """Write the report of a run; of a hidden set it has scores and ids only."""
    by_id = {case.id: case for case in cases}
    names = labels()
    failed = [case for case in result.cases if case.failed]
    failures = [_failure(case, by_id[case.id], replies[case.id], names) for case in failed]
    page = _ENVIRONMENT.get_template("report.html.j2").render(
        result=result,
        labels=names,
        found=found,
        failed_ids=[case.id for case in failed],
        failures=[] if result.hidden else failures,
        splits={"按题型": result.summary.by_type, "按文件": result.summary.by_doc},
        buckets=_buckets([reply.latency_ms for reply in replies.values()]),
    )
    path.write_text(page, encoding="utf-8")


def _failure(result: CaseResult, case: Case, reply: Reply, names: Mapping[str, str]) -> _Failure:
    wrong = [f"{names[name]} {result.scores[name]:.2f}" for name in result.failed]
    return _Failure(result, case, reply, wrong, expected(case), actual(reply))


def _buckets(taken: Sequence[float]) -> list[tuple[str, int]]:
    """How many answers took how long; each bucket ends where the next begins."""
    ends = (10, 20, 30, 50, 80, 120, 200, 400)
    starts = (0, *ends)
    counts = [sum(low <= ms < high for ms in taken) for low, high in zip(starts, ends, strict=False)]
    rows = [(f"{low}–{high}", count) for low, high, count in zip(starts, ends, counts, strict=False)]
    return [*rows, (f"≥{ends[-1]}", sum(ms >= ends[-1] for ms in taken))]
