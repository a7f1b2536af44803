"""Learns the weights of `assistant/retrieval/rank.py`: python -m evals.ranking CASES…

Prints the share of questions whose best unit is right, cross-validated (cases of one group stay in one fold),
and the weights learnt from all cases, as the fields of `Weights`. A softmax over the candidates of each question
is fitted by Adam, with a small penalty on large weights.
"""

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.bootstrap import build_finder
from assistant.question import Intent
from assistant.retrieval.finder import EvidenceFinder
from assistant.retrieval.rank import Weights
from assistant.settings import Settings
from assistant.understand.analyse import Analyser
from corpus.catalog import load_corpus
from corpus.lexicon import load_lexicon
from evals.cases import Case, load_cases

__all__ = ["main"]

Floats = NDArray[np.float64]

_NAMES = tuple(field.name for field in fields(Weights))
_FOLDS = 5
_PENALTY = 0.002
_STEPS, _RATE = 400, 0.05


@dataclass(frozen=True, slots=True)
class _Example:
    """A question: the signals of its candidates, and which of them answer or are at least no mistake."""

    signals: Floats
    right: NDArray[np.bool_]
    allowed: NDArray[np.bool_]
    fold: int


def main() -> None:
    """Learn from the files given and print what was learnt."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="+", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date.today())
    arguments = parser.parse_args()
    analyser, finder = Analyser(load_corpus(), load_lexicon()), build_finder(Settings())
    cases = [case for path in arguments.cases for case in load_cases(path)]
    examples = [
        example
        for case in cases
        if (example := _example(case, analyser, finder, arguments.as_of)) is not None
    ]
    hits = 0
    for fold in range(_FOLDS):
        weights = _learnt([example for example in examples if example.fold != fold])
        hits += sum(_is_right(example, weights) for example in examples if example.fold == fold)
    print(
        f"{len(examples)} questions, best unit right in {hits / len(examples):.3f} of them, cross-validated"
    )
    for name, weight in zip(_NAMES, _learnt(examples), strict=True):
        print(f"    {name}: float = {weight:.2f}")


def _example(case: Case, analyser: Analyser, finder: EvidenceFinder, as_of: date) -> _Example | None:
    """None where the search does not decide: refusals, named articles, validity, or nothing right found."""
    question = analyser.analyse(case.question, case.history, as_of)
    if case.refuse or question.refusal or question.units or question.has(Intent.VALIDITY):
        return None
    candidates = finder.signals(question)
    gold = {(place.doc, place.unit) for place in case.citations}
    fine = gold | {(place.doc, place.unit) for place in case.also_ok}
    right = np.array([place in gold for place in candidates])
    if not right.any():
        return None
    return _Example(
        np.array([[signals.get(name, 0.0) for name in _NAMES] for signals in candidates.values()]),
        right,
        np.array([place in fine for place in candidates]),
        int(hashlib.sha256((case.group or case.id).encode()).hexdigest(), 16) % _FOLDS,
    )


def _learnt(examples: Sequence[_Example]) -> Floats:
    weights = np.zeros(len(_NAMES))
    mean, spread = np.zeros(len(_NAMES)), np.zeros(len(_NAMES))
    for step in range(1, _STEPS + 1):
        slope = _PENALTY * weights + sum(_slope(example, weights) for example in examples) / len(examples)
        mean = 0.9 * mean + 0.1 * slope
        spread = 0.999 * spread + 0.001 * slope**2
        weights -= _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8)
    return weights


def _slope(example: _Example, weights: Floats) -> Floats:
    """The slope of minus the logarithm of the chance of a right unit; units that are only fine do not count."""
    counted = example.right | ~example.allowed
    signals, right = example.signals[counted], example.right[counted]
    odds = np.exp(signals @ weights - (signals @ weights).max())
    chances = odds / odds.sum()
    wanted = np.where(right, chances, 0.0) / chances[right].sum()
    slope: Floats = signals.T @ (chances - wanted)
    return slope


def _is_right(example: _Example, weights: Floats) -> bool:
    return bool(example.allowed[int(np.argmax(example.signals @ weights))])


if __name__ == "__main__":
    main()
