"""Results of a run: the scores of every case and what they come to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import numpy as np
from pydantic import BaseModel, ConfigDict

from corpus.catalog import Corpus
from evals.cases import Case
from evals.intervals import Estimate, estimate
from evals.reply import Reply
from evals.scorers import SCORERS, failed, score
from evals.scorers.consistency import CONSISTENCY, consistency

__all__ = ["CaseResult", "Latency", "RunKey", "RunResult", "Summary", "judge", "labels"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class RunKey(_Value):
    """What an answer depends on: answers of one key may stand in one run."""

    set_name: str
    questions: str
    index: str
    code: str
    as_of: date


class CaseResult(_Value):
    """The scores of one case; `digest` tells whether the case is still the same."""

    id: str
    type: str
    docs: tuple[str, ...]
    group: str | None
    digest: str
    scores: dict[str, float]
    failed: tuple[str, ...]

    @property
    def cluster(self) -> str:
        """What the case is drawn with in resampling."""
        return self.group or self.id


class Latency(_Value):
    """Milliseconds per answer inside the pipeline."""

    p50: float
    p95: float


class Summary(_Value):
    """Estimates by score name: of all cases, and by document and type of those that have it."""

    overall: dict[str, Estimate]
    by_doc: dict[str, dict[str, Estimate]]
    by_type: dict[str, dict[str, Estimate]]
    latency: Latency
    cases: int
    passed: int


class RunResult(_Value):
    """A scored run, as results.json holds it."""

    key: RunKey
    hidden: bool
    summary: Summary
    cases: tuple[CaseResult, ...]
    groups: dict[str, float]


def labels() -> dict[str, str]:
    """Chinese names of all scores, in the order in which they are shown."""
    return {scorer.name: scorer.label for scorer in SCORERS} | {CONSISTENCY: "换问法一致"}


def judge(
    key: RunKey, hidden: bool, cases: Sequence[Case], replies: Mapping[str, Reply], corpus: Corpus
) -> RunResult:
    """Score the replies, given by case id, to all `cases`."""
    results = tuple(_result(case, replies[case.id], corpus) for case in cases)
    groups = consistency(cases, replies)
    overall = _estimates(results)
    agreed = estimate(list(groups.values()), list(groups))
    if agreed:
        overall[CONSISTENCY] = agreed
    taken = [replies[case.id].latency_ms for case in cases]
    summary = Summary(
        overall=overall,
        by_doc=_split(results, lambda result: result.docs),
        by_type=_split(results, lambda result: (result.type,)),
        latency=Latency(p50=float(np.percentile(taken, 50)), p95=float(np.percentile(taken, 95))),
        cases=len(results),
        passed=sum(not result.failed for result in results),
    )
    return RunResult(key=key, hidden=hidden, summary=summary, cases=results, groups=groups)


def _result(case: Case, reply: Reply, corpus: Corpus) -> CaseResult:
    scores = score(case, reply, corpus)
    return CaseResult(
        id=case.id,
        type=case.type,
        docs=case.docs,
        group=case.group,
        digest=case.digest,
        scores=scores,
        failed=failed(scores),
    )


def _estimates(results: Iterable[CaseResult]) -> dict[str, Estimate]:
    found: dict[str, Estimate] = {}
    kept = list(results)
    for name in (scorer.name for scorer in SCORERS):
        scored = [result for result in kept if name in result.scores]
        value = estimate([result.scores[name] for result in scored], [result.cluster for result in scored])
        if value:
            found[name] = value
    return found


def _split(
    results: Sequence[CaseResult], keys: Callable[[CaseResult], tuple[str, ...]]
) -> dict[str, dict[str, Estimate]]:
    names = sorted({key for result in results for key in keys(result)})
    return {name: _estimates(result for result in results if name in keys(result)) for name in names}
