"""Deleting what has been kept for long enough."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Engine, delete, select
from sqlalchemy.orm import InstrumentedAttribute

from assistant.service.keys import beijing_day
from assistant.service.store.sessions import Sessions
from assistant.service.store.tables import AnswerRow, AuditRow, ConversationRow, ModelUsageRow, UsageRow

__all__ = ["Purged", "Retention"]

# Questions go on being answered between two portions: SQLite has one writer at a time.
_PORTION = 500
_USAGE_KEPT = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Purged:
    """How many were deleted."""

    conversations: int
    answers: int
    audit: int


class Retention:
    """Deletes of all owners; raises SQLAlchemyError where the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._sessions = Sessions(engine)

    def purge(self, days: int, audit_days: int, now: datetime | None = None) -> Purged:
        """Delete conversations not used and answers given more than `days` ago, with their feedback; and so on.

        0 days keep everything.
        """
        now = now or datetime.now(UTC)
        conversations = self._old(ConversationRow.id, ConversationRow.updated_at, days, now)
        answers = self._old(AnswerRow.number, AnswerRow.created_at, days, now)
        audit = self._old(AuditRow.number, AuditRow.at, audit_days, now)
        with self._sessions.write() as session:
            for row in (UsageRow, ModelUsageRow):
                session.execute(delete(row).where(row.day < beijing_day(now - _USAGE_KEPT)))
        return Purged(conversations, answers, audit)

    def _old(
        self,
        key: InstrumentedAttribute[Any],
        moment: InstrumentedAttribute[datetime],
        days: int,
        now: datetime,
    ) -> int:
        deleted = 0
        portion = select(key).where(moment < now - timedelta(days=days)).limit(_PORTION)
        while days:
            with self._sessions.write() as session:
                result = session.execute(delete(key.class_).where(key.in_(portion)))
                count = result.rowcount if isinstance(result, CursorResult) else 0
            deleted += count
            if count < _PORTION:
                break
        return deleted
