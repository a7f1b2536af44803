"""What each owner used of the language model today; several processes count together."""

from datetime import date

from sqlalchemy import Engine
from sqlalchemy.dialects import postgresql, sqlite

from assistant.service.store.sessions import Sessions
from assistant.service.store.tables import ModelUsageRow

__all__ = ["Ledger"]


class Ledger:
    """Safe to share by threads and processes. Raises SQLAlchemyError where the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._sessions = Sessions(engine)

    def tokens(self, owner: str, day: date) -> int:
        """The tokens that an owner used on a day."""
        with self._sessions.read() as session:
            row = session.get(ModelUsageRow, (owner, day))
            return row.tokens if row else 0

    def add(self, owner: str, day: date, calls: int, tokens: int) -> None:
        """Count what was used."""
        with self._sessions.write() as session:
            is_postgres = session.get_bind().dialect.name == "postgresql"
            insert = postgresql.insert if is_postgres else sqlite.insert
            session.execute(
                insert(ModelUsageRow)
                .values(owner=owner, day=day, calls=calls, tokens=tokens)
                .on_conflict_do_update(
                    index_elements=[ModelUsageRow.owner, ModelUsageRow.day],
                    set_={"calls": ModelUsageRow.calls + calls, "tokens": ModelUsageRow.tokens + tokens},
                )
            )
