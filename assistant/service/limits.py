"""How often one client may ask."""

import time
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["RateLimit"]

_MOST_CLIENTS = 10_000


class RateLimit:
    """A bucket of `per_minute` requests for each client, refilled evenly; 0 lets everything pass.

    Used by the event loop alone. The clients seen longest ago are forgotten.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = per_minute
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """0 where the client may go on, which counts; else the seconds until it may."""
        if self._size == 0:
            return 0.0
        now = self._clock()
        left, then = self._buckets.pop(client, (float(self._size), now))
        left = min(float(self._size), left + (now - then) * self._size / 60)
        allowed = left >= 1
        self._buckets[client] = (left - 1 if allowed else left, now)
        if len(self._buckets) > _MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) * 60 / self._size
