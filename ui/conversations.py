"""What the users of the page have asked and been answered, in one SQLite file."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, Table, delete, exists, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from corpus.errors import BackendFault
from ui.backend.values import Reply
from ui.tables import conversations as _conversations
from ui.tables import now, open_file
from ui.tables import turns as _turns

__all__ = ["Conversation", "Conversations", "Turn"]

_TITLE = 30


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in the list; `share` is the name of its public link, if it has one."""

    id: str
    title: str
    share: str | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer; without one, `fault` says why, or it was stopped or is being computed.

    A `fresh` question stands by itself: neither it nor what comes after it is read with the turns before.
    """

    id: int
    question: str
    fresh: bool
    reply: Reply | None
    fault: str | None
    good: bool | None


class Conversations:
    """Kept by browser: every look-up takes the visitor and finds nothing of another one.

    Safe to share by threads and processes; raises BackendFault where the file cannot be used.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, file: Path) -> "Conversations":
        """The store in this file, which is made where it is missing."""
        try:
            engine = open_file(file, _conversations)
        except (OSError, SQLAlchemyError) as error:
            raise BackendFault(f"对话记录不能使用：{file}。请检查目录是否可写、磁盘是否已满。") from error
        return cls(engine)

    def begin(self, visitor: str, question: str) -> str:
        """A new conversation, named after its first question."""
        key = uuid.uuid4().hex
        title = " ".join(question.split())[:_TITLE]
        with self._change() as connection:
            connection.execute(
                insert(_conversations).values(id=key, visitor=visitor, title=title, updated_at=now())
            )
        return key

    def listed(self, visitor: str, words: str = "") -> list[Conversation]:
        """The visitor's conversations, last used first; with `words`, those that hold them."""
        rows = select(_conversations).where(_conversations.c.visitor == visitor)
        if words:
            asked = exists().where(
                _turns.c.conversation == _conversations.c.id,
                _turns.c.question.contains(words, autoescape=True),
            )
            rows = rows.where(_conversations.c.title.contains(words, autoescape=True) | asked)
        with self._read(rows.order_by(_conversations.c.updated_at.desc())) as found:
            return [_conversation(row) for row in found]

    def one(self, visitor: str, key: str) -> Conversation | None:
        """The visitor's conversation, or None."""
        rows = select(_conversations).where(_conversations.c.id == key, _conversations.c.visitor == visitor)
        with self._read(rows) as found:
            return next(map(_conversation, found), None)

    def shared(self, share: str) -> Conversation | None:
        """The conversation behind a public link, whoever's it is."""
        with self._read(select(_conversations).where(_conversations.c.share == share)) as found:
            return next(map(_conversation, found), None)

    def turns(self, key: str) -> list[Turn]:
        """The turns of a conversation, oldest first."""
        with self._read(select(_turns).where(_turns.c.conversation == key).order_by(_turns.c.id)) as found:
            return [_turn(row) for row in found]

    def ask(self, key: str, question: str, fresh: bool = False) -> int:
        """Note a question before it is answered; returns its turn."""
        with self._change() as connection:
            connection.execute(
                update(_conversations).where(_conversations.c.id == key).values(updated_at=now())
            )
            added = connection.execute(
                insert(_turns).values(conversation=key, question=question, fresh=fresh)
            )
            return int((added.inserted_primary_key or (0,))[0])

    def answered(self, turn: int, reply: Reply | None, fault: str | None = None) -> None:
        """Note an answer, or why there is none; both None: to be answered again."""
        kept = reply.model_dump(mode="json") if reply else None
        self._update(_turns, _turns.c.id == turn, reply=kept, fault=fault, good=None)

    def rated(self, turn: int, good: bool) -> None:
        """Note what the user thought of an answer."""
        self._update(_turns, _turns.c.id == turn, good=good)

    def rename(self, visitor: str, key: str, title: str) -> None:
        """Give the visitor's conversation another name; an empty one changes nothing."""
        if title := " ".join(title.split())[:80]:
            self._update(_conversations, _owned(visitor, key), title=title)

    def share(self, visitor: str, key: str) -> None:
        """Give the visitor's conversation a public link."""
        self._update(_conversations, _owned(visitor, key), share=uuid.uuid4().hex)

    def unshare(self, visitor: str, key: str) -> None:
        """Let the public link lead nowhere."""
        self._update(_conversations, _owned(visitor, key), share=None)

    def delete(self, visitor: str, key: str) -> None:
        """Delete the visitor's conversation with its turns."""
        with self._change() as connection:
            connection.execute(delete(_conversations).where(_owned(visitor, key)))

    def copy(self, visitor: str, key: str) -> str:
        """A conversation of the visitor's own with the turns of another one."""
        turns = self.turns(key)
        mine = self.begin(visitor, turns[0].question if turns else "对话")
        rows = [
            {
                "conversation": mine,
                "question": t.question,
                "reply": t.reply and t.reply.model_dump(mode="json"),
            }
            for t in turns
        ]
        if rows:
            with self._change() as connection:
                connection.execute(insert(_turns), rows)
        return mine

    def _update(self, table: Table, which: Any, **values: Any) -> None:
        with self._change() as connection:
            connection.execute(update(table).where(which).values(**values))

    @contextmanager
    def _read(self, rows: Select[Any]) -> Iterator[Sequence[Row[Any]]]:
        try:
            with self._engine.connect() as connection:
                yield connection.execute(rows).all()
        except SQLAlchemyError as error:
            raise BackendFault("对话记录读不出来，请稍后再试。") from error

    @contextmanager
    def _change(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise BackendFault("对话记录没能保存，请稍后再试。") from error


def _owned(visitor: str, key: str) -> Any:
    return (_conversations.c.id == key) & (_conversations.c.visitor == visitor)


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(row.id, row.title, row.share, row.updated_at)


def _turn(row: Row[Any]) -> Turn:
    reply = Reply.model_validate(row.reply) if row.reply else None
    return Turn(row.id, row.question, row.fresh, reply, row.fault, row.good)
