"""The budget of this process, where no service keeps one for each key."""

import threading
from datetime import date

from assistant.worded import Usage

__all__ = ["OwnPurse"]


class OwnPurse:
    """Counts the tokens of today in memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._day = date.min
        self._tokens = 0

    def spent_today(self) -> int:
        """The tokens that were used today."""
        with self._lock:
            return self._tokens if self._day == date.today() else 0

    def spend(self, usage: Usage) -> None:
        """Count what was used."""
        with self._lock:
            today = date.today()
            self._tokens = (self._tokens if self._day == today else 0) + usage.tokens
            self._day = today
