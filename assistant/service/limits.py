"""How often one client may ask."""

import time
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["RateLimit"]

_MOST_CLIENTS = 10_000


class RateLimit:
    """A bucket of requests for each client, refilled evenly over a minute.

    Used by the event loop alone. The clients seen longest ago are forgotten.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str, per_minute: int) -> float:
        """0 where the client may go on, which counts; else the seconds until it may. 0 a minute is no limit."""
        if per_minute == 0:
            return 0.0
        now = self._clock()
        left, then = self._buckets.pop(client, (float(per_minute), now))
        left = min(float(per_minute), left + (now - then) * per_minute / 60)
        allowed = left >= 1
        self._buckets[client] = (left - 1 if allowed else left, now)
        if len(self._buckets) > _MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) * 60 / per_minute
