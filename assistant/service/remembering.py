"""Answers that were computed before: the same question on the same day and index has the same answer."""

import threading
import uuid
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date
from time import perf_counter
from typing import Any

from assistant.answer import Answer
from assistant.bootstrap import Serving

__all__ = ["Key", "Known", "Remembered"]

Key = tuple[str, tuple[str, ...], date]
"""A question, the questions before it, and the day on which validity is judged."""


@dataclass(frozen=True, slots=True)
class Known:
    """An answer and the steps by which it came about."""

    answer: Answer
    steps: list[dict[str, Any]]

    def again(self, begun: float) -> Answer:
        """The same answer under an id of its own; `begun` is when the question came, by `perf_counter`."""
        return replace(self.answer, id=uuid.uuid4().hex, latency_ms=(perf_counter() - begun) * 1000)


class Remembered:
    """The last answers of one index version, forgotten as soon as another one answers. Shared by threads.

    Index, rules and model belong to `Serving`, so that an answer is known by the very object that gave it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._serving: Serving | None = None
        self._known: OrderedDict[Key, Known] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, serving: Serving, key: Key) -> Known | None:
        """What is known, if that is from what serves now."""
        with self._lock:
            if self._serving is not serving or key not in self._known:
                return None
            self._known.move_to_end(key)
            return self._known[key]

    def keep(self, serving: Serving, key: Key, known: Known) -> None:
        """Remember an answer, and forget the one used longest ago where there are too many."""
        with self._lock:
            if self._serving is not serving:
                self._serving, self._known = serving, OrderedDict()
            self._known[key] = known
            if len(self._known) > self._most:
                self._known.popitem(last=False)
