"""Reading and writing transactions."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from assistant.service.store.database import WRITING

__all__ = ["Sessions"]


class Sessions:
    """Sessions on one database; safe to share by threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writing = engine.execution_options(**{WRITING: True})

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that is committed at its end, and undone where it raises."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session
