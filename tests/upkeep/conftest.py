"""Installations with something in every place that a backup takes, and the databases of the service's tests."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from assistant.service.keys import Scope
from assistant.service.store.database import opened
from assistant.service.store.keyring import Keyring, Wanted
from assistant.service.store.store import Answered, Store
from assistant.upkeep.places import Places
from indexer.versions import Versions
from tests.indexer.fakes import small_corpus
from tests.indexer.test_build import build
from tests.service import conftest as shared

postgres = shared.postgres

Install = Callable[..., Places]


def answered(number: int, conversation: str | None) -> Answered:
    answer = {"id": f"{number:032x}", "question": f"问题{number}：“能补多少”？", "answer": "三百万元\n"}
    return Answered(
        "owner", "api", conversation, None, ("此前",), date(2026, 1, 2), answer, [], {"index": "1"}
    )


def fill(url: str) -> None:
    """A key, a conversation with two answers and feedback."""
    with opened(url) as engine:
        Keyring(engine).create(Wanted(name="客服", scopes=[Scope.ASK], daily_quota=5))
        store = Store(engine)
        row = store.begin_conversation("owner", "user", "题目")
        for number in (1, 2):
            assert store.keep(answered(number, row.id))
        store.keep_feedback("owner", f"{1:032x}", "down", "漏了")


def said(url: str) -> dict[str, object]:
    """What users of the service would be shown."""
    with opened(url) as engine:
        store = Store(engine)
        rows = store.conversations("owner", 10)
        keys = [(key.name, key.scopes, key.digest, key.created_at) for key in Keyring(engine).all()]
        answers = [
            (a.id, a.answer, a.history, a.as_of, a.created_at) for r in rows for a in store.answers(r.id)
        ]
        complaints = [(c.question, c.comment, c.given) for c in store.complaints()]
        return {
            "keys": keys,
            "titles": [row.title for row in rows],
            "answers": answers,
            "complaints": complaints,
        }


def files(places: Places) -> dict[str, str]:
    """The users' files, the rows of the page and what the index points to."""
    page = places.page / "conversations.sqlite3"
    with closing(sqlite3.connect(page)) as connection:
        asked = connection.execute("SELECT asked FROM turns").fetchall()
    document = (places.home / "documents" / "甲" / "原文.txt").read_text("utf-8")
    return {"document": document, "page": str(asked), "index": Versions(places.home).serving().name}


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Makes an installation whose contents tell its name."""

    def made(name: str, url: str | None = None, *, empty: bool = False) -> Places:
        home = tmp_path / name
        database = url or f"sqlite:///{home}/service.sqlite3"
        places = Places(home, home / "page", database)
        if empty:
            return places
        build(home, small_corpus({name: {"第一条": f"{name}的第一条，支持{name}。"}}))
        (home / "documents" / "甲").mkdir(parents=True)
        (home / "documents" / "甲" / "原文.txt").write_text(f"{name}的原文", "utf-8")
        (home / "models").mkdir()
        (home / "models" / "large").write_text("made again", "utf-8")
        places.page.mkdir()
        with closing(sqlite3.connect(places.page / "conversations.sqlite3")) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE turns (asked TEXT)")
            connection.execute("INSERT INTO turns VALUES (?)", (name,))
            connection.commit()
        fill(database)
        return places

    return made


def pointer(places: Places) -> str:
    """The version that the index points to."""
    return str(json.loads((places.home / "index" / "current").read_text("utf-8"))["version"])
