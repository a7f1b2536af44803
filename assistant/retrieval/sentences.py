"""How much of a question one sentence of each unit shares, for all units at once (step 2 of 5)."""

from collections.abc import Collection, Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from assistant.wording import Weighed

__all__ = ["Sentences"]

Place = tuple[str, str]
Sentence = tuple[frozenset[str], frozenset[str]]
"""The bigrams of a sentence, and the cues that its words answer."""


class Sentences:
    """The sentences of all units by the bigrams that they hold.

    A question adds up the weights of its bigrams sentence by sentence; that takes a few dozen additions of
    arrays where one comparison for each of some thousand sentences would take milliseconds.
    """

    def __init__(self, units: Mapping[Place, Sequence[Sentence]]) -> None:
        self._places = {place: number for number, place in enumerate(units)}
        # An empty sentence ends each unit: a unit without sentences has a maximum too.
        lists = [[*sentences, (frozenset[str](), frozenset[str]())] for sentences in units.values()]
        self._starts = np.cumsum([0, *map(len, lists)])[:-1]
        flat = list(chain.from_iterable(lists))
        holders: dict[str, list[int]] = {}
        answers: dict[str, list[int]] = {}
        for number, (words, cues) in enumerate(flat):
            for word in words:
                holders.setdefault(word, []).append(number)
            for cue in cues:
                answers.setdefault(cue, []).append(number)
        self._count = len(flat)
        self._holders = holders
        self._answers = answers

    def best(self, asked: Weighed, cues: Collection[str] = ()) -> dict[Place, float]:
        """The weighed share of the question that the best sentence of each unit has, of those only that answer one
        of the `cues` if given."""
        shares = np.zeros(self._count)
        for word, weight in asked.shares():
            if word in self._holders:
                shares[self._holders[word]] += weight
        if cues:
            fitting = np.zeros(self._count)
            for cue in cues:
                fitting[self._answers.get(cue, [])] = 1.0
            shares *= fitting
        highest: NDArray[np.float64] = np.maximum.reduceat(shares, self._starts)
        return {place: float(highest[number]) for place, number in self._places.items()}
