"""Leaves an endpoint alone for a while after it failed several times in a row, or when it asks for that."""

import threading
import time
from collections.abc import Callable

__all__ = ["Breaker"]

_FAILURES = 3
_PAUSE_SECONDS = 30.0
_LONGEST_SECONDS = 600.0


class Breaker:
    """Counts failures; safe to share between threads. After a pause one request is let through to try."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0

    def allows(self) -> bool:
        """Whether the endpoint may be asked now."""
        with self._lock:
            now = self._now()
            if now < self._until:
                return False
            if self._failures >= _FAILURES:
                # Others wait until the one that goes now has come back.
                self._until = now + _PAUSE_SECONDS
            return True

    def succeeded(self) -> None:
        """The endpoint answered."""
        with self._lock:
            self._failures, self._until = 0, 0.0

    def failed(self, pause: float = 0.0) -> None:
        """The endpoint failed, and wants to be left alone for `pause` seconds."""
        with self._lock:
            self._failures += 1
            rest = _PAUSE_SECONDS if self._failures >= _FAILURES else 0.0
            self._until = max(self._until, self._now() + min(max(pause, rest), _LONGEST_SECONDS))
