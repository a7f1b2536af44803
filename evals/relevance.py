"""Fits `assistant/retrieval/relevance.json`: python -m evals.relevance CASES… [--outside QUESTIONS] [--write].

Cases that must be answered are examples of what the corpus speaks of, refusals of what it does not; lines of
`--outside` (JSON with a `question`) are further questions on other matters. Refusals that the wording alone decides
(injections, other cities, dates of notices) are left out: their matter is in the corpus. Folds of the
cross-validation keep cases of one group together; the bias is set where the share of wrong refusals is met there.
"""

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.bootstrap import build_relevance
from assistant.question import Question
from assistant.retrieval.relevance import WEIGHTS, Relevance
from assistant.settings import Settings
from assistant.understand.analyse import Analyser
from corpus.catalog import load_corpus
from corpus.lexicon import load_lexicon
from evals.cases import Case

__all__ = ["main"]

Floats = NDArray[np.float64]

_BY_WORDING = frozenset(
    {
        "injection",
        "fraud",
        "errand",
        "chitchat",
        "notice",
        "unknown_document",
        "elsewhere",
        "district",
        "unreadable",
    }
)
_FOLDS = 8
_RIDGE = 1 / 0.3
_STRETCH = 10.0
_OUTSIDE_WEIGHT = 0.1
_HEADING_WEIGHT = 0.3
_STEPS = 12


@dataclass(frozen=True, slots=True)
class _Example:
    """One question: `spoken_of` is what the model is to find out."""

    question: Question
    spoken_of: bool
    group: str
    weight: float
    counted: bool


def main() -> None:
    """Fit, show the cross-validation, and write the weights if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="+", type=Path)
    parser.add_argument("--outside", type=Path)
    parser.add_argument("--wrong", type=float, default=0.01, help="share of wrong refusals (default 0.01)")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    relevance = build_relevance(Settings())
    examples, answerable = _examples(options.cases, options.outside, relevance)
    names = list(relevance.signals(examples[0].question))
    signals = np.array([list(relevance.signals(e.question).values()) for e in examples])
    vectors = np.array([relevance.vector(e.question) for e in examples], np.float64)
    spoken = np.array([e.spoken_of for e in examples], np.float64)
    weight = np.array([e.weight for e in examples])
    counted = np.array([e.counted for e in examples])

    held_out = np.zeros(len(examples))
    folds = _folds([e.group for e in examples])
    for fold in range(_FOLDS):
        inside = folds != fold
        head = _fit(signals[inside], vectors[inside], spoken[inside], weight[inside])
        held_out[~inside] = _scores(head, signals[~inside], vectors[~inside])
    good, bad = counted & (spoken > 0), counted & (spoken == 0)
    for wrong in (0.005, 0.01, 0.015, 0.02):
        limit = np.sort(held_out[good])[math.floor(wrong * answerable)]
        print(
            f"误拒 {wrong:.1%}（共 {answerable} 道可答题）时，拒答 {np.mean(held_out[bad] < limit):.1%}（共 {bad.sum()} 道）"
        )
    limit = float(np.sort(held_out[good])[math.floor(options.wrong * answerable)])
    bias, by_signal, direction = _fit(signals, vectors, spoken, weight)
    if options.write:
        data = {
            "model": relevance.model,
            "bias": round(bias - limit, 4),
            "signals": {name: round(float(value), 4) for name, value in zip(names, by_signal, strict=True)},
            "direction": [round(float(value), 4) for value in direction],
        }
        WEIGHTS.write_text(json.dumps(data, ensure_ascii=False) + "\n", encoding="utf-8")


def _examples(
    files: Sequence[Path], outside: Path | None, relevance: Relevance
) -> tuple[list[_Example], int]:
    """The examples, and the number of cases to be answered, judged here or not."""
    corpus = load_corpus()
    analyser = Analyser(corpus, load_lexicon())
    examples: list[_Example] = []
    answerable = 0

    def add(
        text: str, history: Sequence[str], *, spoken_of: bool, group: str, weight: float, counted: bool
    ) -> None:
        question = analyser.analyse(text, history, date.today())
        refusal = question.refusal
        if relevance.applies(question) and not (refusal and refusal.kind in _BY_WORDING):
            examples.append(_Example(question, spoken_of, group, weight, counted))

    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            if not line.strip():
                continue
            case = Case.model_validate_json(line)
            answerable += not case.refuse
            group = case.group or case.id
            add(case.question, case.history, spoken_of=not case.refuse, group=group, weight=1, counted=True)
    if outside:
        for number, line in enumerate(outside.read_text(encoding="utf-8").splitlines()):
            text = json.loads(line)["question"]
            add(text, (), spoken_of=False, group=f"outside-{number}", weight=_OUTSIDE_WEIGHT, counted=False)
    headings = (unit.heading for document in corpus.documents for unit in document.units if unit.heading)
    for heading in headings:
        text = f"{heading}有什么规定"
        add(text, (), spoken_of=True, group=heading, weight=_HEADING_WEIGHT, counted=False)
    return examples, answerable


def _folds(groups: Sequence[str]) -> NDArray[np.int64]:
    order = {group: place for place, group in enumerate(dict.fromkeys(groups))}
    return np.array([order[group] % _FOLDS for group in groups])


Head = tuple[float, Floats, Floats]


def _fit(signals: Floats, vectors: Floats, spoken: Floats, weight: Floats) -> Head:
    """Bias and weights of a ridge logistic regression, by Newton's method, for the signals as they come."""
    mean, spread = signals.mean(0), signals.std(0) + 1e-9
    centre = vectors.mean(0)
    rows = np.hstack([np.ones((len(signals), 1)), (signals - mean) / spread, (vectors - centre) * _STRETCH])
    ridge = np.full(rows.shape[1], _RIDGE)
    ridge[0] = 1e-6
    beta = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ beta, -30, 30)))
        slope = rows.T @ (weight * (spoken - chance)) - ridge * beta
        curve = (rows * (weight * chance * (1 - chance))[:, None]).T @ rows + np.diag(ridge)
        beta += np.linalg.solve(curve, slope)
    by_signal, direction = beta[1 : 1 + len(mean)] / spread, beta[1 + len(mean) :] * _STRETCH
    return float(beta[0] - by_signal @ mean - direction @ centre), by_signal, direction


def _scores(head: Head, signals: Floats, vectors: Floats) -> Floats:
    bias, by_signal, direction = head
    return bias + signals @ by_signal + vectors @ direction


if __name__ == "__main__":
    main()
