"""The rows of the service's database as JSON lines, which SQLite and PostgreSQL alike take back.

Tables are read from the database itself and not from the classes that map them, so that a later release can
take a backup back: the schema of that time is made first, then its rows, then the steps that came since.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Date, DateTime, Engine, MetaData, Table, func, select, text
from sqlalchemy.orm import Session

from assistant.service.store.audit import audited
from assistant.service.store.database import alone, revision_of, upgrade
from assistant.service.store.tables import AuditRow

__all__ = ["Snapshot", "is_used", "replace_rows", "snapshot", "was_restored"]

_VERSION = "alembic_version"
_ROWS_AT_ONCE = 500
_LOCK_WAIT = "10s"
_RESTORED = "backup.restore"


class Snapshot:
    """The database as it stood at one moment, whatever is written meanwhile."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.revision = revision_of(connection)
        self._tables = _tables(connection)

    @property
    def tables(self) -> list[str]:
        """The tables that hold rows of ours, those that others refer to first."""
        return [table.name for table in self._tables]

    def rows(self, name: str) -> Iterator[bytes]:
        """The rows of a table, a JSON object a line."""
        table = next(table for table in self._tables if table.name == name)
        ordered = select(table).order_by(*table.primary_key.columns)
        found = self._connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(ordered)
        for row in found.mappings():
            yield json.dumps(dict(row), ensure_ascii=False, default=_plain).encode() + b"\n"


@contextmanager
def snapshot(engine: Engine) -> Iterator[Snapshot]:
    """A consistent view of everything; neither waits for writers nor lets them wait."""
    level = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**level) as connection:
        yield Snapshot(connection)


def is_used(engine: Engine) -> bool:
    """Whether the database holds anything that a restore would replace."""
    with engine.connect() as connection:
        return any(
            connection.scalar(select(func.count()).select_from(select(table).limit(1).subquery()))
            for table in _tables(connection)
            if table.name != AuditRow.__tablename__
        )


def replace_rows(
    engine: Engine,
    revision: str,
    tables: Mapping[str, Iterable[bytes]],
    restore: str,
    advance: Callable[[int], None],
) -> None:
    """Replace everything by the rows of a snapshot, in one transaction that also notes the name of the restore.

    Raises InvalidInput where the schema is that of a later release, and SQLAlchemyError.
    """
    with alone(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_WAIT}'"))
        for table in reversed(_tables(connection, bookkeeping=True)):
            table.drop(connection)
        upgrade(connection, revision)
        made = {table.name: table for table in _tables(connection)}
        for name in (name for name in made if name in tables):
            for count in _insert(connection, made[name], tables[name]):
                advance(count)
        if engine.dialect.name == "postgresql":
            _count_on(connection, made.values())
        upgrade(connection)
        with Session(connection) as session:
            session.add(audited("command", _RESTORED, restore))
            session.flush()


def was_restored(engine: Engine, restore: str) -> bool:
    """Whether `replace_rows` was committed under this name."""
    mine = select(AuditRow.number).where(AuditRow.action == _RESTORED, AuditRow.target == restore)
    with Session(engine) as session:
        return session.scalar(mine.limit(1)) is not None


def _tables(connection: Connection, *, bookkeeping: bool = False) -> list[Table]:
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if bookkeeping or table.name != _VERSION]


def _insert(connection: Connection, table: Table, lines: Iterable[bytes]) -> Iterator[int]:
    readers = {column.name: _reader(column.type) for column in table.columns}
    rows = ({name: readers[name](value) for name, value in json.loads(line).items()} for line in lines)
    while portion := list(islice(rows, _ROWS_AT_ONCE)):
        connection.execute(table.insert(), portion)
        yield len(portion)


def _count_on(connection: Connection, tables: Iterable[Table]) -> None:
    """Let PostgreSQL's numbering go on after the highest number that was put in."""
    for table in tables:
        for column in table.primary_key.columns:
            named = {"table": f'"{table.name}"', "column": column.name}
            sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), named)
            last = connection.scalar(select(func.max(column)))
            if sequence is not None and last is not None:
                connection.execute(
                    text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last}
                )


def _plain(value: Any) -> str:
    """Moments and days as ISO 8601; SQLite forgets that its moments are in UTC."""
    if isinstance(value, datetime):
        value = value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)
    return str(value.isoformat())


def _reader(kind: Any) -> Callable[[Any], Any]:
    if isinstance(kind, DateTime):
        return lambda value: value and datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return lambda value: value and date.fromisoformat(value)
    return lambda value: value
