"""What a visitor keeps besides conversations: calculations and the enterprise's profile, in one SQLite file."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from corpus.errors import BackendFault
from ui.tables import now, open_file
from ui.tables import things as _things

__all__ = ["Kept", "Thing"]

Kind = Literal["calculation", "profile"]

_MOST = 200
_TITLE = 60


@dataclass(frozen=True, slots=True)
class Thing:
    """Something kept, with its name."""

    id: str
    title: str
    content: dict[str, Any]
    updated_at: datetime


class Kept:
    """Every look-up takes the visitor and finds nothing of another one.

    Safe to share by threads and processes; raises BackendFault where the file cannot be used.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, file: Path) -> "Kept":
        """The store in this file, which is made where it is missing."""
        try:
            engine = open_file(file, _things)
        except (OSError, SQLAlchemyError) as error:
            raise BackendFault(f"保存的内容不能使用：{file}。请检查目录是否可写、磁盘是否已满。") from error
        return cls(engine)

    def all(self, visitor: str, kind: Kind) -> list[Thing]:
        """The visitor's things of one kind, those changed last first."""
        rows = (
            select(_things)
            .where(_things.c.visitor == visitor, _things.c.kind == kind)
            .order_by(_things.c.updated_at.desc())
            .limit(_MOST)
        )
        with self._used() as connection:
            return [Thing(row.id, row.title, row.content, row.updated_at) for row in connection.execute(rows)]

    def add(self, visitor: str, kind: Kind, title: str, content: dict[str, Any]) -> str:
        """Keep something new; returns its id."""
        key = uuid.uuid4().hex
        row = {"id": key, "visitor": visitor, "kind": kind, "title": _short(title), "content": content}
        with self._used() as connection:
            connection.execute(insert(_things).values(**row, updated_at=now()))
        return key

    def change(self, visitor: str, key: str, title: str, content: dict[str, Any]) -> None:
        """Put new content in the place of the old."""
        values = {"title": _short(title), "content": content, "updated_at": now()}
        with self._used() as connection:
            connection.execute(update(_things).where(_owned(visitor, key)).values(**values))

    def delete(self, visitor: str, key: str) -> None:
        """Keep it no longer."""
        with self._used() as connection:
            connection.execute(delete(_things).where(_owned(visitor, key)))

    @contextmanager
    def _used(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise BackendFault("没能读取或保存，请稍后再试。") from error


def _owned(visitor: str, key: str) -> Any:
    return (_things.c.id == key) & (_things.c.visitor == visitor)


def _short(title: str) -> str:
    return " ".join(title.split())[:_TITLE] or "未命名"
