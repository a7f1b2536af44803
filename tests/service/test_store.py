"""What is kept, in SQLite and in PostgreSQL."""

import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import httpx
import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, make_url, select
from sqlalchemy.orm import Session

from assistant.bootstrap import Serving
from assistant.service.store.database import open_database
from assistant.service.store.store import Answered, Store
from assistant.service.store.tables import AuditRow, Base
from assistant.settings import Settings
from corpus.errors import InvalidInput
from tests.service.conftest import FOLLOW_UP, QUESTION, running


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> Store:
    store = Store(engine)
    store.prepare()
    return store


def answered(owner: str, question: str = QUESTION, conversation: str | None = None, **more: Any) -> Answered:
    answer = {"id": uuid.uuid4().hex, "question": question, "answer": "三百万元😀", "refused": False}
    given = {
        "begun_by": None,
        "history": ("早先的",),
        "trace": [{"step": "understand"}],
        "versions": {"index": "1"},
    }
    return Answered(owner, "api", conversation, answer=answer, as_of=date(2026, 1, 1), **{**given, **more})


def test_the_steps_of_the_schema_make_the_tables_that_are_mapped(store: Store, engine: Engine) -> None:
    store.prepare()
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_processes_that_start_together_prepare_once(url: str) -> None:
    code = (
        "import sys; from assistant.service.store.database import open_database;"
        "from assistant.service.store.store import Store; Store(open_database(sys.argv[1])).prepare()"
    )
    started = [subprocess.Popen([sys.executable, "-c", code, url]) for _ in range(2)]
    assert [process.wait(60) for process in started] == [0, 0]


def test_an_answer_comes_back_as_it_was(store: Store) -> None:
    kept = answered("a")
    assert store.keep(kept)
    row = store.answer("a", kept.answer["id"])
    assert row is not None
    assert (row.answer, row.trace, row.history) == (kept.answer, kept.trace, ["早先的"])
    assert (row.question, row.as_of, row.versions) == (QUESTION, date(2026, 1, 1), {"index": "1"})
    assert abs((datetime.now(UTC) - row.created_at).total_seconds()) < 60


def test_nothing_of_another_owner_is_found(store: Store) -> None:
    key = store.begin_conversation("a", "user").id
    kept = answered("a", conversation=key)
    assert store.keep(kept)
    assert store.conversation("b", key) is store.answer("b", kept.answer["id"]) is None
    assert store.conversation("a", key, "other") is None
    assert store.conversation("a", key, "user") is not None
    assert store.conversations("b", 10) == []
    assert store.keep_feedback("b", kept.answer["id"], "up", "") is None
    assert not store.delete_conversation("b", key)
    assert not store.keep(answered("b", conversation=key))


def test_a_deleted_conversation_takes_its_answers_and_feedback_along(store: Store) -> None:
    key = store.begin_conversation("a").id
    kept = answered("a", conversation=key)
    assert store.keep(kept)
    assert store.keep_feedback("a", kept.answer["id"], "up", "好")
    assert store.delete_conversation("a", key)
    assert store.answer("a", kept.answer["id"]) is None
    assert not store.keep(answered("a", conversation=key))
    assert not store.delete_conversation("a", key)


def test_a_conversation_that_begins_with_its_answer_is_kept_with_it(store: Store) -> None:
    key = uuid.uuid4().hex
    assert store.keep(answered("a", conversation=key, begun_by="user"))
    row = store.conversation("a", key, "user")
    assert row is not None
    assert row.title == QUESTION[:40]
    assert store.questions(key, 5) == (QUESTION,)


def test_the_last_questions_come_oldest_first(store: Store) -> None:
    key = store.begin_conversation("a").id
    for number in range(5):
        assert store.keep(answered("a", f"问{number}", key))
    assert store.questions(key, 3) == ("问2", "问3", "问4")
    assert store.counts([key]) == {key: 5}


def test_who_did_what_is_noted_without_words(store: Store, engine: Engine) -> None:
    key = store.begin_conversation("a").id
    kept = answered("a", conversation=key)
    store.keep(kept)
    store.keep_feedback("a", kept.answer["id"], "down", "秘密")
    store.delete_conversation("a", key)
    with Session(engine) as session:
        rows = list(session.scalars(select(AuditRow).order_by(AuditRow.number)))
    assert [(row.owner, row.action) for row in rows] == [
        ("a", action)
        for action in ("conversation.create", "answer.api", "feedback.down", "conversation.delete")
    ]
    assert rows[1].target == kept.answer["id"]


def test_many_threads_write_at_once_and_nothing_is_lost(store: Store) -> None:
    key = store.begin_conversation("a").id
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda n: store.keep(answered("a", f"问{n}", key)), range(80)))
    assert store.counts([key]) == {key: 80}


def test_the_service_runs_on_it(settings: Settings, serving: Serving, url: str) -> None:
    with running(settings, serving=serving, database_url=url) as base, httpx.Client(base_url=base) as client:
        key = client.post("/v1/conversations", json={"title": "标题\x00"}).json()["id"]
        asked = {"question": QUESTION, "conversation_id": key}
        answer = client.post("/v1/ask", json=asked).json()
        follow = client.post("/v1/ask", json={"question": FOLLOW_UP + "\x00", "conversation_id": key}).json()
        assert (answer["amount"]["value"], follow["amount"]["value"]) == (300, 240)
        judged = {"answer_id": answer["id"], "rating": "up", "comment": "a\x00b😀"}
        assert client.post("/v1/feedback", json=judged).json()["comment"] == "ab😀"
        assert client.get(f"/v1/conversations/{key}").json()["answers"] == [answer, follow]
        assert client.get(f"/v1/answers/{answer['id']}").json()["answer"] == answer
        assert client.delete(f"/v1/conversations/{key}").status_code == 204


def test_a_database_that_goes_away_is_said_and_health_goes_on(
    settings: Settings, serving: Serving, postgres: str
) -> None:
    server = make_url(postgres)
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    url = server.set(database="gone").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("CREATE DATABASE gone")
        with running(settings, serving=serving, database_url=url) as base:
            connection.execute("DROP DATABASE gone WITH (FORCE)")
            for response in (
                httpx.post(f"{base}/v1/ask", json={"question": QUESTION}),
                httpx.get(f"{base}/readyz"),
            ):
                assert (response.status_code, response.json()["code"]) == (503, "storage_unavailable")
                assert "zhengce@" not in response.text
            assert httpx.get(f"{base}/healthz").status_code == 200


@pytest.mark.parametrize("url", ["mysql://a/b", "nonsense", "oracle+x://y"], ids=str)
def test_another_database_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        open_database(url)
