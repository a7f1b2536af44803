"""The one place that reads and writes what the service keeps."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine, Select, delete, func, select, text, tuple_, update

from assistant.service.store.audit import audited
from assistant.service.store.database import migrate
from assistant.service.store.sessions import Sessions
from assistant.service.store.tables import AnswerRow, ConversationRow, FeedbackRow

__all__ = ["Answered", "Complaint", "Store"]

_ID = re.compile(r"[0-9a-f]{32}")
_TITLE = 40


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to be kept: the contract's object in `answer`, and what it was made from.

    `begun_by` is the user for whom its conversation is to be begun, None where that stands already.
    """

    owner: str
    channel: str
    conversation_id: str | None
    begun_by: str | None
    history: tuple[str, ...]
    as_of: date
    answer: dict[str, Any]
    trace: list[dict[str, Any]]
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Complaint:
    """An answer (the contract's object in `answer`) that its user found wrong, and what was said of it."""

    question: str
    history: tuple[str, ...]
    as_of: date
    answer: dict[str, Any]
    comment: str
    given: datetime


class Store:
    """Conversations, answers, feedback and audit log of all owners.

    Every look-up takes the owner, and finds nothing of another one; `complaints` alone is for whoever runs the
    service. Safe to share by threads and processes; raises SQLAlchemyError where the database fails.
    """

    def __init__(self, engine: Engine) -> None:
        self._sessions = Sessions(engine)

    def prepare(self) -> None:
        """Bring the schema up to date."""
        migrate(self._sessions.engine)

    def check(self) -> None:
        """Raise SQLAlchemyError unless the database answers."""
        with self._sessions.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close all connections."""
        self._sessions.engine.dispose()

    def begin_conversation(self, owner: str, user: str = "", title: str = "") -> ConversationRow:
        """A new, empty conversation."""
        row = _conversation(owner, uuid.uuid4().hex, user, title)
        with self._sessions.write() as session:
            session.add(row)
            session.add(audited(owner, "conversation.create", row.id))
        return row

    def conversation(self, owner: str, key: str, user: str | None = None) -> ConversationRow | None:
        """The owner's conversation, and this user's if given; None where there is none."""
        if not _ID.fullmatch(key):
            return None
        with self._sessions.read() as session:
            return session.scalar(_owned(owner, key, user))

    def conversations(self, owner: str, limit: int, after: str | None = None) -> list[ConversationRow]:
        """The owner's conversations, those used last first; `after` is the id of the last one already seen."""
        rows = (
            select(ConversationRow)
            .where(ConversationRow.owner == owner)
            .order_by(ConversationRow.updated_at.desc(), ConversationRow.id.desc())
            .limit(limit)
        )
        with self._sessions.read() as session:
            if after is not None:
                last = session.scalar(_owned(owner, after)) if _ID.fullmatch(after) else None
                if last is None:
                    return []
                place = tuple_(ConversationRow.updated_at, ConversationRow.id)
                rows = rows.where(place < tuple_(last.updated_at, last.id))
            return list(session.scalars(rows))

    def delete_conversation(self, owner: str, key: str) -> bool:
        """Delete a conversation with its answers and their feedback; False where there is none."""
        if not _ID.fullmatch(key):
            return False
        with self._sessions.write() as session:
            gone = session.scalar(
                delete(ConversationRow)
                .where(ConversationRow.id == key, ConversationRow.owner == owner)
                .returning(ConversationRow.id)
            )
            if gone is not None:
                session.add(audited(owner, "conversation.delete", key))
        return gone is not None

    def answers(self, conversation: str) -> list[AnswerRow]:
        """The answers of a conversation, oldest first."""
        rows = select(AnswerRow).where(AnswerRow.conversation_id == conversation).order_by(AnswerRow.number)
        with self._sessions.read() as session:
            return list(session.scalars(rows))

    def questions(self, conversation: str, limit: int) -> tuple[str, ...]:
        """The last questions of a conversation, oldest first."""
        rows = (
            select(AnswerRow.question)
            .where(AnswerRow.conversation_id == conversation)
            .order_by(AnswerRow.number.desc())
            .limit(limit)
        )
        with self._sessions.read() as session:
            return tuple(reversed(session.scalars(rows).all()))

    def keep(self, answered: Answered) -> bool:
        """Keep an answer; False, and nothing kept, where its conversation was deleted meanwhile."""
        now = _now()
        with self._sessions.write() as session:
            if answered.conversation_id is not None and answered.begun_by is not None:
                title = answered.answer["question"][:_TITLE]
                session.add(_conversation(answered.owner, answered.conversation_id, answered.begun_by, title))
                session.flush()
            elif answered.conversation_id is not None:
                found = session.scalar(
                    update(ConversationRow)
                    .where(
                        ConversationRow.id == answered.conversation_id,
                        ConversationRow.owner == answered.owner,
                    )
                    .values(updated_at=now)
                    .returning(ConversationRow.id)
                )
                if found is None:
                    return False
            session.add(
                AnswerRow(
                    id=answered.answer["id"],
                    owner=answered.owner,
                    channel=answered.channel,
                    conversation_id=answered.conversation_id,
                    question=answered.answer["question"],
                    history=list(answered.history),
                    as_of=answered.as_of,
                    answer=answered.answer,
                    trace=answered.trace,
                    versions=answered.versions,
                    created_at=now,
                )
            )
            session.add(audited(answered.owner, f"answer.{answered.channel}", answered.answer["id"]))
        return True

    def answer(self, owner: str, key: str) -> AnswerRow | None:
        """The owner's answer with this id."""
        if not _ID.fullmatch(key):
            return None
        with self._sessions.read() as session:
            return session.scalar(select(AnswerRow).where(AnswerRow.id == key, AnswerRow.owner == owner))

    def keep_feedback(self, owner: str, answer: str, rating: str, comment: str) -> FeedbackRow | None:
        """Keep what a user thought of an answer; None where the owner has no such answer."""
        if not _ID.fullmatch(answer):
            return None
        with self._sessions.write() as session:
            mine = select(AnswerRow.id).where(AnswerRow.id == answer, AnswerRow.owner == owner)
            if session.scalar(mine.with_for_update()) is None:
                return None
            row = FeedbackRow(
                id=uuid.uuid4().hex,
                answer_id=answer,
                owner=owner,
                rating=rating,
                comment=comment,
                created_at=_now(),
            )
            session.add(row)
            session.add(audited(owner, f"feedback.{rating}", answer))
        return row

    def complaints(self) -> list[Complaint]:
        """All answers, of all owners, whose last feedback is `down`, in the order of that feedback."""
        rows = (
            select(FeedbackRow, AnswerRow)
            .join(AnswerRow, AnswerRow.id == FeedbackRow.answer_id)
            .order_by(FeedbackRow.created_at, FeedbackRow.id)
        )
        with self._sessions.read() as session:
            last = {feedback.answer_id: (feedback, answer) for feedback, answer in session.execute(rows)}
        found = sorted(last.values(), key=lambda pair: (pair[0].created_at, pair[0].id))
        return [
            Complaint(a.question, tuple(a.history), a.as_of, a.answer, f.comment, f.created_at)
            for f, a in found
            if f.rating == "down"
        ]

    def counts(self, conversations: Sequence[str]) -> dict[str, int]:
        """How many answers each of these conversations holds."""
        rows = (
            select(AnswerRow.conversation_id, func.count())
            .where(AnswerRow.conversation_id.in_(conversations))
            .group_by(AnswerRow.conversation_id)
        )
        with self._sessions.read() as session:
            return {str(key): count for key, count in session.execute(rows)}


def _conversation(owner: str, key: str, user: str, title: str) -> ConversationRow:
    now = _now()
    return ConversationRow(id=key, owner=owner, user=user, title=title, created_at=now, updated_at=now)


def _owned(owner: str, key: str, user: str | None = None) -> Select[ConversationRow]:
    rows = select(ConversationRow).where(ConversationRow.id == key, ConversationRow.owner == owner)
    return rows if user is None else rows.where(ConversationRow.user == user)


def _now() -> datetime:
    return datetime.now(UTC)
