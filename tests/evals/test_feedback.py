"""Thumbs down in the service's database, and the candidate cases that come of it."""

import json
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main
from assistant.service.store.database import open_database
from assistant.service.store.store import Answered, Store
from evals.cases import load_cases

DAY = date(2026, 11, 21)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    url = f"sqlite:///{tmp_path}/service.sqlite3"
    monkeypatch.setenv("ZHENGCE_SERVICE_DATABASE_URL", url)
    store = Store(open_database(url))
    store.prepare()
    return store


def rated(
    store: Store, question: str, *ratings: tuple[str, str], history: tuple[str, ...] = (), **said: Any
) -> None:
    """Keep an answer to `question` with these ratings and comments."""
    answer = {"id": uuid.uuid4().hex, "question": question, "refused": False, "citations": [], **said}
    store.keep(Answered("me", "api", None, None, history, DAY, answer, [], {}))
    for rating, comment in ratings:
        store.keep_feedback("me", answer["id"], rating, comment)


def exported(out: Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["eval", "feedback", "--out", str(out)])
    return int(ended.value.code or 0)


def test_thumbs_down_become_cases_with_an_empty_gold_and_the_reason(store: Store, tmp_path: Path) -> None:
    rated(store, "好答案", ("up", "谢谢"))
    rated(store, "没人评的答案")
    cited = [{"doc": "2022-06", "unit": "第十条"}] * 2
    amount = {"value": 24, "unit": "万元"}
    rated(store, "租赁补多少", ("down", "应该是\n50万"), citations=cited, amount=amount)
    rated(store, "那明年呢", ("down", ""), history=("租赁补多少",), refused=True)
    out = tmp_path / "candidates.jsonl"
    assert exported(out) == 0
    first, second = load_cases(out)
    assert (first.question, first.type, first.citations, first.amount) == ("租赁补多少", "amount", (), None)
    for said in ("待补标准答案", "应该是 50万", "引 2022-06 第十条", "金额 24 万元"):
        assert said in first.note
    assert first.note.count("第十条") == 1
    assert (second.history, second.type) == (("租赁补多少",), "followup")
    assert "未写原因" in second.note
    assert "拒答" in second.note
    contract = "id type history question citations also_ok amount must_include must_not_include refuse note"
    assert list(json.loads(out.read_text("utf-8").splitlines()[0])) == contract.split()


def test_who_changes_their_mind_is_believed(store: Store, tmp_path: Path) -> None:
    rated(store, "先踩后赞", ("down", "错"), ("up", "看错了"))
    rated(store, "先赞后踩", ("up", ""), ("down", "错"))
    assert exported(tmp_path / "out.jsonl") == 0
    assert [case.question for case in load_cases(tmp_path / "out.jsonl")] == ["先赞后踩"]


def test_a_question_asked_alike_is_one_case_with_all_reasons(store: Store, tmp_path: Path) -> None:
    rated(store, "同一问", ("down", "金额错"))
    rated(store, "同一问", ("down", "条文错"))
    assert exported(tmp_path / "out.jsonl") == 0
    (only,) = load_cases(tmp_path / "out.jsonl")
    assert "金额错" in only.note
    assert "条文错" in only.note


def test_without_complaints_the_file_is_empty(store: Store, tmp_path: Path) -> None:
    assert exported(tmp_path / "out.jsonl") == 0
    assert (tmp_path / "out.jsonl").read_text() == ""


def test_without_a_database_it_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHENGCE_SERVICE_DATABASE_URL", f"sqlite:///{tmp_path}/none.sqlite3")
    assert exported(tmp_path / "out.jsonl") == 2
    assert "还没有服务的数据库" in capsys.readouterr().err
    assert not (tmp_path / "none.sqlite3").exists()


def test_a_database_of_something_else_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.sqlite3").write_text("not a database, " * 100)
    monkeypatch.setenv("ZHENGCE_SERVICE_DATABASE_URL", f"sqlite:///{tmp_path}/other.sqlite3")
    assert exported(tmp_path / "out.jsonl") == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
