"""Fits `assistant/retrieval/relevance.json`: python -m evals.relevance CASES… [--outside QUESTIONS] [--write].

Cases that must be answered are examples of what the corpus speaks of, refusals of what it does not; lines of
`--outside` (JSON with a `question`) are further questions on other matters. Refusals that the wording alone decides
(injections, other cities, dates of notices) are left out: their matter is in the corpus. Two heads are fitted: for
questions that rest on their own words, and for last turns and questions that name documents. Of the latter there are
few, so that each case that stands alone is also asked as a last turn: after another question on the same document
where it must be answered, after any where it must not, and then with a document named too. Folds of the
cross-validation keep cases of one group together; the biases are set where the share of wrong refusals is met there.
"""

import argparse
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from assistant.bootstrap import build_relevance
from assistant.question import Question
from assistant.retrieval.relevance import KINDS, WEIGHTS, Relevance
from assistant.settings import Settings
from assistant.understand.analyse import Analyser
from corpus.catalog import Corpus, load_corpus
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
_TWIN_WEIGHT = 0.3
_STEPS = 12


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as it is put: `spoken_of` is what the model is to find out, `counted` whether the shares count it."""

    text: str
    history: Sequence[str]
    spoken_of: bool
    group: str
    weight: float = 1.0
    counted: bool = True


@dataclass(frozen=True, slots=True)
class _Examples:
    """The questions of one kind, a row each."""

    signals: Floats
    vectors: Floats
    spoken: Floats
    weight: Floats
    counted: NDArray[np.bool_]
    folds: NDArray[np.int64]


def main() -> None:
    """Fit, show the cross-validation, and write the weights if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="+", type=Path)
    parser.add_argument("--outside", type=Path)
    parser.add_argument("--wrong", type=float, default=0.01, help="share of wrong refusals (default 0.01)")
    parser.add_argument("--wrong-resting", type=float, help="the same of last turns and named documents")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    corpus = load_corpus()
    relevance = build_relevance(Settings())
    cases = [
        Case.model_validate_json(line)
        for file in options.cases
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    asked = [*_from_cases(cases), *_twins(cases, corpus), *_beside(options.outside, corpus)]
    judged = _judged(asked, Analyser(corpus, load_lexicon()), relevance)
    data: dict[str, object] = {"model": relevance.model}
    for kind in KINDS:
        questions = [(one, question) for one, question in judged if relevance.kind(question) == kind]
        names = list(relevance.signals(questions[0][1]))
        wrong = (options.wrong_resting if kind == "resting" else None) or options.wrong
        data[kind] = _head(kind, names, _examples(questions, relevance), wrong)
    if options.write:
        WEIGHTS.write_text(json.dumps(data, ensure_ascii=False) + "\n", encoding="utf-8")


def _from_cases(cases: Sequence[Case]) -> Iterator[_Asked]:
    for case in cases:
        yield _Asked(case.question, case.history, not case.refuse, case.group or case.id)


def _twins(cases: Sequence[Case], corpus: Corpus) -> Iterator[_Asked]:
    """Cases that stand alone, asked once more after another question and, if refused, of a document that has none."""
    chance = Random(0)
    alone = [case for case in cases if not case.history]
    answered = [case for case in alone if case.docs]
    names = [entry.aliases[0] for entry in corpus.entries.values() if entry.aliases]
    for case in alone:
        near = [other for other in answered if other.docs[:1] == case.docs[:1]] or answered
        close = [other for other in near if other.citations[:1] == case.citations[:1]]
        before = chance.choice(close if chance.random() < 0.5 and close else near)
        group = case.group or case.id
        twin = _Asked(case.question, (before.question,), not case.refuse, group, _TWIN_WEIGHT, False)
        yield twin
        if case.refuse:
            yield replace(twin, text=f"{chance.choice(names)}，{case.question}", history=())


def _beside(outside: Path | None, corpus: Corpus) -> Iterator[_Asked]:
    """Questions that are no cases: of `outside`, and of the headings of the corpus."""
    if outside:
        for number, line in enumerate(outside.read_text(encoding="utf-8").splitlines()):
            text = json.loads(line)["question"]
            yield _Asked(text, (), False, f"outside-{number}", _OUTSIDE_WEIGHT, counted=False)
    headings = (unit.heading for document in corpus.documents for unit in document.units if unit.heading)
    for heading in headings:
        yield _Asked(f"{heading}有什么规定", (), True, heading, _HEADING_WEIGHT, counted=False)


def _judged(
    asked: Sequence[_Asked], analyser: Analyser, relevance: Relevance
) -> list[tuple[_Asked, Question]]:
    """Those that the model is to judge."""
    judged = []
    for one in asked:
        question = analyser.analyse(one.text, one.history, date.today())
        refusal = question.refusal
        if relevance.kind(question) and not (refusal and refusal.kind in _BY_WORDING):
            judged.append((one, question))
    return judged


def _examples(questions: Sequence[tuple[_Asked, Question]], relevance: Relevance) -> _Examples:
    groups = {group: place for place, group in enumerate(dict.fromkeys(one.group for one, _ in questions))}
    return _Examples(
        np.array([list(relevance.signals(question).values()) for _, question in questions]),
        np.array([relevance.vector(question) for _, question in questions], np.float64),
        np.array([one.spoken_of for one, _ in questions], np.float64),
        np.array([one.weight for one, _ in questions]),
        np.array([one.counted for one, _ in questions]),
        np.array([groups[one.group] % _FOLDS for one, _ in questions]),
    )


def _head(kind: str, names: Sequence[str], examples: _Examples, wrong: float) -> dict[str, object]:
    """The head of one kind as `relevance.json` holds it; prints what cross-validation says of it."""
    spoken = examples.spoken
    held_out = np.zeros(len(spoken))
    for fold in range(_FOLDS):
        inside = examples.folds != fold
        head = _fit(
            examples.signals[inside], examples.vectors[inside], spoken[inside], examples.weight[inside]
        )
        held_out[~inside] = _scores(head, examples.signals[~inside], examples.vectors[~inside])
    good, bad = examples.counted & (spoken > 0), examples.counted & (spoken == 0)
    right = np.sort(held_out[good])

    def limit(share: float) -> float:
        return float(right[math.floor(share * len(right))])

    for share in (0.005, 0.01, 0.015, 0.02):
        refused = np.mean(held_out[bad] < limit(share))
        print(f"{kind}：误拒 {share:.1%}（共 {good.sum()} 题）时，拒答 {refused:.1%}（共 {bad.sum()} 题）")
    bias, by_signal, direction = _fit(examples.signals, examples.vectors, spoken, examples.weight)
    return {
        "bias": round(bias - limit(wrong), 4),
        "signals": {name: round(float(value), 4) for name, value in zip(names, by_signal, strict=True)},
        "direction": [round(float(value), 4) for value in direction],
    }


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
