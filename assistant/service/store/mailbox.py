"""What came in from WeChat and 企业微信, what is to go out, and who sees to it."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Engine, Update, delete, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from assistant.service.store.sessions import Sessions
from assistant.service.store.tables import (
    AnswerRow,
    Base,
    ConversationRow,
    DeliveryRow,
    LeaseRow,
    LetterRow,
    PageRow,
    StampRow,
)

__all__ = ["Claim", "Mailbox", "Replied"]

_KEPT = timedelta(days=7)
_STAMPS_KEPT = timedelta(days=1)
_STALE_AT_ONCE = 10
_OPEN = ("waiting", "late")
_ERROR_CHARS = 200


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery and whether this is the first time that it came."""

    delivery: DeliveryRow
    is_first: bool


@dataclass(frozen=True, slots=True)
class Replied:
    """What is replied to a message, and the answer that its page shows."""

    text: str
    answer_id: str | None = None


class Mailbox:
    """Deliveries, outbox, pages and leases, shared by all processes; raises SQLAlchemyError."""

    def __init__(self, engine: Engine) -> None:
        self._sessions = Sessions(engine)

    def claim(self, row: DeliveryRow, stamp: str, page_until: datetime | None) -> Claim | None:
        """Take a delivery in, once; None where its stamp was used for another one.

        With `page_until` a page is laid open for its answer. Letters that waited for the user become due.
        """
        now = _now()
        with self._sessions.write() as session:
            if not _added(session, StampRow, stamp=stamp, delivery=row.key, at=now) and row.key != (
                session.scalar(select(StampRow.delivery).where(StampRow.stamp == stamp))
            ):
                return None
            if page_until is not None:
                row.page_id = secrets.token_urlsafe(24)
            columns = {column.key: getattr(row, column.key) for column in DeliveryRow.__table__.columns}
            first = _added(session, DeliveryRow, **columns)
            if first and page_until is not None:
                session.add(PageRow(id=row.page_id, answer_id=None, expires_at=page_until))
            if first:
                session.execute(
                    update(LetterRow)
                    .where(
                        LetterRow.channel == row.channel,
                        LetterRow.user == row.user,
                        LetterRow.state == "parked",
                    )
                    .values(state="due", due_at=now)
                )
            return Claim(session.get_one(DeliveryRow, row.key), first)

    def delivery(self, key: str) -> DeliveryRow | None:
        """A delivery as it stands."""
        with self._sessions.read() as session:
            return session.get(DeliveryRow, key)

    def reply(self, key: str, replied: Replied) -> bool:
        """Settle a delivery by the reply to its request; False where it was taken over meanwhile."""
        with self._sessions.write() as session:
            return self._settle(session, key, ("waiting", "done"), replied) is not None

    def postpone(self, key: str, until: datetime) -> bool:
        """Let the answer come later; whoever works on it has until `until`. False where it is settled."""
        unsettled = (DeliveryRow.key == key, DeliveryRow.state.in_(_OPEN))
        with self._sessions.write() as session:
            statement = update(DeliveryRow).where(*unsettled).values(state="late", lease_until=until)
            return _changed(session, statement)

    def finish(self, key: str, replied: Replied, push: bool) -> bool:
        """Settle a late delivery, in the outbox if it is to be pushed; False where another one did."""
        now = _now()
        with self._sessions.write() as session:
            row = self._settle(session, key, ("late", "pushed" if push else "done"), replied)
            if row is not None and push:
                session.add(
                    LetterRow(
                        delivery=key,
                        channel=row.channel,
                        user=row.user,
                        text=replied.text,
                        state="due",
                        due_at=now,
                        attempts=0,
                        error="",
                        created_at=now,
                    )
                )
        return row is not None

    def take_stale(self, channel: str, until: datetime) -> list[DeliveryRow]:
        """Unanswered deliveries that nobody works on any more, to be worked on until `until`."""
        stale = (
            select(DeliveryRow)
            .where(
                DeliveryRow.channel == channel,
                DeliveryRow.state.in_(_OPEN),
                DeliveryRow.lease_until < _now(),
            )
            .order_by(DeliveryRow.created_at)
            .limit(_STALE_AT_ONCE)
        )
        with self._sessions.read() as session:
            if session.scalar(stale.limit(1)) is None:
                return []
        with self._sessions.write() as session:
            rows = list(session.scalars(stale.with_for_update(skip_locked=True)))
            for row in rows:
                row.state, row.lease_until = "late", until
        return rows

    def conversation_of(self, channel: str, user: str, since: datetime) -> str | None:
        """The conversation that the user was in after `since`."""
        rows = (
            select(ConversationRow.id)
            .where(
                ConversationRow.owner == channel,
                ConversationRow.user == user,
                ConversationRow.updated_at > since,
            )
            .order_by(ConversationRow.updated_at.desc())
        )
        with self._sessions.read() as session:
            return session.scalar(rows.limit(1))

    def forget(self, channel: str, user: str) -> None:
        """Delete what belongs to a user: conversations with their answers, letters, open questions."""
        with self._sessions.write() as session:
            for kind in (LetterRow, DeliveryRow):
                session.execute(delete(kind).where(kind.channel == channel, kind.user == user))
            mine = (ConversationRow.owner == channel, ConversationRow.user == user)
            session.execute(delete(ConversationRow).where(*mine))

    def due(self, channel: str, limit: int) -> list[LetterRow]:
        """Letters to be pushed now, oldest first."""
        rows = (
            select(LetterRow)
            .where(LetterRow.channel == channel, LetterRow.state == "due", LetterRow.due_at <= _now())
            .order_by(LetterRow.number)
            .limit(limit)
        )
        with self._sessions.read() as session:
            return list(session.scalars(rows))

    def letters(self) -> list[LetterRow]:
        """Everything in the outbox, oldest first."""
        with self._sessions.read() as session:
            return list(session.scalars(select(LetterRow).order_by(LetterRow.number)))

    def sent(self, number: int) -> None:
        """A letter has arrived."""
        with self._sessions.write() as session:
            session.execute(delete(LetterRow).where(LetterRow.number == number))

    def keep_letter(self, number: int, state: str, due_at: datetime, error: str) -> None:
        """A letter could not be pushed: in which state it stays, and why."""
        with self._sessions.write() as session:
            session.execute(
                update(LetterRow)
                .where(LetterRow.number == number)
                .values(
                    state=state,
                    due_at=due_at,
                    error=error[:_ERROR_CHARS],
                    attempts=LetterRow.attempts + 1,
                )
            )

    def lead(self, name: str, holder: str, seconds: float) -> bool:
        """Whether `holder` is the one to do a work, for these seconds from now."""
        now = _now()
        until = now + timedelta(seconds=seconds)
        with self._sessions.write() as session:
            if _added(session, LeaseRow, name=name, holder=holder, until=until):
                return True
            free = or_(LeaseRow.holder == holder, LeaseRow.until < now)
            mine = update(LeaseRow).where(LeaseRow.name == name, free)
            return _changed(session, mine.values(holder=holder, until=until))

    def resign(self, name: str, holder: str) -> None:
        """Let another process take over at once."""
        with self._sessions.write() as session:
            session.execute(delete(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == holder))

    def page(self, key: str) -> tuple[PageRow, AnswerRow | None] | None:
        """A page that has not expired, and its answer once that is there."""
        with self._sessions.read() as session:
            page = session.get(PageRow, key)
            if page is None or page.expires_at < _now():
                return None
            mine = select(AnswerRow).where(AnswerRow.id == page.answer_id)
            return page, session.scalar(mine) if page.answer_id else None

    def purge(self) -> None:
        """Delete what nobody will ask for again."""
        now = _now()
        with self._sessions.write() as session:
            session.execute(delete(StampRow).where(StampRow.at < now - _STAMPS_KEPT))
            session.execute(delete(PageRow).where(PageRow.expires_at < now))
            session.execute(delete(DeliveryRow).where(DeliveryRow.created_at < now - _KEPT))
            session.execute(delete(LetterRow).where(LetterRow.created_at < now - _KEPT))

    @staticmethod
    def _settle(session: Session, key: str, states: tuple[str, str], replied: Replied) -> DeliveryRow | None:
        before, after = states
        row = session.scalar(
            update(DeliveryRow)
            .where(DeliveryRow.key == key, DeliveryRow.state == before)
            .values(state=after, reply=replied.text)
            .returning(DeliveryRow)
        )
        if row is not None and row.page_id is not None and replied.answer_id is not None:
            shown = update(PageRow).where(PageRow.id == row.page_id)
            session.execute(shown.values(answer_id=replied.answer_id))
        return row


def _added(session: Session, kind: type[Base], **values: Any) -> bool:
    """Whether a row was added; False where one with its key stands already."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    added = insert(kind).values(**values).on_conflict_do_nothing().returning(literal(True))
    return session.scalar(added) is not None


def _changed(session: Session, statement: Update) -> bool:
    result = session.execute(statement)
    return isinstance(result, CursorResult) and result.rowcount == 1


def _now() -> datetime:
    return datetime.now(UTC)
