"""The tables of the page, and the SQLite files that hold them: one of conversations, one of what is saved."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
)

__all__ = ["conversations", "now", "open_file", "things", "turns"]

_WAIT_SECONDS = 10

_metadata = MetaData()
conversations = Table(
    "conversations",
    _metadata,
    Column("id", String(32), primary_key=True),
    Column("visitor", String(32), nullable=False, index=True),
    Column("title", String(80), nullable=False),
    Column("share", String(32), unique=True),
    Column("updated_at", DateTime, nullable=False),
)
turns = Table(
    "turns",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "conversation",
        String(32),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("question", String, nullable=False),
    Column("fresh", Boolean, nullable=False, default=False),
    Column("reply", JSON(none_as_null=True)),
    Column("fault", String),
    Column("good", Boolean),
)


things = Table(
    "things",
    MetaData(),
    Column("id", String(32), primary_key=True),
    Column("visitor", String(32), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("title", String(60), nullable=False),
    Column("content", JSON, nullable=False),
    Column("updated_at", DateTime, nullable=False),
)


def open_file(file: Path, table: Table) -> Engine:
    """The file with `table` and those beside it, made where they are missing; raises OSError and SQLAlchemyError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{file.absolute()}", connect_args={"timeout": _WAIT_SECONDS})
    event.listen(engine, "connect", _prepare)
    table.metadata.create_all(engine)
    return engine


def now() -> datetime:
    """The time of a change, in UTC without a zone, as SQLite keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


def _prepare(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=ON")
