"""What was kept for long enough is deleted: at start, daily, and nothing else."""

import time
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from assistant.bootstrap import Serving
from assistant.service import purging
from assistant.service.store.database import opened
from assistant.service.store.keyring import Keyring
from assistant.service.store.retention import Purged, Retention
from assistant.service.store.store import Store
from assistant.service.store.tables import AnswerRow, AuditRow, ConversationRow, FeedbackRow
from assistant.settings import Settings
from tests.service.conftest import QUESTION, running
from tests.service.test_store import answered

NOW = datetime.now(UTC)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    with opened(url) as engine:
        yield engine


def kept(engine: Engine, days: int, conversation: str | None = None) -> str:
    """An answer, given so many days ago."""
    store, given = Store(engine), answered("a", conversation=conversation)
    assert store.keep(given)
    key: str = given.answer["id"]
    assert store.keep_feedback("a", key, "up", "好")
    with Session(engine) as session, session.begin():
        session.execute(update(AnswerRow).where(AnswerRow.id == key).values(created_at=_ago(days)))
        session.execute(update(AuditRow).where(AuditRow.target == key).values(at=_ago(days)))
    return key


def begun(engine: Engine, days: int) -> str:
    """A conversation that was used so many days ago."""
    key = Store(engine).begin_conversation("a").id
    used(engine, key, days)
    return key


def used(engine: Engine, key: str, days: int) -> None:
    with Session(engine) as session, session.begin():
        session.execute(
            update(ConversationRow).where(ConversationRow.id == key).values(updated_at=_ago(days))
        )


def _ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def count(engine: Engine, table: type) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_what_is_older_goes_with_all_that_hangs_on_it_and_the_rest_stays(engine: Engine) -> None:
    store = Store(engine)
    old, new = begun(engine, 31), begun(engine, 29)
    in_old, early, late = kept(engine, 31, old), kept(engine, 31, new), kept(engine, 29, new)
    used(engine, old, 31)
    loose, fresh = kept(engine, 31), kept(engine, 29)
    assert Retention(engine).purge(30, 0) == Purged(conversations=1, answers=2, audit=0)
    assert [store.answer("a", key) is None for key in (in_old, early, late, loose, fresh)] == [
        True,
        True,
        False,
        True,
        False,
    ]
    assert store.conversation("a", old) is None
    assert store.questions(new, 5) == (QUESTION,)
    assert count(engine, FeedbackRow) == 2


def test_the_audit_log_has_days_of_its_own_and_none_keeps_everything(engine: Engine) -> None:
    kept(engine, 400)
    before = count(engine, AuditRow)
    assert Retention(engine).purge(0, 0) == Purged(0, 0, 0)
    assert Retention(engine).purge(0, 180) == Purged(conversations=0, answers=0, audit=2)
    assert (count(engine, AuditRow), count(engine, AnswerRow)) == (before - 2, 1)


def test_more_than_one_portion_is_deleted(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        row = {"owner": "a", "user": "", "title": "", "created_at": _ago(2), "updated_at": _ago(2)}
        session.add_all([ConversationRow(id=uuid.uuid4().hex, **row) for _ in range(1203)])
    assert Retention(engine).purge(1, 0).conversations == 1203
    assert count(engine, ConversationRow) == 0


def test_counts_of_questions_are_not_kept_for_ever(engine: Engine) -> None:
    keyring = Keyring(engine)
    keyring.spend("a", date(2026, 1, 1), 5)
    keyring.spend("a", date(2026, 3, 1), 5)
    Retention(engine).purge(0, 0, datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert keyring.used(date(2026, 1, 1)) == {}
    assert keyring.used(date(2026, 3, 1)) == {"a": 1}


def test_the_service_purges_at_start_and_then_daily(
    settings: Settings, serving: Serving, engine: Engine, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "_DAY_SECONDS", 0.2)
    first, fresh = kept(engine, 31), kept(engine, 29)
    with running(settings, serving=serving, database_url=url, retention_days=30) as base:
        assert is_gone(engine, first)
        assert is_gone(engine, kept(engine, 31))
        assert httpx.post(f"{base}/v1/ask", json={"question": QUESTION}, timeout=30).status_code == 200
    assert Store(engine).answer("a", fresh) is not None


def is_gone(engine: Engine, key: str) -> bool:
    """Whether an answer is deleted within ten seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if Store(engine).answer("a", key) is None:
            return True
        time.sleep(0.05)
    return False
