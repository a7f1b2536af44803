"""Opens the database and brings its schema up to date."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from filelock import FileLock
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from corpus.errors import InvalidInput

__all__ = ["WRITING", "alone", "is_missing", "migrate", "open_database", "opened", "revision_of", "upgrade"]

WRITING = "writing"
"""Execution option of a connection that will write: SQLite then takes its lock at once, and waits for it."""

_VERSIONS = Path(__file__).parent / "versions"
_BUSY_SECONDS = 10
_PG_LOCK = 718_253_641


def is_missing(url: str) -> bool:
    """Whether the URL names a SQLite file that is not there; opening it would make an empty one."""
    parsed = make_url(url)
    return parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file()


def open_database(url: str) -> Engine:
    """An engine for a SQLite or PostgreSQL URL; raises InvalidInput. Nothing is connected yet."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql" and "+" not in parsed.drivername:
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise InvalidInput(f"不支持数据库 {parsed.drivername}，请用 SQLite 或 PostgreSQL")
        is_sqlite = parsed.get_backend_name() == "sqlite"
        connecting = {"timeout": _BUSY_SECONDS} if is_sqlite else {"connect_timeout": 5}
        engine = create_engine(
            parsed,
            json_serializer=lambda value: json.dumps(value, ensure_ascii=False),
            # Messages of errors go to the log, and users' words must not.
            hide_parameters=True,
            pool_pre_ping=not is_sqlite,
            connect_args=connecting,
        )
    except (ArgumentError, NoSuchModuleError) as error:
        raise InvalidInput(
            "database_url 不是数据库地址，例如 postgresql+psycopg://用户:密码@主机/库"
        ) from error
    if is_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """The database with its schema up to date, closed afterwards; raises InvalidInput where it cannot be used."""
    engine = open_database(url)
    try:
        migrate(engine)
        yield engine
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise InvalidInput(f"数据库不能使用：{reason}。请检查 ZHENGCE_SERVICE_DATABASE_URL") from error
    finally:
        engine.dispose()


def migrate(engine: Engine) -> None:
    """Run the steps of the schema that are missing; processes that start together wait for one another."""
    with alone(engine) as connection:
        upgrade(connection)


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the steps up to `revision`; raises InvalidInput where this release does not know it."""
    config = Config()
    config.set_main_option("script_location", str(_VERSIONS.parent))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", str(_VERSIONS))
    script = ScriptDirectory.from_config(config)
    try:
        script.get_revision(revision)
    except CommandError as error:
        raise InvalidInput(f"数据库结构 {revision} 属于较新的版本，请先升级本程序") from error

    def steps(current: Any, _context: Any) -> Any:
        return script._upgrade_revs(revision, current)

    with EnvironmentContext(config, script, fn=steps) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()


def revision_of(connection: Connection) -> str | None:
    """The step that the schema has reached; None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other migrating process runs beside."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        path = Path(engine.url.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock"), engine.execution_options(**{WRITING: True}).begin() as connection:
            yield connection
        return
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_PG_LOCK})"))
        yield connection


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Python's own transactions would begin late and without the lock.
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
