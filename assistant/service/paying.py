"""Who pays for the language model: each owner's budget of the day, kept in the database, and the metrics."""

from dataclasses import dataclass

from assistant.service.keys import beijing_day
from assistant.service.metrics import Metrics
from assistant.service.store.ledger import Ledger
from assistant.worded import Usage

__all__ = ["OwnerPurse"]


@dataclass(frozen=True, slots=True)
class OwnerPurse:
    """The purse of one owner; raises SQLAlchemyError where the database fails."""

    owner: str
    ledger: Ledger
    metrics: Metrics

    def spent_today(self) -> int:
        """The tokens that were used today."""
        return self.ledger.tokens(self.owner, beijing_day())

    def spend(self, usage: Usage) -> None:
        """Count what was used."""
        if not usage.calls:
            return
        self.ledger.add(self.owner, beijing_day(), usage.calls, usage.tokens)
        self.metrics.model_tokens.labels("sent").inc(usage.sent)
        self.metrics.model_tokens.labels("received").inc(usage.received)
        self.metrics.model_cost.inc(float(usage.cost))
        self.metrics.model_calls.inc(usage.calls)
