"""The tables, as SQLAlchemy maps them; `versions/` creates them."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, DateTime, Dialect, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

__all__ = [
    "AnswerRow",
    "AuditRow",
    "Base",
    "ConversationRow",
    "DeliveryRow",
    "FeedbackRow",
    "KeyRow",
    "LeaseRow",
    "LetterRow",
    "ModelUsageRow",
    "PageRow",
    "StampRow",
    "UsageRow",
]


class _Moment(TypeDecorator[datetime]):
    """A time in UTC; SQLite forgets the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None else (value if value.tzinfo else value.replace(tzinfo=UTC))


class Base(DeclarativeBase):
    """The metadata of all tables."""


class ConversationRow(Base):
    """A conversation of one owner (a key) and, in Dify's shape, one of the owner's users."""

    __tablename__ = "conversations"
    __table_args__ = (Index("conversations_of_owner", "owner", "updated_at", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    user: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(_Moment())
    updated_at: Mapped[datetime] = mapped_column(_Moment(), index=True)


class AnswerRow(Base):
    """A question that was answered, with everything needed to see again how; `number` gives the order."""

    __tablename__ = "answers"
    __table_args__ = (Index("answers_of_conversation", "conversation_id", "number"),)

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(32), unique=True)
    owner: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(20))
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(Text)
    history: Mapped[list[str]] = mapped_column(JSON)
    as_of: Mapped[date] = mapped_column(Date)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    trace: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    versions: Mapped[dict[str, str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(_Moment(), index=True)


class FeedbackRow(Base):
    """What a user thought of an answer."""

    __tablename__ = "feedback"
    __table_args__ = (Index("feedback_of_answer", "answer_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"))
    owner: Mapped[str] = mapped_column(String(64))
    rating: Mapped[str] = mapped_column(String(10))
    comment: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(_Moment())


class AuditRow(Base):
    """Who did what to what, without any words of users."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(_Moment(), index=True)
    owner: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(64))


class DeliveryRow(Base):
    """A message of WeChat or 企业微信, however often it was delivered, and what was replied to it.

    `state` is `waiting` while its request may still reply, `late` when the answer is to come another way; then
    `done`, or `pushed` when the answer went to the outbox. Past `lease_until` whoever worked on it is taken to be
    gone.
    """

    __tablename__ = "deliveries"
    __table_args__ = (Index("deliveries_by_lease", "channel", "state", "lease_until"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    user: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(Text)
    page_id: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    lease_until: Mapped[datetime] = mapped_column(_Moment())
    reply: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(_Moment())


class StampRow(Base):
    """A time stamp and nonce that were used, and for which delivery."""

    __tablename__ = "stamps"

    stamp: Mapped[str] = mapped_column(String(64), primary_key=True)
    delivery: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(_Moment(), index=True)


class LetterRow(Base):
    """A message that is to be pushed to a user; gone when it was sent.

    `state` is `due`, `parked` until the user writes again, or `failed`.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_due", "channel", "state", "due_at"),)

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    delivery: Mapped[str] = mapped_column(String(64), unique=True)
    channel: Mapped[str] = mapped_column(String(20))
    user: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime] = mapped_column(_Moment())
    attempts: Mapped[int] = mapped_column(Integer)
    error: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(_Moment())


class LeaseRow(Base):
    """Which process does a work that only one may do, and until when."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(32))
    until: Mapped[datetime] = mapped_column(_Moment())


class PageRow(Base):
    """A page that shows one answer to whoever has its id; without an answer until that is there."""

    __tablename__ = "pages"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    answer_id: Mapped[str | None] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(_Moment(), index=True)


class KeyRow(Base):
    """A key that was given out; of the key itself only its hash. Revoked ones stay, so that a service that has
    lost its last key does not open to everybody.

    `owner` is whose data it opens: a key that replaces another one has the owner of that.
    """

    __tablename__ = "keys"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    owner: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    rate_limit: Mapped[int | None] = mapped_column(Integer)
    daily_quota: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(_Moment())
    expires_at: Mapped[datetime | None] = mapped_column(_Moment())
    revoked_at: Mapped[datetime | None] = mapped_column(_Moment())


class UsageRow(Base):
    """How many questions an owner has asked on a day (of Beijing), where that is limited."""

    __tablename__ = "usage"

    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    used: Mapped[int] = mapped_column(Integer)


class ModelUsageRow(Base):
    """What an owner used of the language model on a day (of Beijing)."""

    __tablename__ = "model_usage"

    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    calls: Mapped[int] = mapped_column(Integer)
    tokens: Mapped[int] = mapped_column(BigInteger)
