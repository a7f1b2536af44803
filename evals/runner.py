"""`zhengce eval run`: answer every case, score, print the table, judge."""

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from pathlib import Path
from statistics import fmean, median

from assistant.pipeline import Pipeline
from evals.cases import CASES, load_cases
from evals.scoring import Score, score

__all__ = ["run"]

_FLOORS = {"cited": 0.95, "first": 0.93, "precision": 0.80, "facts": 0.95, "amount": 0.95, "refusal": 0.95}


def run(
    pipeline: Pipeline,
    cases: Path | None,
    report: Path | None,
    failures: bool,
    as_of: date | None,
    echo: Callable[[str], None],
) -> int:
    """Print the scores of a case set; 0 when all reach their floor, 1 otherwise."""
    scores = [score(case, pipeline.answer(case.question, case.history, as_of)) for case in load_cases(cases or CASES / "dev")]
    if failures:
        for item in scores:
            if not item.passed:
                echo(f"{item.case.id} [{item.case.type}] {item.case.question}")
    below = False
    for name, floor in _FLOORS.items():
        values = [value for item in scores if (value := getattr(item, name)) is not None]
        mean = fmean(values) if values else 1.0
        below = below or mean < floor
        echo(f"{name:10} {mean:.3f}（{len(values)} 题，门槛 {floor}）")
    echo(f"p50 {median(item.answer.latency_ms for item in scores):.1f} ms，{len(scores)} 题")
    if report is not None:
        rows = [
            {"id": item.case.id, "answer": item.answer.to_dict()}
            | {field.name: getattr(item, field.name) for field in fields(Score) if field.name in _FLOORS}
            for item in scores
        ]
        report.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    return int(below)
