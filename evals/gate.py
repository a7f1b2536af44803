"""Whether a run is good enough: thresholds, and the stored baseline of the same set."""

import json
from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import InvalidInput
from corpus.why import why
from evals.intervals import estimate
from evals.results import CaseResult, RunResult, labels

__all__ = [
    "BASELINE",
    "THRESHOLDS",
    "Baseline",
    "Thresholds",
    "findings",
    "load_baseline",
    "load_thresholds",
    "save_baseline",
]

THRESHOLDS = Path(__file__).parent / "thresholds.yaml"
BASELINE = Path(__file__).parent / "baseline.json"


class Thresholds(BaseModel):
    """`at_least` by score name; latency in milliseconds; cases of the baseline that may newly fail."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_least: dict[str, float]
    p95_ms_at_most: float
    newly_failing_at_most: int


class _Known(BaseModel):
    """A case as the baseline has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    digest: str
    scores: dict[str, float]
    failed: tuple[str, ...]


class Baseline(BaseModel):
    """Scores of an accepted run, by case id."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: str
    cases: dict[str, _Known]


def load_thresholds(path: Path = THRESHOLDS) -> Thresholds:
    """The thresholds; raises InvalidInput where the file is wrong or names an unknown score."""
    try:
        thresholds = Thresholds.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise InvalidInput(f"读不了门槛文件 {path}：{why(error)}") from error
    unknown = thresholds.at_least.keys() - labels().keys()
    if unknown:
        raise InvalidInput(
            f"门槛文件 {path} 里有不认识的分数：{'、'.join(sorted(unknown))}；可用：{'、'.join(labels())}"
        )
    return thresholds


def load_baseline(set_name: str, path: Path = BASELINE) -> Baseline | None:
    """The stored baseline of a set; None where there is none."""
    stored = _stored(path)
    return stored.get(set_name)


def save_baseline(result: RunResult, path: Path = BASELINE) -> None:
    """Make `result` the baseline of its set; those of other sets stay."""
    cases = {
        case.id: _Known(digest=case.digest, scores=case.scores, failed=case.failed)
        for case in sorted(result.cases, key=lambda case: case.id)
    }
    stored = _stored(path) | {result.key.set_name: Baseline(as_of=f"{result.key.as_of}", cases=cases)}
    # One case a line, so that a change of the baseline can be reviewed.
    sets = []
    for name, baseline in sorted(stored.items()):
        lines = ",\n".join(f'   "{key}": {known.model_dump_json()}' for key, known in baseline.cases.items())
        sets.append(f' {json.dumps(name)}: {{"as_of": "{baseline.as_of}", "cases": {{\n{lines}\n }}}}')
    path.write_text("{\n" + ",\n".join(sets) + "\n}\n", encoding="utf-8")


def findings(result: RunResult, thresholds: Thresholds, baseline: Baseline | None) -> list[str]:
    """What is wrong with a run, in Chinese sentences; empty when it may pass."""
    found = _below(result, thresholds)
    if baseline:
        found += _fallen(result, baseline)
        lost = _newly_failing(result, baseline)
        if len(lost) > thresholds.newly_failing_at_most:
            shown = "、".join(lost[:12]) + (" 等" if len(lost) > 12 else "")
            found.append(
                f"{len(lost)} 道基线中答对的题现在答错（允许 {thresholds.newly_failing_at_most}）：{shown}"
            )
    return found


def _below(result: RunResult, thresholds: Thresholds) -> list[str]:
    names = labels()
    overall = result.summary.overall
    found = [
        f"{names[name]} {overall[name].mean:.3f} 低于门槛 {floor}"
        for name, floor in thresholds.at_least.items()
        if name in overall and overall[name].mean < floor
    ]
    if result.summary.latency.p95 > thresholds.p95_ms_at_most:
        found.append(
            f"p95 延迟 {result.summary.latency.p95:.0f} ms 高于门槛 {thresholds.p95_ms_at_most:.0f} ms"
        )
    return found


def _fallen(result: RunResult, baseline: Baseline) -> list[str]:
    """Scores whose change against the baseline, case by case, lies wholly below zero."""
    found = []
    pairs = _paired(result, baseline.cases)
    for name, label in labels().items():
        both = [(case, known) for case, known in pairs if name in case.scores and name in known.scores]
        changes = [case.scores[name] - known.scores[name] for case, known in both]
        change = estimate(changes, [case.cluster for case, _ in both])
        if change and change.high < 0:
            found.append(
                f"{label}比基线低 {-change.mean:.3f}（95% 区间 {change.low:+.3f} 至 {change.high:+.3f}）"
            )
    return found


def _newly_failing(result: RunResult, baseline: Baseline) -> list[str]:
    return [case.id for case, known in _paired(result, baseline.cases) if case.failed and not known.failed]


def _paired(result: RunResult, known: Mapping[str, _Known]) -> list[tuple[CaseResult, _Known]]:
    """Cases that stand in both and have not been edited since."""
    return [
        (case, known[case.id])
        for case in result.cases
        if case.id in known and known[case.id].digest == case.digest
    ]


def _stored(path: Path) -> dict[str, Baseline]:
    if not path.exists():
        return {}
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {name: Baseline.model_validate(value) for name, value in data.items()}
    except (OSError, json.JSONDecodeError, ValidationError, AttributeError) as error:
        raise InvalidInput(
            f"基线文件 {path} 坏了：{str(error).splitlines()[0]}；可用 --save-baseline 重建"
        ) from error
